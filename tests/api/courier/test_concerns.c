/* Question: does the courier hear of every event that changes what vendors are owed, and of
 * none that comes in floods and does not?
 *
 * Planted bugs that this must notice, and did: an expired command that concerns no vendor,
 * so that the webhook behind it in its order waits for the courier's next look by itself;
 * reports that wake it. */
#include <stdlib.h>

#include "api/courier/courier.h"
#include "core/facts/names.h"
#include "core/rules/registry_write.h"
#include "projections/projection.h"
#include "tests/world/sample.h"

static const struct id ALICE = { "aalice" }, LAMP = { "dlamp" }, GLOW = { "vglow" };

/* A store with the outbox and the registry, in which a command of Alice's was tried once. */
struct place {
    struct store *store;
    struct batch *batch;
    struct arena  arena;
    struct id     command, delivery;
};

static void fold(struct place *place, const struct event *event)
{
    fold_registry.apply(place->batch, &place->arena, event);
    fold_outbox.apply(place->batch, &place->arena, event);
}

static int a_command_was_tried(void **state)
{
    struct store_options options = { .families = {
                                         [FAMILY_registry] = true, [FAMILY_outbox] = true } };
    struct place        *place   = calloc(1, sizeof *place);

    assert_non_null(place);
    assert_ok(store_open(&place->store, &options));
    place->batch   = batch_open(place->store);
    place->command = sample_id(ID_command, "command");

    struct event wanted   = { .id                = sample_id(ID_event, "wanted"),
                              .type              = EVENT_command_requested,
                              .stream            = ALICE,
                              .position          = 1,
                              .recorded_at       = SAMPLE_INSTANT,
                              .command_requested = {
                                  .command = place->command, .device = LAMP, .vendor = GLOW } };
    place->delivery       = name_delivery(wanted.id);
    struct event deferred = { .type             = EVENT_webhook_deferred,
                              .stream           = ALICE,
                              .position         = 2,
                              .recorded_at      = SAMPLE_INSTANT + SECOND,
                              .webhook_deferred = { .delivery = place->delivery,
                                                    .vendor   = GLOW,
                                                    .attempt  = 1,
                                                    .reason   = SLICE("busy"),
                                                    .next_at  = SAMPLE_INSTANT + MINUTE } };
    registry_put_device(place->batch, ALICE, LAMP,
                        &(struct device_record){ .status = DEVICE_active, .vendor = GLOW });
    fold(place, &wanted);
    fold(place, &deferred);
    *state = place;
    return 0;
}

static int ends(void **state)
{
    struct place *place = *state;

    batch_close(place->batch);
    store_close(place->store);
    arena_free(&place->arena);
    free(place);
    return 0;
}

/* Of that command, that delivery and that vendor, as far as it names such. */
static struct event event_of(struct place *place, const struct shape *shape)
{
    struct event event = sample_event(&place->arena, shape);

    for (const struct field *f = shape->fields(); f->name; f++) {
        struct id *id = (struct id *)(void *)((char *)&event + shape->offset + f->offset);

        if (f->type != FIELD_id) continue;
        if (strcmp(f->name, "command") == 0) *id = place->command;
        if (strcmp(f->name, "delivery") == 0) *id = place->delivery;
        if (strcmp(f->name, "vendor") == 0) *id = GLOW;
    }
    if (id_kind(event.stream) == ID_vendor) event.stream = GLOW;
    if (id_kind(event.stream) == ID_account) event.stream = ALICE;
    if (strcmp(event_stream_name(event.type), "any") == 0) event.stream = ALICE;
    return event;
}

static bool is_heard_of(struct place *place, const struct event *event)
{
    struct commit_event told = {
        .type      = event->type,
        .stream    = event->stream,
        .concerned = concerned_by(event, batch_reader(place->batch), &place->arena),
    };

    return courier_concerns(&(struct commit){ .events = &told, .count = 1 });
}

static void the_courier_hears_of_whatever_changes_the_outbox(void **state)
{
    const struct shape *shape;
    size_t              changes = 0;

    (void)state;
    for (size_t i = 0; (shape = event_shape_at(i)) != NULL; i++) {
        void *fresh;
        assert_int_equal(a_command_was_tried(&fresh), 0);
        struct place *place = fresh;
        struct event  event = event_of(place, shape);

        assert_ok(batch_commit(place->batch, false));
        bool heard = is_heard_of(place, &event);
        fold_outbox.apply(place->batch, &place->arena, &event);
        bool changed = batch_count(place->batch) > 0;
        changes += changed;
        if (changed && !heard) fail_msg("nobody hears of %s", shape->name);
        assert_int_equal(ends(&fresh), 0);
    }
    assert_int_equal(changes, 28);
}

static void reports_and_detections_pass_it_by(void **state)
{
    static const enum event_type floods[] = { EVENT_device_state_reported,
                                              EVENT_device_connectivity_changed,
                                              EVENT_device_event_raised, EVENT_device_detected };

    for (size_t i = 0; i < COUNT(floods); i++) {
        struct event event = event_of(*state, event_shape(floods[i]));
        assert_false(is_heard_of(*state, &event));
    }
}

static void what_concerns_no_vendor_passes_it_by(void **state)
{
    struct event event = event_of(*state, event_shape(EVENT_session_opened));

    assert_false(is_heard_of(*state, &event));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, a_command_was_tried, ends)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_courier_hears_of_whatever_changes_the_outbox),
        TEST(reports_and_detections_pass_it_by),
        TEST(what_concerns_no_vendor_passes_it_by),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
