/* Is everything that happened to a stream, an id or by a type found, either way? */
#include "tests/world/logged.h"

#define ANN    sample_id(ID_account, "ann")
#define BEN    sample_id(ID_account, "ben")
#define VENDOR sample_id(ID_vendor, "maker")
#define DEVICE sample_id(ID_device, "lamp")

/* 1 ann, 2 ann, 3 ben, 4 ann, 5 vendor, 6 claim (ann, held by ben), 7 ann */
static void append_some(struct world *world)
{
    struct event approved  = { .type = EVENT_vendor_approved, .stream = VENDOR };
    struct event contested = { .type             = EVENT_device_contested,
                               .stream           = sample_id(ID_claim, "lamp"),
                               .device_contested = {
                                   .account = ANN, .holder = BEN, .device = DEVICE } };
    struct event moved     = { .type         = EVENT_device_moved,
                               .stream       = ANN,
                               .device_moved = { .device   = DEVICE,
                                                 .network  = sample_id(ID_network, "home"),
                                                 .previous = sample_id(ID_network, "home") } };

    world_append(world, renamed(ANN, SLICE("a")));
    world_append(world, renamed(ANN, SLICE("b")));
    world_append(world, renamed(BEN, SLICE("c")));
    world_append(world, moved);
    world_append(world, approved);
    world_append(world, contested);
    world_append(world, renamed(ANN, SLICE("d")));
}

/* "1 2 4 7 " for positions 1, 2, 4 and 7. */
static const char *listed(const uint64_t *positions, size_t count)
{
    static char text[128];
    size_t      size = 0;

    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%llu ",
                                 (unsigned long long)positions[i]);
    return text;
}

static const char *of_stream(struct world *world, struct id stream, uint64_t from,
                             enum log_order order, size_t max)
{
    uint64_t positions[16];
    size_t   count;

    assert_ok(
        log_stream_positions(world_reader(world), stream, from, order, positions, max, &count));
    return listed(positions, count);
}

static const char *of_id(struct world *world, struct id id, uint64_t from, enum log_order order,
                         size_t max)
{
    uint64_t positions[16];
    size_t   count;

    assert_ok(log_index_positions(world_reader(world), id, from, order, positions, max, &count));
    return listed(positions, count);
}

static const char *of_type(struct world *world, enum event_type type, uint64_t from,
                           enum log_order order, size_t max)
{
    uint64_t positions[16];
    size_t   count;

    assert_ok(log_type_positions(world_reader(world), type, from, order, positions, max, &count));
    return listed(positions, count);
}

static void a_stream_is_found_rising(void **state)
{
    struct world *world = *state;

    append_some(world);
    assert_string_equal(of_stream(world, ANN, 0, LOG_RISING, 16), "1 2 4 7 ");
    assert_string_equal(of_stream(world, ANN, 1, LOG_RISING, 16), "2 4 7 ");
    assert_string_equal(of_stream(world, ANN, 3, LOG_RISING, 16), "4 7 ");
    assert_string_equal(of_stream(world, ANN, 7, LOG_RISING, 16), "");
    assert_string_equal(of_stream(world, ANN, UINT64_MAX, LOG_RISING, 16), "");
    assert_string_equal(of_stream(world, BEN, 0, LOG_RISING, 16), "3 ");
}

static void a_stream_is_found_falling(void **state)
{
    struct world *world = *state;

    append_some(world);
    assert_string_equal(of_stream(world, ANN, UINT64_MAX, LOG_FALLING, 16), "7 4 2 1 ");
    assert_string_equal(of_stream(world, ANN, 7, LOG_FALLING, 16), "4 2 1 ");
    assert_string_equal(of_stream(world, ANN, 2, LOG_FALLING, 16), "1 ");
    assert_string_equal(of_stream(world, ANN, 1, LOG_FALLING, 16), "");
    assert_string_equal(of_stream(world, ANN, 0, LOG_FALLING, 16), "");
}

static void no_more_are_listed_than_asked_for(void **state)
{
    struct world *world = *state;

    append_some(world);
    assert_string_equal(of_stream(world, ANN, 0, LOG_RISING, 2), "1 2 ");
    assert_string_equal(of_stream(world, ANN, UINT64_MAX, LOG_FALLING, 3), "7 4 2 ");
    assert_string_equal(of_stream(world, ANN, 0, LOG_RISING, 0), "");
}

static void an_id_is_listed_once_for_each_event_that_names_it(void **state)
{
    struct world *world = *state;

    append_some(world);
    assert_string_equal(of_id(world, DEVICE, 0, LOG_RISING, 16), "1 2 3 4 6 7 ");
    assert_string_equal(of_id(world, DEVICE, 5, LOG_FALLING, 16), "4 3 2 1 ");
    assert_string_equal(of_id(world, sample_id(ID_network, "home"), 0, LOG_RISING, 16), "4 ");
    assert_string_equal(of_id(world, sample_id(ID_network, "away"), 0, LOG_RISING, 16), "");
}

