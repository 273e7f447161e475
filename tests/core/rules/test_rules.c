/* What if the registry cannot be read, or what it says does not hold together? Then nothing
 * is decided, nobody aborts, and whoever owns the reader finds out why; so does a fold that
 * meets an event no rule would have let happen. */
#include "core/rules/registry_write.h"
#include "core/store/key.h"
#include "tests/world/given.h"

/* What is so far; everything after it lasts until then_corrupt(). */
static void so_far(struct story *story)
{
    assert_int_equal(batch_commit(story->batch, false).code, STATUS_OK);
}

static void one_that_cannot_be_read(struct story *story, char letter, struct id id)
{
    struct key key = key_new(PARTITION_ONE);

    key_add_byte(&key, (uint8_t)letter);
    key_add_id(&key, ALICE);
    key_add_id(&key, id);
    batch_put(story->batch, FAMILY_registry, key_slice(&key), SLICE("\x91\xa5wrong"));
}

/* Nothing came of it, and it is known why. */
static void then_corrupt(struct story *story)
{
    assert_int_equal(story->out.count, 0);
    assert_int_equal(reader_failure(batch_reader(story->batch)).code, STATUS_CORRUPT);
    batch_clear(story->batch);
}

static void alices_lamp(struct story *story)
{
    glow_is_approved(story);
    alice_lives_at_home(story);
    alice_has_the_lamp(story);
    so_far(story);
}

static void a_record_that_cannot_be_read_decides_nothing(void **state)
{
    struct story *story = *state;

    alices_lamp(story);
    one_that_cannot_be_read(story, 'd', LAMP);
    when(story, ALICE, ALICES_APP, remove_device, .device = LAMP);
    then_corrupt(story);
    one_that_cannot_be_read(story, 'd', LAMP);
    when(story, ALICE, ALICES_APP, request_command, .device = LAMP, .command = SWITCH,
         .operation = SLICE("writeProperty"), .name = SLICE("on"), .input = SLICE("true"));
    then_corrupt(story);
    one_that_cannot_be_read(story, 'b', GLOW); /* one that may be absent */
    when(story, ALICE, THE_SYSTEM, request_consent, .claim = LOCK_CLAIM, .vendor = GLOW,
         .model = SLICE("lock:1.0.0"), .gateway = BOX, .detection = REPORT);
    then_corrupt(story);
}

static void an_event_that_names_nothing_folds_into_no_row(void **state)
{
    struct story *story = *state;

    alices_lamp(story);
    given(story, name_system(), token_issued, .token = NO_ID, .role = SLICE("operator"));
    then_corrupt(story);
}

static void a_device_without_its_grant_decides_nothing(void **state)
{
    struct story *story = *state;

    alices_lamp(story);
    registry_erase_consent(story->batch, ALICE, GRANT);
    when(story, ALICE, ALICES_APP, remove_device, .device = LAMP);
    then_corrupt(story);
    registry_erase_consent(story->batch, ALICE, GRANT);
    when(story, ALICE, GLOWS_CLOUD, remove_vendor_device, .device = LAMP, .vendor = GLOW);
    then_corrupt(story);
    registry_erase_consent(story->batch, ALICE, GRANT);
    given(story, ALICE, account_erasure_requested, .login = NO_ID);
    when_plainly(story, ALICE, THE_SYSTEM, go_on_erasing);
    then_corrupt(story);
}

static void a_grant_without_its_device_decides_nothing(void **state)
{
    struct story *story = *state;

    alices_lamp(story);
    registry_erase_device(story->batch, ALICE, LAMP);
    when(story, ALICE, ALICES_APP, withdraw_consent, .consent = GRANT,
         .reason = SLICE("withdrawn"));
    then_corrupt(story);
}

static void an_open_command_that_is_not_known_decides_nothing(void **state)
{
    struct story *story = *state;

    alices_lamp(story);
    alice_switches_the_lamp(story);
    so_far(story);
    registry_erase_command(story->batch, ALICE, SWITCH);
    when(story, ALICE, ALICES_APP, request_command, .device = LAMP, .command = OTHER_SWITCH,
         .operation = SLICE("writeProperty"), .name = SLICE("on"), .input = SLICE("true"));
    then_corrupt(story);
    registry_erase_command(story->batch, ALICE, SWITCH);
    when(story, ALICE, ALICES_APP, remove_device, .device = LAMP);
    then_corrupt(story);
}

