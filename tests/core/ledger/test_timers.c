/* Does what has its time happen then, not before, once, and whatever came between?
 *
 * Tried against a turn that read all due timers first and fired them blindly: the end
 * of a grant had cancelled the command that was due as well, and the program stopped.
 */
#include "tests/world/asked.h"

static void does(struct world *world, struct question asked)
{
    ask(world, &asked);
    if (asked.item.outcome.refusal)
        fail_msg("refused: %s", refusal_shape(asked.item.outcome.refusal)->name);
}
#define DOES(world, where, what, ...) does((world), ASKING(where, what, __VA_ARGS__))

/* Glow's lamp is seen behind Alice's box, and she is asked; which consent that is. */
static struct id is_seen(struct world *world, const char *lamp)
{
    struct question seen = ASKING(name_claim(NULL, GLOW, slice_text(lamp)), resolve_detection,
                                  .vendor = GLOW, .vendor_device_id = slice_text(lamp),
                                  .detection = { "oreport" }, .model = SLICE("lamp:1.0.0"),
                                  .confidence = CONFIDENCE_exact, .account = ALICE,
                                  .gateway = name_gateway(NULL, SLICE("box")));

    ask(world, &seen);
    assert_int_equal(seen.last.type, EVENT_consent_requested);
    return seen.last.consent_requested.consent;
}

/* Alice has a network and a question about a lamp. */
static struct id a_question_waits(struct world *world)
{
    const struct slice on  = SLICE("on");
    struct id          box = name_gateway(NULL, SLICE("box"));

    does(world, for_an_account());
    DOES(world, ALICE, create_network, .network = HOME, .name = SLICE("Home"));
    DOES(world, box, claim_gateway, .gateway_id = SLICE("box"), .account_id = ALICE,
         .network_id = HOME);
    DOES(world, GLOW, onboard_vendor, .name = SLICE("Glow"), .key = { "kfirst" },
         .token = { "tglow" }, .hash = SLICE("glow"));
    does(world,
         (struct question){ .item.intent = { .type = INTENT_approve_vendor, .stream = GLOW } });
    DOES(world, GLOW, publish_thing_model, .model = SLICE("lamp:1.0.0"), .title = SLICE("Lamp"),
         .capabilities = { &on, 1 }, .definition = SLICE("{}"));
    return is_seen(world, "lamp-1");
}

/* She says yes until then; the device. */
static struct id is_granted(struct world *world, struct id consent, int64_t expires_at)
{
    struct question granted = ASKING(ALICE, decide_consent, .consent = consent,
                                     .decision = SLICE("grant"), .expires_at = expires_at);

    ask(world, &granted);
    assert_int_equal(granted.last.type, EVENT_device_held);
    return granted.last.device_held.device;
}
static struct id a_lamp_is_granted(struct world *world, int64_t expires_at)
{
    return is_granted(world, a_question_waits(world), expires_at);
}
static struct id another_lamp(struct world *world)
{
    return is_granted(world, is_seen(world, "lamp-2"), 0);
}

static void switches_on(struct world *world, struct id device, uint64_t valid_for)
{
    DOES(world, ALICE, request_command, .device = device, .command = SWITCH,
         .operation = SLICE("writeProperty"), .name = SLICE("on"), .input = SLICE("true"),
         .valid_for = valid_for);
}

static size_t happened_ever(struct world *world, enum event_type type)
{
    uint64_t positions[512];
    size_t   count;

    assert_ok(log_type_positions(store_reader(world->store), type, 0, LOG_RISING, positions,
                                 COUNT(positions), &count));
    return count;
}

static void a_question_lapses_at_its_time_and_not_before(void **state)
{
    struct world *world = *state;

    a_question_waits(world);
    world->clock.fixed_us = START + 7 * DAY - 1;
    turn(world);
    assert_int_equal(happened_ever(world, EVENT_consent_lapsed), 0);
    world->clock.fixed_us += 1;
    turn(world);
    assert_int_equal(happened_ever(world, EVENT_consent_lapsed), 1);
    assert_int_equal(happened_ever(world, EVENT_offer_closed), 1);
    world->clock.fixed_us += 7 * DAY;
    turn(world);
    assert_int_equal(happened_ever(world, EVENT_consent_lapsed), 1);
}

static void what_time_brings_is_the_systems_own(void **state)
{
    struct world *world = *state;

    a_question_waits(world);
    world->clock.fixed_us += 7 * DAY;
    turn(world);
    struct event closed = world_read(world, world_head(world));
    assert_int_equal(closed.type, EVENT_offer_closed);
    assert_int_equal(closed.actor.kind, ACTOR_SYSTEM);
}

