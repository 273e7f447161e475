/* Does every room that has to do with webhooks know the same events, those of the table? */
#include "tests/world/sample.h"

#include "api/courier/courier.h"
#include "api/courier/webhook_event.h"
#include "core/wire/json_tree.h"
#include "projections/projection.h"

static struct world {
    struct store *store;
    struct batch *batch;
    struct vault *vault;
    struct arena  arena;
} world;

static int open_world(void **state)
{
    struct store_options options = { .path = NULL };

    (void)state;
    store_families_all(options.families);
    assert_ok(store_open(&world.store, &options));
    assert_ok(vault_open(&world.vault, NULL, false));
    assert_ok(vault_create_key(world.vault, sample_id(ID_vendor, "vendor")));
    world.batch = batch_open(world.store);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    batch_close(world.batch);
    store_close(world.store);
    vault_close(world.vault);
    arena_free(&world.arena);
    world = (struct world){ 0 };
    return 0;
}

/* An event of each type, in turn. */
static bool next_event(size_t *index, struct event *event)
{
    const struct shape *shape = event_shape_at((*index)++);

    if (shape) *event = sample_logged(&world.arena, shape);
    return shape != NULL;
}

static bool is_owed(const struct event *event, struct id vendor, struct delivery_row *row)
{
    return view_get_delivery(batch_reader(world.batch), vendor, name_delivery(event->id),
                             &world.arena, row);
}

static const struct node *told(const struct event *event, const struct webhook *webhook)
{
    const struct event_view view = { .source = SLICE("/piot"), .prefix = SLICE("piot") };
    struct buffer           body = { 0 };
    struct bad_field        bad  = { .name = "" };

    assert_ok(courier_event(event, webhook, 3, &view, world.vault, &body));
    const struct node *node = node_parse(&world.arena,
                                         arena_copy(&world.arena, buffer_slice(&body)), &bad);
    if (!node) fail_msg("%s: %s", webhook->kind, bad.why);
    buffer_free(&body);
    return node;
}

static void assert_member(const struct node *event, const char *name, struct slice wanted)
{
    struct bad_field bad;
    struct slice     found = { NULL, 0 };

    assert_true(json_read_text(event, name, 128, REQUIRED, &found, &bad));
    assert_true(slice_equal(found, wanted));
}

static void assert_subject(const struct node *event, struct id subject)
{
    char text[ID_TEXT_MAX];

    id_text(subject, text);
    assert_member(event, "subject", slice_text(text));
}

/* -- the rows ------------------------------------------------------------------------ */

static void what_the_outbox_owes_is_what_the_table_says(void **state)
{
    struct event        event;
    struct webhook      webhook;
    struct delivery_row row;
    size_t              owed = 0;

    (void)state;
    for (size_t i = 0; next_event(&i, &event);) {
        fold_outbox.apply(world.batch, &world.arena, &event);
        if (!webhook_of(&event, &webhook) || !webhook.owed) {
            struct id vendor = event_field_id(&event, "vendor");
            if (id_given(vendor)) assert_false(is_owed(&event, vendor, &row));
            continue;
        }
        if (webhook.owed == OWED_ONCE_MORE) { /* the sample of the grant's end waits already */
            assert_false(is_owed(&event, webhook.vendor, &row));
            continue;
        }
        assert_true(is_owed(&event, webhook.vendor, &row));
        assert_true(slice_equal(row.kind, slice_text(webhook.kind)));
        assert_true(id_equal(row.command, webhook.command));
        owed++;
    }
    assert_true(owed > 0);
}

static void a_row_names_a_vendor_and_what_lies_between_it_and_us(void **state)
{
    struct event   event;
    struct webhook webhook;

    (void)state;
    for (size_t i = 0; next_event(&i, &event);) {
        if (!webhook_of(&event, &webhook) || !webhook.owed) continue;
        assert_true(id_kind(webhook.vendor) == ID_vendor);
        assert_true(id_given(webhook.subject));
        assert_true(id_kind(webhook.subject) == ID_vendor ||
                    !id_equal(webhook.subject, webhook.order));
        assert_true(id_kind(webhook.subject) != ID_account);
        assert_int_equal(id_given(webhook.command), webhook.valid_until != 0);
        assert_false(id_given(webhook.command) && id_given(webhook.grant));
    }
}

static void every_webhook_can_be_told(void **state)
{
    struct event   event;
    struct webhook webhook;

    (void)state;
    for (size_t i = 0; next_event(&i, &event);) {
        if (!webhook_of(&event, &webhook) || !webhook.owed) continue;
        const struct node *node = told(&event, &webhook);
        assert_member(node, "type", arena_print(&world.arena, "piot.v1.%s", webhook.kind));
        assert_subject(node, webhook.subject);
        assert_int_equal(node_kind(node_member(node, "data")), NODE_OBJECT);
    }
}

/* A vendor's answer is about what it was sent, under the name it was sent with. */
static void what_an_answer_may_conclude_stands_in_the_data(void **state)
{
    struct event   event;
    struct webhook webhook;

    (void)state;
    for (size_t i = 0; next_event(&i, &event);) {
        char text[ID_TEXT_MAX];
        if (!webhook_of(&event, &webhook) || !webhook.owed) continue;
        const struct node *data = node_member(told(&event, &webhook), "data");
        if (id_given(webhook.command)) {
            id_text(webhook.command, text);
            assert_member(data, "commandId", slice_text(text));
        } else if (id_given(webhook.grant)) {
            id_text(webhook.grant, text);
            assert_member(data, "grantId", slice_text(text));
        }
    }
}

