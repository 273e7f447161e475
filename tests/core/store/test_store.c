/* Does a store keep its header's promises, alike in memory and on disk? */
#include "tests/world/place.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"

static void a_committed_batch_is_there_whole(void **state)
{
    struct place *place = *state;
    struct batch *batch = batch_open(place->store);
    batch_put(batch, FAMILY_devices, text("lamp"), text("on"));
    batch_put(batch, FAMILY_networks, text("home"), text(""));
    assert_int_equal(batch_count(batch), 2);
    assert_true(batch_size(batch) > 10);
    assert_null(look(place, store_reader(place->store), FAMILY_devices, "lamp").data);
    assert_ok(batch_commit(batch, true));
    assert_int_equal(batch_count(batch), 0);
    batch_close(batch);

    struct reader *reader = store_reader(place->store);
    assert_slice(look(place, reader, FAMILY_devices, "lamp"), "on");
    assert_slice(look(place, reader, FAMILY_networks, "home"), "");
    assert_null(look(place, reader, FAMILY_devices, "home").data);
}

static void a_batch_reads_its_own_changes_and_nobody_else_does(void **state)
{
    struct place *place = *state;
    write_one(place, FAMILY_devices, "kept", "1");
    write_one(place, FAMILY_devices, "changed", "1");
    write_one(place, FAMILY_devices, "erased", "1");

    struct batch  *batch = batch_open(place->store);
    struct reader *over = batch_reader(batch), *under = store_reader(place->store);
    batch_put(batch, FAMILY_devices, text("changed"), text("2"));
    batch_put(batch, FAMILY_devices, text("new"), text("3"));
    batch_put(batch, FAMILY_devices, text("fleeting"), text("4"));
    batch_erase(batch, FAMILY_devices, text("fleeting"));
    batch_erase(batch, FAMILY_devices, text("erased"));
    assert_slice(look(place, over, FAMILY_devices, "kept"), "1");
    assert_slice(look(place, over, FAMILY_devices, "changed"), "2");
    assert_slice(look(place, over, FAMILY_devices, "new"), "3");
    assert_null(look(place, over, FAMILY_devices, "fleeting").data);
    assert_null(look(place, over, FAMILY_devices, "erased").data);
    assert_slice(look(place, under, FAMILY_devices, "changed"), "1");
    assert_slice(look(place, under, FAMILY_devices, "erased"), "1");
    assert_null(look(place, under, FAMILY_devices, "new").data);

    batch_clear(batch);
    assert_slice(look(place, over, FAMILY_devices, "erased"), "1");
    assert_null(look(place, over, FAMILY_devices, "new").data);
    batch_close(batch);
}

static void the_last_change_of_a_key_wins(void **state)
{
    struct place *place = *state;
    struct batch *batch = batch_open(place->store);
    batch_erase(batch, FAMILY_devices, text("a"));
    batch_put(batch, FAMILY_devices, text("a"), text("1"));
    batch_put(batch, FAMILY_devices, text("a"), text("2"));
    batch_put(batch, FAMILY_devices, text("b"), text("1"));
    batch_erase(batch, FAMILY_devices, text("b"));
    assert_ok(batch_commit(batch, false));
    batch_close(batch);
    assert_slice(look(place, store_reader(place->store), FAMILY_devices, "a"), "2");
    assert_null(look(place, store_reader(place->store), FAMILY_devices, "b").data);
}

static void a_snapshot_stays_as_it_was(void **state)
{
    struct place *place = *state;
    write_one(place, FAMILY_devices, "lamp", "off");
    struct snapshot *snapshot = snapshot_open(place->store);
    write_one(place, FAMILY_devices, "lamp", "on");
    write_one(place, FAMILY_devices, "later", "1");

    assert_slice(look(place, snapshot_reader(snapshot), FAMILY_devices, "lamp"), "off");
    struct cursor *cursor = cursor_open(snapshot_reader(snapshot), FAMILY_devices, SLICE(""),
                                        SLICE(""));
    assert_true(cursor_next(cursor));
    assert_slice(cursor_value(cursor), "off");
    assert_false(cursor_next(cursor));
    assert_ok(cursor_close(cursor));
    snapshot_close(snapshot);
    assert_slice(look(place, store_reader(place->store), FAMILY_devices, "lamp"), "on");
}

static void a_noted_failure_stays_and_stops_the_commit(void **state)
{
    struct place  *place  = *state;
    struct batch  *batch  = batch_open(place->store);
    struct reader *reader = batch_reader(batch);
    batch_put(batch, FAMILY_devices, text("lamp"), text("on"));
    reader_note(reader, OK);
    assert_ok(reader_failure(reader));
    reader_note(reader, failed(STATUS_CORRUPT, "first"));
    reader_note(reader, failed(STATUS_IO, "second"));
    assert_int_equal(reader_failure(reader).code, STATUS_CORRUPT);
    assert_int_equal(batch_commit(batch, true).code, STATUS_CORRUPT);
    assert_null(look(place, store_reader(place->store), FAMILY_devices, "lamp").data);

    batch_clear(batch);
    assert_ok(reader_failure(reader));
    batch_close(batch);
}

