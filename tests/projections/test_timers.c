/* What will be asked, when, and that nothing is asked any more once it is settled. */
#include "tests/world/folding.h"

static const struct id SWITCH_ON = { "mswitch" };

static int empty(void **state)
{
    (void)state;
    return fold_alone(&fold_timers);
}

/* How many timers there are, and the intent and instant of the earliest. */
static size_t timers(struct intent *intent, int64_t *due_us)
{
    struct key     prefix = reader_key(now.reader);
    struct cursor *cursor;
    size_t         count = 0;

    key_add_byte(&prefix, 'd');
    cursor = cursor_open(now.reader, FAMILY_timers, key_slice(&prefix), (struct slice){ NULL, 0 });
    for (; cursor_next(cursor); count++) {
        struct slice key = cursor_key(cursor);
        uint64_t     due;
        if (count) continue;
        key = (struct slice){ key.data + prefix.size, key.size - prefix.size };
        assert_true(key_read_u64(&key, &due));
        *due_us = (int64_t)due;
        assert_int_equal(
            intent_decode(arena_copy(&now.rows, cursor_value(cursor)), &now.rows, intent).code,
            STATUS_OK);
    }
    assert_int_equal(cursor_close(cursor).code, STATUS_OK);
    return count;
}

static struct intent assert_one_timer(enum intent_type type, int64_t due_us)
{
    struct intent intent = { .type = INTENT_NONE };
    int64_t       due    = 0;

    assert_int_equal(timers(&intent, &due), 1);
    assert_int_equal(intent.type, type);
    assert_int_equal(due, due_us);
    assert_id(intent.stream, ALICE);
    return intent;
}

static void assert_no_timers(void)
{
    struct key     all    = reader_key(now.reader);
    struct cursor *cursor = cursor_open(now.reader, FAMILY_timers, key_slice(&all),
                                        (struct slice){ NULL, 0 });

    assert_false(cursor_next(cursor));
    assert_int_equal(cursor_close(cursor).code, STATUS_OK);
}

static void alice_is_asked(void)
{
    happened(ALICE, consent_requested, .consent = GRANT, .lapses_at = START + 7 * DAY);
}

static void alice_grants(int64_t expires_at)
{
    happened(ALICE, consent_granted, .consent = GRANT, .device = LAMP, .expires_at = expires_at);
}

static void a_question_lapses_unless_it_is_settled(void **state)
{
    (void)state;
    alice_is_asked();
    assert_id(assert_one_timer(INTENT_lapse_consent, START + 7 * DAY).lapse_consent.consent, GRANT);
    happened(ALICE, consent_postponed, .consent = GRANT);
    assert_one_timer(INTENT_lapse_consent, START + 7 * DAY);
    happened(ALICE, consent_denied, .consent = GRANT, .undo_until = START + 10 * SECOND);
    assert_id(assert_one_timer(INTENT_settle_denial, START + 10 * SECOND).settle_denial.consent,
              GRANT);
    happened(ALICE, consent_reopened, .consent = GRANT, .lapses_at = START + 7 * DAY);
    assert_one_timer(INTENT_lapse_consent, START + 7 * DAY);
    happened(ALICE, consent_denied, .consent = GRANT, .undo_until = START + 10 * SECOND);
    happened(ALICE, denial_settled, .consent = GRANT);
    assert_no_timers();
    alice_is_asked();
    happened(ALICE, consent_denied, .consent = GRANT); /* in old logs it could not be undone */
    assert_no_timers();
    alice_is_asked();
    happened(ALICE, consent_lapsed, .consent = GRANT);
    assert_no_timers();
    alice_is_asked();
    alice_grants(0);
    assert_no_timers();
}

static void a_grant_expires_when_it_says_so(void **state)
{
    (void)state;
    alice_is_asked();
    alice_grants(START + DAY);
    assert_id(assert_one_timer(INTENT_expire_consent, START + DAY).expire_consent.consent, GRANT);
    happened(ALICE, consent_renewed, .consent = GRANT, .expires_at = START + 2 * DAY);
    assert_one_timer(INTENT_expire_consent, START + 2 * DAY);
    happened(ALICE, consent_renewed, .consent = GRANT);
    assert_no_timers();
    happened(ALICE, consent_renewed, .consent = GRANT, .expires_at = START + DAY);
    happened(ALICE, consent_expired, .consent = GRANT);
    assert_no_timers();
}

