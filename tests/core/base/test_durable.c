/* Is it known whether a path lies in a folder, also before it is there, and by other names? Is a
 * folder made with all levels that are missing? Is a descriptor waited for, when all are in use?
 *
 * Tried against a durable_folder() that made the last level only: the second did not pass. */
#include "core/base/durable.h"
#include "tests/world/checks.h"
#include "tests/world/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[FOLDER_MAX];

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
    folder_new(folder, "durable");
    assert_int_equal(mkdir(in("log"), 0700), 0);
    snprintf(link, sizeof link, "%s", in("link"));
    return symlink(in("log"), link);
}

static int clear_folder(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
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

static unsigned mode_of(const char *name)
{
    struct stat found;

    assert_int_equal(stat(in(name), &found), 0);
    return found.st_mode & 0777;
}

static void a_folder_is_made_with_the_levels_above_it(void **state)
{
    (void)state;
    assert_int_equal(chmod(in("log"), 0750), 0);
    assert_ok(durable_folder(in("log/a/b/c")));
    assert_int_equal(mode_of("log/a"), 0700);
    assert_int_equal(mode_of("log/a/b"), 0700);
    assert_int_equal(mode_of("log/a/b/c"), 0700);
    assert_int_equal(mode_of("log"), 0750);
    assert_ok(durable_folder(in("log/a/b/c")));
    assert_ok(durable_folder(in("log/a//b/d/")));
    assert_int_equal(mode_of("log/a/b/d"), 0700);
    assert_int_equal(rmdir(in("log/a/b/c")) + rmdir(in("log/a/b/d")) + rmdir(in("log/a/b")) +
                         rmdir(in("log/a")),
                     0);
}

static void a_folder_cannot_be_made_below_a_file(void **state)
{
    (void)state;
    assert_ok(durable_write(in("file"), SLICE("x"), DURABLE_NEW));
    assert_int_equal(durable_folder(in("file/a")).code, STATUS_IO);
    assert_int_equal(durable_folder("").code, STATUS_IO);
    assert_int_equal(unlink(in("file")), 0);
}

/* Somebody who has one, and gives it back later. */
static void *give_back(void *fd)
{
    poll(NULL, 0, 50); /* the other thread is waiting by then; if not, it passes all the same */
    close(*(int *)fd);
    return NULL;
}

static void a_descriptor_is_waited_for(void **state)
{
    struct rlimit was, few;
    int           fds[64], count = 0;
    pthread_t     thread;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
    few          = was;
    few.rlim_cur = 32;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    while ((fds[count] = dup(0)) >= 0) count++;
    assert_true(errno == EMFILE && count > 0);
    assert_int_equal(pthread_create(&thread, NULL, give_back, &fds[count - 1]), 0);
    int fd = durable_open("/dev/null", O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    close(fd);
    while (--count > 0) close(fds[count - 1]);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
}

static void a_file_that_is_not_there_is_not_waited_for(void **state)
{
    int64_t began = clock_monotonic_us();

    (void)state;
    assert_int_equal(durable_open(in("nowhere"), O_RDONLY), -1);
    assert_int_equal(errno, ENOENT);
    assert_true(clock_monotonic_us() - began < DURABLE_WAIT / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_and_what_is_in_it_are_within_it),
        cmocka_unit_test(a_path_that_is_not_there_yet_is_where_it_would_be),
        cmocka_unit_test(a_folder_is_made_with_the_levels_above_it),
        cmocka_unit_test(a_folder_cannot_be_made_below_a_file),
        cmocka_unit_test(a_descriptor_is_waited_for),
        cmocka_unit_test(a_file_that_is_not_there_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_folder);
}
