/* show_event.h -- an event of the log, shown to a person or a program.
 *
 * A person gets a line with when, where in the log, what and who, its sentence from
 * the table, and its fields; a program a CloudEvent. Hashes, passwords and signing secrets
 * are shown to nobody; personal fields only if asked for, and "(forgotten)" where they are
 * no more.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_CLI_TOOL_SHOW_EVENT_H
#define PIOT_CLI_TOOL_SHOW_EVENT_H

#include "core/base/buffer.h"
#include "core/facts/event.h"

enum show_form {
    SHOW_COLOUR, /* for a terminal */
    SHOW_TEXT,   /* the same without colour */
    SHOW_JSON,   /* a CloudEvent on a line */
};
/* What the options ask for and standard output is. */
enum show_form show_form(bool json);

/* Changes `event`: what nobody is shown is emptied. `partition`: of the log it stands in. */
void show_event(struct event *event, uint32_t partition, enum show_form form, bool personal,
                struct buffer *out);

#endif
