/* Can every "no" of refusals.def be said? Each row has a scenario here that ends in
 * it; a new row does not compile until somebody has written its own. Two are
 * said by the ledger and not by rules (tests/core/ledger/test_idempotency.c, test_ledger.c),
 * one by a read (tests/stories/a_receipt_is_checked.test.mjs), one by whoever compares
 * passwords (tests/stories/a_password_is_changed.test.mjs), and three by whoever reads the
 * outbox (tests/stories/deliveries_are_seen.test.mjs).
 *
 * Tried against a rule that let a taken login through: login_taken failed, here and
 * in test_account.c.
 */
#include "tests/core/rules/reached.h"

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
#define reach_delivery_unknown       NULL
#define reach_delivery_pending       NULL
#define reach_delivery_over          NULL
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
