/* Does a scan show every record once, in order, and never step over a missing one? */
#include "tests/world/logged.h"

#include "tests/world/checks.h"

#define ANN sample_id(ID_account, "ann")

/* Odd positions have personal fields, even ones have none. */
static void append_some(struct world *world, uint64_t count)
{
    struct event approved = { .type = EVENT_vendor_approved, .stream = sample_id(ID_vendor, "v") };

    for (uint64_t i = 0; i < count; i++)
        world_append(world, log_last(world->log) % 2 ? approved : renamed(ANN, SLICE("lamp")));
}

static void drop(struct world *world, enum family family, uint64_t position)
{
    struct key key = world_row(position);

    batch_erase(world->batch, family, key_slice(&key));
    assert_ok(batch_commit(world->batch, false));
}

static void a_scan_shows_what_single_reads_show(void **state)
{
    struct world     *world = *state;
    struct log_record record, single;

    append_some(world, 30);
    drop(world, FAMILY_personal, 7);
    struct log_scan *scan = log_scan_open(world_reader(world), 0);
    for (uint64_t position = 1; position <= 30; position++) {
        assert_true(log_scan_next(scan, &record));
        assert_int_equal(record.position, position);
        assert_ok(log_read_record(world_reader(world), position, &world->arena, &single));
        assert_true(slice_equal(record.leaf, single.leaf));
        assert_true(slice_equal(record.envelope, single.envelope));
        assert_true(slice_equal(record.ciphertext, single.ciphertext));
        assert_int_equal(record.ciphertext.data != NULL, position % 2 && position != 7);
    }
    assert_false(log_scan_next(scan, &record));
    assert_false(log_scan_next(scan, &record));
    assert_ok(log_scan_close(scan));
}

static void a_scanned_record_opens_as_an_event(void **state)
{
    struct world     *world = *state;
    struct log_record record;
    struct event      event;

    append_some(world, 2);
    struct log_scan *scan = log_scan_open(world_reader(world), 0);
    assert_true(log_scan_next(scan, &record));
    assert_ok(log_record_event(&record, world->vault, &world->arena, &event));
    assert_int_equal(event.position, 1);
    assert_slice(event.device_renamed.name, "lamp");
    assert_ok(log_scan_close(scan));
}

static void a_scan_may_begin_anywhere(void **state)
{
    struct world *world = *state;
    struct status status;

    append_some(world, 10);
    for (uint64_t after = 0; after <= 12; after++) {
        assert_int_equal(world_scan(world_reader(world), after, &status),
                         after < 10 ? 10 - after : 0);
        assert_ok(status);
    }
}

/* Near and far, by steps and by looking up.
 *
 * Planted bugs: looked up, the ciphertext's cursor was left where it was; the scan went on at the
 * row after the one that was asked for. */
static void a_scan_that_skips_shows_what_single_reads_show(void **state)
{
    struct world     *world = *state;
    struct log_record record, single;

    append_some(world, 120);
    for (uint64_t stride = 1; stride <= 40; stride++) {
        struct log_scan *scan = log_scan_open(world_reader(world), 0);
        for (uint64_t position = stride; position <= 120; position += stride) {
            log_scan_skip(scan, position);
            assert_true(log_scan_next(scan, &record));
            assert_int_equal(record.position, position);
            assert_ok(log_read_record(world_reader(world), position, &world->arena, &single));
            assert_true(slice_equal(record.leaf, single.leaf));
            assert_true(slice_equal(record.ciphertext, single.ciphertext));
        }
        log_scan_skip(scan, 121);
        assert_false(log_scan_next(scan, &record));
        assert_ok(log_scan_close(scan));
    }
}

/* Planted bug: an altered ciphertext was taken for a forgotten one. */
static void without_its_hashes_a_record_is_vouched_for_by_its_seal(void **state)
{
    struct world     *world = *state;
    struct log_record record;
    struct event      event;
    char              bytes[SHA256_SIZE] = "other", *altered;

    append_some(world, 1);
    assert_ok(log_read_record(world_reader(world), 1, &world->arena, &record));
    record.leaf = (struct slice){ bytes, sizeof bytes };
    assert_int_equal(log_record_event(&record, world->vault, &world->arena, &event).code,
                     STATUS_CORRUPT);
    assert_ok(log_record_event_unchecked(&record, world->vault, &world->arena, &event));
    assert_slice(event.device_renamed.name, "lamp");
    altered = (char *)arena_copy(&world->arena, record.ciphertext).data;
    altered[0] ^= 1;
    record.ciphertext.data = altered;
    assert_int_equal(log_record_event_unchecked(&record, world->vault, &world->arena, &event).code,
                     STATUS_CORRUPT);
}

static void an_empty_log_is_scanned_without_complaint(void **state)
{
    struct world *world = *state;
    struct status status;

    assert_int_equal(world_scan(world_reader(world), 0, &status), 0);
    assert_ok(status);
}

static void a_missing_record_ends_a_scan_and_is_named(void **state)
{
    struct world *world = *state;
    struct status status;

    append_some(world, 10);
    drop(world, FAMILY_log, 4);
    assert_int_equal(world_scan(world_reader(world), 0, &status), 3);
    assert_int_equal(status.code, STATUS_CORRUPT);
    assert_string_equal(status.text, "event 4 is missing");
    assert_int_equal(world_scan(world_reader(world), 3, &status), 0);
    assert_int_equal(status.code, STATUS_CORRUPT);
    assert_int_equal(world_scan(world_reader(world), 4, &status), 6);
    assert_ok(status);
}

static void a_scan_of_a_snapshot_does_not_see_what_came_later(void **state)
{
    struct world *world = *state;
    struct status status;

    append_some(world, 5);
    struct snapshot *snapshot = snapshot_open(world->store);
    append_some(world, 5);
    assert_int_equal(world_scan(snapshot_reader(snapshot), 0, &status), 5);
    assert_ok(status);
    assert_int_equal(world_scan(world_reader(world), 0, &status), 10);
    snapshot_close(snapshot);
}

#define in_memory(test) cmocka_unit_test_setup_teardown(test, a_log, world_ends)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_memory(a_scan_shows_what_single_reads_show),
        in_memory(a_scanned_record_opens_as_an_event),
        in_memory(a_scan_may_begin_anywhere),
        in_memory(a_scan_that_skips_shows_what_single_reads_show),
        in_memory(without_its_hashes_a_record_is_vouched_for_by_its_seal),
        in_memory(an_empty_log_is_scanned_without_complaint),
        in_memory(a_missing_record_ends_a_scan_and_is_named),
        in_memory(a_scan_of_a_snapshot_does_not_see_what_came_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
