/* sample.h -- an event or intent of any type with every field filled, made from
 * the tables alone: a row added to them is tested without a line added here. */
#ifndef PIOT_WORLD_SAMPLE_H
#define PIOT_WORLD_SAMPLE_H

#include "core/facts/event.h"
#include "core/facts/intent.h"

#include "tests/world/checks.h"

#define SAMPLE_INSTANT INT64_C(1795363387123456) /* 2026-11-22T16:03:07.123456Z */

/* Always the same of that name. */
struct id sample_id(enum id_kind kind, const char *name);

/* "account" names an account; a name that is no kind stands for something else. */
enum id_kind sample_kind(const char *name);
/* Fills every field of the shape in `body`. */
void sample_body(struct arena *arena, const struct shape *shape, void *body);

/* As a decision yields it: named, not yet in the log. */
struct event sample_event(struct arena *arena, const struct shape *shape);

/* As it comes out of the log. */
struct event sample_logged(struct arena *arena, const struct shape *shape);

/* The test fails unless they are: by the bytes they are stored as, which name every field. */
void assert_same_part(const struct shape *shape, const void *found, const void *wanted,
                      enum shape_part part);

#endif