static void a_question_without_its_consent_decides_nothing(void **state)
{
    struct story *story = *state;

    glow_is_approved(story);
    alice_lives_at_home(story);
    alice_is_asked_about_the_lamp(story);
    registry_erase_consent(story->batch, ALICE, GRANT);
    given(story, ALICE, account_erasure_requested, .login = NO_ID);
    when_plainly(story, ALICE, THE_SYSTEM, go_on_erasing);
    then_corrupt(story);
}

/* Each is what no rule leaves behind, and what a rule that reads it relies on. */
static void a_record_that_is_not_as_it_was_written_decides_nothing(void **state)
{
    struct story        *story = *state;
    struct device_record device;
    struct claim_record  claim;

    alices_lamp(story);
    alice_switches_the_lamp(story);
    so_far(story);
    assert_true(
        registry_get_device(batch_reader(story->batch), ALICE, LAMP, &story->arena, &device));
    device.status = DEVICE_none;
    registry_put_device(story->batch, ALICE, LAMP, &device);
    when(story, ALICE, GLOWS_CLOUD, report_connectivity, .device = LAMP, .vendor = GLOW);
    then_corrupt(story);
    device.status  = DEVICE_active;
    device.consent = SWITCH;
    registry_put_device(story->batch, ALICE, LAMP, &device);
    when(story, ALICE, ALICES_APP, withdraw_consent, .consent = GRANT,
         .reason = SLICE("withdrawn"));
    then_corrupt(story);
    registry_put_vendor(story->batch, GLOW, NO_ID, &(struct vendor_record){ .keys = 1 });
    when(story, GLOW, OPERATOR, offboard_vendor, .reason = SLICE("unpaid"));
    then_corrupt(story);
    registry_put_account(story->batch, ALICE, NO_ID,
                         &(struct account_record){ .status = ACCOUNT_active });
    when_plainly(story, ALICE, ALICES_APP, erase_account); /* it has no login to be released */
    then_corrupt(story);
    registry_put_command(story->batch, ALICE, SWITCH,
                         &(struct command_record){ .status = COMMAND_queued, .device = GRANT });
    when(story, ALICE, ALICES_APP, remove_device, .device = LAMP);
    then_corrupt(story);
    assert_true(
        registry_get_claim(batch_reader(story->batch), LAMP_CLAIM, NO_ID, &story->arena, &claim));
    claim.holder = BOB;
    registry_put_claim(story->batch, LAMP_CLAIM, NO_ID, &claim);
    when(story, LAMP_CLAIM, THE_SYSTEM, release_device, .account = ALICE, .device = LAMP);
    then_corrupt(story);
}

static void an_event_that_no_rule_lets_happen_is_folded_as_corrupt(void **state)
{
    struct story *story = *state;

    alices_lamp(story);
    alice_switches_the_lamp(story);
    given(story, ALICE, command_delivered, .command = SWITCH, .device = LAMP);
    so_far(story);
    given(story, ALICE, consent_denied, .consent = GRANT, .claim = LAMP_CLAIM, .vendor = GLOW);
    then_corrupt(story);
    given(story, ALICE, command_sent, .command = SWITCH, .device = LAMP);
    then_corrupt(story);
    given_plainly(story, GLOW, vendor_resumed);
    then_corrupt(story);
    given(story, ALICE, device_resumed, .device = LAMP);
    then_corrupt(story);
    given(story, ALICE, network_deleted, .network = HOME); /* the lamp is in it */
    then_corrupt(story);
    given(story, BOB, account_activated, .activation_hash = SLICE("code")); /* there is none */
    then_corrupt(story);
    given(story, LAMP_CLAIM, device_offered, .account = BOB); /* Alice holds it */
    then_corrupt(story);
    given(story, LAMP_CLAIM, device_released, .account = BOB, .device = LAMP);
    then_corrupt(story);
    given(story, ALICE, command_requested, .command = SWITCH, .device = LAMP, .vendor = GLOW);
    then_corrupt(story);
    given(story, ALICE, device_removed, .device = LAMP, .network = OFFICE);
    then_corrupt(story);
    given(story, ALICE, account_opened, .login = SLICE("alice")); /* it is open */
    then_corrupt(story);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, story_begins, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_that_cannot_be_read_decides_nothing),
        TEST(an_event_that_names_nothing_folds_into_no_row),
        TEST(a_device_without_its_grant_decides_nothing),
        TEST(a_grant_without_its_device_decides_nothing),
        TEST(an_open_command_that_is_not_known_decides_nothing),
        TEST(a_question_without_its_consent_decides_nothing),
        TEST(a_record_that_is_not_as_it_was_written_decides_nothing),
        TEST(an_event_that_no_rule_lets_happen_is_folded_as_corrupt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
