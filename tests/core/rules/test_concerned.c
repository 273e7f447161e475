/* Question: whom does each type of event concern? One that is not in the table fails.
 *
 * Planted bugs that this must notice,
 * and did: the holder of a contested device left out, the vendor of a command not looked
 * for. */
#include "core/rules/concerned.h"
#include "tests/world/given.h"
#include "tests/world/sample.h"

enum whom {
    UNSAID,
    NOBODYS,
    ACCOUNTS,    /* an account's */
    VENDORS,     /* a vendor's */
    TWO,         /* two accounts' */
    BOTH,        /* an account's and a vendor's */
    A_COMMAND,   /* so are these, and which vendor's the registry knows */
    OF_A_SUBJECT /* whoever the field "subject" names */
};

/* clang-format off */
static const enum whom whoms[] = {
    [EVENT_token_issued] = NOBODYS,
    [EVENT_token_revoked] = NOBODYS,
    [EVENT_leases_recorded] = NOBODYS,

    [EVENT_audit_read] = OF_A_SUBJECT,

    [EVENT_login_claimed] = ACCOUNTS,
    [EVENT_account_opened] = ACCOUNTS,
    [EVENT_account_activated] = ACCOUNTS,
    [EVENT_session_opened] = ACCOUNTS,
    [EVENT_session_closed] = ACCOUNTS,
    [EVENT_password_changed] = ACCOUNTS,
    [EVENT_push_subscribed] = ACCOUNTS,
    [EVENT_push_unsubscribed] = ACCOUNTS,
    [EVENT_login_released] = ACCOUNTS,
    [EVENT_account_erasure_requested] = ACCOUNTS,
    [EVENT_account_erased] = ACCOUNTS,
    [EVENT_personal_data_destroyed] = ACCOUNTS,
    [EVENT_erasure_completed] = ACCOUNTS,
    [EVENT_account_changed] = ACCOUNTS,
    [EVENT_legal_hold_placed] = ACCOUNTS,
    [EVENT_activation_code_issued] = ACCOUNTS,
    [EVENT_sessions_ended] = ACCOUNTS,
    [EVENT_sign_in_unlocked] = ACCOUNTS,
    [EVENT_subscriber_changed] = ACCOUNTS,
    [EVENT_login_refused] = ACCOUNTS,
    [EVENT_legal_hold_released] = ACCOUNTS,
    [EVENT_network_created] = ACCOUNTS,
    [EVENT_network_changed] = ACCOUNTS,
    [EVENT_network_deleted] = ACCOUNTS,
    [EVENT_gateway_claimed] = ACCOUNTS,
    [EVENT_gateway_released] = ACCOUNTS,
    [EVENT_gateway_attached] = ACCOUNTS,
    [EVENT_gateway_refused] = ACCOUNTS,
    [EVENT_gateway_detached] = ACCOUNTS,
    [EVENT_offer_closed] = ACCOUNTS,
    [EVENT_device_held] = ACCOUNTS,
    [EVENT_device_released] = ACCOUNTS,
    [EVENT_device_seen_elsewhere] = ACCOUNTS,
    [EVENT_consent_notified] = ACCOUNTS,
    [EVENT_consent_postponed] = ACCOUNTS,
    [EVENT_device_renamed] = ACCOUNTS,
    [EVENT_device_placed] = ACCOUNTS,
    [EVENT_device_suspended] = ACCOUNTS,
    [EVENT_device_resumed] = ACCOUNTS,
    [EVENT_device_removed] = ACCOUNTS,
    [EVENT_device_move_proposed] = ACCOUNTS,
    [EVENT_device_claim_disputed] = ACCOUNTS,
    [EVENT_reports_expired] = ACCOUNTS,
    [EVENT_detection_resolved] = ACCOUNTS,

    [EVENT_vendor_onboarded] = VENDORS,
    [EVENT_vendor_approved] = VENDORS,
    [EVENT_vendor_suspended] = VENDORS,
    [EVENT_vendor_resumed] = VENDORS,
    [EVENT_vendor_offboarding] = VENDORS,
    [EVENT_vendor_offboarded] = VENDORS,
    [EVENT_vendor_changed] = VENDORS,
    [EVENT_vendor_key_added] = VENDORS,
    [EVENT_vendor_key_removed] = VENDORS,
    [EVENT_api_key_issued] = VENDORS,
    [EVENT_api_key_ended] = VENDORS,
    [EVENT_vendor_key_used] = VENDORS,
    [EVENT_vendor_contact_set] = VENDORS,
    [EVENT_endpoint_set] = VENDORS,
    [EVENT_endpoint_ended] = VENDORS,
    [EVENT_thing_model_published] = VENDORS,
    [EVENT_test_notification_requested] = VENDORS,
    [EVENT_outbox_moved] = VENDORS,
    [EVENT_outbox_leased] = VENDORS,
    [EVENT_events_missing] = VENDORS,
    [EVENT_endpoint_health_changed] = VENDORS,

    [EVENT_device_contested] = TWO,

    [EVENT_device_detected] = BOTH,
    [EVENT_device_offered] = BOTH,
    [EVENT_consent_requested] = BOTH,
    [EVENT_consent_not_requested] = BOTH,
    [EVENT_consent_granted] = BOTH,
    [EVENT_consent_denied] = BOTH,
    [EVENT_consent_lapsed] = BOTH,
    [EVENT_consent_withdrawn] = BOTH,
    [EVENT_consent_revoked] = BOTH,
    [EVENT_consent_expired] = BOTH,
    [EVENT_consent_renewed] = BOTH,
    [EVENT_withdrawal_acknowledged] = BOTH,
    [EVENT_withdrawal_overdue] = BOTH,
    [EVENT_vendor_blocked] = BOTH,
    [EVENT_vendor_unblocked] = BOTH,
    [EVENT_consent_reopened] = BOTH,
    [EVENT_consent_changed] = BOTH,
    [EVENT_denial_settled] = BOTH,
    [EVENT_device_moved] = BOTH,
    [EVENT_device_added] = BOTH,
    [EVENT_device_state_reported] = BOTH,
    [EVENT_device_connectivity_changed] = BOTH,
    [EVENT_device_event_raised] = BOTH,
    [EVENT_command_requested] = BOTH,
    [EVENT_command_cancelled] = BOTH,
    [EVENT_webhook_delivered] = BOTH,
    [EVENT_webhook_deferred] = BOTH,
    [EVENT_webhook_dead_lettered] = BOTH,
    [EVENT_webhook_redelivered] = BOTH,

    [EVENT_command_sent] = A_COMMAND,
    [EVENT_command_accepted] = A_COMMAND,
    [EVENT_command_delivered] = A_COMMAND,
    [EVENT_command_succeeded] = A_COMMAND,
    [EVENT_command_failed] = A_COMMAND,
    [EVENT_command_expired] = A_COMMAND,
    [EVENT_command_superseded] = A_COMMAND,
    [EVENT_command_timed_out] = A_COMMAND,
    [EVENT_command_outcome_recorded] = A_COMMAND,
};
/* clang-format on */

