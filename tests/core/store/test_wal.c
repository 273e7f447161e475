/* Is a torn end told from damage? Every flipped bit before the last commit is refused, and a
 * log that is cut anywhere within its last commit is not.
 *
 * Planted bugs that it caught: a walk that ends at the first damage; one that looks for the
 * next record only where a block begins; sequence numbers that were not compared. A walk that
 * wanted a batch's head in one record took a healthy log for a damaged one.
 */
#include "core/store/wal.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/durable.h"
#include "core/store/crc32c.h"
#include "tests/world/place.h"

enum { COMMITS = 6, WAL_MAX = 1 << 20 };

/* A log of some commits, copied into a folder that has nothing else. */
static struct {
    struct place *place;
    char          folder[96], path[128];
    struct buffer bytes;
    size_t        last; /* where the last commit begins */
} wal;

static struct slice wal_of_store(void)
{
    char   pattern[128];
    glob_t found;

    snprintf(pattern, sizeof pattern, "%s/*.log", wal.place->path);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    buffer_clear(&wal.bytes);
    assert_ok(durable_read(found.gl_pathv[found.gl_pathc - 1], WAL_MAX, &wal.bytes));
    globfree(&found);
    return buffer_slice(&wal.bytes);
}

static void wal_begins(size_t value_size)
{
    static char value[100000];

    wal.place = place_new(false);
    place_open(wal.place);
    ensure(value_size < sizeof value);
    memset(value, 'v', value_size);
    value[value_size] = '\0';
    for (unsigned i = 0; i < COMMITS; i++) {
        char key[8];
        snprintf(key, sizeof key, "%u", i);
        wal.last = wal_of_store().size;
        write_one(wal.place, FAMILY_log, key, value);
    }
    (void)wal_of_store();
    place_close(wal.place);
    snprintf(wal.folder, sizeof wal.folder, "%s/copy", wal.place->folder);
    snprintf(wal.path, sizeof wal.path, "%s/000004.log", wal.folder);
    assert_int_equal(mkdir(wal.folder, 0700), 0);
    assert_true(wal.last > 0 && wal.bytes.size > wal.last);
}

static int small_commits(void **state)
{
    (void)state;
    wal_begins(40);
    return 0;
}

static int commits_of_several_blocks(void **state)
{
    (void)state;
    wal_begins(70000);
    return 0;
}

static int wal_ends(void **state)
{
    (void)state;
    place_free(wal.place);
    buffer_free(&wal.bytes);
    return 0;
}

/* In place: emptied first, the file system would write it out each time. */
static void put(const char *path, const char *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    assert_int_equal(ftruncate(fd, (off_t)size), 0);
    close(fd);
}

static enum status_code with_a_flip_at(size_t bit)
{
    wal.bytes.data[bit / 8] ^= (char)(1 << bit % 8);
    put(wal.path, wal.bytes.data, wal.bytes.size);
    struct status status = wal_check(wal.folder);
    wal.bytes.data[bit / 8] ^= (char)(1 << bit % 8);
    if (status.code == STATUS_CORRUPT) {
        assert_non_null(strstr(status.text, "000004.log is damaged at byte"));
    }
    return status.code;
}

static void every_flip_is_refused_before(size_t end, size_t step)
{
    for (size_t bit = 0; bit < end * 8; bit += step)
        if (with_a_flip_at(bit) != STATUS_CORRUPT) fail_msg("bit %zu was not noticed", bit);
}

static void a_checksum_is_that_of_the_rfc(void **state)
{
    (void)state;
    char zeros[32] = { 0 }, ones[32];

    memset(ones, 0xff, sizeof ones);
    assert_int_equal(crc32c("123456789", 9), 0xe3069283);
    assert_int_equal(crc32c(zeros, sizeof zeros), 0x8a9136aa); /* RFC 3720, B.4 */
    assert_int_equal(crc32c(ones, sizeof ones), 0x62a8ab43);
}

static void an_unhurt_log_is_fine(void **state)
{
    (void)state;
    put(wal.path, wal.bytes.data, wal.bytes.size);
    assert_ok(wal_check(wal.folder));
    assert_ok(wal_check("/nowhere/at/all"));
}

static void every_flipped_bit_before_the_last_commit_is_refused(void **state)
{
    (void)state;
    every_flip_is_refused_before(wal.last, 1);
}

static void so_is_one_in_a_commit_of_several_blocks(void **state)
{
    (void)state;
    every_flip_is_refused_before(wal.last, 8191);
}

static void a_flip_in_the_last_commit_is_for_the_anchor_to_judge(void **state)
{
    (void)state;
    for (size_t bit = wal.last * 8; bit < wal.bytes.size * 8; bit++)
        assert_int_equal(with_a_flip_at(bit), STATUS_OK);
}

static void a_log_that_is_cut_within_its_last_commit_has_a_torn_end(void **state)
{
    (void)state;
    for (size_t size = wal.last; size < wal.bytes.size; size += 1 + size / 1000) {
        put(wal.path, wal.bytes.data, size);
        assert_ok(wal_check(wal.folder));
    }
}

