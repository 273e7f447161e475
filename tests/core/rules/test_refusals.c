/* Can every "no" of refusals.def be said? Each row has a scenario here that ends in
 * it; a new row does not compile until somebody has written its own. Two are
 * said by the ledger and not by rules (tests/core/ledger/test_idempotency.c, test_ledger.c),
 * one by a read (tests/stories/a_receipt_is_checked.test.mjs), and one by whoever compares
 * passwords (tests/stories/a_password_is_changed.test.mjs).
 *
 * Tried against a rule that let a taken login through: login_taken failed, here and
 * in test_account.c.
 */
#include "tests/world/given.h"

#define SCENARIO(name) static void reach_##name(struct story *story)

static void alices_lamp(struct story *story)
{
    glow_is_approved(story);
    alice_lives_at_home(story);
    alice_has_the_lamp(story);
}

static void a_question(struct story *story)
{
    glow_is_approved(story);
    alice_lives_at_home(story);
    alice_is_asked_about_the_lamp(story);
}

static void expired(struct story *story)
{
    alices_lamp(story);
    given(story, ALICE, consent_expired, .consent = GRANT, .vendor = GLOW, .device = LAMP);
    given(story, ALICE, device_suspended, .device = LAMP);
}

static void withdrawn(struct story *story)
{
    alices_lamp(story);
    when(story, ALICE, ALICES_APP, withdraw_consent, .consent = GRANT);
}

static void answers(struct story *story, struct decide_consent answer)
{
    answer.consent = GRANT;
    story_when(story, (struct intent){ .type           = INTENT_decide_consent,
                                       .stream         = ALICE,
                                       .actor          = ALICES_APP,
                                       .decide_consent = answer });
}

static void commands(struct story *story, const char *operation, const char *name,
                     uint64_t valid_for)
{
    when(story, ALICE, ALICES_APP, request_command, .device = LAMP, .command = OTHER_SWITCH,
         .operation = slice_text(operation), .name = slice_text(name), .valid_for = valid_for);
}

static void reports(struct story *story, int64_t observed_at, const char *model)
{
    when(story, LAMP_CLAIM, GLOWS_CLOUD, report_detection, .vendor = GLOW,
         .observed_at = observed_at, .model = slice_text(model));
}

static void says(struct story *story, struct id device)
{
    when(story, ALICE, GLOWS_CLOUD, report_connectivity, .device = device, .vendor = GLOW);
}

/* -- one for each row, in the table's order ---------------------------------------- */