static bool concerns(enum event_type type, enum id_kind stream)
{
    struct commit_event event  = { .position = { 1, 1 },
                                   .type     = type,
                                   .stream   = sample_id(stream, "stream") };
    struct commit       commit = { .events = &event, .count = 1 };

    return courier_concerns(&commit);
}

static void the_courier_looks_at_whatever_is_owed_or_settled(void **state)
{
    struct event   event;
    struct webhook webhook;

    (void)state;
    for (size_t i = 0; next_event(&i, &event);)
        if (webhook_of(&event, &webhook)) assert_true(concerns(event.type, ID_account));
    assert_true(concerns(EVENT_webhook_delivered, ID_account));
    assert_true(concerns(EVENT_command_superseded, ID_account));
    assert_true(concerns(EVENT_endpoint_set, ID_vendor));
    assert_false(concerns(EVENT_device_state_reported, ID_account));
    assert_false(concerns(EVENT_device_detected, ID_claim));
}

static void a_withdrawal_that_is_not_told_any_more_is_not_owed(void **state)
{
    struct event   event = { .type = EVENT_withdrawal_overdue };
    struct webhook webhook;

    (void)state;
    assert_true(webhook_of(&event, &webhook));
    assert_int_equal(webhook.owed, OWED_NOT);
    event.withdrawal_overdue.acknowledge_by = SAMPLE_INSTANT;
    assert_true(webhook_of(&event, &webhook));
    assert_int_equal(webhook.owed, OWED_ONCE_MORE);
}

/* What was not told when it happened is not told now; what waits since then is, with what there
 * was to say of it. */
static void an_older_log_is_told_as_it_was(void **state)
{
    static const struct event untold[] = {
        { .type = EVENT_vendor_suspended },
        { .type = EVENT_vendor_resumed },
        { .type = EVENT_consent_expired },
        { .type = EVENT_device_moved },
    };
    struct event   event = sample_logged(&world.arena, event_shape(EVENT_consent_renewed));
    struct webhook webhook;

    (void)state;
    for (size_t i = 0; i < COUNT(untold); i++) {
        assert_true(webhook_of(&untold[i], &webhook));
        assert_int_equal(webhook.owed, OWED_NOT);
    }
    event.consent_renewed.vendor_device_id = (struct slice){ NULL, 0 };
    event.consent_renewed.capabilities     = (struct texts){ NULL, 0 };
    assert_true(webhook_of(&event, &webhook));
    const struct node *data = node_member(told(&event, &webhook), "data");
    assert_non_null(node_member(data, "grantId"));
    assert_null(node_member(data, "vendorDeviceId"));
    assert_null(node_member(data, "capabilities"));
    event                       = sample_logged(&world.arena, event_shape(EVENT_consent_granted));
    event.consent_granted.model = (struct slice){ NULL, 0 };
    assert_true(webhook_of(&event, &webhook));
    assert_null(node_member(node_member(told(&event, &webhook), "data"), "thingModel"));
}

static void what_was_forgotten_is_not_sent_where_it_is_needed(void **state)
{
    const struct event_view view = { .source = SLICE("/piot"), .prefix = SLICE("piot") };
    struct event   event = sample_logged(&world.arena, event_shape(EVENT_command_requested));
    struct webhook webhook;
    struct buffer  body = { 0 };

    (void)state;
    event.command_requested.vendor_device_id = (struct slice){ NULL, 0 };
    assert_true(webhook_of(&event, &webhook));
    assert_status(courier_event(&event, &webhook, 1, &view, world.vault, &body), STATUS_NOT_FOUND);
    buffer_free(&body);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

/* What two vendors were told because of one thing that a person did. */
static void two_webhooks_of_one_request_share_nothing_that_tells(void **state)
{
    struct bad_field   bad;
    const struct node *told_first, *told_second;
    struct webhook     webhook;
    struct event       first   = sample_logged(&world.arena, event_shape(EVENT_consent_withdrawn));
    struct event       second  = first;
    struct slice       ours    = SLICE("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    const char        *names[] = { "traceparent", "correlationid" };

    (void)state;
    second.id         = sample_id(ID_event, "another");
    first.traceparent = second.traceparent = ours;
    first.correlation = second.correlation = SLICE("req_1");
    assert_true(webhook_of(&first, &webhook));
    told_first  = told(&first, &webhook);
    told_second = told(&second, &webhook);
    for (size_t i = 0; i < COUNT(names); i++) {
        struct slice one = { 0 }, other = { 0 };
        assert_true(json_read_text(told_first, names[i], 64, REQUIRED, &one, &bad));
        assert_true(json_read_text(told_second, names[i], 64, REQUIRED, &other, &bad));
        assert_false(slice_equal(one, other));
        assert_false(slice_equal(one, ours) || slice_equal(one, SLICE("req_1")));
        assert_member(told(&first, &webhook), names[i], one); /* at each attempt */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_the_outbox_owes_is_what_the_table_says),
        TEST(a_row_names_a_vendor_and_what_lies_between_it_and_us),
        TEST(every_webhook_can_be_told),
        TEST(what_an_answer_may_conclude_stands_in_the_data),
        TEST(the_courier_looks_at_whatever_is_owed_or_settled),
        TEST(a_withdrawal_that_is_not_told_any_more_is_not_owed),
        TEST(an_older_log_is_told_as_it_was),
        TEST(what_was_forgotten_is_not_sent_where_it_is_needed),
        TEST(two_webhooks_of_one_request_share_nothing_that_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
