/* Is what is imported the log that was exported, with all its rows and views, and is
 * nothing taken that is not?
 *
 * Planted bugs that this caught: ciphertexts that are not put; a root that is not compared. */
#include "tests/world/copied.h"

#include "replay/copy/import.h"
#include "tests/world/replayed.h"

static struct store *empty_store(void)
{
    struct store_options options = { .path = NULL };
    struct store        *store;

    store_families_all(options.families);
    assert_ok(store_open(&store, &options));
    return store;
}

static struct status import_into(struct copied *copied, struct store *store, struct import_job *job)
{
    struct published from = published_folder(copied->folder);

    *job = (struct import_job){ .from  = &from,
                                .note  = buffer_slice(&copied->note),
                                .head  = &copied->head,
                                .into  = store,
                                .vault = copied->world->vault,
                                .folds = all_folds };
    return replay_import(job);
}

static void assert_same_rows(struct reader *a, struct reader *b, enum family family)
{
    struct key     prefix = reader_key(a);
    struct slice   none   = { 0 };
    struct cursor *x      = cursor_open(a, family, key_slice(&prefix), none);
    struct cursor *y      = cursor_open(b, family, key_slice(&prefix), none);

    while (cursor_next(x)) {
        if (!cursor_next(y) || !slice_equal(cursor_key(x), cursor_key(y)) ||
            !slice_equal(cursor_value(x), cursor_value(y)))
            fail_msg("%s differs", family_name(family));
    }
    assert_false(cursor_next(y));
    assert_ok(cursor_close(x));
    assert_ok(cursor_close(y));
}

static void every_row_and_view_is_there_again(void **state)
{
    static const enum family families[] = { FAMILY_log,   FAMILY_personal, FAMILY_stream,
                                            FAMILY_index, FAMILY_tiles,    FAMILY_registry };
    struct copied           *copied     = *state;
    struct store            *store      = empty_store();
    struct export_job        out;
    struct import_job        in;

    assert_ok(copied_export(copied, true, &out));
    assert_ok(import_into(copied, store, &in));
    assert_int_equal(in.events, copied->head.size);
    assert_false(in.bare);
    for (size_t i = 0; i < COUNT(families); i++)
        assert_same_rows(store_reader(copied->world->store), store_reader(store), families[i]);
    struct replayed again = replayed(store_reader(store), copied->world->vault, all_folds);
    assert_int_equal(again.differences, 0);
    assert_ok(replay_check_ready(store_reader(store), all_folds));
    store_close(store);
}

static void without_ciphertexts_all_are_forgotten(void **state)
{
    struct copied    *copied = *state;
    struct store     *store  = empty_store();
    struct arena      arena  = { 0 };
    struct event      event;
    struct export_job out;
    struct import_job in;

    assert_ok(copied_export(copied, false, &out));
    assert_ok(import_into(copied, store, &in));
    assert_true(in.bare);
    assert_ok(log_read(store_reader(store), copied->world->vault, 1, &arena, &event));
    assert_true(event.forgotten);
    arena_free(&arena);
    store_close(store);
}

static void a_store_with_a_log_takes_no_other(void **state)
{
    struct copied    *copied = *state;
    struct export_job out;
    struct import_job in;

    assert_ok(copied_export(copied, true, &out));
    assert_int_equal(import_into(copied, copied->world->store, &in).code, STATUS_CONFLICT);
}

static void another_root_is_refused(void **state)
{
    struct copied    *copied = *state;
    struct store     *store  = empty_store();
    struct export_job out;
    struct import_job in;

    assert_ok(copied_export(copied, true, &out));
    copied->head.root.bytes[3] ^= 1;
    struct status status = import_into(copied, store, &in);
    assert_int_equal(status.code, STATUS_CORRUPT);
    assert_non_null(strstr(status.text, "another root"));
    store_close(store);
}

static void what_does_not_hash_to_its_tile_is_refused_with_its_position(void **state)
{
    struct copied    *copied = *state;
    struct store     *store  = empty_store();
    struct export_job out;
    struct import_job in;

    assert_ok(copied_export(copied, true, &out));
    struct slice bytes = copied_file(copied, "tile/entries/001");
    ((char *)(uintptr_t)bytes.data)[30] ^= 1;
    copied_put(copied, "tile/entries/001", bytes);
    struct status status = import_into(copied, store, &in);
    assert_int_equal(status.code, STATUS_CORRUPT);
    assert_non_null(strstr(status.text, "event 257"));
    store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, copied_begins, copied_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_row_and_view_is_there_again),
        TEST(without_ciphertexts_all_are_forgotten),
        TEST(a_store_with_a_log_takes_no_other),
        TEST(another_root_is_refused),
        TEST(what_does_not_hash_to_its_tile_is_refused_with_its_position),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
