/* reached.h -- how each refusal up to those of detections is reached, a scenario each, in the
 * order of refusals.def. For test_refusals.c alone, which has the rest. */
#ifndef PIOT_TESTS_REACHED_H
#define PIOT_TESTS_REACHED_H

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
SCENARIO(quota_exceeded)
{
    glow_is_approved(story);
    given(story, GLOW, vendor_changed, .name = SLICE("Glow"), .devices_max = 1);
    when(story, LAMP_CLAIM, GLOWS_CLOUD, report_detection, .vendor = GLOW, .grants = 1,
         .observed_at = story->now_us, .model = SLICE("lamp:1.0.0"));
}
SCENARIO(endpoint_missing)
{
    given(story, ACME, vendor_onboarded, .name = SLICE("Acme"));
    when_plainly(story, ACME, GLOWS_CLOUD, request_test_notification);
}
SCENARIO(consumer_limit_reached)
{
    glow_is_approved(story);
    for (unsigned i = 0; i < 9; i++) {
        char name[] = { 'a', 'b', (char)('a' + i), 0 };
        when(story, GLOW, GLOWS_CLOUD, acknowledge_outbox, .consumer = slice_text(name),
             .place = 1);
    }
}
SCENARIO(outbox_leased)
{
    glow_is_approved(story);
    given(story, GLOW, outbox_leased, .consumer = SLICE("default"), .lease = LEASE,
          .until = START + HOUR);
    when(story, GLOW, GLOWS_CLOUD, acknowledge_outbox, .consumer = SLICE("default"), .place = 1);
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

#endif
