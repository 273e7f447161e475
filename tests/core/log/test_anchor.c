/* Is a log that lost its end, or has another one, always noticed by its anchor? */
#include "tests/core/log/world.h"

#include "core/log/durable.h"
#include "tests/core/base/checks.h"

#include <sys/stat.h>

#define ANN sample_id(ID_account, "ann")

struct place {
    char folder[64], path[96];
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);

    assert_non_null(place);
    snprintf(place->folder, sizeof place->folder, "/tmp/piot-anchor-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/anchor", place->folder);
    *state = place;
    return 0;
}

static int clear_place(void **state)
{
    struct place *place = *state;
    char          command[128];

    snprintf(command, sizeof command, "rm -rf '%s'", place->folder);
    assert_int_equal(system(command), 0);
    free(place);
    return 0;
}

static size_t load(const char *path, char *bytes, size_t max)
{
    int fd = open(path, O_RDONLY);

    assert_true(fd >= 0);
    ssize_t got = read(fd, bytes, max);
    assert_true(got > 0 && close(fd) == 0);
    return (size_t)got;
}

static void save(const char *path, const char *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    assert_int_equal(close(fd), 0);
}

/* -- the file --------------------------------------------------------------- */

static void an_anchor_reads_as_it_was_written(void **state)
{
    struct place *place    = *state;
    struct anchor wanted[] = { { 1, crypto_sha256(SLICE("one")) },
                               { UINT64_MAX, crypto_sha256(SLICE("last")) },
                               { 0, { { 0 } } } };

    for (size_t i = 0; i < COUNT(wanted); i++) {
        struct anchor found;

        assert_ok(anchor_write(place->path, &wanted[i]));
        assert_ok(anchor_read(place->path, &found));
        assert_true(found.position == wanted[i].position);
        assert_memory_equal(&found.leaf, &wanted[i].leaf, sizeof found.leaf);
    }
}

static void a_missing_anchor_is_not_found(void **state)
{
    struct place *place = *state;
    struct anchor anchor;

    assert_status(anchor_read(place->path, &anchor), STATUS_NOT_FOUND);
}

static void every_altered_or_cut_anchor_is_corrupt(void **state)
{
    struct place *place      = *state;
    struct anchor anchor     = { 1234567, crypto_sha256(SLICE("leaf")) }, found;
    char          bytes[512] = { 0 };

    assert_ok(anchor_write(place->path, &anchor));
    size_t size = load(place->path, bytes, sizeof bytes);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        char before = bytes[bit / 8];

        bytes[bit / 8] = (char)(before ^ 1 << bit % 8);
        save(place->path, bytes, size);
        struct status status = anchor_read(place->path, &found);
        if (status.code == STATUS_OK) { /* a hex digit in upper case says the same */
            assert_true((before ^ bytes[bit / 8]) == 0x20 && before >= 'a' && before <= 'f');
            assert_true(found.position == anchor.position);
            assert_memory_equal(&found.leaf, &anchor.leaf, sizeof found.leaf);
        } else {
            assert_int_equal(status.code, STATUS_CORRUPT);
        }
        bytes[bit / 8] = before;
    }
    for (size_t cut = 0; cut <= size + 1; cut++) {
        save(place->path, bytes, cut);
        if (cut == size)
            assert_ok(anchor_read(place->path, &found));
        else
            assert_status(anchor_read(place->path, &found), STATUS_CORRUPT);
    }
}

