/* Is a log that is appended record by record the same log, and is nothing taken that
 * does not follow? */
#include "tests/world/logged.h"

#include "tests/world/checks.h"

static struct log_record record_of(struct world *world, uint64_t position)
{
    struct log_record record;

    assert_ok(log_read_record(store_reader(world->store), position, &world->arena, &record));
    return record;
}

static struct status take(struct world *world, const struct log_record *record)
{
    struct event  event;
    struct status status = log_append_record(world->log, world->batch, record, &world->arena,
                                             &event);

    if (status.code == STATUS_OK) assert_int_equal(event.position, record->position);
    return status;
}

static void much_happens(struct world *world)
{
    const struct shape *shape;

    for (size_t i = 0; (shape = event_shape_at(i)) != NULL; i++) world_append_sample(world, shape);
}

static void same_rows(struct world *a, struct world *b, enum family family)
{
    struct key     prefix = reader_key(store_reader(a->store));
    struct slice   none   = { 0 };
    struct cursor *x      = cursor_open(store_reader(a->store), family, key_slice(&prefix), none);
    struct cursor *y      = cursor_open(store_reader(b->store), family, key_slice(&prefix), none);

    while (cursor_next(x)) {
        assert_true(cursor_next(y));
        assert_true(slice_equal(cursor_key(x), cursor_key(y)));
        assert_true(slice_equal(cursor_value(x), cursor_value(y)));
    }
    assert_false(cursor_next(y));
    assert_ok(cursor_close(x));
    assert_ok(cursor_close(y));
}

static void every_row_is_the_same_in_the_copy(void **state)
{
    static const enum family families[] = { FAMILY_log, FAMILY_personal, FAMILY_stream,
                                            FAMILY_index, FAMILY_tiles };
    struct world            *from = *state, *to = world_with_log(false);

    for (int i = 0; i < 8; i++) much_happens(from);
    assert_true(log_last(from->log) > TILE_WIDTH);
    for (uint64_t position = 1; position <= log_last(from->log); position++) {
        struct log_record record = record_of(from, position);
        assert_ok(take(to, &record));
        if (position % 100 == 0) assert_ok(batch_commit(to->batch, false));
    }
    assert_ok(batch_commit(to->batch, false));
    for (size_t i = 0; i < COUNT(families); i++) same_rows(from, to, families[i]);
    world_free(to);
}

/* Number `from` of the one, put at `at` of the other: what is said of it. */
static void is_not_taken(struct world *from, uint64_t number, struct world *to, uint64_t at,
                         const char *why)
{
    struct log_record record = record_of(from, number);
    uint64_t          last   = log_last(to->log);

    record.position      = at;
    struct status status = take(to, &record);
    assert_int_equal(status.code, STATUS_CORRUPT);
    if (!strstr(status.text, why)) fail_msg("%s, not: %s", status.text, why);
    assert_int_equal(log_last(to->log), last);
}

/* Three events of one stream, then one each of three others. */
static void what_does_not_follow_is_not_taken(void **state)
{
    static const char *const streams[] = { "ann", "ann", "ann", "ben", "cyd", "dan" };
    struct world            *from = *state, *to = world_with_log(false);
    struct log_record        record;
    char                     altered[1024];

    for (size_t i = 0; i < COUNT(streams); i++)
        world_append(from, renamed(sample_id(ID_account, streams[i]), SLICE("lamp")));
    is_not_taken(from, 2, to, 2, "event 1 is missing");
    is_not_taken(from, 2, to, 1, "version");
    record = record_of(from, 1);
    assert_ok(take(to, &record));
    is_not_taken(from, 3, to, 2, "version");
    record          = record_of(from, 5);
    record.position = 2;
    assert_ok(take(to, &record)); /* only the root tells that others are missing between */
    is_not_taken(from, 4, to, 3, "not later");
    record          = record_of(from, 6);
    record.position = 3;
    memcpy(altered, record.envelope.data, record.envelope.size);
    altered[record.envelope.size - 1] ^= 1;
    record.envelope.data = altered;
    assert_status(take(to, &record), STATUS_CORRUPT); /* not what was hashed */
    world_free(to);
}

static void append_what_is_too_large(void)
{
    static char   text[ENVELOPE_MAX];
    struct world *world = world_with_log(false);
    struct event  event = sample_event(&world->arena, event_shape(EVENT_thing_model_published));

    memset(text, 'x', sizeof text);
    event.thing_model_published.definition = SLICE_OF(text);
    world_append(world, event);
}

static void an_envelope_beyond_the_limit_is_our_mistake(void **state)
{
    (void)state;
    assert_true(stops(append_what_is_too_large));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, a_log, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_row_is_the_same_in_the_copy),
        TEST(what_does_not_follow_is_not_taken),
        cmocka_unit_test(an_envelope_beyond_the_limit_is_our_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