/* Who stands for what in the events that follow: the account of a stream is Alice's, the
 * holder is Alice, any other account that a field names is Bob's. */
static struct id meant(const char *field, enum event_type type)
{
    bool in_accounts = strcmp(event_stream_name(type), "account") == 0;

    if (strcmp(field, "vendor") == 0) return GLOW;
    if (strcmp(field, "command") == 0) return SWITCH;
    if (strcmp(field, "holder") == 0) return ALICE;
    if (strcmp(field, "account") == 0) return in_accounts ? ALICE : BOB;
    return sample_id(sample_kind(field), field);
}

static struct event event_of(struct arena *arena, const struct shape *shape)
{
    struct event event = sample_event(arena, shape);

    for (const struct field *f = shape->fields(); f->name; f++)
        if (f->type == FIELD_id)
            *(struct id *)(void *)((char *)&event + shape->offset + f->offset) = meant(f->name,
                                                                                       event.type);
    if (id_kind(event.stream) == ID_account) event.stream = ALICE;
    if (id_kind(event.stream) == ID_vendor) event.stream = GLOW;
    if (strcmp(event_stream_name(event.type), "any") == 0) event.stream = ALICE;
    return event;
}

static bool names(const struct concerned *concerned, struct id account)
{
    for (size_t i = 0; i < CONCERNED_ACCOUNTS_MAX; i++)
        if (id_equal(concerned->accounts[i], account)) return true;
    return false;
}