static void only_we_may_read_an_anchor_and_nothing_else_is_left(void **state)
{
    struct place *place = *state;
    struct stat   found;
    char          fresh[128];

    snprintf(fresh, sizeof fresh, "%s.new", place->path);
    save(fresh, "left by a crash", 15);
    assert_ok(anchor_write(place->path, &(struct anchor){ .position = 1 }));
    assert_int_equal(stat(place->path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_not_equal(access(fresh, F_OK), 0);
}

static void an_anchor_that_cannot_be_written_leaves_the_old_one(void **state)
{
    struct place *place = *state;
    struct anchor found;
    char          fresh[128];

    assert_ok(anchor_write(place->path, &(struct anchor){ .position = 1 }));
    snprintf(fresh, sizeof fresh, "%s.new", place->path);
    assert_int_equal(mkdir(fresh, 0700), 0); /* in the way */
    assert_status(anchor_write(place->path, &(struct anchor){ .position = 2 }), STATUS_IO);
    assert_ok(anchor_read(place->path, &found));
    assert_int_equal(found.position, 1);
}

static void a_new_file_never_replaces_one_that_is_there(void **state)
{
    struct place *place = *state;
    char          bytes[8];

    assert_ok(durable_write(place->path, SLICE("first"), DURABLE_NEW));
    assert_status(durable_write(place->path, SLICE("second"), DURABLE_NEW), STATUS_CONFLICT);
    assert_int_equal(load(place->path, bytes, sizeof bytes), 5);
    assert_memory_equal(bytes, "first", 5);
}

/* -- against the log -------------------------------------------------------- */

static struct anchor anchor_at(struct world *world, uint64_t position)
{
    struct anchor     anchor = { .position = position };
    struct log_record record;

    assert_ok(
        log_read_record(world_reader(world), PARTITION_ONE, position, &world->arena, &record));
    memcpy(anchor.leaf.bytes, record.leaf.data, LEAF_SIZE);
    return anchor;
}

static void a_log_that_reaches_its_anchor_passes(void **state)
{
    struct world *world = *state;

    assert_ok(anchor_check(world_reader(world), PARTITION_ONE, &(struct anchor){ 0 }));
    for (size_t i = 0; i < 5; i++) world_append(world, renamed(ANN, SLICE("lamp")));
    for (uint64_t i = 1; i <= 5; i++) {
        struct anchor anchor = anchor_at(world, i);

        assert_ok(anchor_check(world_reader(world), PARTITION_ONE, &anchor));
    }
}

static void a_log_that_lost_its_end_says_what_is_missing(void **state)
{
    struct world *world = *state;

    for (size_t i = 0; i < 5; i++) world_append(world, renamed(ANN, SLICE("lamp")));
    struct anchor anchor = anchor_at(world, 5);
    for (uint64_t i = 4; i <= 5; i++) {
        struct key key = world_row(i);

        batch_erase(world->batch, FAMILY_log, key_slice(&key));
    }
    assert_ok(batch_commit(world->batch, false));
    struct status status = anchor_check(world_reader(world), PARTITION_ONE, &anchor);
    assert_int_equal(status.code, STATUS_CORRUPT);
    assert_string_equal(status.text,
                        "the log ends at 3, but it had come to 5: 2 events are missing");
}

static void another_event_at_the_anchors_position_is_noticed(void **state)
{
    struct world *world = *state, *other = world_new(false);

    for (size_t i = 0; i < 3; i++) {
        world_append(world, renamed(ANN, SLICE("lamp")));
        world_append(other, renamed(ANN, SLICE("lamp")));
    }
    struct anchor anchor = anchor_at(other, 2);
    struct status status = anchor_check(world_reader(world), PARTITION_ONE, &anchor);
    assert_int_equal(status.code, STATUS_CORRUPT);
    assert_string_equal(status.text, "event 2 is not the one that stood there");
    world_free(other);
}

static void a_hole_at_the_anchors_position_is_noticed(void **state)
{
    struct world *world = *state;
    struct key    key   = world_row(2);

    for (size_t i = 0; i < 3; i++) world_append(world, renamed(ANN, SLICE("lamp")));
    struct anchor anchor = anchor_at(world, 2);
    batch_erase(world->batch, FAMILY_log, key_slice(&key));
    assert_ok(batch_commit(world->batch, false));
    assert_status(anchor_check(world_reader(world), PARTITION_ONE, &anchor), STATUS_CORRUPT);
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, make_place, clear_place)
#define in_memory(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(an_anchor_reads_as_it_was_written),
        in_folder(a_missing_anchor_is_not_found),
        in_folder(every_altered_or_cut_anchor_is_corrupt),
        in_folder(only_we_may_read_an_anchor_and_nothing_else_is_left),
        in_folder(an_anchor_that_cannot_be_written_leaves_the_old_one),
        in_folder(a_new_file_never_replaces_one_that_is_there),
        in_memory(a_log_that_reaches_its_anchor_passes),
        in_memory(a_log_that_lost_its_end_says_what_is_missing),
        in_memory(another_event_at_the_anchors_position_is_noticed),
        in_memory(a_hole_at_the_anchors_position_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
