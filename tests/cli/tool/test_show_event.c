/* test_show_event.c -- is an event shown whole, and what nobody is to know kept back? */
#include "cli/tool/show_event.h"

#include "tests/world/checks.h"

static const struct id ALICE = { "aalice" }, LAMP = { "dlamp" };

static struct event renamed(void)
{
    return (struct event){ .position       = 7,
                           .id             = { "ethis" },
                           .type           = EVENT_device_renamed,
                           .stream         = ALICE,
                           .version        = 3,
                           .recorded_at    = INT64_C(1795363387123000),
                           .actor          = { ACTOR_SUBSCRIBER, ALICE },
                           .device_renamed = { .device = LAMP, .name = SLICE("Desk\nlamp") } };
}

static const char *tell(struct event event, enum show_form form, bool personal)
{
    static char   text[4096];
    struct buffer out = { 0 };

    show_event(&event, 1, form, personal, &out);
    assert_true(out.size < sizeof text);
    memcpy(text, out.data, out.size);
    text[out.size] = '\0';
    buffer_free(&out);
    return text;
}

static void a_line_says_when_where_what_and_who(void **state)
{
    const char *line = tell(renamed(), SHOW_TEXT, false);

    (void)state;
    assert_int_equal(strncmp(line,
                             "2026-11-22T16:03:07.123Z  7  device-renamed  A device got "
                             "another name.  by subscriber  acc_",
                             86),
                     0);
    assert_non_null(strstr(line, "  device dev_"));
    assert_null(strchr(line, '\033'));
}

static void personal_fields_are_told_only_if_asked_for_and_tame(void **state)
{
    (void)state;
    assert_null(strstr(tell(renamed(), SHOW_TEXT, false), "Desk"));
    assert_non_null(strstr(tell(renamed(), SHOW_TEXT, true), "name Desk?lamp\n"));
    assert_null(strstr(tell(renamed(), SHOW_JSON, false), "Desk"));
    assert_non_null(strstr(tell(renamed(), SHOW_JSON, true), "\"name\":\"Desk\\nlamp\""));
}

static void what_was_forgotten_is_said_to_be(void **state)
{
    struct event event = renamed();

    (void)state;
    event.forgotten           = true;
    event.device_renamed.name = (struct slice){ NULL, 0 };
    assert_non_null(strstr(tell(event, SHOW_TEXT, true), "(forgotten)"));
}

static void secrets_are_told_to_nobody(void **state)
{
    struct event key      = { .type             = EVENT_vendor_key_added,
                              .id               = { "ethis" },
                              .stream           = { "vglow" },
                              .vendor_key_added = { .key = { "kone" }, .secret = SLICE("hush!") } };
    struct event password = { .type              = EVENT_account_activated,
                              .id                = { "ethis" },
                              .stream            = ALICE,
                              .account_activated = { .password = SLICE("hush!") } };

    (void)state;
    for (enum show_form form = SHOW_COLOUR; form <= SHOW_JSON; form++) {
        assert_null(strstr(tell(key, form, true), "hush"));
        assert_null(strstr(tell(key, form, true), "aHVzaCE"));
        assert_null(strstr(tell(password, form, true), "hush"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_says_when_where_what_and_who),
        cmocka_unit_test(personal_fields_are_told_only_if_asked_for_and_tame),
        cmocka_unit_test(what_was_forgotten_is_said_to_be),
        cmocka_unit_test(secrets_are_told_to_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