static void a_cleared_family_is_empty_and_the_others_are_not(void **state)
{
    struct place *place = *state;
    char          last[KEY_MAX]; /* the greatest key there can be */
    memset(last, 0xff, sizeof last);
    write_one(place, FAMILY_devices, "a", "1");
    write_one(place, FAMILY_networks, "a", "1");
    struct batch *batch = batch_open(place->store);
    batch_put(batch, FAMILY_devices, SLICE_OF(last), text("1"));
    assert_ok(batch_commit(batch, true));
    batch_close(batch);

    assert_ok(store_clear(place->store, FAMILY_devices));
    struct reader *reader = store_reader(place->store);
    struct cursor *cursor = cursor_open(reader, FAMILY_devices, SLICE(""), SLICE(""));
    assert_false(cursor_next(cursor));
    assert_ok(cursor_close(cursor));
    assert_slice(look(place, reader, FAMILY_networks, "a"), "1");
    write_one(place, FAMILY_devices, "a", "2");
    assert_slice(look(place, reader, FAMILY_devices, "a"), "2");
}

static void figures_are_known_or_nothing(void **state)
{
    struct place *place = *state;
    write_one(place, FAMILY_devices, "a", "1");
    write_one(place, FAMILY_networks, "a", "1");
    assert_true(store_property(place->store, "rocksdb.cur-size-all-mem-tables") > 0);
    assert_int_equal(store_property(place->store, "rocksdb.estimate-num-keys"), 2);
    assert_int_equal(store_property(place->store, "rocksdb.no-such-figure"), 0);
    assert_false(store_failing(place->store));
}

static void *read_many(void *context)
{
    struct place   place  = *(struct place *)context;
    struct arena   own    = { 0 };
    struct reader *reader = reader_new(place.store, &own);
    place.arena           = (struct arena){ 0 };
    for (int at = 0; at < 2000; at++) {
        struct slice value = look(&place, reader, FAMILY_devices, "lamp");
        assert_true(value.size == 1);
        arena_reset(&place.arena);
    }
    arena_free(&place.arena);
    arena_free(&own);
    return NULL;
}

static void any_thread_may_read_while_one_writes(void **state)
{
    struct place *place = *state;
    pthread_t     threads[2];
    write_one(place, FAMILY_devices, "lamp", "0");
    for (size_t at = 0; at < COUNT(threads); at++)
        assert_int_equal(pthread_create(&threads[at], NULL, read_many, place), 0);
    for (int at = 0; at < 50; at++) write_one(place, FAMILY_devices, "lamp", at % 2 ? "1" : "0");
    for (size_t at = 0; at < COUNT(threads); at++)
        assert_int_equal(pthread_join(threads[at], NULL), 0);
}

/* In place, under the store's hands: the file keeps its name and its size. */
static void damage_tables(const char *folder)
{
    DIR           *files = opendir(folder);
    struct dirent *file;
    char           path[PATH_MAX];
    uint8_t        byte;

    assert_non_null(files);
    while ((file = readdir(files))) {
        if (!strstr(file->d_name, ".sst")) continue;
        snprintf(path, sizeof path, "%s/%s", folder, file->d_name);
        int fd = open(path, O_RDWR);
        assert_true(pread(fd, &byte, 1, 8) == 1);
        byte ^= 1;
        assert_true(pwrite(fd, &byte, 1, 8) == 1);
        close(fd);
    }
    closedir(files);
}

static void a_failed_read_is_its_own_readers_and_is_counted(void **state)
{
    struct place  *place = *state;
    struct reader *one   = reader_new(place->store, &place->arena), *other;
    struct slice   value;

    other = reader_new(place->store, &place->arena);
    write_one(place, FAMILY_devices, "lamp", "on");
    assert_ok(store_flush(place->store));
    damage_tables(place->path);
    assert_int_equal(store_reads(place->store).failed, 0);
    uint64_t before = store_reads(place->store).count;

    struct status status = reader_get(one, FAMILY_devices, text("lamp"), &place->arena, &value);
    assert_int_equal(status.code, STATUS_CORRUPT);
    reader_note(one, status);
    struct cursor *cursor = cursor_open(one, FAMILY_devices, text("lamp"), text(""));
    assert_false(cursor_next(cursor));
    assert_int_equal(cursor_close(cursor).code, STATUS_CORRUPT);
    assert_int_equal(reader_failure(one).code, STATUS_CORRUPT);

    assert_ok(reader_failure(other));
    assert_null(look(place, other, FAMILY_networks, "lamp").data);
    assert_ok(reader_failure(store_reader(place->store)));
    struct store_reads reads = store_reads(place->store);
    assert_int_equal(reads.count - before, 3);
    assert_int_equal(reads.failed, 2);
    assert_in_range(clock_monotonic_us() - reads.failed_us, 0, MINUTE);
}

static int memory(void **state)
{
    struct place *place = place_new(true);
    place_open(place);
    *state = place;
    return 0;
}

static int disk(void **state)
{
    struct place *place = place_new(false);
    place_open(place);
    *state = place;
    return 0;
}

static int leave(void **state)
{
    place_free(*state);
    return 0;
}

/* clang-format off */
#define both(test)                                                                          \
    { #test " (in memory)", test, memory, leave, NULL },                                    \
    { #test " (on disk)", test, disk, leave, NULL }
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        both(a_committed_batch_is_there_whole),
        both(a_batch_reads_its_own_changes_and_nobody_else_does),
        both(the_last_change_of_a_key_wins),
        both(a_snapshot_stays_as_it_was),
        both(a_noted_failure_stays_and_stops_the_commit),
        both(a_cleared_family_is_empty_and_the_others_are_not),
        both(figures_are_known_or_nothing),
        both(any_thread_may_read_while_one_writes),
        cmocka_unit_test_setup_teardown(a_failed_read_is_its_own_readers_and_is_counted, disk,
                                        leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
