/* Does opening refuse what is damaged, recover what was only torn, and touch
 * nothing before it is told to? The WAL files are cut and bent by hand. */
#include "tests/world/place.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRITES = 200, VALUE_SIZE = 500 };

/* What the layer above would do: count what must be there. */
struct expected {
    unsigned count;
    unsigned asked;
};

static void number_key(unsigned number, char key[16]) { snprintf(key, 16, "%08u", number); }

static unsigned count_all(struct reader *reader)
{
    struct cursor *cursor = cursor_open(reader, FAMILY_log, SLICE(""), SLICE(""));
    unsigned       count  = 0;
    while (cursor_next(cursor)) count++;
    assert_ok(cursor_close(cursor));
    return count;
}

static struct status at_least(void *context, struct reader *recovered)
{
    struct expected *expected = context;
    unsigned         count    = count_all(recovered);
    expected->asked++;
    return count >= expected->count
               ? OK
               : failed(STATUS_CORRUPT, "%u records of %u", count, expected->count);
}

static struct status open_expecting(struct place *place, struct expected *expected)
{
    struct store_options options = place_options(place);
    options.accept               = at_least;
    options.context              = expected;
    return store_open(&place->store, &options);
}

/* Leaves a store whose records are in its WAL alone, as after a crash. */
static int written(void **state)
{
    struct place *place = place_new(false);
    char          key[16], value[VALUE_SIZE];
    memset(value, 'v', sizeof value);
    place_open(place);
    for (unsigned number = 0; number < WRITES; number++) {
        struct batch *batch = batch_open(place->store);
        number_key(number, key);
        batch_put(batch, FAMILY_log, text(key), SLICE_OF(value));
        assert_ok(batch_commit(batch, number % 50 == 49));
        batch_close(batch);
    }
    place_close(place);
    *state = place;
    return 0;
}

static int leave(void **state)
{
    place_free(*state);
    return 0;
}

/* The newest WAL that holds anything. */
static off_t find_wal(const struct place *place, char path[PATH_MAX])
{
    DIR           *folder = opendir(place->path);
    struct dirent *entry;
    struct stat    about;
    off_t          size = 0;
    char           name[PATH_MAX];
    assert_non_null(folder);
    while ((entry = readdir(folder))) {
        if (!strstr(entry->d_name, ".log")) continue;
        snprintf(name, sizeof name, "%s/%.100s", place->path, entry->d_name);
        assert_int_equal(stat(name, &about), 0);
        if (about.st_size > size) {
            size = about.st_size;
            memcpy(path, name, sizeof name);
        }
    }
    closedir(folder);
    assert_true(size > WRITES * VALUE_SIZE);
    return size;
}

static void wal_cut(const struct place *place, off_t bytes)
{
    char  path[PATH_MAX];
    off_t size = find_wal(place, path);
    assert_int_equal(truncate(path, size - bytes), 0);
}

