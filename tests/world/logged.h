/* logged.h -- appending to the log of a world that has one (world.h), and reading it back. */
#ifndef PIOT_WORLD_LOGGED_H
#define PIOT_WORLD_LOGGED_H

#include "core/log/log.h"
#include "tests/world/sample.h"
#include "tests/world/world.h"

/* Appends it and commits; the clock stands still meanwhile. */
struct event world_append(struct world *world, struct event event);
/* One of that type. Its owner has a key, as if there had been what comes first in a life. */
struct event world_append_sample(struct world *world, const struct shape *shape);
/* A device of `account` gets another name: small, with a personal field. */
struct event renamed(struct id account, struct slice name);
/* How many records come before the end or the error. */
size_t world_scan(struct reader *reader, uint64_t after, struct status *status);
/* The key of a row of log or personal. */
struct key world_row(uint64_t position);
/* A checkpoint over the first `size` events, added to `note`. */
void world_checkpoint(struct world *world, const struct note_signer *signer, uint64_t size,
                      struct buffer *note);

#endif
