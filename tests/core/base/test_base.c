/* Do slices compare as bytes do, and does each kind of "no" say what it should? */
#include "core/base/base.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/world/checks.h"

static void nothing_has_no_bytes_and_no_address(void **state)
{
    (void)state;
    assert_null(slice_text(NULL).data);
    assert_int_equal(slice_text(NULL).size, 0);
    assert_non_null(slice_text("").data);
    assert_slice(slice_text("lamp"), "lamp");
    assert_int_equal(SLICE("a\0b").size, 3);
}

static void slices_are_equal_when_their_bytes_are(void **state)
{
    char lamp[] = "lamp"; /* not at the literal's address */

    (void)state;
    assert_true(slice_equal(slice_text(lamp), SLICE("lamp")));
    assert_false(slice_equal(SLICE("lamp"), SLICE("lamb")));
    assert_false(slice_equal(SLICE("lamp"), SLICE("lamps")));
    assert_true(slice_equal((struct slice){ 0 }, SLICE("")));
}

static void a_prefix_sorts_first_and_bytes_are_unsigned(void **state)
{
    (void)state;
    assert_int_equal(slice_compare(SLICE("a"), SLICE("a")), 0);
    assert_true(slice_compare(SLICE("a"), SLICE("ab")) < 0);
    assert_true(slice_compare(SLICE("ab"), SLICE("a")) > 0);
    assert_true(slice_compare(SLICE("b"), SLICE("ab")) > 0);
    assert_true(slice_compare(SLICE("\x7F"), SLICE("\x80")) < 0);
    assert_true(slice_compare((struct slice){ 0 }, SLICE("a")) < 0);
    assert_int_equal(slice_compare((struct slice){ 0 }, SLICE("")), 0);
}

static void everything_starts_with_nothing(void **state)
{
    (void)state;
    assert_true(slice_starts(SLICE("lamp"), SLICE("la")));
    assert_true(slice_starts(SLICE("lamp"), SLICE("lamp")));
    assert_true(slice_starts(SLICE("lamp"), (struct slice){ 0 }));
    assert_true(slice_starts((struct slice){ 0 }, SLICE("")));
    assert_false(slice_starts(SLICE("la"), SLICE("lamp")));
    assert_false(slice_starts(SLICE("lamp"), SLICE("amp")));
}

static void a_failure_carries_its_sentence(void **state)
{
    struct status status = failed(STATUS_CORRUPT, "event %d is torn", 7);

    (void)state;
    assert_int_equal(status.code, STATUS_CORRUPT);
    assert_string_equal(status.text, "event 7 is torn");
    assert_int_equal(OK.code, STATUS_OK);
}

static void a_sentence_too_long_is_cut_and_ended(void **state)
{
    char          sentence[1000];
    struct status status;

    (void)state;
    memset(sentence, 'x', sizeof sentence - 1);
    sentence[sizeof sentence - 1] = '\0';
    status                        = failed(STATUS_IO, "%s", sentence);
    assert_int_equal(strlen(status.text), sizeof status.text - 1);
}

static int steps;

static struct status step(enum status_code code)
{
    steps++;
    return code == STATUS_OK ? OK : failed(code, "step %d", steps);
}

static struct status three_steps(enum status_code second)
{
    TRY(step(STATUS_OK));
    TRY(step(second));
    TRY(step(STATUS_OK));
    return OK;
}

static void the_first_failed_step_is_the_last(void **state)
{
    struct status status;

    (void)state;
    steps  = 0;
    status = three_steps(STATUS_LIMIT);
    assert_int_equal(status.code, STATUS_LIMIT);
    assert_string_equal(status.text, "step 2");
    assert_int_equal(steps, 2);
    assert_int_equal(three_steps(STATUS_OK).code, STATUS_OK);
}

static void break_a_promise(void) { ensure(1 + 1 == 3); }
static void reach_the_unreachable(void) { impossible("so it is"); }
static void keep_a_promise(void) { ensure(1 + 1 == 2); }
static void fail_with_ok(void)
{
    if (failed(STATUS_OK, "fine").code) _exit(1);
}

static void our_own_mistakes_stop_the_program(void **state)
{
    (void)state;
    assert_true(stops(break_a_promise));
    assert_true(stops(reach_the_unreachable));
    assert_true(stops(fail_with_ok));
    assert_false(stops(keep_a_promise));
}

/* As malloc() leaves it that finds none. */
static void find_no_memory(void)
{
    errno = ENOMEM;
    ensure(1 + 1 == 3);
}

/* Whichever call failed for want of memory is named first: a stale errno may have said so. */
static void a_failed_allocation_says_where_and_ends_with_1(void **state)
{
    int   status, ends[2];
    char  said[400] = { 0 };
    pid_t child     = pipe(ends) == 0 ? fork() : -1;

    (void)state;
    assert_true(child >= 0);
    if (!child) {
        dup2(ends[1], STDERR_FILENO);
        find_no_memory();
    }
    close(ends[1]);
    for (size_t size = 0; size < sizeof said - 1;) {
        ssize_t got = read(ends[0], said + size, sizeof said - 1 - size);
        if (got <= 0) break;
        size += (size_t)got;
    }
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_has(said, "test_base.c");
    assert_has(said, "not so: 1 + 1 == 3");
    assert_has(said, "out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_no_bytes_and_no_address),
        cmocka_unit_test(slices_are_equal_when_their_bytes_are),
        cmocka_unit_test(a_prefix_sorts_first_and_bytes_are_unsigned),
        cmocka_unit_test(everything_starts_with_nothing),
        cmocka_unit_test(a_failure_carries_its_sentence),
        cmocka_unit_test(a_sentence_too_long_is_cut_and_ended),
        cmocka_unit_test(the_first_failed_step_is_the_last),
        cmocka_unit_test(our_own_mistakes_stop_the_program),
        cmocka_unit_test(a_failed_allocation_says_where_and_ends_with_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
