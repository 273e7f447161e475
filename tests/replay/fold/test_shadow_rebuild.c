/* Are all views folded again while they are written and read, and switched to without a
 * gap?
 *
 * Planted bug that it caught: the last stretch left out. */
#include "replay/fold/shadow_rebuild.h"

#include <pthread.h>
#include <sched.h>

#include "tests/world/life.h"
#include "tests/world/replayed.h"

enum { TOKENS = 3000 };

struct seen {
    unsigned count;
    char     change[16];
};

static void sees(void *context, const struct difference *difference)
{
    struct seen  *seen = context;
    struct buffer text = { 0 };
    struct json   json = json_to(&text);

    seen->count++;
    snprintf(seen->change, sizeof seen->change, "%s", difference_json(difference, false, &json));
    buffer_free(&text);
}

static struct status rebuilt(struct world *world, struct shadow_rebuild *shadow, bool *switched)
{
    static atomic_bool never;
    uint64_t           count;

    shadow->ledger = world->ledger;
    shadow->store  = world->store;
    shadow->vault  = world->vault;
    shadow->folds  = all_folds;
    if (!shadow->stop) shadow->stop = &never;
    struct status status = replay_shadow_rebuild(shadow, &count, switched);
    if (*switched) assert_true(count > 0);
    return status;
}

static int life_on_disk(void **state)
{
    struct life *life = calloc(1, sizeof *life);

    assert_non_null(life);
    life->world = world_with_ledger(true);
    *state      = life;
    return 0;
}

static void spoil_a_row(struct world *world)
{
    struct key     prefix = reader_key(store_reader(world->store));
    struct slice   none   = { NULL, 0 };
    struct cursor *rows   = cursor_open(store_reader(world->store), FAMILY_devices,
                                        key_slice(&prefix), none);
    struct batch  *batch  = batch_open(world->store);

    assert_true(cursor_next(rows));
    batch_erase(batch, FAMILY_devices, cursor_key(rows));
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
    assert_ok(cursor_close(rows));
}

static void what_was_wrong_in_a_view_is_told_and_gone(void **state)
{
    struct life          *life        = *state;
    struct seen           seen        = { 0 };
    struct differences    differences = { sees, &seen };
    struct shadow_rebuild shadow      = { .differences = &differences };
    bool                  switched;

    life_begins(life);
    life_goes_on(life);
    spoil_a_row(life->world);
    assert_ok(ledger_start(life->world->ledger));
    assert_ok(rebuilt(life->world, &shadow, &switched));
    assert_true(switched);
    assert_int_equal(seen.count, 1);
    assert_string_equal(seen.change, "added");
    ledger_stop(life->world->ledger);
    assert_replayed(store_reader(life->world->store), life->world->vault);
}

/* -- while others write ------------------------------------------------------------------ */

struct writer {
    struct world   *world;
    struct question asks[TOKENS];
    pthread_t       thread;
    atomic_bool     enough;
    unsigned        count;
};

static void *write_on(void *argument)
{
    struct writer *writer = argument;

    while (writer->count < TOKENS && !atomic_load(&writer->enough)) {
        struct question *asked = &writer->asks[writer->count];

        *asked               = for_a_token(writer->count + 1);
        asked->request.items = &asked->item;
        asked->request.count = 1;
        asked->request.done  = question_answered;
        if (ledger_submit(writer->world->ledger, &asked->request)) writer->count++;
        else sched_yield();
    }
    return NULL;
}

static void what_is_written_meanwhile_is_in_the_fresh_views(void **state)
{
    struct life       *life        = *state;
    struct world      *world       = life->world;
    struct writer     *writer      = calloc(1, sizeof *writer);
    struct seen        seen        = { 0 };
    struct differences differences = { sees, &seen };
    bool               switched;

    assert_non_null(writer);
    writer->world = world;
    life_begins(life);
    assert_ok(ledger_start(world->ledger));
    assert_int_equal(pthread_create(&writer->thread, NULL, write_on, writer), 0);
    for (int round = 0; round < 3; round++) {
        struct shadow_rebuild shadow = { .differences = &differences };
        assert_ok(rebuilt(world, &shadow, &switched));
        assert_true(switched);
    }
    atomic_store(&writer->enough, true);
    pthread_join(writer->thread, NULL);
    ledger_stop(world->ledger);
    assert_int_equal(seen.count, 0);
    uint64_t events = assert_replayed(store_reader(world->store), world->vault);
    assert_true(events >= writer->count);
    world_reopens(world);
    assert_int_equal(assert_replayed(store_reader(world->store), world->vault), events);
    free(writer);
}

static void one_that_is_stopped_changes_nothing(void **state)
{
    struct life          *life   = *state;
    atomic_bool           stop   = true;
    struct shadow_rebuild shadow = { .stop = &stop };
    bool                  switched;

    life_begins(life);
    assert_ok(ledger_start(life->world->ledger));
    assert_int_equal(rebuilt(life->world, &shadow, &switched).code, STATUS_CONFLICT);
    assert_false(switched);
    stop = false;
    ledger_stop(life->world->ledger);
    assert_int_equal(rebuilt(life->world, &shadow, &switched).code, STATUS_CONFLICT);
    assert_false(switched);
    assert_replayed(store_reader(life->world->store), life->world->vault);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, life_on_disk, life_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_wrong_in_a_view_is_told_and_gone),
        TEST(what_is_written_meanwhile_is_in_the_fresh_views),
        TEST(one_that_is_stopped_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
