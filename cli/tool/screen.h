/* screen.h -- what the reader sees: colour where there is a terminal, plain text where
 * there is none, and nothing that could command a terminal.
 *
 * $NO_COLOR, when it is there and not empty, turns colour off (https://no-color.org).
 *
 * THREADS   Any; text of one call comes out in one piece.
 */
#ifndef PIOT_CLI_TOOL_SCREEN_H
#define PIOT_CLI_TOOL_SCREEN_H

#include <stdio.h>

#include "core/base/buffer.h"
#include "replay/fold/replay.h"

bool screen_is_terminal(FILE *file);

enum paint { PAINT_NONE, PAINT_BOLD, PAINT_DIM, PAINT_GOOD, PAINT_BAD, PAINT_NOTE };
/* The bytes that begin it (PAINT_NONE: end all); "" where `file` is no terminal. */
const char *screen_paint(FILE *file, enum paint paint);

/* Adds text from outside: control characters and broken UTF-8 become "?". */
void screen_sanitize(struct buffer *out, struct slice text);
/* How many columns it takes, about: one a character. */
size_t screen_width(struct slice text);

/* Writes all, at once; the end of a pipe (`piot events | head`) ends the program. */
void screen_put(FILE *file, struct slice text);

/* "piot: sentence" on standard error. */
void screen_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* For long work: one line on standard error that overwrites itself, if that is a
 * terminal; nothing otherwise. screen_progress_end() takes it away. */
extern const struct progress screen_progress;
void                         screen_progress_end(void);

#endif
