/* Question: is a login shut after too many wrong passwords, and only that one, only for where
 * they came from, and only for its time?
 *
 * Tried against planted bugs: the block left out of the name of a row, and no bound on what
 * all blocks guess together. */
#include "api/app/guesses.h"
#include "core/facts/names.h"
#include "tests/world/checks.h"

#define START (1000 * DAY)

static int64_t        unlocked_us; /* when an operator lifted the lock of whoever is tried */
static struct guesses guesses = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int forget(void **state)
{
    (void)state;
    memset(guesses.rows, 0, sizeof guesses.rows);
    unlocked_us = 0;
    return 0;
}

static const struct id HERE = { "4here" }, THERE = { "4there" };

static struct id login(const char *name) { return name_login(NULL, slice_text(name)); }

static bool may_from(struct id block, const char *name, int64_t now_us)
{
    int64_t      wait_us = 0;
    struct guess guess   = { .login = login(name), .from = block, .unlocked_us = unlocked_us };
    bool         allowed = guesses_take(&guesses, &guess, now_us, &wait_us);

    assert_true(allowed ? wait_us == 0 : wait_us > 0 && wait_us <= GUESSES_SPAN);
    return allowed;
}

static bool may(const char *name, int64_t now_us) { return may_from(HERE, name, now_us); }

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

static void an_operator_opens_it_again_for_all_who_wait(void **state)
{
    (void)state;
    shut("alice");
    for (int i = 0; i < GUESSES_MAX; i++) assert_true(may_from(THERE, "alice", START));
    unlocked_us = START;
    assert_true(may("alice", START + 1));
    assert_true(may_from(THERE, "alice", START + 1));
    for (int i = 1; i < GUESSES_MAX; i++) assert_true(may("alice", START + 1));
    assert_false(may("alice", START + 2)); /* who goes on guessing is shut out again */
}

static void a_right_password_clears_the_count(void **state)
{
    (void)state;
    for (int i = 1; i < GUESSES_MAX; i++) assert_true(may("alice", START));
    guesses_clear(&guesses, &(struct guess){ login("alice"), HERE, false, 0 });
    shut("alice");
}

static void nobody_shuts_a_login_for_others(void **state)
{
    (void)state;
    shut("alice");
    for (int i = 0; i < GUESSES_MAX; i++) assert_true(may_from(THERE, "alice", START));
    assert_false(may_from(THERE, "alice", START));
}

static void many_together_shut_a_login_for_all(void **state)
{
    struct id block = { "4" };

    (void)state;
    for (int i = 0; i < GUESSES_LOGIN_MAX; i++) {
        block.bytes[1] = (uint8_t)(i / GUESSES_MAX + 1);
        assert_true(may_from(block, "alice", START));
    }
    assert_false(may_from(HERE, "alice", START));
    assert_true(may_from(HERE, "alice", START + GUESSES_SPAN));
}

static void a_known_device_is_not_shut_out_with_the_others(void **state)
{
    struct guess telephone = { login("alice"), HERE, true, 0 },
                 tablet    = { login("alice"), THERE, true, 0 };
    struct id block        = { "4" };
    int64_t   wait_us;

    (void)state;
    for (int i = 0; i < GUESSES_LOGIN_MAX; i++) {
        block.bytes[1] = (uint8_t)(i / GUESSES_MAX + 1);
        assert_true(may_from(block, "alice", START));
    }
    assert_false(may("alice", START));
    for (int i = 0; i < GUESSES_MAX; i++)
        assert_true(guesses_take(&guesses, &telephone, START, &wait_us));
    assert_false(guesses_take(&guesses, &telephone, START, &wait_us));
    assert_true(wait_us > 0 && wait_us <= GUESSES_SPAN);
    assert_true(guesses_take(&guesses, &tablet, START, &wait_us));
}

static void a_known_device_shuts_nobody_else_out(void **state)
{
    struct guess device = { login("alice"), { "4" }, true, 0 };
    int64_t      wait_us;

    (void)state;
    for (int i = 0; i < 2 * GUESSES_LOGIN_MAX; i++) {
        device.from.bytes[1] = (uint8_t)(i / GUESSES_MAX + 1);
        assert_true(guesses_take(&guesses, &device, START, &wait_us));
    }
    device.from = HERE;
    for (int i = 0; i < GUESSES_MAX; i++)
        assert_true(guesses_take(&guesses, &device, START, &wait_us));
    assert_true(may("alice", START));
}

static void right_ones_add_up_to_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * GUESSES_LOGIN_MAX; i++) {
        assert_true(may("alice", START));
        guesses_clear(&guesses, &(struct guess){ login("alice"), HERE, false, 0 });
    }
}

static void a_guess_that_was_never_tried_does_not_count(void **state)
{
    (void)state;
    for (int i = 0; i < 10 * GUESSES_MAX; i++) {
        assert_true(may("alice", START));
        guesses_give_back(&guesses, &(struct guess){ login("alice"), HERE, false, 0 });
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
        cmocka_unit_test_setup(an_operator_opens_it_again_for_all_who_wait, forget),
        cmocka_unit_test_setup(a_right_password_clears_the_count, forget),
        cmocka_unit_test_setup(nobody_shuts_a_login_for_others, forget),
        cmocka_unit_test_setup(many_together_shut_a_login_for_all, forget),
        cmocka_unit_test_setup(a_known_device_is_not_shut_out_with_the_others, forget),
        cmocka_unit_test_setup(a_known_device_shuts_nobody_else_out, forget),
        cmocka_unit_test_setup(right_ones_add_up_to_nothing, forget),
        cmocka_unit_test_setup(a_guess_that_was_never_tried_does_not_count, forget),
        cmocka_unit_test_setup(a_login_with_many_guesses_outlasts_those_with_few, forget),
        cmocka_unit_test_setup(the_table_never_says_no_to_somebody_new, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
