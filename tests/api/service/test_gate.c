/* Is a log held against its anchor before anything of it is changed, is a rebuild that was cut
 * short done again, and is all of it looked at before serving if that is wanted?
 *
 * Planted bugs that it caught: views made ready before the anchor was looked at; a cut rebuild
 * left to the operator; findings that were reported and then served.
 */
#include "api/service/gate.h"

#include <unistd.h>

#include "api/service/service.h"
#include "core/log/checkpoint.h"
#include "projections/projection.h"
#include "replay/fold/replay.h"
#include "tests/world/checks.h"
#include "tests/world/folder.h"
#include "tests/world/replayed.h"

static struct settings settings;
static struct store   *store;
static struct arena    arena;
static char            folder[FOLDER_MAX], store_path[96], anchor_path[96], key_path[96];

static int begins(void **state)
{
    (void)state;
    folder_new(folder, "gate");
    snprintf(store_path, sizeof store_path, "%s/store", folder);
    snprintf(anchor_path, sizeof anchor_path, "%s/anchor", folder);
    snprintf(key_path, sizeof key_path, "%s/log.key", folder);
    settings_default(&settings);
    settings.data           = folder;
    settings.listen         = "127.0.0.1:0";
    settings.metrics_listen = "";
    settings.loops          = 1;
    return 0;
}

static int ends(void **state)
{
    (void)state;
    settings_free(&settings);
    arena_free(&arena);
    folder_remove(folder);
    return 0;
}

static void never(void *context, struct status why) { fail_msg("%p: %s", context, why.text); }

/* From the first start on it has an event: its token. */
static struct status starts_and_stops(void)
{
    struct service *service;
    struct status   status = service_open(&service, &settings, never, NULL);

    service_close(service);
    return status;
}

static struct reader *look_at_the_store(void)
{
    struct store_options options = { .path = store_path };

    store_families_all(options.families);
    assert_ok(store_open(&store, &options));
    return store_reader(store);
}

static void a_rebuild_is_cut_short(void)
{
    (void)look_at_the_store();
    assert_ok(replay_mark_unfolded(store));
    assert_ok(store_clear(store, FAMILY_tokens));
    store_close(store);
}

static void a_rebuild_that_was_cut_short_is_done_again_by_the_next_start(void **state)
{
    (void)state;
    char vault[96];

    assert_ok(starts_and_stops());
    a_rebuild_is_cut_short();
    assert_ok(starts_and_stops());
    assert_ok(replay_check_ready(look_at_the_store(), all_folds));
    store_close(store);
    snprintf(vault, sizeof vault, "%s/vault", folder);
    assert_int_equal(assert_replayed_at(store_path, vault), 1);
}

/* Signed, and further than the log. */
static void the_anchor_knows_more(void)
{
    struct note_signer signer;
    struct slice       was;
    struct buffer      note = { 0 };
    struct hash        root = crypto_sha256(SLICE("five events"));

    assert_ok(checkpoint_key_open(key_path, NULL, NOTE_ED25519, &signer));
    assert_ok(anchor_read(anchor_path, &arena, &was));
    checkpoint_sign(&signer, 5, &root, &note);
    assert_ok(anchor_swap(anchor_path, was, buffer_slice(&note)));
    buffer_free(&note);
}

static void nothing_is_folded_in_a_log_that_does_not_reach_its_anchor(void **state)
{
    (void)state;
    assert_ok(starts_and_stops());
    a_rebuild_is_cut_short();
    the_anchor_knows_more();
    assert_int_equal(starts_and_stops().code, STATUS_CORRUPT);
    assert_int_equal(replay_check_whole(look_at_the_store()).code, STATUS_CONFLICT);
    store_close(store);
}

/* Its envelope is another one, which no hash in the tree knows of. */
static void an_old_event_is_altered(void)
{
    struct reader *reader = look_at_the_store();
    struct key     key    = reader_key(reader);
    struct slice   row;

    key_add_u64(&key, 1);
    assert_ok(reader_get(reader, FAMILY_log, key_slice(&key), &arena, &row));
    ((char *)(uintptr_t)row.data)[row.size - 1] ^= 1;
    struct batch *batch = batch_open(store);
    batch_put(batch, FAMILY_log, key_slice(&key), row);
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
    store_close(store);
}

static void an_old_event_that_was_altered_is_found_at_a_start_that_verifies(void **state)
{
    (void)state;
    char views[96];

    settings.verify_at_start = true;
    assert_ok(starts_and_stops());
    assert_ok(starts_and_stops());
    snprintf(views, sizeof views, "%s/verify.views", folder);
    assert_int_equal(access(views, F_OK), -1);

    an_old_event_is_altered();
    struct status status = starts_and_stops();
    assert_int_equal(status.code, STATUS_CORRUPT);
    assert_non_null(strstr(status.text, "verifying it found"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begins, ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_rebuild_that_was_cut_short_is_done_again_by_the_next_start),
        TEST(nothing_is_folded_in_a_log_that_does_not_reach_its_anchor),
        TEST(an_old_event_that_was_altered_is_found_at_a_start_that_verifies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