static void an_account_is_indexed_in_other_streams_only(void **state)
{
    struct world *world = *state;
    struct event  own   = { .type              = EVENT_webhook_delivered,
                            .stream            = VENDOR,
                            .webhook_delivered = { .vendor = VENDOR, .attempt = 1 } };

    append_some(world);
    world_append(world, own);
    assert_string_equal(of_id(world, ANN, 0, LOG_RISING, 16), "6 ");
    assert_string_equal(of_id(world, BEN, 0, LOG_RISING, 16), "6 ");
    assert_string_equal(of_id(world, VENDOR, 0, LOG_RISING, 16), "");
    assert_string_equal(of_stream(world, VENDOR, 0, LOG_RISING, 16), "5 8 ");
}

static void ids_of_other_kinds_are_not_indexed(void **state)
{
    struct world       *world = *state;
    const struct shape *shape = event_shape(EVENT_consent_granted);
    struct event        event = world_append(world, sample_event(&world->arena, shape));

    assert_string_equal(of_id(world, event.consent_granted.vendor, 0, LOG_RISING, 16), "1 ");
    assert_string_equal(of_id(world, event.consent_granted.consent, 0, LOG_RISING, 16), "");
    assert_string_equal(of_id(world, event.consent_granted.claim, 0, LOG_RISING, 16), "");
}

static void a_type_is_found_either_way(void **state)
{
    struct world *world = *state;

    append_some(world);
    assert_string_equal(of_type(world, EVENT_device_renamed, 0, LOG_RISING, 16), "1 2 3 7 ");
    assert_string_equal(of_type(world, EVENT_device_renamed, 7, LOG_FALLING, 2), "3 2 ");
    assert_string_equal(of_type(world, EVENT_vendor_approved, 0, LOG_RISING, 16), "5 ");
    assert_string_equal(of_type(world, EVENT_vendor_onboarded, 0, LOG_RISING, 16), "");
}

static void what_a_batch_will_add_is_found_through_it(void **state)
{
    struct world *world = *state;
    struct event  event = renamed(ANN, SLICE("e"));
    uint64_t      positions[16];
    size_t        count;

    append_some(world);
    event.id = ids_next(&world->ids, ID_event, world->clock.fixed_us);
    assert_ok(log_append(world->log, world->batch, world->clock.fixed_us, &world->arena, &event));
    assert_ok(log_stream_positions(batch_reader(world->batch), ANN, UINT64_MAX, LOG_FALLING,
                                   positions, COUNT(positions), &count));
    assert_string_equal(listed(positions, count), "8 7 4 2 1 ");
    assert_ok(log_stream_positions(batch_reader(world->batch), ANN, 4, LOG_RISING, positions,
                                   COUNT(positions), &count));
    assert_string_equal(listed(positions, count), "7 8 ");
}

#define in_memory(test) cmocka_unit_test_setup_teardown(test, a_log, world_ends)

/* At each event's own instant, a microsecond before it, and beyond both ends. */
static void an_instant_leads_to_the_last_event_not_after_it(void **state)
{
    struct world *world = *state;
    uint64_t      position;

    assert_ok(log_position_at(world_reader(world), INT64_MAX, &position));
    assert_int_equal(position, 0);
    for (uint64_t i = 0; i < 9; i++) {
        world_append(world, renamed(ANN, SLICE("a")));
        world->clock.fixed_us += 1000;
    }
    for (uint64_t i = 1; i <= 9; i++) {
        int64_t at = world_read(world, i).recorded_at;
        assert_ok(log_position_at(world_reader(world), at, &position));
        assert_int_equal(position, i);
        assert_ok(log_position_at(world_reader(world), at + 999, &position));
        assert_int_equal(position, i);
        assert_ok(log_position_at(world_reader(world), at - 1, &position));
        assert_int_equal(position, i - 1);
    }
    assert_ok(log_position_at(world_reader(world), INT64_MAX, &position));
    assert_int_equal(position, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_memory(a_stream_is_found_rising),
        in_memory(a_stream_is_found_falling),
        in_memory(no_more_are_listed_than_asked_for),
        in_memory(an_id_is_listed_once_for_each_event_that_names_it),
        in_memory(an_account_is_indexed_in_other_streams_only),
        in_memory(ids_of_other_kinds_are_not_indexed),
        in_memory(a_type_is_found_either_way),
        in_memory(an_instant_leads_to_the_last_event_not_after_it),
        in_memory(what_a_batch_will_add_is_found_through_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
