/* Does a vendor hear of what concerns it: once, signed, in order for each device, and
 * may it answer at once? */
#include "core/wire/webhook_signature.h"
#include "tests/world/courier.h"

#include <poll.h>

#include "core/base/report.h"
#include "core/facts/names.h"

static void tells(size_t index, const char *text)
{
    if (!strstr(heard(index)->body, text)) fail_msg("%s is not in %s", text, heard(index)->body);
}

/* `"name":"id"` of what was heard. */
static void tells_id(size_t index, const char *name, struct id id)
{
    char text[ID_TEXT_MAX];

    id_text(id, text);
    tells(index, (const char *)arena_print(&configured.arena, "\"%s\":\"%s\"", name, text).data);
}

/* -- what is sent -------------------------------------------------------------------- */

static void a_webhook_is_a_cloudevent_signed_with_every_secret_newest_first(void **state)
{
    static const char newer[]    = "fedcba9876543210fedcba9876543210";
    struct secret     secrets[2] = { { .size = 32 }, { .size = 32 } };

    (void)state;
    home.vendor = a_vendor("/glow");
    ask_for(add_vendor_key, home.vendor, .key = new_id(ID_key), .secret = { newer, 32 });
    try_out(home.vendor);
    until(is_now(home.vendor, 0, DELIVERY_delivered));

    const struct reception *got = heard(0);
    assert_string_equal(got->type, "application/cloudevents+json");
    assert_non_null(strstr(got->body, got->id));
    tells(0, "\"specversion\":\"1.0\"");
    tells(0, "\"type\":\"piot.v1.test-notification\"");
    tells(0, "\"source\":\"https://piot.example\"");
    tells(0, "\"time\":\"2026-");
    tells(0, "\"datacontenttype\":\"application/json\",\"data\":{}}");
    tells_id(0, "subject", home.vendor);

    memcpy(secrets[0].bytes, newer, 32);
    memcpy(secrets[1].bytes, SECRET, 32);
    struct arena *arena = &configured.arena;
    struct slice  both  = signature_make(arena, slice_text(got->id), slice_text(got->timestamp),
                                         slice_text(got->body), secrets, 2);
    assert_true(slice_equal(both, slice_text(got->signatures)));
    assert_int_equal(strtoll(got->timestamp, NULL, 10), ground.clock.fixed_us / SECOND);
    settle();
    assert_int_equal(heard_count(), 1);
}

static void a_grant_is_told_without_any_name_another_vendor_could_see(void **state)
{
    char name[ID_TEXT_MAX];

    (void)state;
    a_household();
    a_granted_lamp("lamp-1");
    assert_int_equal(heard_count(), 1);
    tells(0, "\"type\":\"piot.v1.grant-created\"");
    tells_id(0, "grantId", home.consent);
    tells_id(0, "subject", home.consent);
    tells_id(0, "detectionId", home.detection);
    tells(0, "\"vendorDeviceId\":\"lamp-1\"");
    tells(0, "\"capabilities\":[\"on\"]");
    tells(0, "\"networkRef\":\"");
    tells(0, "\"accountRef\":\"");
    assert_null(strstr(heard(0)->body, "expiresAt"));
    id_text(home.account, name);
    assert_null(strstr(heard(0)->body, name));
    assert_null(strstr(heard(0)->body, "net_"));
    assert_null(strstr(heard(0)->body, "dev_"));
}

static void a_refusal_and_a_renewal_are_told(void **state)
{
    (void)state;
    a_household();
    a_lamp("lamp-1");
    the_owner_says("not-mine");
    settle();
    assert_int_equal(heard_count(), 0); /* it may still be undone */
    pass(11 * SECOND);
    until(heard_count() == 1);
    tells(0, "\"type\":\"piot.v1.grant-refused\"");
    tells(0, "\"reason\":\"not-mine\"");
    tells_id(0, "detectionId", home.detection);

    pass(2 * DAY);
    a_granted_lamp("lamp-2");
    ask_for(renew_consent, home.account, .expires_at = ground.clock.fixed_us + DAY,
            .consent = home.consent);
    until(heard_count() == 3);
    tells(2, "\"type\":\"piot.v1.grant-renewed\"");
    tells(2, "\"expiresAt\":\"");
}

static void answering_only(int status)
{
    behave(0, (struct manners){ .path = "/glow", .status = status });
}

static void webhooks_of_one_device_go_one_after_the_other(void **state)
{
    (void)state;
    a_household();
    struct id lamp = a_granted_lamp("lamp-1"), other = a_granted_lamp("lamp-2");
    answering_only(0);
    for (int i = 0; i < 3; i++) a_command(lamp, "invokeAction");
    a_command(other, "invokeAction");
    until(heard_count() == 4);
    for (int i = 0; i < 50; i++) {
        courier_step(courier, MILLISECOND);
        take_turn();
    }
    assert_int_equal(courier_under_way(courier), 2); /* one of each lamp */
    assert_int_equal(heard_count(), 4);
}

