/* world.h -- a log with its store and vault, in memory or in a folder. */
#ifndef PIOT_TEST_WORLD_H
#define PIOT_TEST_WORLD_H

#include "core/base/clock.h"
#include "core/log/log.h"

#include "tests/core/facts/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct world {
    char          folder[64]; /* "": in memory */
    char          main[96], vault_path[96];
    struct store *store;
    struct vault *vault;
    struct log   *log;
    struct batch *batch;
    struct arena  arena;
    struct ids    ids;
    int64_t       now_us;
};

static inline void world_start(struct world *world)
{
    struct store_options options = { .path = world->folder[0] ? world->main : NULL };

    store_families_all(options.families);
    assert_ok(store_open(&world->store, &options));
    assert_ok(vault_open(&world->vault, world->folder[0] ? world->vault_path : NULL, false));
    assert_ok(log_open(&world->log, world->store, world->vault));
    world->batch = batch_open(world->store);
}

static inline void world_stop(struct world *world)
{
    batch_close(world->batch);
    log_close(world->log);
    vault_close(world->vault);
    store_close(world->store);
}

static inline void world_random(void *context, void *bytes, size_t size)
{
    (void)context;
    crypto_random(bytes, size);
}

static inline struct world *world_new(bool on_disk)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    world->ids.random = world_random;
    world->now_us     = SAMPLE_INSTANT;
    if (on_disk) {
        snprintf(world->folder, sizeof world->folder, "/tmp/piot-log-XXXXXX");
        assert_non_null(mkdtemp(world->folder));
        snprintf(world->main, sizeof world->main, "%s/main", world->folder);
        snprintf(world->vault_path, sizeof world->vault_path, "%s/vault", world->folder);
    }
    world_start(world);
    return world;
}

static inline void world_free(struct world *world)
{
    char command[128];

    world_stop(world);
    arena_free(&world->arena);
    snprintf(command, sizeof command, "rm -rf '%s'", world->folder);
    if (world->folder[0]) assert_int_equal(system(command), 0);
    free(world);
}

/* For a group of tests that each want a world in memory of their own. */
static inline int world_setup(void **state)
{
    *state = world_new(false);
    return 0;
}

static inline int world_teardown(void **state)
{
    world_free(*state);
    return 0;
}

static inline struct reader *world_reader(struct world *world)
{
    return store_reader(world->store);
}

/* Appends it and commits; the clock stands still meanwhile. */
static inline struct event world_append(struct world *world, struct event event)
{
    event.id = ids_next(&world->ids, ID_event, world->now_us);
    assert_ok(log_append(world->log, world->batch, world->now_us, &world->arena, &event));
    assert_ok(batch_commit(world->batch, false));
    return event;
}

/* A device of `account` gets another name: small, with a personal field. */
static inline struct event renamed(struct id account, struct slice name)
{
    return (
        struct event){ .type           = EVENT_device_renamed,
                       .stream         = account,
                       .actor          = { ACTOR_SUBSCRIBER, account },
                       .device_renamed = { .device = sample_id(ID_device, "lamp"), .name = name } };
}

static inline struct event world_read(struct world *world, uint64_t position)
{
    struct event event;

    assert_ok(log_read(world_reader(world), world->vault, position, &world->arena, &event));
    return event;
}

/* How many records come before the end or the error. */
static inline size_t world_scan(struct reader *reader, uint64_t after, struct status *status)
{
    struct log_scan  *scan = log_scan_open(reader, after);
    struct log_record record;
    size_t            count = 0;

    while (log_scan_next(scan, &record)) assert_int_equal(record.position, after + ++count);
    *status = log_scan_close(scan);
    return count;
}

/* The key of a row of log or personal. */
static inline struct key world_row(uint64_t position)
{
    struct key key = key_new(1);

    key_add_u64(&key, position);
    return key;
}

#endif
