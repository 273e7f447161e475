/* test_scratch.c -- does a scratch directory go, however the program ends?
 *
 * Planted bug that it caught: signals left to their defaults. */
#include <sys/stat.h>

#include "cli/tool/scratch.h"
#include "tests/world/checks.h"

/* A file in a folder in it. */
static void fill(const char *path)
{
    char name[4200];

    snprintf(name, sizeof name, "%s/folder", path);
    assert_int_equal(mkdir(name, 0700), 0);
    snprintf(name, sizeof name, "%s/folder/file", path);
    int fd = open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static void it_goes_with_all_that_is_in_it(void **state)
{
    const char *path;
    char        kept[4096];

    (void)state;
    for (int i = 0; i < 3; i++) { /* one after the other */
        assert_int_equal(scratch_open(&path).code, STATUS_OK);
        snprintf(kept, sizeof kept, "%s", path);
        fill(path);
        scratch_close();
        assert_int_not_equal(access(kept, F_OK), 0);
    }
}

static void it_goes_when_the_program_is_told_to_end(void **state)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    const char      *path;
    char             kept[4096] = "";
    int              ends[2], outcome;

    (void)state;
    for (size_t i = 0; i < COUNT(signals); i++) {
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            if (scratch_open(&path).code != STATUS_OK) _exit(1);
            fill(path);
            if (write(ends[1], path, strlen(path) + 1) < 0) _exit(1);
            for (;;) pause();
        }
        assert_true(read(ends[0], kept, sizeof kept) > 0);
        assert_int_equal(access(kept, F_OK), 0);
        kill(child, signals[i]);
        assert_int_equal(waitpid(child, &outcome, 0), child);
        assert_true(WIFEXITED(outcome) && WEXITSTATUS(outcome) == 128 + signals[i]);
        assert_int_not_equal(access(kept, F_OK), 0);
        close(ends[0]);
        close(ends[1]);
    }
}

static void where_none_can_be_made_is_said(void **state)
{
    const char *path;

    (void)state;
    setenv("TMPDIR", "/nowhere/at/all", 1);
    struct status status = scratch_open(&path);
    unsetenv("TMPDIR");
    assert_int_equal(status.code, STATUS_IO);
    assert_non_null(strstr(status.text, "/nowhere/at/all"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_with_all_that_is_in_it),
        cmocka_unit_test(it_goes_when_the_program_is_told_to_end),
        cmocka_unit_test(where_none_can_be_made_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
