/* What if the disk fails, or the log has lost its end? Nothing is acknowledged that
 * is not there, everybody is told, and no log is served that is shorter than it was.
 *
 * The disk fails honestly: the process may not write files beyond a size any more
 * (RLIMIT_FSIZE), so a commit in the midst of many comes back with an error. Tried
 * against a ledger that answered before it committed: both tests of it failed.
 */
#include "core/store/key.h"
#include "tests/world/asked.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

static void files_are_at_most(rlim_t bytes)
{
    struct rlimit limit;

    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}
static void disk_is_nearly_full(void) { files_are_at_most(1 << 20); } /* a WAL of that size */
static void disk_has_room_again(void) { files_are_at_most(RLIM_INFINITY); }

enum { MANY = 8192 }; /* more than fit into such a WAL */

static struct question *many_wait(struct world *world)
{
    struct question *asked = calloc(MANY, sizeof *asked);

    assert_non_null(asked);
    world->settings.queue_max = MANY;
    world_reopens(world);
    for (unsigned i = 0; i < MANY; i++) {
        asked[i] = for_a_token(i + 1);
        submit(world, &asked[i]);
    }
    return asked;
}

/* Everybody was told once: the first ones yes, from some turn on all others no. How
 * many events were acknowledged. */
static uint64_t acknowledged(const struct question *asked)
{
    uint64_t count = 0;

    for (unsigned i = 0; i < MANY; i++) {
        assert_int_equal(asked[i].answers, 1);
        if (asked[i].request.failure.code) break;
        count++;
    }
    for (unsigned i = (unsigned)count; i < MANY; i++) {
        assert_int_equal(asked[i].answers, 1);
        assert_int_equal(asked[i].request.failure.code, STATUS_IO);
    }
    assert_in_range(count, 1, MANY - 1);
    return count;
}

/* The process goes on with a copy, as the next one would: a store that could not write stays
 * open, and locked, until the process ends. */
static void another_process_starts(struct world *world)
{
    char command[256];

    ledger_close(world->ledger);
    world->ledger = NULL;
    struct store *other;
    store_close(world->store);
    assert_int_equal(store_open(&other, &(struct store_options){ .path = world->store_path }).code,
                     STATUS_CONFLICT);
    snprintf(command, sizeof command, "cp -r %s %s.left", world->store_path, world->store_path);
    assert_int_equal(system(command), 0);
    snprintf(world->store_path + strlen(world->store_path), 6, ".left");
    world_store(world);
    world_ledger(world);
}

static void what_was_acknowledged_is_there(struct world *world, uint64_t count)
{
    another_process_starts(world);
    assert_true(world_head(world) >= count); /* of the failed turn nothing is known */
    for (uint64_t position = 1; position <= count; position++)
        assert_int_equal(world_read(world, position).position, position);
}

static void after_a_failed_commit_nothing_is_acknowledged_any_more(void **state)
{
    struct world    *world = *state;
    struct question *asked = many_wait(world), after = for_a_token(MANY + 1);
    struct status    status = OK;
    bool             worked = true;

    disk_is_nearly_full();
    while (status.code == STATUS_OK && worked) status = ledger_turn(world->ledger, &worked);
    disk_has_room_again();
    assert_int_equal(status.code, STATUS_IO);
    uint64_t count = acknowledged(asked);
    assert_int_equal(world->last, count);
    assert_int_equal(ledger_figures(world->ledger).position, count);

    /* It has stopped for good, even with room again. */
    after.request = (struct ledger_request){ .items = &after.item,
                                             .count = 1,
                                             .done  = question_answered };
    assert_false(ledger_submit(world->ledger, &after.request));
    assert_int_equal(ledger_turn(world->ledger, &worked).code, STATUS_IO);
    what_was_acknowledged_is_there(world, count);
    ask(world, &after);
    free(asked);
}

/* Neither refused as unknown nor opened again: what cannot be read decides nothing. */
static void a_registry_that_cannot_be_read_stops_the_ledger(void **state)
{
    struct world   *world    = *state;
    struct question question = for_an_account();
    struct batch   *batch    = batch_open(world->store);
    struct key      key      = key_new(PARTITION_ONE);
    bool            worked;

    key_add_byte(&key, 'a');
    key_add_id(&key, ALICE);
    batch_put(batch, FAMILY_registry, key_slice(&key), SLICE("\x91\xa5wrong"));
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
    submit(world, &question);
    assert_int_equal(ledger_turn(world->ledger, &worked).code, STATUS_CORRUPT);
    assert_int_equal(question.answers, 1);
    assert_int_equal(question.request.failure.code, STATUS_CORRUPT);
    assert_int_equal(world_head(world), 0);
}

static unsigned         told;
static enum status_code told_why;
static void             has_stopped(void *context, struct status why)
{
    (void)context;
    told_why = why.code; /* the writer's thread asserts nothing */
    told++;
}

static void the_thread_ends_and_says_so_once(void **state)
{
    struct world *world = *state;

    told                    = 0;
    world->settings.stopped = has_stopped;
    struct question *asked  = many_wait(world);
    disk_is_nearly_full();
    assert_ok(ledger_start(world->ledger));
    ledger_stop(world->ledger);
    disk_has_room_again();
    assert_int_equal(told, 1);
    assert_int_equal(told_why, STATUS_IO);
    what_was_acknowledged_is_there(world, acknowledged(asked));
    free(asked);
}

/* -- the anchor ------------------------------------------------------------------------ */