SCENARIO(not_found) { when(story, name_system(), OPERATOR, revoke_token, .token = { "tnone" }); }
SCENARIO(role_unknown) { when(story, name_system(), OPERATOR, issue_token, .role = SLICE("king")); }
SCENARIO(personal_is_for_auditors)
{
    when(story, name_system(), OPERATOR, issue_token, .role = SLICE("operator"), .personal = true);
}
SCENARIO(token_revoked)
{
    when(story, name_system(), OPERATOR, note_audit_read, .token = { "tnone" },
         .call = SLICE("events"));
}
SCENARIO(token_is_own)
{
    given(story, name_system(), token_issued, .token = OPERATOR.id, .hash = SLICE("mine"));
    when(story, name_system(), OPERATOR, revoke_token, .token = OPERATOR.id);
}
SCENARIO(already_expired)
{
    when(story, name_system(), OPERATOR, issue_token, .role = SLICE("auditor"),
         .expires_at = START - 1);
}
SCENARIO(login_taken)
{
    given(story, name_login(NULL, SLICE("alice")), login_claimed, .account = ALICE);
    when(story, name_login(NULL, SLICE("alice")), OPERATOR, claim_login, .account = BOB);
}
SCENARIO(account_unknown) { when(story, ALICE, ALICES_APP, create_network, .network = HOME); }
SCENARIO(activation_invalid)
{
    when(story, ALICE, ALICES_APP, activate_account, .activation_hash = SLICE("guess"));
}
SCENARIO(account_not_active)
{
    given(story, ALICE, account_opened, .activation_hash = SLICE("code"));
    when(story, ALICE, ALICES_APP, open_session, .token = { "tnone" });
}
SCENARIO(language_unknown)
{
    alice_lives_at_home(story);
    when(story, ALICE, ALICES_APP, change_account, .language = SLICE("tlh"));
}
SCENARIO(push_subscription_unknown)
{
    when(story, ALICE, ALICES_APP, unsubscribe_push, .subscription = { "unone" });
}
SCENARIO(push_limit_reached)
{
    alice_lives_at_home(story);
    story->policy.push_subscriptions_max = 1;
    given(story, ALICE, session_opened, .token = { "tphone" });
    given(story, ALICE, push_subscribed, .subscription = { "uphone" }, .token = { "tphone" },
          .endpoint = SLICE("https://push.example/one"));
    when(story, ALICE, ALICES_APP, subscribe_push, .subscription = { "uother" },
         .token = { "tphone" }, .endpoint = SLICE("https://push.example/two"));
}
SCENARIO(account_on_hold)
{
    alice_lives_at_home(story);
    when(story, ALICE, OPERATOR, hold_account, .reason = SLICE("tax law"));
    when_plainly(story, ALICE, ALICES_APP, erase_account);
}
SCENARIO(account_erased)
{
    alice_lives_at_home(story);
    when_plainly(story, ALICE, ALICES_APP, erase_account);
    when(story, ALICE, OPERATOR, hold_account, .reason = SLICE("tax law"));
}
SCENARIO(network_unknown) { when(story, ALICE, ALICES_APP, delete_network, .network = HOME); }
SCENARIO(network_not_empty)
{
    alices_lamp(story);
    when(story, ALICE, ALICES_APP, delete_network, .network = HOME);
}
SCENARIO(network_limit_reached)
{
    alice_lives_at_home(story);
    story->policy.networks_max = 1;
    when(story, ALICE, ALICES_APP, create_network, .network = OFFICE);
}
SCENARIO(network_required)
{
    a_question(story);
    given(story, ALICE, network_deleted, .network = HOME);
    answers(story, (struct decide_consent){ .decision = SLICE("grant") });
}
SCENARIO(room_name_too_long)
{
    alice_lives_at_home(story);
    when(story, ALICE, ALICES_APP, change_network, .network = HOME,
         .rooms = TEXTS(((struct slice){ "................................"
                                         ".................................",
                                         65 })));
}
SCENARIO(gateway_unknown) { when(story, BOX, OPERATOR, release_gateway, .account = ALICE); }
SCENARIO(gateway_held_elsewhere)
{
    alice_lives_at_home(story);
    when(story, BOX, OPERATOR, claim_gateway, .account_id = BOB);
}
SCENARIO(vendor_unknown) { when_plainly(story, GLOW, OPERATOR, approve_vendor); }
SCENARIO(vendor_not_blocked)
{
    alice_lives_at_home(story);
    when(story, ALICE, ALICES_APP, unblock_vendor, .vendor = GLOW);
}
SCENARIO(vendor_not_approved) { reports(story, START, "lamp:1.0.0"); }
SCENARIO(vendor_status_conflict)
{
    given(story, GLOW, vendor_onboarded, .name = SLICE("Glow"));
    when_plainly(story, GLOW, OPERATOR, resume_vendor);
}
SCENARIO(vendor_unavailable)
{
    alices_lamp(story);
    given_plainly(story, GLOW, vendor_suspended);
    commands(story, "writeProperty", "on", 0);
}
SCENARIO(vendor_key_unknown)
{
    glow_is_approved(story);
    when(story, GLOW, GLOWS_CLOUD, remove_vendor_key, .key = OTHER_KEY);
}
SCENARIO(vendor_key_last)
{
    glow_is_approved(story);
    when(story, GLOW, GLOWS_CLOUD, remove_vendor_key, .key = KEY);
}
SCENARIO(vendor_key_limit_reached)
{
    glow_is_approved(story);
    story->policy.vendor_keys_max = 1;
    when(story, GLOW, GLOWS_CLOUD, add_vendor_key, .key = OTHER_KEY);
}
SCENARIO(endpoint_missing)
{
    given(story, ACME, vendor_onboarded, .name = SLICE("Acme"));
    when_plainly(story, ACME, GLOWS_CLOUD, request_test_notification);
}
SCENARIO(thing_model_exists)
{
    glow_is_approved(story);
    when(story, GLOW, GLOWS_CLOUD, publish_thing_model, .model = SLICE("lamp:1.0.0"));
}
SCENARIO(thing_model_unknown)
{
    glow_is_approved(story);
    reports(story, START, "toaster:1.0.0");
}
SCENARIO(observation_too_old)
{
    glow_is_approved(story);
    reports(story, START - HOUR, "lamp:1.0.0");
}
SCENARIO(observation_in_future)
{
    glow_is_approved(story);
    reports(story, START + HOUR, "lamp:1.0.0");
}
SCENARIO(consent_unknown) { answers(story, (struct decide_consent){ .decision = SLICE("grant") }); }
SCENARIO(consent_already_decided)
{
    alices_lamp(story);
    answers(story, (struct decide_consent){ .decision = SLICE("grant") });
}
SCENARIO(nothing_to_undo)
{
    a_question(story);
    when(story, ALICE, ALICES_APP, undo_answer, .consent = GRANT);
}
SCENARIO(undo_too_late)
{
    a_question(story);
    answers(story, (struct decide_consent){ .decision = SLICE("deny") });
    later(story, 10 * SECOND);
    when(story, ALICE, ALICES_APP, undo_answer, .consent = GRANT);
}
SCENARIO(consent_not_granted)
{
    a_question(story);
    when(story, ALICE, ALICES_APP, withdraw_consent, .consent = GRANT);
}
SCENARIO(consent_required)
{
    alices_lamp(story);
    says(story, NO_ID);
}
SCENARIO(consent_withdrawn)
{
    withdrawn(story);
    says(story, LAMP);
}
SCENARIO(consent_expired)
{
    expired(story);
    says(story, LAMP);
}
SCENARIO(decision_unknown)
{
    a_question(story);
    answers(story, (struct decide_consent){ .decision = SLICE("perhaps") });
}
SCENARIO(capability_not_requested)
{
    a_question(story);
    answers(story, (struct decide_consent){ .decision     = SLICE("grant"),
                                            .capabilities = TEXTS(SLICE("camera")) });
}
SCENARIO(capability_required)
{
    a_question(story);
    answers(story,
            (struct decide_consent){ .decision     = SLICE("grant"),
                                     .capabilities = { (const struct slice[1]){ { 0 } }, 0 } });
}
SCENARIO(grant_cannot_grow)
{
    alices_lamp(story);
    when(story, ALICE, ALICES_APP, change_consent, .consent = GRANT,
         .capabilities = TEXTS(SLICE("camera")));
}
SCENARIO(same_network_required)
{
    glow_is_approved(story);
    alice_lives_at_home(story);
    given(story, ALICE, consent_requested, .consent = GRANT, .claim = LOCK_CLAIM, .vendor = GLOW,
          .gateway = BOX, .network = HOME, .guarded = true, .capabilities = TEXTS(SLICE("locked")));
    answers(story, (struct decide_consent){ .decision = SLICE("grant"), .here = OFFICE_BOX });
}
SCENARIO(grant_unknown)
{
    when(story, ALICE, GLOWS_CLOUD, acknowledge_withdrawal, .grant_id = GRANT, .vendor = GLOW);
}
SCENARIO(grant_still_live)
{
    alices_lamp(story);
    when(story, ALICE, GLOWS_CLOUD, acknowledge_withdrawal, .grant_id = GRANT, .vendor = GLOW);
}
SCENARIO(device_unknown) { commands(story, "writeProperty", "on", 0); }
SCENARIO(device_removed)
{
    withdrawn(story);
    commands(story, "writeProperty", "on", 0);
}
SCENARIO(device_suspended)
{
    expired(story);
    commands(story, "writeProperty", "on", 0);
}
SCENARIO(capability_not_granted)
{
    alices_lamp(story);
    commands(story, "writeProperty", "camera", 0);
}
SCENARIO(operation_unknown)
{
    alices_lamp(story);
    commands(story, "explode", "on", 0);
}
SCENARIO(valid_for_out_of_range)
{
    alices_lamp(story);
    commands(story, "writeProperty", "on", 86401);
}
SCENARIO(command_limit_reached)
{
    alices_lamp(story);
    alice_switches_the_lamp(story);
    story->policy.commands_open_max = 1;
    commands(story, "writeProperty", "on", 0);
}
SCENARIO(command_unknown) { when(story, ALICE, ALICES_APP, cancel_command, .command = SWITCH); }
SCENARIO(command_already_sent)
{
    alices_lamp(story);
    alice_switches_the_lamp(story);
    given(story, ALICE, command_sent, .command = SWITCH, .device = LAMP);
    when(story, ALICE, ALICES_APP, cancel_command, .command = SWITCH);
}
SCENARIO(outcome_unknown)
{
    when(story, ALICE, GLOWS_CLOUD, record_outcome, .command_id = SWITCH, .vendor = GLOW,
         .status = command_state_of(SLICE("exploded")));
}

/* No rule says them, so there is nothing to reach. */
#define reach_consent_never_granted  NULL
#define reach_password_wrong         NULL
#define reach_idempotency_key_reused NULL
#define reach_precondition_failed    NULL

/* -- the table ------------------------------------------------------------------------ */

static const struct {
    enum refusal refusal;
    void (*reach)(struct story *story);
} rows[] = {
#define REFUSAL(name, http, title, sentence) { REFUSED_##name, reach_##name },
#include "core/facts/refusals.def"
#undef REFUSAL
};

static void every_refusal_of_the_rules_can_be_reached(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        void *story = NULL;

        if (!rows[i].reach) continue;
        assert_int_equal(story_begins(&story), 0);
        rows[i].reach(story);
        story_refused(story, rows[i].refusal);
        assert_int_equal(story_ends(&story), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_of_the_rules_can_be_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