static void a_timer_outlives_the_process(void **state)
{
    struct world *world = *state;

    switches_on(world, a_lamp_is_granted(world, 0), 0);
    world_reopens(world);
    world->clock.fixed_us += 30 * SECOND - 1;
    turn(world);
    assert_int_equal(happened_ever(world, EVENT_command_expired), 0);
    world_reopens(world);
    world->clock.fixed_us += 1;
    turn(world);
    assert_int_equal(happened_ever(world, EVENT_command_expired), 1);
}

static void an_end_that_cancels_what_is_due_as_well_fires_alone(void **state)
{
    struct world *world = *state;

    switches_on(world, a_lamp_is_granted(world, START + 10 * SECOND), 60);
    world->clock.fixed_us += HOUR; /* the process was away: both are due */
    turn(world);
    assert_int_equal(happened_ever(world, EVENT_consent_expired), 1);
    assert_int_equal(happened_ever(world, EVENT_command_cancelled), 1);
    assert_int_equal(happened_ever(world, EVENT_command_expired), 0);
}

static void a_deadline_before_the_end_comes_first(void **state)
{
    struct world *world = *state;

    switches_on(world, a_lamp_is_granted(world, START + 60 * SECOND), 10);
    world->clock.fixed_us += HOUR;
    turn(world);
    assert_int_equal(happened_ever(world, EVENT_command_expired), 1);
    assert_int_equal(happened_ever(world, EVENT_consent_expired), 1);
    assert_int_equal(happened_ever(world, EVENT_command_cancelled), 0);
}

static void timers_come_before_the_asks_of_their_turn(void **state)
{
    struct world   *world  = *state;
    struct id       device = a_lamp_is_granted(world, START + HOUR);
    struct question late   = ASKING(ALICE, request_command, .device = device, .command = SWITCH,
                                    .operation = SLICE("writeProperty"), .name = SLICE("on"));

    world->clock.fixed_us += HOUR;
    ask(world, &late);
    assert_int_equal(late.item.outcome.refusal, REFUSED_device_suspended);
}

static void more_timers_than_a_turn_takes_fire_in_the_next(void **state)
{
    enum { EACH = 35, DEVICES = 2 };
    struct world *world            = *state;
    struct id     devices[DEVICES] = { a_lamp_is_granted(world, 0), another_lamp(world) };
    bool          worked;

    world->policy.commands_open_max = EACH;
    for (int i = 0; i < EACH * DEVICES; i++) {
        struct id command          = { "m" };
        command.bytes[ID_SIZE - 1] = (uint8_t)(i + 1);
        DOES(world, ALICE, request_command, .device = devices[i % DEVICES], .command = command,
             .operation = SLICE("invokeAction"), .name = SLICE("on"));
    }
    world->clock.fixed_us += MINUTE;
    assert_ok(ledger_turn(world->ledger, &worked));
    assert_int_equal(happened_ever(world, EVENT_command_expired), 64);
    turn(world);
    assert_int_equal(happened_ever(world, EVENT_command_expired), EACH * DEVICES);
}

static void a_withdrawal_that_nobody_acknowledges_becomes_overdue(void **state)
{
    struct world *world  = *state;
    struct id     device = a_lamp_is_granted(world, 0);

    DOES(world, ALICE, remove_device, .device = device);
    world->clock.fixed_us += DAY;
    turn(world);
    assert_int_equal(happened_ever(world, EVENT_withdrawal_overdue), 1);
}

/* As a view that is not this log's would. */
static void a_timer_that_leads_to_nothing_stops_the_ledger(void **state)
{
    struct world *world = *state;
    struct batch *batch = batch_open(world->store);
    struct intent lapse = { .type = INTENT_lapse_consent, .stream = ALICE };
    struct id     never = { "cnever" };
    bool          worked;

    lapse.lapse_consent.consent = never;
    timer_set(batch, &world->arena, never, START, &lapse);
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
    assert_int_equal(ledger_turn(world->ledger, &worked).code, STATUS_CORRUPT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_question_lapses_at_its_time_and_not_before),
        TEST(what_time_brings_is_the_systems_own),
        cmocka_unit_test_setup_teardown(a_timer_outlives_the_process, on_disk, world_ends),
        TEST(an_end_that_cancels_what_is_due_as_well_fires_alone),
        TEST(a_deadline_before_the_end_comes_first),
        TEST(timers_come_before_the_asks_of_their_turn),
        TEST(more_timers_than_a_turn_takes_fire_in_the_next),
        TEST(a_withdrawal_that_nobody_acknowledges_becomes_overdue),
        TEST(a_timer_that_leads_to_nothing_stops_the_ledger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
