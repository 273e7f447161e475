/* state.h -- what the views of devices and of commands both need: lists of named
 * values, and which instant a report is about.
 *
 * Both views also remember which command stands behind a property: a list from
 * the property's name to the command's id, written as a JSON string.
 *
 * THREADS   Pure.
 * MEMORY    A new list is in `arena`; what its items say stays where it was.
 */
#ifndef PIOT_STATE_H
#define PIOT_STATE_H

#include "core/facts/event.h"

/* When it was so, as told: the reporter's instant, else ours. */
int64_t state_observed_at(const struct event *event);
/* An instant as it stands in lists of values. Such texts are all of one length and sort as
 * the instants do, to the millisecond. */
struct slice state_instant(struct arena *arena, int64_t at_us);

/* The value of that name; data NULL: none. */
struct slice values_get(struct values values, struct slice name);
/* The list with that value set, and the list without it; both stay sorted. */
struct values values_with(struct arena *arena, struct values values, struct slice name,
                          struct slice json);
struct values values_without(struct arena *arena, struct values values, struct slice name);
/* Does each name come once, and in order? Have both lists the same names? */
bool values_rise(struct values values);
bool values_are_of_same(struct values one, struct values other);

/* A list of commands by property: sets one, reads one, and tells which property
 * a command stands behind (data NULL: none). */
struct values commands_with(struct arena *arena, struct values commands, struct slice property,
                            struct id command);
bool          commands_get(struct values commands, struct slice property, struct id *command);
struct slice  commands_property_of(struct values commands, struct id command);

#endif
