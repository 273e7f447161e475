/* telling.h -- an event of the log, told to a person or a program.
 *
 * A person gets a line with when, where in the log, what and who, its sentence from
 * the table, and its fields; a program a CloudEvent. Hashes, passwords and signing secrets
 * are told to nobody; personal fields only if asked for, and "(forgotten)" where they are
 * no more.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_CLI_TOOL_TELLING_H
#define PIOT_CLI_TOOL_TELLING_H

#include "core/base/buffer.h"
#include "core/facts/event.h"

enum telling_form {
    TELLING_COLOUR, /* for a terminal */
    TELLING_TEXT,   /* the same without colour */
    TELLING_JSON,   /* a CloudEvent on a line */
};
/* What the options ask for and standard output is. */
enum telling_form telling_form(bool json);

/* Changes `event`: what nobody is told is emptied. `partition`: of the log it stands in. */
void telling_add(struct event *event, uint32_t partition, enum telling_form form, bool personal,
                 struct buffer *out);

#endif
