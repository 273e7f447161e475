/* Is an archived event read, scanned and forgotten as if it had never gone; does no row go
 * before its file is right; and is a file that was altered or lost named, never served?
 *
 * Planted bugs that this must notice, and did: files that are not synced, or not read back,
 * before the rows go; an entry that is not held against its leaf hash; an archive that takes
 * the last event, what nobody signed, or what is not old; a scan that does not look there. */
#include "tests/world/archive.h"

#include "tests/world/checks.h"

#include <errno.h>

/* In archive of the system's: a disk that may fail, and counts. */
static int  syncs;
static bool disk_fails;

int syncfs(int fd)
{
    (void)fd;
    if (!disk_fails) return syncs++, 0;
    errno = EIO;
    return -1;
}

static uint64_t due(struct world *world, int64_t before_us)
{
    uint64_t through;

    assert_ok(archived_due(world_reader(world), before_us, &through));
    return through;
}

static bool has_row(struct world *world, uint64_t position)
{
    struct key   key = world_row(position);
    struct slice value;

    assert_ok(reader_get(world_reader(world), FAMILY_log, key_slice(&key), &world->arena, &value));
    return value.data != NULL;
}

static struct status read_at(struct world *world, uint64_t position)
{
    struct log_record record;

    return log_read_record(world_reader(world), position, &world->arena, &record);
}

/* -- what is due --------------------------------------------------------------- */

static void only_what_is_old_and_signed_and_not_the_end_is_due(void **state)
{
    struct world *world = ((struct archive *)*state)->world;
    int64_t       all   = INT64_MAX;

    append_some(world, 256);
    assert_int_equal(due(world, all), 0); /* nobody signed it */
    sign(world);
    assert_int_equal(due(world, all), 0); /* the log goes on from its last event */
    append_some(world, 256);
    assert_int_equal(due(world, all), 256);
    assert_int_equal(due(world, world_read(world, 256).recorded_at), 256);
    assert_int_equal(due(world, world_read(world, 256).recorded_at - 1), 0);
    append_some(world, 1);
    assert_int_equal(due(world, all), 256);
    sign(world);
    assert_int_equal(due(world, all), 512);
}

static void a_long_past_is_archived_in_parts(void **state)
{
    struct world *world = ((struct archive *)*state)->world;

    append_some(world, 256 * (ARCHIVED_AT_ONCE + 1) + 1);
    sign(world);
    assert_int_equal(due(world, INT64_MAX), 256 * ARCHIVED_AT_ONCE);
}

/* -- reading ------------------------------------------------------------------- */

static void an_archived_event_is_read_as_before(void **state)
{
    static const uint64_t positions[] = { 1, 2, 255, 256, 257, 511, 512, 513, EVENTS };
    struct archive       *archive     = *state;
    struct world         *world       = archive->world;
    struct log_record     before[COUNT(positions)], after;

    append_some(world, EVENTS);
    sign(world);
    for (size_t i = 0; i < COUNT(positions); i++)
        assert_ok(log_read_record(world_reader(world), positions[i], &world->arena, &before[i]));
    assert_ok(write_files(archive));
    drop_rows(archive);
    for (size_t i = 0; i < COUNT(positions); i++) {
        assert_int_equal(has_row(world, positions[i]), positions[i] > TWO_BUNDLES);
        assert_ok(log_read_record(world_reader(world), positions[i], &world->arena, &after));
        assert_true(slice_equal(after.leaf, before[i].leaf));
        assert_true(slice_equal(after.envelope, before[i].envelope));
        assert_true(slice_equal(after.ciphertext, before[i].ciphertext));
        assert_slice(world_read(world, positions[i]).device_renamed.name, "lamp");
    }
    assert_status(read_at(world, 0), STATUS_NOT_FOUND);
    assert_status(read_at(world, EVENTS + 1), STATUS_NOT_FOUND);
}

static void a_scan_goes_through_the_archive_and_on(void **state)
{
    struct archive *archive = *state;
    struct status   status;

    archive_some(archive);
    for (uint64_t after = 0; after <= EVENTS; after += 100) {
        assert_int_equal(world_scan(world_reader(archive->world), after, &status), EVENTS - after);
        assert_ok(status);
    }
}

static void a_scan_may_skip_within_an_archive_and_beyond(void **state)
{
    struct archive   *archive = *state;
    struct log_record record;

    archive_some(archive);
    struct log_scan *scan = log_scan_open(world_reader(archive->world), 0);
    for (uint64_t position = 50; position <= EVENTS; position += 50) {
        log_scan_skip(scan, position);
        assert_true(log_scan_next(scan, &record));
        assert_int_equal(record.position, position);
    }
    assert_ok(log_scan_close(scan));
}

static void a_scan_that_has_begun_goes_on_when_rows_go(void **state)
{
    struct archive   *archive = *state;
    struct world     *world   = archive->world;
    struct log_record record;
    size_t            count = 0;

    append_some(world, EVENTS);
    sign(world);
    assert_ok(write_files(archive));
    struct snapshot *snapshot = snapshot_open(world->store);
    struct log_scan *scan     = log_scan_open(snapshot_reader(snapshot), 0);
    assert_true(log_scan_next(scan, &record));
    drop_rows(archive);
    while (log_scan_next(scan, &record)) count++;
    assert_ok(log_scan_close(scan));
    assert_int_equal(count, EVENTS - 1);
    snapshot_close(snapshot);
}

