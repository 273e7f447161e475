/* Is what was set what is used, by whom it was set last, and is a mistake named? */
#include "api/settings/settings.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/world/checks.h"

static struct settings settings;

static int fresh(void **state)
{
    (void)state;
    settings_free(&settings);
    settings_default(&settings);
    return 0;
}

static struct status set(const char *name, const char *value)
{
    return settings_set(&settings, slice_text(name), slice_text(value));
}

static void assert_refused(struct status status, const char *naming)
{
    assert_int_equal(status.code, STATUS_INVALID);
    if (!strstr(status.text, naming)) print_error("%s\n", status.text);
    assert_non_null(strstr(status.text, naming));
}

static void values_are_read_with_their_units(void **state)
{
    (void)state;
    assert_int_equal(set("idle_limit", "1500ms").code, STATUS_OK);
    assert_int_equal(settings.idle_limit, 1500 * MILLISECOND);
    assert_int_equal(set("consent_lapse", "2d").code, STATUS_OK);
    assert_int_equal(settings.consent_lapse, 2 * DAY);
    assert_int_equal(set("store_cache", "128MiB").code, STATUS_OK);
    assert_int_equal(settings.store_cache, 128 << 20);
    assert_int_equal(set("trust_forwarded", "yes").code, STATUS_OK);
    assert_true(settings.trust_forwarded);
    assert_int_equal(set("public_url", "https://iot.example").code, STATUS_OK);
    assert_string_equal(settings.public_url, "https://iot.example");
}

static void a_mistake_names_the_setting_and_what_it_takes(void **state)
{
    (void)state;
    assert_refused(set("idle_limit", "75"), "idle_limit");
    assert_refused(set("idle_limit", "75 s"), "duration");
    assert_refused(set("idle_limit", "2h"), "1s to 1h");
    assert_refused(set("idle_limit", ""), "idle_limit");
    assert_refused(set("queue_max", "-1"), "whole number");
    assert_refused(set("queue_max", "0"), "from 1");
    assert_refused(set("queue_max", "99999999999999999999"), "queue_max");
    assert_refused(set("store_cache", "64MB"), "bytes");
    assert_refused(set("report_json", "maybe"), "yes or no");
    assert_refused(set("source", "a\nb"), "source");
    assert_refused(set("no_such", "1"), "no_such");
}

static void a_file_has_lines_blank_lines_and_comments(void **state)
{
    (void)state;
    struct status status = settings_read_text(&settings,
                                              SLICE("# ours\n\n  loops = 3 \r\nevent_prefix=acme"),
                                              "piotd.conf");

    assert_int_equal(status.code, STATUS_OK);
    assert_int_equal(settings.loops, 3);
    assert_string_equal(settings.event_prefix, "acme");
    assert_refused(settings_read_text(&settings, SLICE("loops = 3\nloops\n"), "piotd.conf"),
                   "piotd.conf:2");
    assert_refused(settings_read_text(&settings, SLICE("\n\nloops = x\n"), "piotd.conf"),
                   "piotd.conf:3: setting loops");
}

#define PATH "/tmp/piot-test-settings.conf"

static void the_command_line_beats_the_file_beats_the_environment(void **state)
{
    static const char *const environment[] = {
        "PIOT_LOOPS=1", "PIOT_QUEUE_MAX=11", "PIOT_EVENT_PREFIX=env", "HOME=/", NULL,
    };
    static const char *const line[] = {
        "piotd",    "--data", "/var/lib/piot",    "--set", "loops=3",
        "--config", PATH,     "--listen=[::1]:0",
    };
    FILE              *file = fopen(PATH, "w");
    enum settings_task task;

    (void)state;
    assert_non_null(file);
    fputs("loops = 2\nqueue_max = 22\n", file);
    fclose(file);
    settings_free(&settings);
    struct status status = settings_start(&settings, COUNT(line), line, environment, &task);
    unlink(PATH);
    assert_string_equal(status.text, "");
    assert_int_equal(task, SETTINGS_RUN);
    assert_int_equal(settings.loops, 3);
    assert_int_equal(settings.queue_max, 22);
    assert_string_equal(settings.event_prefix, "env");
    assert_string_equal(settings.data, "/var/lib/piot");
    assert_string_equal(settings.listen, "[::1]:0");
}

static struct status started(int count, const char *const *line)
{
    static const char *const environment[] = { NULL };
    enum settings_task       task;

