/* bad_field.h -- what is wrong in JSON that came from outside: which field, and what was
 * expected there. It never repeats a value, only names.
 *
 * A field below others is named by its path, "data.steps[2].at". A name of outside may have
 * such signs itself; there they stand behind a backslash, "data.steps\.at".
 *
 * THREADS   Pure.
 * MEMORY    A bad field holds its texts itself. What is too long for it is cut.
 */
#ifndef PIOT_CORE_WIRE_BAD_FIELD_H
#define PIOT_CORE_WIRE_BAD_FIELD_H

#include "core/base/arena.h"

enum { BAD_NAME_MAX = 96, BAD_WHY_MAX = 160 };
struct bad_field {
    char name[BAD_NAME_MAX]; /* its path; "" the body as a whole */
    char why[BAD_WHY_MAX];   /* "has to be a text of at most 64 bytes" */
};
/* Fills `bad`; gives false, so that `return bad_field_say(…)` reads well. */
bool bad_field_say(struct bad_field *bad, const char *name, const char *why, ...)
    __attribute__((format(printf, 3, 4)));
/* It stands below this member, or this item of a list; these too give false. */
bool bad_field_inside(struct bad_field *bad, struct slice member);
bool bad_field_inside_item(struct bad_field *bad, size_t index);

/* For who goes down a path before something is wrong: a member more at its end. */
void path_add(char path[BAD_NAME_MAX], struct slice member);

/* Name and why as one sentence, which begins with `whole` ("The body") if there is no name. */
struct slice bad_field_sentence(struct arena *arena, const struct bad_field *bad,
                                const char *whole);
/* The name as a JSON Pointer (RFC 6901); nothing for the whole, and if the name was cut. */
struct slice bad_field_pointer(struct arena *arena, const struct bad_field *bad);

#endif