static void what_is_sealed_in_an_archived_event_can_be_forgotten(void **state)
{
    struct archive *archive = *state;
    struct world   *world   = archive->world;

    archive_some(archive);
    log_forget(world->batch, 7);
    assert_ok(batch_commit(world->batch, false));
    assert_true(world_read(world, 7).forgotten);
    assert_false(world_read(world, 8).forgotten);
}

static void the_log_and_its_tree_go_on_after_a_restart(void **state)
{
    struct archive   *archive = *state;
    struct world     *world   = archive->world;
    struct proof      proof;
    struct hash       root;
    struct log_record record;

    archive_some(archive);
    assert_ok(log_rewind(world->log));
    append_some(world, 1);
    sign(world);
    assert_int_equal(log_last(world->log), EVENTS + 1);
    struct merkle *tree = log_merkle(world->log);
    assert_ok(merkle_root(tree, world_reader(world), EVENTS + 1, &root));
    assert_ok(merkle_inclusion(tree, world_reader(world), 99, EVENTS + 1, &proof));
    assert_ok(log_read_record(world_reader(world), 100, &world->arena, &record));
    struct hash leaf = hash_leaf(record.envelope);
    assert_true(proof_includes(&proof, &leaf, 99, EVENTS + 1, &root));
}

/* -- damage -------------------------------------------------------------------- */

static void an_altered_file_is_named_and_not_served(void **state)
{
    struct archive *archive = *state;
    struct world   *world   = archive->world;
    struct status   status;

    archive_some(archive);
    flip(archive->first, 5); /* within the bundle's last entry */
    status = read_at(world, 256);
    assert_status(status, STATUS_CORRUPT);
    assert_non_null(strstr(status.text, "event 256"));
    assert_non_null(strstr(status.text, archive->first));
    assert_ok(read_at(world, 255));
    assert_int_equal(world_scan(world_reader(world), 0, &status), 255);
    assert_status(status, STATUS_CORRUPT);
    assert_non_null(strstr(status.text, archive->first));
}

static void a_lost_or_cut_file_is_named(void **state)
{
    struct archive *archive = *state;
    struct world   *world   = archive->world;
    struct status   status;

    archive_some(archive);
    assert_int_equal(truncate(archive->first, 1000), 0);
    status = read_at(world, 1);
    assert_status(status, STATUS_CORRUPT);
    assert_non_null(strstr(status.text, archive->first));
    assert_int_equal(unlink(archive->first), 0);
    status = read_at(world, 1);
    assert_status(status, STATUS_CORRUPT);
    assert_non_null(strstr(status.text, archive->first));
    assert_int_equal(world_scan(world_reader(world), 0, &status), 0);
    assert_status(status, STATUS_CORRUPT);
    assert_ok(read_at(world, 257));
}

/* -- writing ------------------------------------------------------------------- */

static void files_that_are_wrong_are_noticed_before_any_row_goes(void **state)
{
    struct archive *archive = *state;
    struct world   *world   = archive->world;

    append_some(world, EVENTS);
    sign(world);
    assert_ok(write_files(archive));
    flip(archive->first, 5);
    struct status status = write_files(archive);
    assert_status(status, STATUS_CORRUPT);
    assert_non_null(strstr(status.text, archive->first));
    assert_int_equal(unlink(archive->first), 0);
    assert_ok(write_files(archive)); /* as after a kill: the other file is there already */
    drop_rows(archive);
    assert_ok(read_at(world, 256));
}

static void files_are_synced_before_any_row_goes(void **state)
{
    struct archive *archive = *state;

    append_some(archive->world, EVENTS);
    sign(archive->world);
    disk_fails           = true;
    struct status status = write_files(archive);
    disk_fails           = false;
    assert_status(status, STATUS_IO);
    int before = syncs;
    assert_ok(write_files(archive)); /* all files are there already, but who knows how */
    assert_int_equal(syncs, before + 1);
}

static void a_folder_without_the_archive_is_not_taken_for_it(void **state)
{
    struct archive *archive = *state;
    struct reader  *reader  = world_reader(archive->world);

    archive_some(archive);
    assert_ok(archived_check(reader, archive->folder, TWO_BUNDLES, NULL));
    assert_status(archived_check(reader, "/tmp", TWO_BUNDLES, NULL), STATUS_CORRUPT);
    drop_rows(archive); /* once more: nothing changes */
    assert_ok(read_at(archive->world, 1));
    assert_ok(read_at(archive->world, TWO_BUNDLES + 1));
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, archive_begins, archive_ends)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(only_what_is_old_and_signed_and_not_the_end_is_due),
        in_place(a_long_past_is_archived_in_parts),
        in_place(an_archived_event_is_read_as_before),
        in_place(a_scan_goes_through_the_archive_and_on),
        in_place(a_scan_may_skip_within_an_archive_and_beyond),
        in_place(a_scan_that_has_begun_goes_on_when_rows_go),
        in_place(what_is_sealed_in_an_archived_event_can_be_forgotten),
        in_place(the_log_and_its_tree_go_on_after_a_restart),
        in_place(an_altered_file_is_named_and_not_served),
        in_place(a_lost_or_cut_file_is_named),
        in_place(files_that_are_wrong_are_noticed_before_any_row_goes),
        in_place(files_are_synced_before_any_row_goes),
        in_place(a_folder_without_the_archive_is_not_taken_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
