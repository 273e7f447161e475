/* Do the marks fit a large disk and a small one, and is a start refused that could not write?
 *
 * Planted bugs that it caught: a file system's size that was left out of the marks; a start
 * that did not count the WAL.
 */
#include "api/service/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "tests/world/checks.h"
#include "tests/world/folder.h"

#define MIB (UINT64_C(1) << 20)

static struct settings   settings;
static struct data_paths paths;
static char              folder[FOLDER_MAX], store[128], vault[128], anchor[128], reserve[128];

static int begins(void **state)
{
    (void)state;
    settings_default(&settings);
    folder_new(folder, "disk");
    snprintf(store, sizeof store, "%s/store", folder);
    snprintf(vault, sizeof vault, "%s/vault", folder);
    snprintf(anchor, sizeof anchor, "%s/anchor", folder);
    snprintf(reserve, sizeof reserve, "%s/reserve", folder);
    settings.data = folder;
    paths         = (struct data_paths){ .store = store, .vault = vault, .anchor = anchor };
    return 0;
}

static int ends(void **state)
{
    (void)state;
    settings_free(&settings);
    folder_remove(folder);
    return 0;
}

static void a_large_disk_has_the_marks_that_are_set(void **state)
{
    (void)state;
    struct disk_marks marks = disk_marks_of(&settings, UINT64_C(1) << 40);

    assert_int_equal(marks.low, settings.disk_low);
    assert_int_equal(marks.least, settings.disk_least);
    assert_int_equal(marks.reserve, settings.disk_reserve);
}

static void a_small_disk_is_not_low_from_the_first(void **state)
{
    (void)state;
    for (uint64_t size = 16 * MIB; size < 4096 * MIB; size *= 2) {
        struct disk_marks marks = disk_marks_of(&settings, size);
        assert_true(marks.low <= size / 8 && marks.least < marks.low);
        assert_true(marks.reserve < marks.least && marks.reserve >= DISK_TURN);
    }
}

static uint64_t free_there(void)
{
    struct statvfs found;

    assert_int_equal(statvfs(folder, &found), 0);
    return (uint64_t)found.f_bavail * found.f_frsize;
}

static void a_start_needs_room_for_what_the_wal_holds(void **state)
{
    (void)state;
    struct disk *disk;
    char         wal[160];

    assert_ok(disk_open(&disk, &settings, &paths));
    disk_close(disk);
    assert_int_equal(mkdir(store, 0700), 0);
    snprintf(wal, sizeof wal, "%s/000007.log", store);
    int fd = open(wal, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)(free_there() + 64 * MIB)), 0); /* of holes */
    close(fd);
    struct status status = disk_open(&disk, &settings, &paths);
    assert_int_equal(status.code, STATUS_LIMIT);
    assert_non_null(strstr(status.text, "a start needs"));
    assert_null(disk);
    assert_int_not_equal(access(reserve, F_OK), 0);
}

static void the_reserve_is_kept_while_there_is_room_and_given_back_when_there_is_none(void **state)
{
    (void)state;
    struct disk *disk;
    struct stat  found;

    assert_ok(disk_open(&disk, &settings, &paths));
    assert_int_equal(disk_look(disk), LEDGER_ROOM_ENOUGH);
    assert_false(disk_is_low(disk));
    assert_true(disk_free(disk) > settings.disk_low);
    assert_int_equal(stat(reserve, &found), 0);
    assert_int_equal(found.st_blocks * 512, settings.disk_reserve);
    disk_close(disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_large_disk_has_the_marks_that_are_set, begins, ends),
        cmocka_unit_test_setup_teardown(a_small_disk_is_not_low_from_the_first, begins, ends),
        cmocka_unit_test_setup_teardown(a_start_needs_room_for_what_the_wal_holds, begins, ends),
        cmocka_unit_test_setup_teardown(
            the_reserve_is_kept_while_there_is_room_and_given_back_when_there_is_none, begins,
            ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