/* Three events, and an anchor that knows of them. */
static void is_anchored(struct world *world)
{
    world->settings.anchor_path = world->anchor_path;
    world_reopens(world);
    for (unsigned i = 0; i < 3; i++) {
        struct question asked = for_a_token(i);
        assert_ok(ledger_start(world->ledger));
        submit(world, &asked);
        ledger_stop(world->ledger); /* which leaves the anchor at the last event */
        assert_int_equal(asked.answers, 1);
    }
}

static void opening_is_refused(struct world *world)
{
    struct status status = world_gate(world);

    if (status.code == STATUS_OK) status = ledger_open(&world->ledger, &world->settings);
    assert_int_equal(status.code, STATUS_CORRUPT);
    world->ledger = NULL;
}

static struct slice anchored(struct world *world)
{
    struct slice note;

    assert_ok(anchor_read(world->anchor_path, &world->arena, &note));
    return note;
}

static void an_anchor_that_fits_opens(void **state)
{
    struct world     *world = *state;
    struct checkpoint checkpoint;

    is_anchored(world);
    assert_ok(checkpoint_open(anchored(world), &world->signer.key, &checkpoint));
    assert_int_equal(checkpoint.size, 3);
    world_reopens(world);
    assert_int_equal(world_head(world), 3);
}

static void the_last_checkpoint_is_shown_and_kept_in_a_row(void **state)
{
    struct world *world = *state;
    struct slice  shown, row;

    is_anchored(world);
    assert_true(ledger_checkpoint(world->ledger, &world->arena, &shown));
    assert_true(slice_equal(shown, anchored(world)));
    assert_ok(checkpoint_last(store_reader(world->store), &world->arena, &row));
    assert_true(slice_equal(shown, row));
    world_reopens(world); /* a start shows what the anchor has */
    assert_true(ledger_checkpoint(world->ledger, &world->arena, &shown));
    assert_true(slice_equal(shown, row));
}

static void a_log_that_lost_its_end_is_not_opened(void **state)
{
    struct world *world = *state;

    is_anchored(world);
    ledger_close(world->ledger);
    store_close(world->store);
    snprintf(world->store_path, sizeof world->store_path, "%s/older", world->folder);
    world_store(world); /* an empty one: as if restored from before the first event */
    opening_is_refused(world);
}

static void a_log_with_another_root_there_is_not_opened(void **state)
{
    struct world *world = *state;
    struct buffer other = { 0 };
    struct hash   root  = crypto_sha256(SLICE("another history"));

    is_anchored(world);
    ledger_close(world->ledger);
    checkpoint_sign(&world->signer, 3, &root, &other);
    assert_ok(anchor_swap(world->anchor_path, anchored(world), buffer_slice(&other)));
    buffer_free(&other);
    opening_is_refused(world);
}

static void an_anchor_of_another_key_is_not_believed(void **state)
{
    struct world *world = *state;

    is_anchored(world);
    ledger_close(world->ledger);
    note_signer_new(&world->signer, SLICE("example.net/log"), NOTE_ED25519);
    opening_is_refused(world);
}

static void an_older_anchor_or_none_is_noticed_by_what_was_shown(void **state)
{
    struct world *world = *state;

    world->settings.anchor_path = world->anchor_path;
    world_reopens(world);
    is_anchored(world);
    struct slice older = anchored(world);
    is_anchored(world); /* three events more */
    ledger_close(world->ledger);
    assert_ok(anchor_swap(world->anchor_path, anchored(world), older));
    opening_is_refused(world);
    assert_int_equal(unlink(world->anchor_path), 0);
    opening_is_refused(world);
}

static void a_ledger_whose_anchor_another_one_wrote_stops(void **state)
{
    struct world   *world = *state;
    struct question asked = for_a_token(9);
    struct buffer   other = { 0 };
    struct hash     root  = crypto_sha256(SLICE("another history"));

    told                    = 0;
    world->settings.stopped = has_stopped;
    is_anchored(world);
    checkpoint_sign(&world->signer, 4, &root, &other);
    assert_ok(anchor_swap(world->anchor_path, anchored(world), buffer_slice(&other)));
    buffer_free(&other);
    assert_ok(ledger_start(world->ledger));
    submit(world, &asked);
    ledger_stop(world->ledger);
    assert_int_equal(told, 1);
    assert_int_equal(told_why, STATUS_CONFLICT);
}

/* One flipped bit in the vault's own log, and its last keys are gone. */
static void a_vault_that_lost_keys_is_not_served_with(void **state)
{
    struct world   *world   = *state;
    struct question account = for_an_account(), token = for_a_token(1);
    struct vault   *whole = world->vault;

    world_reopens(world);
    ask(world, &account);
    ledger_close(world->ledger);
    world->ledger = NULL;
    assert_ok(
        vault_open(&world->settings.vault, NULL, false)); /* it has the system's key at most */
    opening_is_refused(world);
    assert_int_equal(vault_changes(world->settings.vault), 0); /* and no key was made */
    vault_close(world->settings.vault);
    world->settings.vault = whole;
    world_reopens(world);
    ask(world, &token);
    assert_int_equal(token.request.refusal, ACCEPTED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, on_disk, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(after_a_failed_commit_nothing_is_acknowledged_any_more),
        TEST(a_registry_that_cannot_be_read_stops_the_ledger),
        TEST(the_thread_ends_and_says_so_once),
        TEST(an_anchor_that_fits_opens),
        TEST(a_log_that_lost_its_end_is_not_opened),
        TEST(the_last_checkpoint_is_shown_and_kept_in_a_row),
        TEST(a_log_with_another_root_there_is_not_opened),
        TEST(an_anchor_of_another_key_is_not_believed),
        TEST(an_older_anchor_or_none_is_noticed_by_what_was_shown),
        TEST(a_ledger_whose_anchor_another_one_wrote_stops),
        TEST(a_vault_that_lost_keys_is_not_served_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
