/* Is what was copied what comes back, is nothing copied twice, and does nothing damaged
 * come back?
 *
 * Planted bug that it caught: a freeze that dropped nothing. One that it does not see: a frozen
 * store that may compact itself, which costs bytes copied again and nothing else. */
#include "core/store/backup.h"
#include "tests/world/place.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROWS = 2000, ROW_SIZE = 200 };

static char folder[128], frozen[128], back[128];

static int set_up(void **state)
{
    struct place *place = place_new(false);
    place_open(place);
    snprintf(folder, sizeof folder, "%s/copies", place->folder);
    snprintf(frozen, sizeof frozen, "%s/frozen", place->folder);
    snprintf(back, sizeof back, "%s/back", place->folder);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    place_free(*state);
    return 0;
}

/* Rows that do not compress. */
static void fill(struct place *place, unsigned seed)
{
    struct batch *batch = batch_open(place->store);
    char          value[ROW_SIZE], key[32];
    uint64_t      randomness = seed * 2654435761u + 1;
    for (unsigned row = 0; row < ROWS; row++) {
        for (size_t at = 0; at < sizeof value; at++) {
            randomness = randomness * 6364136223846793005u + 1442695040888963407u;
            value[at]  = (char)(randomness >> 56);
        }
        snprintf(key, sizeof key, "%u-%u", seed, row);
        batch_put(batch, FAMILY_log, text(key), (struct slice){ value, sizeof value });
    }
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
}

static void keep_log_and_meta(bool families[FAMILY_COUNT])
{
    memset(families, 0, FAMILY_COUNT * sizeof *families);
    families[FAMILY_log]  = true;
    families[FAMILY_meta] = true;
}

static uint32_t copy(struct place *place)
{
    struct store *still;
    bool          families[FAMILY_COUNT];
    uint32_t      number = 0;
    keep_log_and_meta(families);
    assert_ok(store_freeze(place->store, frozen, families, &still));
    assert_ok(store_backup(still, folder, &number));
    assert_ok(store_thaw(still, frozen));
    assert_int_not_equal(access(frozen, F_OK), 0);
    return number;
}

static struct store *restore(struct place *place, uint32_t number)
{
    struct store        *store;
    struct store_options options = place_options(place);
    assert_ok(store_remove(back));
    assert_ok(store_restore(folder, number, back));
    options.path = back;
    assert_ok(store_open(&store, &options));
    return store;
}

/* Bytes of all tables below the folder. */
static uint64_t bytes_kept(const char *name)
{
    char           path[512];
    uint64_t       bytes = 0;
    DIR           *files;
    struct dirent *entry;
    struct stat    found;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    files = opendir(path);
    assert_non_null(files);
    while ((entry = readdir(files)))
        if (fstatat(dirfd(files), entry->d_name, &found, 0) == 0 && S_ISREG(found.st_mode))
            bytes += (uint64_t)found.st_size;
    closedir(files);
    return bytes;
}

/* -- coming back ---------------------------------------------------------------- */

static void what_was_copied_comes_back_as_of_then(void **state)
{
    struct place *place = *state;
    write_one(place, FAMILY_log, "a", "1");
    uint32_t first = copy(place);
    write_one(place, FAMILY_log, "a", "2");
    uint32_t second = copy(place);
    assert_true(second > first);

    struct store *store = restore(place, first);
    assert_slice(look(place, store_reader(store), FAMILY_log, "a"), "1");
    store_close(store);
    store = restore(place, second);
    assert_slice(look(place, store_reader(store), FAMILY_log, "a"), "2");
    store_close(store);
}

static void families_that_were_not_asked_for_are_not_in_the_copy(void **state)
{
    struct place *place = *state;
    write_one(place, FAMILY_meta, "kept", "yes");
    write_one(place, FAMILY_accounts, "login", "a-very-personal-login");
    write_one(place, FAMILY_leases, "address", "a-very-personal-address");
    struct store *store = restore(place, copy(place));
    assert_slice(look(place, store_reader(store), FAMILY_meta, "kept"), "yes");
    assert_null(look(place, store_reader(store), FAMILY_accounts, "login").data);
    store_close(store);

    char command[256];
    snprintf(command, sizeof command, "grep -rqa a-very-personal '%s'", folder);
    assert_int_not_equal(system(command), 0); /* nor in any of its bytes */
    assert_slice(look(place, store_reader(place->store), FAMILY_accounts, "login"),
                 "a-very-personal-login");
}

static void a_frozen_store_stands_still_while_the_first_goes_on(void **state)
{
    struct place *place = *state;
    struct store *still;
    bool          families[FAMILY_COUNT];
    write_one(place, FAMILY_log, "a", "1");
    keep_log_and_meta(families);
    assert_ok(store_freeze(place->store, frozen, families, &still));
    write_one(place, FAMILY_log, "a", "2");
    assert_slice(look(place, store_reader(still), FAMILY_log, "a"), "1");
    assert_ok(store_thaw(still, frozen));
}

