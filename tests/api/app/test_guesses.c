/* Question: is a login shut after too many wrong passwords, and only that one, and only
 * for its time? */
#include "api/app/guesses.h"
#include "core/facts/names.h"
#include "tests/world/checks.h"

#define START (1000 * DAY)

static struct guesses guesses = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int forget(void **state)
{
    (void)state;
    memset(guesses.rows, 0, sizeof guesses.rows);
    return 0;
}

static struct id login(const char *name) { return name_login(NULL, slice_text(name)); }

static bool may(const char *name, int64_t now_us)
{
    int64_t wait_us = 0;
    bool    allowed = guesses_take(&guesses, login(name), now_us, &wait_us);

    assert_true(allowed ? wait_us == 0 : wait_us > 0 && wait_us <= GUESSES_SPAN);
    return allowed;
}

static void shut(const char *name)
{
    for (int i = 0; i < GUESSES_MAX; i++) assert_true(may(name, START));
    assert_false(may(name, START));
}

static void a_login_is_shut_after_too_many_wrong_passwords(void **state)
{
    (void)state;
    shut("alice");
    assert_true(may("bob", START));
}

static void case_of_the_login_makes_no_other_login(void **state)
{
    (void)state;
    shut("alice");
    assert_false(may("ALICE", START));
}

static void it_opens_again_when_the_span_is_over(void **state)
{
    (void)state;
    shut("alice");
    assert_false(may("alice", START + GUESSES_SPAN - 1));
    assert_true(may("alice", START + GUESSES_SPAN));
}

static void a_right_password_clears_the_count(void **state)
{
    (void)state;
    for (int i = 1; i < GUESSES_MAX; i++) assert_true(may("alice", START));
    guesses_clear(&guesses, login("alice"));
    shut("alice");
}

static void a_guess_that_was_never_tried_does_not_count(void **state)
{
    (void)state;
    for (int i = 0; i < 10 * GUESSES_MAX; i++) {
        assert_true(may("alice", START));
        guesses_give_back(&guesses, login("alice"));
    }
    shut("alice");
}

static void a_login_with_many_guesses_outlasts_those_with_few(void **state)
{
    char name[32];

    (void)state;
    shut("alice");
    for (int i = 0; i < 20 * GUESSES_ROWS; i++) {
        snprintf(name, sizeof name, "login %d", i);
        assert_true(may(name, START));
    }
    assert_false(may("alice", START));
}

static void the_table_never_says_no_to_somebody_new(void **state)
{
    char name[32];

    (void)state;
    for (int i = 0; i < 3 * GUESSES_ROWS; i++) {
        snprintf(name, sizeof name, "login %d", i);
        for (int guess = 0; guess < GUESSES_MAX; guess++) assert_true(may(name, START));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_login_is_shut_after_too_many_wrong_passwords, forget),
        cmocka_unit_test_setup(case_of_the_login_makes_no_other_login, forget),
        cmocka_unit_test_setup(it_opens_again_when_the_span_is_over, forget),
        cmocka_unit_test_setup(a_right_password_clears_the_count, forget),
        cmocka_unit_test_setup(a_guess_that_was_never_tried_does_not_count, forget),
        cmocka_unit_test_setup(a_login_with_many_guesses_outlasts_those_with_few, forget),
        cmocka_unit_test_setup(the_table_never_says_no_to_somebody_new, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