static void what_is_older_than_the_last_whole_commit_is_no_sign_of_damage(void **state)
{
    (void)state;
    struct buffer both = { 0 };

    buffer_add(&both, (struct slice){ wal.bytes.data, wal.last + 9 }); /* a torn end, and */
    buffer_add(&both, (struct slice){ wal.bytes.data, wal.last });     /* what was there before */
    put(wal.path, both.data, both.size);
    buffer_free(&both);
    assert_ok(wal_check(wal.folder));
}

static void zeros_over_a_whole_commit_are_damage(void **state)
{
    (void)state;
    memset(wal.bytes.data + wal.last / 2, 0, wal.last / 4);
    put(wal.path, wal.bytes.data, wal.bytes.size);
    assert_int_equal(wal_check(wal.folder).code, STATUS_CORRUPT);
}

/* The log goes on in another file: so none of the first is its end. */
static void the_end_of_a_file_is_no_torn_end_when_another_follows(void **state)
{
    (void)state;
    char next[128];

    snprintf(next, sizeof next, "%s/000012.log", wal.folder);
    put(next, wal.bytes.data + wal.last, wal.bytes.size - wal.last);
    wal.bytes.size = wal.last;
    every_flip_is_refused_before(wal.last, 1);
    put(wal.path, wal.bytes.data, wal.last - 1);
    assert_int_equal(wal_check(wal.folder).code, STATUS_CORRUPT);
    put(wal.path, wal.bytes.data, wal.last);
    assert_ok(wal_check(wal.folder));
}

/* A block's last bytes take what fits there, a record of no payload at least, or are zeros. */
static void a_batch_that_begins_in_any_last_byte_of_a_block_is_whole(void **state)
{
    (void)state;
    static char value[32 * 1024];

    for (size_t left = 0; left <= 40; left++) {
        struct place *place = wal.place = place_new(false);
        place_open(place);
        write_one(place, FAMILY_log, "a", "");
        size_t overhead = wal_of_store().size;
        size_t size     = sizeof value - overhead * 2 - left - 2; /* its length takes 3, not 1 */
        memset(value, 'v', size);
        value[size] = '\0';
        write_one(place, FAMILY_log, "b", value);
        assert_int_equal(wal_of_store().size, sizeof value - left);
        write_one(place, FAMILY_log, "c", "over the edge");
        write_one(place, FAMILY_log, "d", "behind it");
        assert_ok(wal_check(place->path));
        place_close(place);
        place_free(place);
    }
}

static struct status accepts(void *context, struct reader *recovered)
{
    (void)context, (void)recovered;
    return OK;
}

/* The layer above would take what is left; it is not even shown it. */
static void a_store_with_such_a_log_is_not_opened(void **state)
{
    (void)state;
    struct store_options options = place_options(wal.place);
    char                 pattern[128];
    glob_t               found;

    options.accept = accepts;
    snprintf(pattern, sizeof pattern, "%s/*.log", wal.place->path);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    wal.bytes.data[wal.last - 3] ^= 1; /* of the commit before the last */
    put(found.gl_pathv[found.gl_pathc - 1], wal.bytes.data, wal.bytes.size);
    assert_int_equal(store_open(&wal.place->store, &options).code, STATUS_CORRUPT);
    wal.place->store  = NULL;
    options.read_only = true;
    assert_int_equal(store_open(&wal.place->store, &options).code, STATUS_CORRUPT);
    wal.place->store = NULL;
    wal.bytes.data[wal.last - 3] ^= 1;
    put(found.gl_pathv[found.gl_pathc - 1], wal.bytes.data, wal.bytes.size - 1);
    options.read_only = false;
    assert_ok(store_open(&wal.place->store, &options));
    globfree(&found);
}

#define SMALL(name) cmocka_unit_test_setup_teardown(name, small_commits, wal_ends)
#define LARGE(name) cmocka_unit_test_setup_teardown(name, commits_of_several_blocks, wal_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_checksum_is_that_of_the_rfc),
        SMALL(an_unhurt_log_is_fine),
        LARGE(an_unhurt_log_is_fine),
        SMALL(every_flipped_bit_before_the_last_commit_is_refused),
        LARGE(so_is_one_in_a_commit_of_several_blocks),
        SMALL(a_flip_in_the_last_commit_is_for_the_anchor_to_judge),
        SMALL(a_log_that_is_cut_within_its_last_commit_has_a_torn_end),
        LARGE(a_log_that_is_cut_within_its_last_commit_has_a_torn_end),
        SMALL(what_is_older_than_the_last_whole_commit_is_no_sign_of_damage),
        SMALL(zeros_over_a_whole_commit_are_damage),
        SMALL(the_end_of_a_file_is_no_torn_end_when_another_follows),
        cmocka_unit_test(a_batch_that_begins_in_any_last_byte_of_a_block_is_whole),
        SMALL(a_store_with_such_a_log_is_not_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
