/* What does an event lead to elsewhere? The table in follow_up.c's head: every event
 * is tried, and those not in the table lead nowhere. What follows is idempotent. */
#include "tests/world/given.h"

#include <stdlib.h>
#include <string.h>

static const struct id EVENT_ITSELF = { "eitself" }, ALICES_LOGIN = { "lalice" };

static struct id stream_of(enum event_type type)
{
    const char *kind = event_stream_name(type);

    if (!strcmp(kind, "account")) return ALICE;
    if (!strcmp(kind, "claim")) return LAMP_CLAIM;
    if (!strcmp(kind, "gateway")) return BOX;
    if (!strcmp(kind, "vendor")) return GLOW;
    if (!strcmp(kind, "login")) return name_login(NULL, SLICE("alice"));
    return name_system();
}

/* An event with every id the follow-ups read, of the right kind. */
static struct event sample(enum event_type type)
{
    static const struct {
        const char      *name;
        const struct id *id;
    } ids[] = {
        { "account", &ALICE },      { "holder", &BOB },
        { "claim", &LAMP_CLAIM },   { "gateway", &BOX },
        { "login", &ALICES_LOGIN }, { "vendor", &GLOW },
        { "device", &LAMP },        { "consent", &GRANT },
        { "detection", &REPORT },   { "login_before", &ALICES_LOGIN },
        { "reopens", &GRANT },
    };
    struct event event = {
        .type = type, .id = EVENT_ITSELF, .stream = stream_of(type), .actor = GLOWS_CLOUD
    };
    const struct shape *shape = event_shape(type);

    for (const struct field *f = shape->fields(); f->name; f++) {
        char *at = (char *)&event + shape->offset + f->offset;

        for (size_t i = 0; f->type == FIELD_id && i < COUNT(ids); i++)
            if (!strcmp(f->name, ids[i].name)) memcpy(at, ids[i].id, ID_SIZE);
        if (!strcmp(f->name, "reason")) memcpy(at, &SLICE("ownership-epoch"), sizeof(struct slice));
    }
    return event;
}

static const struct {
    enum event_type  type;
    enum intent_type leads_to;
    const struct id *where;
} table[] = {
    { EVENT_login_claimed, INTENT_open_account, &ALICE },
    { EVENT_gateway_claimed, INTENT_attach_gateway, &ALICE },
    { EVENT_account_erasure_requested, INTENT_release_login, &ALICES_LOGIN },
    { EVENT_subscriber_changed, INTENT_release_login, &ALICES_LOGIN },
    { EVENT_login_refused, INTENT_release_login, &ALICES_LOGIN },
    { EVENT_gateway_refused, INTENT_return_gateway, &BOX },
    { EVENT_gateway_detached, INTENT_return_gateway, &BOX },
    { EVENT_gateway_released, INTENT_detach_gateway, &ALICE },
    { EVENT_device_offered, INTENT_request_consent, &ALICE },
    { EVENT_offer_closed, INTENT_retract_request, &ALICE },
    { EVENT_device_released, INTENT_revoke_consent, &ALICE },
    { EVENT_device_contested, INTENT_note_dispute, &BOB },
    { EVENT_device_seen_elsewhere, INTENT_note_seen, &ALICE },
    { EVENT_consent_not_requested, INTENT_close_offer, &LAMP_CLAIM },
    { EVENT_consent_requested, INTENT_reoffer_device, &LAMP_CLAIM },
    { EVENT_denial_settled, INTENT_close_offer, &LAMP_CLAIM },
    { EVENT_consent_lapsed, INTENT_close_offer, &LAMP_CLAIM },
    { EVENT_consent_granted, INTENT_hold_device, &LAMP_CLAIM },
    { EVENT_consent_withdrawn, INTENT_release_device, &LAMP_CLAIM },
    { EVENT_consent_revoked, INTENT_release_device, &LAMP_CLAIM },
};

static void every_event_leads_where_the_table_says_or_nowhere(void **state)
{
    const struct shape *shape;

    (void)state;
    for (size_t i = 0; (shape = event_shape_at(i)); i++) {
        struct event  event = sample((enum event_type)shape->tag);
        struct intent next[FOLLOW_UPS_MAX];
        size_t        row = 0, count = follow_ups(&event, next);

        while (row < COUNT(table) && table[row].type != event.type) row++;
        if (count != (row < COUNT(table))) fail_msg("%s leads to %zu", shape->name, count);
        if (!count) continue;
        assert_int_equal(next[0].type, table[row].leads_to);
        assert_id(next[0].stream, *table[row].where);
        assert_int_equal(next[0].actor.kind, ACTOR_SYSTEM);
        assert_id(next[0].causation, EVENT_ITSELF);
        assert_id(next[0].on_behalf_of, GLOW);
    }
}

