/* What goes before what: of one device, of one vendor, and when something is refused again and
 * again or stuck? */
#include "tests/world/courier.h"

static struct id lamp;

/* Granted, and its vendor knows. */
static void lamp_is_granted(const char *name)
{
    a_lamp(name);
    the_owner_says("grant");
    until(!courier_under_way(courier));
    settle();
    lamp = found;
}

static struct id a_wish(void)
{
    struct id command = new_id(ID_command);

    ask_for(request_command, home.account, .operation = SLICE("invokeAction"), .name = SLICE("on"),
            .input = SLICE("true"), .valid_for = DAY / SECOND, .device = lamp, .command = command);
    return command;
}

static const char *text_of(struct id id)
{
    char text[ID_TEXT_MAX];

    id_text(id, text);
    return arena_print(&configured.arena, "%s", text).data;
}

/* How often the vendor has heard of that. */
static size_t times(const char *what)
{
    size_t count = 0;

    for (size_t i = 0; i < heard_count(); i++) count += strstr(heard(i)->body, what) != NULL;
    return count;
}

static void refusing(const char *what)
{
    behave(0, (struct manners){ .path = "/glow", .of = what, .status = 400 });
}

static void everything_is_taken(void)
{
    behave(0, (struct manners){ .path = "/glow", .status = 204 });
}

/* All that is to be tried by then is tried. */
static void time_goes_by(int64_t us)
{
    for (int i = 0; i < 100; i++) {
        settle();
        pass(us / 100);
    }
    settle();
}

static void commands_go_past_one_that_is_refused_for_good(void **state)
{
    (void)state;
    a_household();
    lamp_is_granted("lamp-1");
    const char *refused = text_of(a_wish()), *next = text_of(a_wish());
    refusing(refused);
    while (times(refused) < configured.webhook_refusals_max) {
        assert_int_equal(times(next), 0);
        settle();
        pass(SECOND / 2);
    }
    until(times(next) == 1);
    assert_true(is_now(home.vendor, 1, DELIVERY_pending));
    until(is_now(home.vendor, 2, DELIVERY_delivered));
    time_goes_by(MINUTE); /* and it is still tried besides */
    assert_in_range(times(refused), configured.webhook_refusals_max + 1, 10);
    everything_is_taken();
    time_goes_by(5 * MINUTE);
    assert_true(is_now(home.vendor, 1, DELIVERY_delivered));
    assert_int_equal(times(next), 1);
}

static void what_fails_otherwise_is_waited_for(void **state)
{
    (void)state;
    a_household();
    lamp_is_granted("lamp-1");
    const char *failing = text_of(a_wish()), *next = text_of(a_wish());
    behave(0, (struct manners){ .path = "/glow", .of = failing, .status = 503 });
    time_goes_by(5 * MINUTE);
    assert_true(times(failing) > configured.webhook_refusals_max);
    assert_int_equal(times(next), 0);
}

/* Else a vendor could take the last for the state of things that is none. */
static void notices_of_a_grant_stay_in_order_though_one_is_refused(void **state)
{
    (void)state;
    a_household();
    refusing("grant-created");
    lamp_is_granted("lamp-1");
    const char *command = text_of(a_wish());
    ask_for(renew_consent, home.account, .expires_at = ground.clock.fixed_us + DAY,
            .consent = home.consent);
    time_goes_by(5 * MINUTE);
    assert_true(times("grant-created") > configured.webhook_refusals_max);
    assert_int_equal(times("grant-renewed"), 0);
    assert_int_equal(times(command), 1); /* which is no notice */
    everything_is_taken();
    time_goes_by(HOUR);
    assert_true(is_now(home.vendor, 0, DELIVERY_delivered));
    assert_true(is_now(home.vendor, 2, DELIVERY_delivered));
    assert_string_equal(heard(heard_count() - 2)->path, "/glow");
    assert_non_null(strstr(heard(heard_count() - 2)->body, "grant-created"));
    assert_non_null(strstr(heard(heard_count() - 1)->body, "grant-renewed"));
}

static void a_refusal_is_remembered_over_a_restart(void **state)
{
    (void)state;
    a_household();
    lamp_is_granted("lamp-1");
    const char *refused = text_of(a_wish());
    refusing(refused);
    time_goes_by(MINUTE);
    assert_true(times(refused) >= configured.webhook_refusals_max);
    courier_close(courier);
    assert_ok(courier_open(&courier, &ground));
    const char *next = text_of(a_wish());
    until(times(next) == 1);
}

/* More than are kept in memory of one device. */
static void a_long_backlog_of_one_device_goes_in_order(void **state)
{
    enum { MANY = 3 * LANE_OWED_MAX + 1 };

    (void)state;
    a_household();
    lamp_is_granted("lamp-1");
    behave(0, (struct manners){ .path = "/glow", .status = 0 });
    for (int i = 0; i < MANY; i++)
        ask_for(renew_consent, home.account, .expires_at = ground.clock.fixed_us + DAY + i * HOUR,
                .consent = home.consent);
    until(heard_count() == 2);
    everything_is_taken();
    assert_true(server_post(endpoint.server, speak, NULL));
    until(heard_count() == 1 + MANY && !courier_under_way(courier));
    for (size_t i = 0; i < MANY; i++) /* ids rise */
        assert_true(strcmp(heard(i)->id, heard(1 + i)->id) < 0);
}

static void a_command_taken_back_holds_up_none_behind_it(void **state)
{
    (void)state;
    a_household();
    lamp_is_granted("lamp-1");
    behave(0, (struct manners){ .path = "/glow", .status = 503 });
    struct id   first = a_wish();
    const char *next  = text_of(a_wish());
    until(times(text_of(first)) == 1 && !courier_under_way(courier));
    everything_is_taken();
    ask_for(cancel_command, home.account, .command = first);
    until(times(next) == 1);           /* although the time of the first has not come */
    until(times(text_of(first)) == 2); /* and that it was taken back */
    assert_non_null(strstr(heard(heard_count() - 1)->body, "command-cancelled"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(commands_go_past_one_that_is_refused_for_good),
        TEST(what_fails_otherwise_is_waited_for),
        TEST(notices_of_a_grant_stay_in_order_though_one_is_refused),
        TEST(a_refusal_is_remembered_over_a_restart),
        TEST(a_long_backlog_of_one_device_goes_in_order),
        TEST(a_command_taken_back_holds_up_none_behind_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
