/* why.h -- the chain of events behind a device, told to people.
 *
 * On a terminal each link is a paragraph: when, at which position, what and by whom; why
 * it follows from the one before; and what it says. In a pipe it is a line with tabs
 * between: position, time, type, by whom, the position it follows from, how that is known,
 * why.
 *
 * THREADS   The main thread's.
 */
#ifndef PIOT_CLI_PAST_WHY_H
#define PIOT_CLI_PAST_WHY_H

#include "cli/past/inquiry.h"

struct status why_answer(const struct past *past, const void *device, struct json *json);
void          why_show(const struct node *answer);

#endif
