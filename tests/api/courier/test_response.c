/* Is what a vendor says in its answer heard, whatever stands beside it; and does all else
 * mean that the webhook got through? */
#include "tests/world/courier.h"

#include "core/base/report.h"

static void answering(const char *type, const char *body)
{
    behave(0, (struct manners){ .path = "/glow", .status = 200, .type = type, .body = body });
}

static void the_answer_to_a_command_may_be_its_outcome(void **state)
{
    (void)state;
    a_household();
    struct id lamp = a_granted_lamp("lamp-1");
    answering("application/json", "{\"status\":\"succeeded\",\"output\":{\"b\":1,\"a\":2.0}}");
    struct id done = a_command(lamp, "writeProperty");
    until(became(done, COMMAND_succeeded));
    assert_has(heard(1)->body, "\"operation\":\"writeProperty\",\"name\":\"on\","
                               "\"input\":true,\"validUntil\":\"");
    assert_true(slice_equal(command_now(done).output, SLICE("{\"a\":2,\"b\":1}")));

    answering("application/json; charset=utf-8",
              "{\"status\":\"failed\",\"error\":{\"code\":\"BROKEN\",\"message\":\"no bulb\"}}");
    struct id broken = a_command(lamp, "invokeAction");
    until(became(broken, COMMAND_failed));
    assert_true(slice_equal(command_now(broken).error_code, SLICE("BROKEN")));
    assert_true(slice_equal(command_now(broken).error_message, SLICE("no bulb")));
}

/* What an answer makes of a command: its status, and what is kept of an error. */
static void assert_concludes(struct id device, const char *body, enum command_state status,
                             const char *code, const char *message)
{
    answering("application/json", body);
    struct id command = a_command(device, "invokeAction");
    until(became(command, status));
    assert_says(command_now(command).error_code, code);
    assert_says(command_now(command).error_message, message);
}

#define FAILED(error) "{\"status\":\"failed\",\"error\":" error "}"

static void a_failure_counts_whatever_is_said_of_it(void **state)
{
    static const char *const rows[][3] = {
        { FAILED("{\"code\":17,\"message\":\"stuck\"}"), "17", "stuck" },
        { FAILED("{\"code\":\"E1\",\"message\":\"stuck\\nat \\u00853\"}"), "E1", "stuck at  3" },
        { FAILED("{\"code\":\"E1\",\"message\":\"stuck\nat 3\"}"), "E1", "stuck at 3" },
        { FAILED("{\"code\":\"E1\",\"message\":\"\xE4\\u0000\\ud800\"}"), "E1",
          "?\xEF\xBF\xBD\xEF\xBF\xBD" },
        { FAILED("{\"code\":\"E1\",\"message\":[1.50,\"x\"],\"more\":1e400}"), "E1",
          "[1.5,\"x\"]" },
        { FAILED("{\"code\":1e400,\"message\":\"stuck\",\"code\":}"), "", "stuck" },
        { FAILED("{\"code\":18446744073709551616}"), "18446744073709551616", "" },
        { FAILED("\"oh\""), "", "oh" },
        { FAILED("404"), "", "404" },
        { FAILED("null"), "", "" },
        { FAILED("{\"code\":\"E1\""), "E1", "" },
    };

    (void)state;
    a_household();
    struct id lamp = a_granted_lamp("lamp-1");
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_concludes(lamp, rows[i][0], COMMAND_failed, rows[i][1], rows[i][2]);
}

static void what_is_said_is_cut_between_characters(void **state)
{
    char          message[256] = ""; /* with one character more it is too long */
    struct buffer body         = { 0 };

    (void)state;
    a_household();
    struct id lamp = a_granted_lamp("lamp-1");
    memset(message, 'x', 255);
    buffer_print(&body, FAILED("{\"code\":\"%s\",\"message\":\"%s\xC3\xA4y\"}"), message, message);
    buffer_add_byte(&body, '\0');
    answering("application/json", body.data);
    struct id command = a_command(lamp, "invokeAction");
    until(became(command, COMMAND_failed));
    assert_int_equal(command_now(command).error_code.size, 64);
    assert_says(command_now(command).error_message, message);
    buffer_free(&body);
}

