/* world.h -- a store and its vault, and what writes into them: a log, or a ledger with the
 * real folds and timers. In memory, or in a folder of its own.
 *
 *     struct world *world = world_with_ledger(false);
 *     …
 *     world_free(world);
 *
 * The clock stands still but for what a test adds to it. How to append to the log is said
 * in logged.h, how to ask the ledger in asked.h.
 *
 * THREADS   The test is the writer, unless it starts the ledger's thread.
 * MEMORY    What is read is in the world's arena.
 * ERRORS    The test fails.
 */
#ifndef PIOT_WORLD_WORLD_H
#define PIOT_WORLD_WORLD_H

#include "core/ledger/ledger.h"
#include "tests/world/checks.h"
#include "tests/world/folder.h"
#include "tests/world/people.h"

struct world {
    char          folder[FOLDER_MAX]; /* "": in memory */
    char          store_path[96], vault_path[96], anchor_path[96];
    struct store *store;
    struct vault *vault;
    struct clock  clock;
    struct arena  arena;

    struct log   *log; /* of a world with a log */
    struct batch *batch;
    struct ids    ids;

    struct ledger         *ledger; /* of a world with a ledger */
    struct note_signer     signer;
    struct policy          policy;
    struct ledger_settings settings;
    uint64_t               commits, first, last; /* told by the ledger */
    size_t                 events;
};

struct world *world_with_log(bool on_disk);
struct world *world_with_ledger(bool on_disk); /* its vault is in memory all the same */
void          world_free(struct world *world);

/* For cmocka: a world of each test's own, and its end. */
int a_log(void **state); /* in memory */
int in_memory(void **state);
int on_disk(void **state);
int world_ends(void **state);

/* A log's world ends, but for its folder, and begins again. */
void world_stop(struct world *world);
void world_start(struct world *world);
/* A ledger's process ends and begins again; what was not committed is gone. */
void world_reopens(struct world *world);
void world_store(struct world *world);  /* opens only its store, */
void world_ledger(struct world *world); /* only its ledger */
/* What comes before: is the log the one its anchor knows? */
struct status world_gate(struct world *world);

struct reader *world_reader(struct world *world);
struct event   world_read(struct world *world, uint64_t position);
uint64_t       world_head(struct world *world); /* the last position */

#endif
