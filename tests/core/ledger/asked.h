/* asked.h -- asking a ledger, turn by turn: a world of its own with a store, a vault
 * in memory, a clock that stands still, and the real folds and timers.
 *
 * THREADS   The test is the writer, unless it starts the ledger's thread.
 */
#ifndef PIOT_TESTS_CORE_LEDGER_ASKED_H
#define PIOT_TESTS_CORE_LEDGER_ASKED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/facts/names.h"
#include "core/ledger/ledger.h"
#include "projections/projection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct id ALICE = { "aalice" }, BOB = { "abob" };
static const struct id HOME = { "nhome" };

/* 2026-11-22T16:03:07.123Z */
#define START (INT64_C(1795363387123) * MILLISECOND)

#define assert_ok(call)                                                         \
    do {                                                                        \
        struct status status_ = (call);                                         \
        if (status_.code != STATUS_OK) fail_msg("%s: %s", #call, status_.text); \
    } while (0)

struct world {
    char                   folder[64]; /* empty: the store is in memory */
    char                   store_path[96], anchor_path[96];
    struct note_signer     signer;
    struct store          *store;
    struct vault          *vault;
    struct clock           clock;
    struct policy          policy;
    struct ledger_settings settings;
    struct ledger         *ledger;
    struct arena           arena;
    uint64_t               commits, first, last; /* told by the ledger */
    size_t                 events;
};

/* One intent asked for by itself; `answers` counts done(). */
struct question {
    struct ask      ask;
    struct ask_item item;
    unsigned        answers;
    enum event_type types[8]; /* of what happened: outcomes end with done() */
    size_t          events;
    struct event    last;
};

static const struct timer_source world_timers = { timers_next, timers_due };

static inline void world_committed(void *context, const struct commit *commit)
{
    struct world *world = context;

    world->commits++;
    world->first = commit->first;
    world->last  = commit->last;
    world->events += commit->count;
}

/* A torn end may be cut off: what must be there is for the tests to say. */
static inline struct status world_accepts(void *context, struct reader *recovered)
{
    (void)context, (void)recovered;
    return OK;
}

static inline void world_store(struct world *world)
{
    struct store_options options = { .path   = world->folder[0] ? world->store_path : NULL,
                                     .accept = world_accepts };

    store_families_all(options.families);
    assert_ok(store_open(&world->store, &options));
    world->settings.store = world->store;
}

static inline void world_ledger(struct world *world)
{
    assert_ok(ledger_open(&world->ledger, &world->settings));
}

static inline struct world *world_new(bool on_disk)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    if (on_disk) {
        snprintf(world->folder, sizeof world->folder, "/tmp/piot-ledger-XXXXXX");
        assert_non_null(mkdtemp(world->folder));
        snprintf(world->store_path, sizeof world->store_path, "%s/store", world->folder);
        snprintf(world->anchor_path, sizeof world->anchor_path, "%s/anchor", world->folder);
    }
    assert_ok(vault_open(&world->vault, NULL, false));
    note_signer_new(&world->signer, SLICE("example.net/log"), NOTE_ED25519);
    world->clock    = clock_fake(START);
    world->policy   = policy_default();
    world->settings = (struct ledger_settings){
        .vault     = world->vault,
        .signer    = &world->signer,
        .folds     = all_folds,
        .timers    = &world_timers,
        .policy    = &world->policy,
        .clock     = &world->clock,
        .queue_max = 1024,
        .committed = world_committed,
        .context   = world,
    };
    world_store(world);
    world_ledger(world);
    return world;
}

static inline void world_free(struct world *world)
{
    char command[128];

    ledger_close(world->ledger);
    store_close(world->store);
    vault_close(world->vault);
    arena_free(&world->arena);
    snprintf(command, sizeof command, "rm -rf '%s'", world->folder);
    if (world->folder[0]) assert_int_equal(system(command), 0);
    free(world);
}

/* The process ends and begins again; what was not committed is gone. */
static inline void world_reopens(struct world *world)
{
    ledger_close(world->ledger);
    world->ledger = NULL;
    if (world->folder[0]) {
        store_close(world->store);
        world_store(world);
    }
    world_ledger(world);
}

static inline void question_answered(struct ask *ask)
{
    struct question *question = (struct question *)ask;
    struct outcome  *outcome  = &question->item.outcome;

    question->answers++;
    question->events = ask->replayed || ask->failure.code ? 0 : outcome->count;
    for (size_t i = 0; i < question->events && i < COUNT(question->types); i++)
        question->types[i] = outcome->events[i].type;
    if (question->events) question->last = outcome->events[question->events - 1];
}

static inline void submit(struct world *world, struct question *question)
{
    question->ask.items = &question->item;
    question->ask.count = 1;
    question->ask.done  = question_answered;
    assert_true(ledger_submit(world->ledger, &question->ask));
}

/* Turns until there is nothing left to do. */
static inline void turn(struct world *world)
{
    bool worked = true;

    while (worked) assert_ok(ledger_turn(world->ledger, &worked));
}

static inline void ask(struct world *world, struct question *question)
{
    submit(world, question);
    turn(world);
    assert_int_equal(question->answers, 1);
}

/* clang-format off */
#define ASKING(where, what, ...)                                               \
    (struct question)                                                          \
    {                                                                          \
        .item.intent = { .type = INTENT_##what, .stream = (where),             \
                         .what = { __VA_ARGS__ } }                             \
    }
/* clang-format on */

/* What is asked for most: a token, which needs nothing before it. */
static inline struct question for_a_token(uint64_t number)
{
    struct id token = { "t" };

    memcpy(token.bytes + 1, &number, sizeof number);
    return ASKING(name_system(), issue_token, .role = SLICE("auditor"), .name = SLICE("Ada"),
                  .token = token, .hash = SLICE("hash"));
}
static inline struct question for_something_refused(void)
{
    return ASKING(name_system(), issue_token, .role = SLICE("king"));
}
static inline struct question for_an_account(void)
{
    return ASKING(name_login(NULL, SLICE("alice")), claim_login, .login = SLICE("alice"),
                  .account = ALICE, .activation_hash = SLICE("code"));
}

static inline struct event event_at(struct world *world, uint64_t position)
{
    struct event event;

    assert_ok(log_read(store_reader(world->store), world->vault, PARTITION_ONE, position,
                       &world->arena, &event));
    return event;
}

static inline uint64_t head_of(struct world *world)
{
    uint64_t head;

    assert_ok(log_head(store_reader(world->store), PARTITION_ONE, &head));
    return head;
}

static inline int in_memory(void **state) { return (*state = world_new(false)) ? 0 : -1; }
static inline int on_disk(void **state) { return (*state = world_new(true)) ? 0 : -1; }
static inline int world_ends(void **state)
{
    world_free(*state);
    return 0;
}

#endif