static void a_later_command_waits_until_the_one_before_it_got_through(void **state)
{
    (void)state;
    a_household();
    struct id lamp = a_granted_lamp("lamp-1");
    answering_only(503);
    struct id first = a_command(lamp, "invokeAction"), second = a_command(lamp, "invokeAction");
    until(delivery(home.vendor, 1).attempt == 1 && !courier_under_way(courier));
    settle();
    assert_int_equal(heard_count(), 2);
    answering_only(204);
    pass(2 * SECOND);
    until(became(first, COMMAND_sent) && became(second, COMMAND_sent));
    assert_int_equal(heard_count(), 4);
    tells_id(2, "commandId", first);
    tells(2, "\"attempt\":2");
    tells_id(3, "commandId", second);
    tells(3, "\"attempt\":1");
}

/* -- what becomes of a command ---------------------------------------------------------- */

/* Given up by the courier, which sees that no time is left; or by the ledger's timer, if
 * the endpoint is being left alone until after the deadline. Chance says which. */
static bool is_given_up(struct id whose, size_t index)
{
    return is_now(whose, index, DELIVERY_dead) || is_now(whose, index, DELIVERY_dropped);
}

static void a_command_is_not_tried_beyond_its_deadline(void **state)
{
    (void)state;
    a_household();
    struct id lamp = a_granted_lamp("lamp-1");
    answering_only(503);
    struct id command = a_command(lamp, "invokeAction");
    for (int i = 0; i < 60 && !is_given_up(home.vendor, 1); i++) {
        settle();
        pass(SECOND);
    }
    assert_true(is_given_up(home.vendor, 1));
    size_t tries = heard_count();
    assert_in_range(tries, 1 + 4, 1 + 6); /* 30 s of waits that double */
    pass(HOUR);
    until(became(command, COMMAND_expired));
    settle();
    assert_int_equal(heard_count(), tries);
}

static void a_command_taken_back_before_it_was_tried_is_never_sent(void **state)
{
    (void)state;
    a_household();
    struct id lamp = a_granted_lamp("lamp-1");
    ask_for(suspend_vendor, home.vendor, .reason = SLICE("a leak"));
    ask_for(resume_vendor, home.vendor, .none_ = { 0 });
    struct id command = a_command(lamp, "invokeAction");
    ask_for(cancel_command, home.account, .command = command);
    settle();
    assert_int_equal(heard_count(), 3); /* the grant, and how its vendor stands */
}

/* Planted: an outcome that was deferred was taken for the end of the ledger. */
static void what_the_ledger_defers_is_told_again_and_not_sent_again(void **state)
{
    home.vendor = a_vendor("/glow");
    (void)state;
    try_out(home.vendor);
    while (!ledger_figures(ground.ledger).queue_length) courier_step(courier, MILLISECOND);
    ground.clock.stepped_us = HOUR; /* the outcome waits for a turn */
    take_turn();
    assert_int_equal(ledger_figures(ground.ledger).queue_length, 0);
    for (int i = 0; i < 50; i++) { /* it is told, and refused */
        courier_wake(courier);
        courier_step(courier, MILLISECOND);
    }
    assert_true(is_now(home.vendor, 0, DELIVERY_pending));
    ground.clock.stepped_us = 0;
    until(is_now(home.vendor, 0, DELIVERY_delivered));
    assert_int_equal(heard_count(), 1);
}

/* -- the thread ---------------------------------------------------------------------- */

static void the_thread_carries_what_is_owed_and_stops_when_told(void **state)
{
    struct chore *on_a_thread;

    (void)state;
    home.vendor                 = a_vendor("/glow");
    ground.clock                = clock_real(); /* nobody sets it while threads read it */
    configured.webhooks_at_once = 8;
    try_out(home.vendor);
    assert_int_equal(ledger_start(ground.ledger).code, STATUS_OK);
    assert_int_equal(chore_open(&on_a_thread, &courier_chore, &ground).code, STATUS_OK);
    assert_int_equal(chore_start(on_a_thread).code, STATUS_OK);
    for (int i = 0; i < PATIENCE_MS && !heard_count(); i++) poll(NULL, 0, 1);
    chore_stop(on_a_thread);
    ledger_stop(ground.ledger);
    chore_close(on_a_thread);
    assert_int_equal(heard_count(), 1);
    assert_true(is_now(home.vendor, 0, DELIVERY_delivered));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_webhook_is_a_cloudevent_signed_with_every_secret_newest_first),
        TEST(a_grant_is_told_without_any_name_another_vendor_could_see),
        TEST(a_refusal_and_a_renewal_are_told),
        TEST(webhooks_of_one_device_go_one_after_the_other),
        TEST(a_later_command_waits_until_the_one_before_it_got_through),
        TEST(a_command_is_not_tried_beyond_its_deadline),
        TEST(a_command_taken_back_before_it_was_tried_is_never_sent),
        TEST(what_the_ledger_defers_is_told_again_and_not_sent_again),
        TEST(the_thread_carries_what_is_owed_and_stops_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
