/* Is a report one line, on standard error, that nobody outside can forge? */
#include "core/base/report.h"

#include "tests/world/checks.h"

#include "core/base/clock.h"

#include <errno.h>
#include <stdlib.h>

static int  error_before;
static char line[4096];

/* Reports go into a pipe, which is no terminal, and from there into `line`. */
static int catch_standard_error(void **state)
{
    static int ends[2];

    unsetenv("INVOCATION_ID");
    report_set((struct report_settings){ .level = REPORT_NOTICE });
    error_before = dup(STDERR_FILENO);
    *state       = &ends[0];
    if (error_before < 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) || dup2(ends[1], STDERR_FILENO) < 0)
        return -1;
    return close(ends[1]);
}

static int release_standard_error(void **state)
{
    close(*(int *)*state);
    return dup2(error_before, STDERR_FILENO) < 0 || close(error_before);
}

static const char *caught(void **state)
{
    ssize_t size = read(*(int *)*state, line, sizeof line - 1);

    line[size > 0 ? size : 0] = '\0';
    return line;
}

static void a_line_says_when_how_bad_where_and_what(void **state)
{
    int64_t at_us;

    report(REPORT_WARNING, "store", "%d files are %s", 3, "damaged");
    assert_string_equal(caught(state) + 24, " warning store: 3 files are damaged\n");
    assert_true(instant_parse((struct slice){ line, 24 }, &at_us));
    report(REPORT_ERROR, "log", "stopped");
    assert_string_equal(caught(state) + 24, " error   log: stopped\n");
}

static void lower_levels_are_counted_but_not_written(void **state)
{
    uint64_t debugs = report_count(REPORT_DEBUG), errors = report_count(REPORT_ERROR);

    report(REPORT_DEBUG, "log", "a detail");
    assert_string_equal(caught(state), "");
    assert_int_equal(report_count(REPORT_DEBUG), debugs + 1);
    assert_int_equal(report_count(REPORT_ERROR), errors);
    report_set((struct report_settings){ .level = REPORT_DEBUG });
    report(REPORT_DEBUG, "log", "a detail");
    assert_string_equal(caught(state) + 24, " debug   log: a detail\n");
}

static void json_is_written_when_asked(void **state)
{
    report_set((struct report_settings){ .level = REPORT_NOTICE, .json = true });
    report(REPORT_NOTICE, "api", "said \"%s\"", "no\n");
    assert_memory_equal(caught(state), "{\"time\":\"", 9);
    assert_string_equal(line + 9 + 24, "\",\"level\":\"notice\",\"room\":\"api\","
                                       "\"message\":\"said \\\"no\\n\\\"\"}\n");
}

static void systemd_is_told_the_priority(void **state)
{
    setenv("INVOCATION_ID", "0123456789abcdef0123456789abcdef", 1);
    report(REPORT_ERROR, "log", "stopped");
    assert_memory_equal(caught(state), "<3>", 3);
    report(REPORT_NOTICE, "log", "begun");
    assert_memory_equal(caught(state), "<5>", 3);
    unsetenv("INVOCATION_ID");
}

static void what_came_from_outside_cannot_forge_a_line(void **state)
{
    report(REPORT_NOTICE, "api", "%s", "a\n2026 error log: forged\r\x1B[2J\xC2\x9B\xFF K\xC3\xBC");
    assert_string_equal(caught(state) + 24,
                        " notice  api: a?2026 error log: forged??[2J?? K\xC3\xBC\n");
}

static void a_sentence_too_long_is_cut(void **state)
{
    report(REPORT_NOTICE, "api", "%3000d", 7);
    caught(state); /* 1023 bytes and the end of the line */
    assert_int_equal(strlen(line), strlen("2026-11-22T16:03:07.123Z notice  api: ") + 1024);
    assert_int_equal(line[strlen(line) - 1], '\n');
}

static void errno_is_kept(void **state)
{
    errno = ENOSPC;
    report(REPORT_NOTICE, "log", "the disk is full");
    assert_int_equal(errno, ENOSPC);
    caught(state);
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, catch_standard_error, release_standard_error)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_line_says_when_how_bad_where_and_what),
        TEST(lower_levels_are_counted_but_not_written),
        TEST(json_is_written_when_asked),
        TEST(systemd_is_told_the_priority),
        TEST(what_came_from_outside_cannot_forge_a_line),
        TEST(a_sentence_too_long_is_cut),
        TEST(errno_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