static void a_withdrawal_becomes_overdue_unless_acknowledged(void **state)
{
    (void)state;
    alice_grants(START + DAY);
    happened(ALICE, consent_withdrawn, .consent = GRANT, .acknowledge_by = START + HOUR);
    assert_id(assert_one_timer(INTENT_note_overdue, START + HOUR).note_overdue.consent, GRANT);
    happened(ALICE, withdrawal_acknowledged, .consent = GRANT);
    assert_no_timers();

    alice_grants(START + DAY);
    happened(ALICE, consent_revoked, .consent = GRANT, .acknowledge_by = START + HOUR);
    assert_one_timer(INTENT_note_overdue, START + HOUR);
    happened(ALICE, withdrawal_overdue, .consent = GRANT, .acknowledge_by = START + DAY);
    assert_one_timer(INTENT_note_overdue, START + DAY);
    happened(ALICE, withdrawal_overdue, .consent = GRANT); /* the vendor has left */
    assert_no_timers();
}

static void a_command_times_out_unless_it_is_concluded(void **state)
{
    (void)state;
    for (int way = 0; way < 6; way++) {
        happened(ALICE, command_requested, .command = SWITCH_ON, .device = LAMP,
                 .valid_until = START + MINUTE);
        happened(ALICE, command_sent, .command = SWITCH_ON, .device = LAMP);
        assert_id(
            assert_one_timer(INTENT_time_out_command, START + MINUTE).time_out_command.command,
            SWITCH_ON);
        switch (way) {
        case 0: happened(ALICE, command_succeeded, .command = SWITCH_ON); break;
        case 1: happened(ALICE, command_failed, .command = SWITCH_ON); break;
        case 2: happened(ALICE, command_expired, .command = SWITCH_ON); break;
        case 3: happened(ALICE, command_cancelled, .command = SWITCH_ON); break;
        case 4: happened(ALICE, command_superseded, .command = SWITCH_ON); break;
        default: happened(ALICE, command_timed_out, .command = SWITCH_ON); break;
        }
        assert_no_timers();
    }
}

static void the_earliest_stands_first_and_each_has_its_own(void **state)
{
    struct intent intent = { .type = INTENT_NONE };
    int64_t       due    = 0;
    (void)state;

    alice_is_asked();
    happened(ALICE, command_requested, .command = SWITCH_ON, .valid_until = START + MINUTE);
    assert_int_equal(timers(&intent, &due), 2);
    assert_int_equal(intent.type, INTENT_time_out_command);
    assert_int_equal(due, START + MINUTE);
    happened(ALICE, command_succeeded, .command = SWITCH_ON);
    assert_one_timer(INTENT_lapse_consent, START + 7 * DAY);
}

static void settling_what_waits_for_nothing_is_no_mistake(void **state)
{
    (void)state;
    happened(ALICE, consent_lapsed, .consent = GRANT);
    happened(ALICE, command_succeeded, .command = SWITCH_ON);
    assert_no_timers();
}

static void a_key_that_is_too_short_is_a_failed_read(void **state)
{
    struct key key = key_new(PARTITION_ONE);
    (void)state;

    key_add_byte(&key, 'd');
    key_add_byte(&key, 0);
    key_add_byte(&key, 1); /* within what is looked through */
    batch_put(now.batch, FAMILY_timers, key_slice(&key), SLICE(""));
    assert_int_equal(timers_next(now.reader, 0, START), INT64_MAX);
    assert_int_equal(reader_failure(now.reader).code, STATUS_CORRUPT);
    batch_clear(now.batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_question_lapses_unless_it_is_settled),
        TEST(a_grant_expires_when_it_says_so),
        TEST(a_withdrawal_becomes_overdue_unless_acknowledged),
        TEST(a_command_times_out_unless_it_is_concluded),
        TEST(the_earliest_stands_first_and_each_has_its_own),
        TEST(settling_what_waits_for_nothing_is_no_mistake),
        TEST(a_key_that_is_too_short_is_a_failed_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