static void an_end_the_account_told_of_itself_is_not_told_back(void **state)
{
    struct event  closed   = sample(EVENT_offer_closed);
    struct event  released = sample(EVENT_device_released);
    struct event  asked    = sample(EVENT_consent_requested);
    struct event  undone   = sample(EVENT_consent_withdrawn);
    struct intent next[FOLLOW_UPS_MAX];

    (void)state;
    asked.consent_requested.reopens = NO_ID;
    undone.consent_withdrawn.reason = SLICE("undone");
    assert_int_equal(follow_ups(&asked, next), 0);
    assert_int_equal(follow_ups(&undone, next), 0);
    closed.offer_closed.reason      = SLICE("deny");
    released.device_released.reason = SLICE("moved");
    assert_int_equal(follow_ups(&closed, next), 0);
    assert_int_equal(follow_ups(&released, next), 0);
}

static void only_a_no_closes_an_offer_for_good(void **state)
{
    struct event  settled = sample(EVENT_denial_settled), lapsed = sample(EVENT_consent_lapsed);
    struct intent next[FOLLOW_UPS_MAX];

    (void)state;
    assert_int_equal(follow_ups(&settled, next), 1);
    assert_true(next[0].close_offer.for_good);
    assert_int_equal(follow_ups(&lapsed, next), 1);
    assert_false(next[0].close_offer.for_good);
}

/* At least once: everything that follows is asked for a second time. */
static void what_follows_twice_happens_once(void **state)
{
    struct story       *story = *state;
    struct event_batch *first = calloc(1, sizeof *first);

    assert_non_null(first);
    glow_is_approved(story);
    alice_lives_at_home(story);
    bob_lives_next_door(story);
    alice_has_the_lamp(story);
    when(story, LAMP_CLAIM, THE_SYSTEM, resolve_detection, .vendor = GLOW,
         .vendor_device_id = SLICE("lamp-1"), .ownership_epoch = 2, .detection = LATER_REPORT,
         .model = SLICE("lamp:1.0.0"), .confidence = CONFIDENCE_exact, .account = BOB,
         .gateway = BOBS_BOX);
    with_follow_ups(story);
    *first = story->out;
    assert_int_equal(first->count, 6);
    for (size_t i = 0; i < first->count; i++) {
        struct intent next[FOLLOW_UPS_MAX];

        if (!follow_ups(&first->events[i], next)) continue;
        story_when(story, next[0]);
        then_nothing(story);
    }
    free(first);
}

/* Each by itself: what it leads to is forgotten, as the fold says of some that nothing before
 * them was so. */
static void assert_all_accepted(struct story *story)
{
    assert_int_equal(reader_failure(batch_reader(story->batch)).code, STATUS_OK);
    assert_int_equal(batch_commit(story->batch, false).code, STATUS_OK);
    for (size_t row = 0; row < COUNT(table); row++) {
        struct event  event = sample(table[row].type);
        struct intent next[FOLLOW_UPS_MAX];

        assert_int_equal(follow_ups(&event, next), 1);
        story_when(story, next[0]);
        if (story->answer) fail_msg("%s: no", intent_shape(next[0].type)->name);
        batch_clear(story->batch);
    }
}

/* The ledger stops if one is refused, so whatever there is or is not, none may be. */
static void what_follows_is_accepted_where_nothing_is_known(void **state)
{
    assert_all_accepted(*state);
}

static void what_follows_is_accepted_whatever_is_known(void **state)
{
    struct story *story = *state;

    glow_is_approved(story);
    alice_lives_at_home(story);
    bob_lives_next_door(story);
    alice_has_the_lamp(story);
    assert_all_accepted(story);
    alice_switches_the_lamp(story);
    assert_all_accepted(story);
    given(story, ALICE, consent_withdrawn, .consent = GRANT, .vendor = GLOW, .device = LAMP);
    given(story, ALICE, command_cancelled, .command = SWITCH, .device = LAMP);
    given(story, ALICE, device_removed, .device = LAMP, .network = HOME);
    given(story, ALICE, account_erasure_requested, .login = NO_ID);
    given_plainly(story, ALICE, account_erased);
    assert_all_accepted(story);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, story_begins, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_event_leads_where_the_table_says_or_nowhere),
        TEST(an_end_the_account_told_of_itself_is_not_told_back),
        TEST(only_a_no_closes_an_offer_for_good),
        TEST(what_follows_twice_happens_once),
        TEST(what_follows_is_accepted_where_nothing_is_known),
        TEST(what_follows_is_accepted_whatever_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