static void what_a_kill_left_frozen_is_swept_away(void **state)
{
    struct place *place = *state;
    write_one(place, FAMILY_log, "a", "1");
    assert_ok(store_checkpoint(place->store, frozen));
    assert_true(copy(place) > 0);
}

/* -- the list --------------------------------------------------------------------- */

static void a_table_is_copied_once(void **state)
{
    struct place *place = *state;
    fill(place, 1);
    copy(place);
    uint64_t first = bytes_kept("shared_checksum");
    assert_true(first > ROWS * ROW_SIZE);
    copy(place);
    assert_true(bytes_kept("shared_checksum") - first < 64 * 1024);
    fill(place, 2);
    copy(place);
    assert_true(bytes_kept("shared_checksum") - first > ROWS * ROW_SIZE);
    assert_true(bytes_kept("shared_checksum") < 2 * first + 128 * 1024);
}

static void the_list_has_them_oldest_first_and_the_oldest_go(void **state)
{
    struct place         *place = *state;
    struct stored_backup *backups;
    size_t                count;
    assert_ok(store_backups(folder, &place->arena, &backups, &count));
    assert_int_equal(count, 0);
    assert_int_not_equal(access(folder, F_OK), 0); /* looking makes nothing */
    for (unsigned seed = 1; seed <= 3; seed++) {
        fill(place, seed);
        copy(place);
    }
    assert_ok(store_backups(folder, &place->arena, &backups, &count));
    assert_int_equal(count, 3);
    assert_true(backups[0].number < backups[1].number && backups[1].number < backups[2].number);
    assert_true(backups[2].size > backups[0].size && backups[0].taken_us > 0);
    uint32_t last = backups[2].number, next;
    assert_ok(store_backup_next(folder, &next));
    assert_int_equal(next, last + 1);
    assert_ok(store_backups_keep(folder, 1));
    assert_ok(store_backups(folder, &place->arena, &backups, &count));
    assert_int_equal(count, 1);
    assert_int_equal(backups[0].number, last);
    assert_int_equal(copy(place), next);
    store_close(restore(place, last));
}

/* -- refusing ----------------------------------------------------------------------- */

static void damage(const char *pattern, const char *how)
{
    char command[512];
    snprintf(command, sizeof command, "f=$(ls -S %s/%s | head -n 1) && %s", folder, pattern, how);
    assert_int_equal(system(command), 0);
}

static void a_flipped_bit_does_not_come_back(void **state)
{
    struct place *place = *state;
    fill(place, 1);
    uint32_t number = copy(place);
    damage("shared_checksum/*.sst",
           "printf '\\125' | dd of=\"$f\" bs=1 seek=4321 conv=notrunc status=none");
    struct status status = store_restore(folder, number, back);
    assert_int_equal(status.code, STATUS_CORRUPT);
    if (!strstr(status.text, "shared_checksum/"))
        fail_msg("it does not name the file: %s", status.text);
    assert_ok(store_remove(back));
}

static void a_cut_or_missing_table_does_not_come_back(void **state)
{
    struct place *place = *state;
    fill(place, 1);
    uint32_t number = copy(place);
    damage("shared_checksum/*.sst", "truncate -s -1 \"$f\"");
    assert_int_not_equal(store_restore(folder, number, back).code, STATUS_OK);
    assert_ok(store_remove(back));
    damage("shared_checksum/*.sst", "rm \"$f\"");
    assert_int_not_equal(store_restore(folder, number, back).code, STATUS_OK);
}

static void nothing_is_overwritten_and_nothing_made_up(void **state)
{
    struct place *place = *state;
    assert_int_equal(store_restore(folder, 1, back).code, STATUS_NOT_FOUND);
    assert_ok(store_remove(back));
    write_one(place, FAMILY_log, "a", "1");
    uint32_t number = copy(place);
    assert_int_equal(store_restore(folder, number, place->path).code, STATUS_CONFLICT);
    assert_int_equal(store_restore(folder, number + 1, back).code, STATUS_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(what_was_copied_comes_back_as_of_then),
        TEST(families_that_were_not_asked_for_are_not_in_the_copy),
        TEST(a_frozen_store_stands_still_while_the_first_goes_on),
        TEST(what_a_kill_left_frozen_is_swept_away),
        TEST(a_table_is_copied_once),
        TEST(the_list_has_them_oldest_first_and_the_oldest_go),
        TEST(a_flipped_bit_does_not_come_back),
        TEST(a_cut_or_missing_table_does_not_come_back),
        TEST(nothing_is_overwritten_and_nothing_made_up),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