static size_t accounts_in(const struct concerned *concerned)
{
    size_t count = 0;

    for (size_t i = 0; i < CONCERNED_ACCOUNTS_MAX; i++) count += id_given(concerned->accounts[i]);
    return count;
}

static void each_type_of_event_concerns_whom_it_is_about(void **state)
{
    static const size_t accounts[] = { [NOBODYS] = 0, [ACCOUNTS] = 1,  [VENDORS] = 0,     [TWO] = 2,
                                       [BOTH] = 1,    [A_COMMAND] = 1, [OF_A_SUBJECT] = 0 };
    struct story       *story      = *state;
    struct reader      *registry   = batch_reader(story->batch);
    const struct shape *shape;

    glow_is_approved(story);
    alice_lives_at_home(story);
    alice_has_the_lamp(story);
    alice_switches_the_lamp(story);
    for (size_t i = 0; (shape = event_shape_at(i)) != NULL; i++) {
        struct event     event     = event_of(&story->arena, shape);
        enum whom        whom      = event.type < COUNT(whoms) ? whoms[event.type] : UNSAID;
        bool             vendor    = whom == VENDORS || whom == BOTH || whom == A_COMMAND;
        struct concerned concerned = concerned_by(&event, registry, &story->arena);

        if (whom == UNSAID) fail_msg("%s is not in the table", shape->name);
        if (accounts_in(&concerned) != accounts[whom])
            fail_msg("%s concerns %zu accounts", shape->name, accounts_in(&concerned));
        if (accounts[whom] == 1 && !names(&concerned, ALICE) && !names(&concerned, BOB))
            fail_msg("%s concerns somebody else", shape->name);
        if (whom == TWO && !(names(&concerned, ALICE) && names(&concerned, BOB)))
            fail_msg("%s concerns others", shape->name);
        if (!id_equal(concerned.vendor, vendor ? GLOW : NO_ID))
            fail_msg("%s: the wrong vendor", shape->name);
    }
}

static void what_an_auditor_looks_at_concerns_whose_it_is(void **state)
{
    struct story    *story    = *state;
    struct reader   *registry = batch_reader(story->batch);
    struct event     read     = { .type = EVENT_audit_read, .stream = name_system() };
    struct concerned concerned;

    read.audit_read.subject = BOB;
    concerned               = concerned_by(&read, registry, &story->arena);
    assert_true(names(&concerned, BOB));
    read.audit_read.subject = GLOW;
    concerned               = concerned_by(&read, registry, &story->arena);
    assert_id(concerned.vendor, GLOW);
    assert_int_equal(accounts_in(&concerned), 0);
}

static void one_account_named_twice_is_told_once(void **state)
{
    struct story    *story     = *state;
    struct event     contested = { .type             = EVENT_device_contested,
                                   .stream           = LAMP_CLAIM,
                                   .device_contested = { .account = ALICE, .holder = ALICE } };
    struct concerned concerned = concerned_by(&contested, batch_reader(story->batch),
                                              &story->arena);

    assert_int_equal(accounts_in(&concerned), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, story_begins, story_ends)
    const struct CMUnitTest tests[] = {
        TEST(each_type_of_event_concerns_whom_it_is_about),
        TEST(what_an_auditor_looks_at_concerns_whose_it_is),
        TEST(one_account_named_twice_is_told_once),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