static void wal_flip(const struct place *place, off_t at)
{
    char    path[PATH_MAX];
    uint8_t byte;
    (void)find_wal(place, path);
    int file = open(path, O_RDWR);
    assert_true(file >= 0);
    assert_int_equal(pread(file, &byte, 1, at), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
    close(file);
}

static void wal_zero(const struct place *place, off_t at, size_t size)
{
    char path[PATH_MAX], zeros[4096] = { 0 };
    (void)find_wal(place, path);
    int file = open(path, O_RDWR);
    assert_true(file >= 0 && size <= sizeof zeros);
    assert_int_equal(pwrite(file, zeros, size, at), size);
    close(file);
}

/* Where the physical record that covers `at` begins: blocks of 32 KiB, a header of
 * 4 bytes checksum, 2 bytes length (little endian) and a type. */
static off_t wal_record(const struct place *place, off_t at)
{
    enum { BLOCK = 32768, HEADER = 7 };
    char    path[PATH_MAX];
    uint8_t header[HEADER];
    (void)find_wal(place, path);
    int file = open(path, O_RDONLY);
    assert_true(file >= 0);
    for (off_t start = 0, next;; start = next) {
        assert_int_equal(pread(file, header, HEADER, start), HEADER);
        next = start + HEADER + (header[4] | header[5] << 8);
        if (BLOCK - next % BLOCK < HEADER) next += BLOCK - next % BLOCK;
        if (next > at) {
            close(file);
            return start;
        }
    }
}

static bool copy_is_there(const struct place *place)
{
    char copy[128];
    snprintf(copy, sizeof copy, "%s.recovery", place->path);
    return access(copy, F_OK) == 0;
}

static void an_unhurt_wal_is_read_without_asking(void **state)
{
    struct place   *place    = *state;
    struct expected expected = { .count = WRITES };
    assert_ok(open_expecting(place, &expected));
    assert_int_equal(count_all(store_reader(place->store)), WRITES);
    assert_int_equal(expected.asked, 0);
}

static void a_torn_tail_is_recovered_once_accepted(void **state)
{
    struct place   *place    = *state;
    struct expected expected = { .count = WRITES - 1 };
    wal_cut(place, 100);
    assert_ok(open_expecting(place, &expected));
    assert_int_equal(expected.asked, 1);
    assert_int_equal(count_all(store_reader(place->store)), WRITES - 1);
    assert_false(copy_is_there(place));

    write_one(place, FAMILY_log, "afterwards", "1");
    place_close(place);
    assert_ok(open_expecting(place, &expected));
    assert_int_equal(expected.asked, 1);
    assert_int_equal(count_all(store_reader(place->store)), WRITES);
}

static void a_torn_tail_is_refused_when_nobody_can_accept(void **state)
{
    struct place        *place   = *state;
    struct store_options options = place_options(place);
    wal_cut(place, 100);
    struct status status = store_open(&place->store, &options);
    assert_int_equal(status.code, STATUS_CORRUPT);
    assert_null(place->store);
}

static void a_flipped_bit_in_the_middle_is_refused(void **state)
{
    struct place   *place    = *state;
    struct expected expected = { .count = WRITES };
    wal_flip(place, WRITES / 2 * VALUE_SIZE);
    for (unsigned attempt = 1; attempt <= 2; attempt++) {
        assert_int_equal(open_expecting(place, &expected).code, STATUS_CORRUPT);
        assert_null(place->store);
        assert_int_equal(expected.asked, 0); /* whole commits follow */
        assert_false(copy_is_there(place));
    }
    wal_flip(place, WRITES / 2 * VALUE_SIZE); /* nothing was lost by refusing */
    assert_ok(open_expecting(place, &expected));
    assert_int_equal(count_all(store_reader(place->store)), WRITES);
}

static void no_flipped_bit_loses_a_record_in_silence(void **state)
{
    struct place   *place    = *state;
    struct expected expected = { .count = WRITES };
    char            path[PATH_MAX];
    off_t           size = find_wal(place, path);
    for (off_t at = 3; at < size; at += size / 25) {
        wal_flip(place, at);
        struct status status = open_expecting(place, &expected);
        assert_int_equal(status.code, STATUS_CORRUPT);
        wal_flip(place, at);
    }
}

/* RocksDB's tolerant mode takes a bent length in the last block for a torn tail,
 * and drops all the records after it in silence. */
static void a_bent_length_near_the_end_is_refused(void **state)
{
    struct place   *place    = *state;
    struct expected expected = { .count = WRITES };
    char            path[PATH_MAX];
    off_t           size = find_wal(place, path);
    for (off_t back = 600; back <= 3600; back += 1000) {
        off_t length = wal_record(place, size - back) + 4;
        wal_flip(place, length + 1); /* 4 KiB longer: past the end */
        assert_int_equal(open_expecting(place, &expected).code, STATUS_CORRUPT);
        wal_flip(place, length + 1);
    }
}

static void a_leftover_copy_is_swept_away(void **state)
{
    struct place   *place    = *state;
    struct expected expected = { .count = 1 };
    char            copy[128], name[160];
    snprintf(copy, sizeof copy, "%s.recovery", place->path);
    snprintf(name, sizeof name, "%s/000009.sst", copy);
    assert_int_equal(mkdir(copy, 0700), 0);
    close(open(name, O_CREAT | O_WRONLY, 0600));
    wal_cut(place, 100);
    assert_ok(open_expecting(place, &expected));
    assert_false(copy_is_there(place));
}

static void tables_survive_the_rehearsal(void **state)
{
    struct place   *place    = *state;
    struct expected expected = { .count = WRITES + 1 };
    char            key[16];
    place_open(place);
    assert_ok(store_flush(place->store));
    for (unsigned number = WRITES; number < 2 * WRITES + 2; number++) {
        char value[VALUE_SIZE];
        memset(value, 'w', sizeof value);
        struct batch *batch = batch_open(place->store);
        number_key(number, key);
        batch_put(batch, FAMILY_log, text(key), SLICE_OF(value));
        assert_ok(batch_commit(batch, false));
        batch_close(batch);
    }
    place_close(place);
    wal_cut(place, 10);
    assert_ok(open_expecting(place, &expected));
    assert_int_equal(count_all(store_reader(place->store)), 2 * WRITES + 1);
}

static void a_lost_current_is_not_taken_for_a_new_store(void **state)
{
    struct place        *place   = *state;
    struct store_options options = place_options(place);
    char                 name[128];
    snprintf(name, sizeof name, "%s/CURRENT", place->path);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(store_open(&place->store, &options).code, STATUS_CORRUPT);
}

static void zeros_in_the_middle_are_refused(void **state)
{
    struct place   *place    = *state;
    struct expected expected = { .count = WRITES };
    wal_zero(place, 40960, 4096);
    assert_int_equal(open_expecting(place, &expected).code, STATUS_CORRUPT);
}

static void zeros_after_the_last_record_are_no_damage(void **state)
{
    struct place   *place    = *state;
    struct expected expected = { .count = WRITES };
    char            path[PATH_MAX];
    wal_zero(place, find_wal(place, path), 4096);
    assert_ok(open_expecting(place, &expected));
    assert_int_equal(count_all(store_reader(place->store)), WRITES);
}

#define hurt(test) cmocka_unit_test_setup_teardown(test, written, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        hurt(an_unhurt_wal_is_read_without_asking),
        hurt(a_torn_tail_is_recovered_once_accepted),
        hurt(a_torn_tail_is_refused_when_nobody_can_accept),
        hurt(a_flipped_bit_in_the_middle_is_refused),
        hurt(no_flipped_bit_loses_a_record_in_silence),
        hurt(a_bent_length_near_the_end_is_refused),
        hurt(a_leftover_copy_is_swept_away),
        hurt(tables_survive_the_rehearsal),
        hurt(a_lost_current_is_not_taken_for_a_new_store),
        hurt(zeros_in_the_middle_are_refused),
        hurt(zeros_after_the_last_record_are_no_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