    settings_free(&settings);
    return settings_start(&settings, count, line, environment, &task);
}

static void a_command_line_that_cannot_serve_is_refused(void **state)
{
    static const char *const no_data[]   = { "piotd" };
    static const char *const no_value[]  = { "piotd", "--data" };
    static const char *const stranger[]  = { "piotd", "--data", "d", "--verbose" };
    static const char *const no_equals[] = { "piotd", "--data", "d", "--set", "loops" };
    static const char *const no_port[]   = { "piotd", "--data", "d", "--listen", "127.0.0.1" };
    static const char *const no_key[]    = { "piotd", "--data", "d", "--set", "tls_certificate=x" };
    static const char *const no_file[]   = { "piotd", "--data", "d", "--config", "/nonexistent" };

    (void)state;
    assert_refused(started(COUNT(no_data), no_data), "data");
    assert_refused(started(COUNT(no_value), no_value), "--data DIR");
    assert_refused(started(COUNT(stranger), stranger), "--verbose");
    assert_refused(started(COUNT(no_equals), no_equals), "name=value");
    assert_refused(started(COUNT(no_port), no_port), "listen");
    assert_refused(started(COUNT(no_key), no_key), "tls_key");
    assert_int_equal(started(COUNT(no_file), no_file).code, STATUS_NOT_FOUND);
}

static void only_what_is_live_is_taken_over(void **state)
{
    struct settings other = { .arena = { 0 } };
    struct buffer   taken = { 0 }, waiting = { 0 };

    (void)state;
    settings_default(&other);
    settings_take_over(&settings, &other, &taken, &waiting);
    assert_int_equal(taken.size + waiting.size, 0);
    assert_ok(settings_set(&other, SLICE("report_level"), SLICE("debug")));
    assert_ok(settings_set(&other, SLICE("rate_burst"), SLICE("7")));
    assert_ok(settings_set(&other, SLICE("report_json"), SLICE("yes")));
    assert_ok(settings_set(&other, SLICE("loops"), SLICE("7")));
    assert_ok(settings_set(&other, SLICE("networks_max"), SLICE("7")));
    settings_take_over(&settings, &other, &taken, &waiting);
    settings_free(&other);
    assert_true(slice_equal(buffer_slice(&taken), SLICE("rate_burst, report_level, report_json")));
    assert_true(slice_equal(buffer_slice(&waiting), SLICE("loops, networks_max")));
    assert_string_equal(settings.report_level, "debug"); /* its own by now */
    assert_int_equal(settings.rate_burst, 7);
    assert_true(settings.report_json);
    assert_int_equal(settings.loops, 0);
    assert_int_equal(settings.networks_max, 64);
    buffer_free(&taken);
    buffer_free(&waiting);
}

static void the_rules_numbers_default_to_what_the_rules_say(void **state)
{
    struct policy ours = settings_policy(&settings), theirs = policy_default();

    (void)state;
    assert_memory_equal(&ours, &theirs, sizeof ours);
}

static void help_names_every_setting(void **state)
{
    static const char *const names[] = {
#define SETTING(type, name, ...) #name,
#define LIVE                     SETTING
#define POLICY                   SETTING
#include "api/settings/settings.def"
#undef POLICY
#undef LIVE
#undef SETTING
    };
    struct buffer help = { 0 };

    (void)state;
    settings_help(&help);
    buffer_add_byte(&help, '\0');
    for (size_t i = 0; i < COUNT(names); i++) assert_non_null(strstr(help.data, names[i]));
    buffer_free(&help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(values_are_read_with_their_units, fresh),
        cmocka_unit_test_setup(a_mistake_names_the_setting_and_what_it_takes, fresh),
        cmocka_unit_test_setup(a_file_has_lines_blank_lines_and_comments, fresh),
        cmocka_unit_test_setup(the_command_line_beats_the_file_beats_the_environment, fresh),
        cmocka_unit_test_setup(a_command_line_that_cannot_serve_is_refused, fresh),
        cmocka_unit_test_setup(only_what_is_live_is_taken_over, fresh),
        cmocka_unit_test_setup(the_rules_numbers_default_to_what_the_rules_say, fresh),
        cmocka_unit_test_setup(help_names_every_setting, fresh),
    };
    int outcome = cmocka_run_group_tests(tests, NULL, NULL);

    settings_free(&settings);
    return outcome;
}
