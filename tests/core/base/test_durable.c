/* Is it known whether a path lies in a folder, also before it is there, and by other names? */
#include "core/base/durable.h"
#include "tests/core/ledger/asked.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static const char *in(const char *name)
{
    static char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static bool within(const char *path, const char *around)
{
    char outer[PATH_MAX];
    bool is;

    snprintf(outer, sizeof outer, "%s", in(around));
    assert_ok(durable_within(in(path), outer, &is));
    return is;
}

static int make_folder(void **state)
{
    char link[PATH_MAX];

    (void)state;
    snprintf(folder, sizeof folder, "/tmp/piot-durable-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(mkdir(in("log"), 0700), 0);
    snprintf(link, sizeof link, "%s", in("link"));
    return symlink(in("log"), link);
}

static int clear_folder(void **state)
{
    (void)state;
    return unlink(in("link")) + rmdir(in("log")) + rmdir(folder);
}

static void a_folder_and_what_is_in_it_are_within_it(void **state)
{
    (void)state;
    assert_true(within("log", "log"));
    assert_true(within("log/", "."));
    assert_true(within("link", "log"));
    assert_false(within("log", "log/none"));
    assert_false(within(".", "log"));
}

static void a_path_that_is_not_there_yet_is_where_it_would_be(void **state)
{
    bool is;

    (void)state;
    assert_true(within("log/new", "log"));
    assert_true(within("log/new/", "log"));
    assert_true(within("link/new", "log"));
    assert_false(within("logs", "log"));
    assert_false(within("log/../new", "log"));
    assert_int_equal(durable_within(in("no/way"), folder, &is).code, STATUS_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_and_what_is_in_it_are_within_it),
        cmocka_unit_test(a_path_that_is_not_there_yet_is_where_it_would_be),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_folder);
}
