#include "tests/world/world.h"

#include "core/log/log.h"
#include "projections/projection.h"
#include "tests/world/sample.h"

static struct world *world_new(bool on_disk)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    if (!on_disk) return world;
    folder_new(world->folder, "world");
    snprintf(world->store_path, sizeof world->store_path, "%s/store", world->folder);
    snprintf(world->vault_path, sizeof world->vault_path, "%s/vault", world->folder);
    snprintf(world->anchor_path, sizeof world->anchor_path, "%s/anchor", world->folder);
    return world;
}

/* A torn end may be cut off: what must be there is for the tests to say. */
static struct status accepts(void *context, struct reader *recovered)
{
    (void)context, (void)recovered;
    return OK;
}

void world_store(struct world *world)
{
    struct store_options options = { .path   = world->folder[0] ? world->store_path : NULL,
                                     .accept = accepts };

    store_families_all(options.families);
    assert_ok(store_open(&world->store, &options));
    world->settings.store = world->store;
}

void world_free(struct world *world)
{
    if (world->log) world_stop(world);
    else {
        ledger_close(world->ledger);
        store_close(world->store);
        vault_close(world->vault);
    }
    arena_free(&world->arena);
    if (world->folder[0]) folder_remove(world->folder);
    free(world);
}

int world_ends(void **state)
{
    world_free(*state);
    return 0;
}

struct reader *world_reader(struct world *world) { return store_reader(world->store); }

struct event world_read(struct world *world, uint64_t position)
{
    struct event event;

    assert_ok(log_read(world_reader(world), world->vault, position, &world->arena, &event));
    return event;
}

uint64_t world_head(struct world *world)
{
    uint64_t head;

    assert_ok(log_head(world_reader(world), &head));
    return head;
}

/* -- with a log ----------------------------------------------------------------------- */

static void random_bytes(void *context, void *bytes, size_t size)
{
    (void)context;
    crypto_random(bytes, size);
}

void world_start(struct world *world)
{
    world_store(world);
    assert_ok(vault_open(&world->vault, world->folder[0] ? world->vault_path : NULL, false));
    assert_ok(log_open(&world->log, world->store, world->vault));
    world->batch = batch_open(world->store);
}

void world_stop(struct world *world)
{
    batch_close(world->batch);
    log_close(world->log);
    vault_close(world->vault);
    store_close(world->store);
}

struct world *world_with_log(bool on_disk)
{
    struct world *world = world_new(on_disk);

    world->ids.random = random_bytes;
    world->clock      = clock_fake(SAMPLE_INSTANT);
    world_start(world);
    return world;
}

int a_log(void **state)
{
    *state = world_with_log(false);
    return 0;
}

/* -- with a ledger -------------------------------------------------------------------- */

static void committed(void *context, const struct commit *commit)
{
    struct world *world = context;

    world->commits++;
    world->first = commit->first.number;
    world->last  = commit->last.number;
    world->events += commit->count;
}

struct status world_gate(struct world *world)
{
    struct ledger_settings *settings = &world->settings;

    return settings->anchor_path
               ? anchor_check(settings->anchor_path, &settings->signer->key, world_reader(world),
                              &world->arena, &settings->anchor_note)
               : OK;
}

void world_ledger(struct world *world)
{
    assert_ok(world_gate(world));
    assert_ok(ledger_open(&world->ledger, &world->settings));
}

struct world *world_with_ledger(bool on_disk)
{
    static const struct timer_source timers = { timers_next, timers_due };
    struct world                    *world  = world_new(on_disk);

    assert_ok(vault_open(&world->vault, NULL, false));
    note_signer_new(&world->signer, SLICE("example.net/log"), NOTE_ED25519);
    world->clock    = clock_fake(START);
    world->policy   = policy_default();
    world->settings = (struct ledger_settings){
        .vault     = world->vault,
        .signer    = &world->signer,
        .folds     = all_folds,
        .timers    = &timers,
        .policy    = &world->policy,
        .clock     = &world->clock,
        .step_max  = 10 * SECOND,
        .queue_max = 1024,
        .committed = committed,
        .context   = world,
    };
    world_store(world);
    world_ledger(world);
    return world;
}

void world_reopens(struct world *world)
{
    ledger_close(world->ledger);
    world->ledger = NULL;
    if (world->folder[0]) {
        store_close(world->store);
        world_store(world);
    }
    world_ledger(world);
}

int in_memory(void **state)
{
    *state = world_with_ledger(false);
    return 0;
}

int on_disk(void **state)
{
    *state = world_with_ledger(true);
    return 0;
}