static void an_output_that_cannot_be_kept_is_left_out(void **state)
{
    static const struct {
        const char *output, *kept;
    } rows[] = {
        { "18446744073709551615", "18446744073709551615" },
        { "123456789012345678901234567890.0", "123456789012345678901234567890" },
        { "1e400", "" },
        { "\"\\ud800\"", "" },
        { "{\"a\":1,\"a\":2}", "" },
        { "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "" },
        { "tru", "" },
    };

    (void)state;
    report_set((struct report_settings){ .level = REPORT_ERROR });
    a_household();
    struct id lamp = a_granted_lamp("lamp-1");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct slice body = arena_print(&configured.arena,
                                        "{\"output\":%s,\"status\":\"succeeded\"}", rows[i].output);
        answering("Application/JSON; charset=utf-8", body.data);
        struct id command = a_command(lamp, "writeProperty");
        until(became(command, COMMAND_succeeded));
        assert_says(command_now(command).output, rows[i].kept);
    }
}

static void of_an_answer_that_is_too_long_the_beginning_counts(void **state)
{
    static char  body[64 * 1024];
    const size_t size = (size_t)snprintf(body, sizeof body, "%s",
                                         "{\"status\":\"failed\",\"error\":{\"code\":\"E1\","
                                         "\"message\":\"");

    (void)state;
    memset(body + size, 'x', sizeof body - 1 - size);
    a_household();
    assert_concludes(a_granted_lamp("lamp-1"), body, COMMAND_failed, "E1", "");
}

static void an_answer_that_says_nothing_we_know_still_means_it_got_through(void **state)
{
    static const char *const bodies[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"status\":7}",
        "{\"status\":\"perhaps\"}",
        "{\"status\":",
        "{\"status\":\"\"}",
        "{\"status\":null,\"output\":1}",
        "{\"status\":\"succeeded and then some\"}",
        "[{\"status\":\"succeeded\"}]",
        "{\"result\":{\"status\":\"succeeded\"}}",
        "{\"ok\":true}",
    };

    (void)state;
    report_set((struct report_settings){ .level = REPORT_ERROR });
    a_household();
    struct id lamp = a_granted_lamp("lamp-1");
    for (size_t i = 0; i < COUNT(bodies); i++) {
        answering("application/json", bodies[i]);
        struct id command = a_command(lamp, "invokeAction");
        until(became(command, COMMAND_sent));
    }
    answering("text/plain", "{\"status\":\"succeeded\"}");
    struct id command = a_command(lamp, "invokeAction");
    until(became(command, COMMAND_sent));
}

static void an_answer_longer_than_we_read_still_means_it_got_through(void **state)
{
    static char body[64 * 1024];

    (void)state;
    memset(body, ' ', sizeof body - 1);
    a_household();
    struct id lamp = a_granted_lamp("lamp-1");
    answering("application/json", body);
    struct id command = a_command(lamp, "invokeAction");
    until(became(command, COMMAND_sent));
}

static struct consent_row consent_now(void)
{
    struct consent_row row;

    assert_true(
        view_get_consent(store_reader(ground.store), home.consent, NO_ID, &configured.arena, &row));
    return row;
}

static void a_200_acknowledges_a_withdrawal_only_if_it_says_so(void **state)
{
    (void)state;
    a_household();
    a_granted_lamp("lamp-1");
    answering("application/json", "{}");
    ask_for(withdraw_consent, home.account, .consent = home.consent, .reason = SLICE("moving-out"));
    until(is_now(home.vendor, 1, DELIVERY_delivered));
    assert_has(heard(1)->body, "\"type\":\"piot.v1.grant-withdrawn\"");
    assert_has(heard(1)->body, "\"reason\":\"moving-out\",\"acknowledgeBy\":\"");
    assert_int_equal(consent_now().acknowledged_at, 0);

    a_granted_lamp("lamp-2");
    answering("application/json", "{\"status\":\"acknowledged\"}");
    ask_for(withdraw_consent, home.account, .consent = home.consent, .reason = SLICE("moving-out"));
    until(consent_now().acknowledged_at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_answer_to_a_command_may_be_its_outcome),
        TEST(a_failure_counts_whatever_is_said_of_it),
        TEST(what_is_said_is_cut_between_characters),
        TEST(an_output_that_cannot_be_kept_is_left_out),
        TEST(of_an_answer_that_is_too_long_the_beginning_counts),
        TEST(an_answer_that_says_nothing_we_know_still_means_it_got_through),
        TEST(an_answer_longer_than_we_read_still_means_it_got_through),
        TEST(a_200_acknowledges_a_withdrawal_only_if_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
