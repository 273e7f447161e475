/* Is every sealed field that is gone without a reason found, and none that has one?
 *
 * Planted bugs that this must notice, and did: any number of lost reports excused by one
 * event, a log without a single ciphertext taken for a copy that never had any, an owner whom the
 * vault does not know taken for one who was erased. */
#include "replay/fold/replay.h"
#include "tests/world/life.h"

struct vendor_event {
    unsigned    count;
    uint64_t    first;
    const char *rule;
};

static void keep_first(void *context, const struct finding *finding)
{
    struct vendor_event *told = context;

    if (told->count++) return;
    told->first = finding->position;
    told->rule  = finding->rule;
}

static struct vendor_event verified(struct life *life)
{
    struct vendor_event told     = { 0 };
    struct findings     findings = { .found = keep_first, .context = &told };
    struct verification result;

    assert_ok(replay_verify_log(store_reader(life->world->store), life->world->vault, NULL, NULL,
                                &findings, &result));
    return told;
}

static void assert_content(struct life *life)
{
    struct vendor_event told = verified(life);

    if (told.count) fail_msg("%s at %llu", told.rule, (unsigned long long)told.first);
}

static void assert_missing(struct life *life, uint64_t position)
{
    struct vendor_event told = verified(life);

    assert_int_equal(told.count, 1);
    assert_string_equal(told.rule, "missing");
    assert_int_equal(told.first, position);
}

static void forget(struct life *life, uint64_t position)
{
    struct batch *batch = batch_open(life->world->store);

    log_forget(batch, position);
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
}

static void forget_all(struct life *life)
{
    for (uint64_t i = world_head(life->world); i > 0; i--) forget(life, i);
}

static void came_bare(struct life *life, uint64_t through)
{
    struct batch *batch = batch_open(life->world->store);

    log_put_bare(batch, through);
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
}

static void a_decision_that_lost_its_fields_is_named(void **state)
{
    struct life *life = *state;

    life_begins(life);
    assert_content(life);
    uint64_t added = world_head(life->world);
    while (world_read(life->world, added).type != EVENT_device_added) added--;
    forget(life, added);
    assert_missing(life, added);
}

static void as_many_reports_may_be_gone_as_expired_and_no_more(void **state)
{
    struct life *life = *state;

    life_begins(life);
    for (unsigned i = 0; i < 4; i++) lamp_reports(life, "true");
    uint64_t last = world_head(life->world);
    forget(life, last - 3);
    assert_missing(life, last - 3);
    DOES(life, ALICE, expire_reports, .until = life->world->clock.fixed_us, .reports = 2);
    assert_content(life);
    forget(life, last - 2);
    assert_content(life);
    forget(life, last - 1);
    assert_missing(life, last - 1);
}

static uint64_t first_of(struct life *life, enum event_type type)
{
    uint64_t at = 1;

    while (world_read(life->world, at).type != type) at++;
    return at;
}

static void a_report_goes_with_the_account_it_led_to(void **state)
{
    struct life *life = *state;

    life_begins(life);
    uint64_t reported = first_of(life, EVENT_device_detected);
    forget(life, reported);
    assert_missing(life, reported);
    assert_ok(vault_destroy_key(life->world->vault, BOB));
    assert_missing(life, reported);
    assert_ok(vault_destroy_key(life->world->vault, ALICE));
    assert_content(life);
}

static void a_report_that_led_to_nobody_goes_with_nobody(void **state)
{
    struct life *life = *state;

    life_begins(life);
    DOES(life, name_claim(NULL, GLOW, SLICE("lamp-9")), report_detection, .vendor = GLOW,
         .vendor_device_id = SLICE("lamp-9"), .detection = { "olast" },
         .model = SLICE("lamp:1.0.0"), .observed_at = life->world->clock.fixed_us);
    uint64_t last = world_head(life->world);
    forget(life, last);
    assert_missing(life, last);
    DOES(life, name_claim(NULL, GLOW, SLICE("lamp-9")), resolve_detection, .vendor = GLOW,
         .detection = { "olast" }, .confidence = CONFIDENCE_none);
    assert_missing(life, last);
}

static void whoever_has_no_key_any_more_was_forgotten(void **state)
{
    struct life *life = *state;

    life_begins(life);
    forget_all(life);
    assert_int_equal(verified(life).count, 4); /* two accounts, and two vendors' secrets */
    assert_ok(vault_destroy_key(life->world->vault, ALICE));
    assert_int_equal(verified(life).count, 3);
}

/* The log is whole, and its vault is another one, which has no key of anybody. */
static void sealed_fields_without_a_key_that_was_destroyed_are_named(void **state)
{
    struct life        *life = *state;
    struct vault       *own  = life->world->vault;
    struct vendor_event told;

    life_begins(life);
    assert_ok(vault_open(&life->world->vault, NULL, false));
    told = verified(life);
    assert_int_equal(told.count, 4); /* two accounts, two vendors */
    assert_string_equal(told.rule, "missing-key");
    assert_ok(vault_destroy_key(life->world->vault, ALICE));
    assert_int_equal(verified(life).count, 3);
    vault_close(life->world->vault);
    life->world->vault = own;
    assert_content(life);
}

static void a_copy_that_came_without_any_has_lost_none(void **state)
{
    struct life *life = *state;

    life_begins(life);
    uint64_t then = world_head(life->world);
    forget_all(life);
    came_bare(life, then);
    assert_content(life);
    lamp_reports(life, "true");
    assert_content(life);
    forget(life, then + 1);
    assert_missing(life, then + 1);
}

static void a_ciphertext_in_a_copy_that_came_without_any_is_a_stray(void **state)
{
    struct life *life = *state;

    life_begins(life);
    came_bare(life, world_head(life->world));
    assert_string_equal(verified(life).rule, "stray");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, life_is_given, life_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_decision_that_lost_its_fields_is_named),
        TEST(a_report_goes_with_the_account_it_led_to),
        TEST(a_report_that_led_to_nobody_goes_with_nobody),
        TEST(as_many_reports_may_be_gone_as_expired_and_no_more),
        TEST(whoever_has_no_key_any_more_was_forgotten),
        TEST(sealed_fields_without_a_key_that_was_destroyed_are_named),
        TEST(a_copy_that_came_without_any_has_lost_none),
        TEST(a_ciphertext_in_a_copy_that_came_without_any_is_a_stray),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
