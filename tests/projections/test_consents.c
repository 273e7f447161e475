/* What was asked, what was answered, and what became of the grant. */
#include "projections/grants.h"
#include "tests/world/folding.h"

static const struct slice ASKED[] = { { "on", 2 }, { "power", 5 } };

static int empty(void **state)
{
    (void)state;
    fold_alone(&fold_consents);
    happened(ALICE, consent_requested, .consent = GRANT, .claim = LAMP_CLAIM, .vendor = GLOW,
             .detection = { "odetection" }, .gateway = { "gbox" }, .network = HOME,
             .model = SLICE("lamp:1.0.0"), .guarded = true, .capabilities = { ASKED, 2 },
             .notice_version = SLICE("1"), .notice_language = SLICE("en"),
             .lapses_at = START + 7 * DAY, .vendor_device_id = SLICE("SN-1"),
             .display_name = SLICE("Glow lamp"), .notice_text = SLICE("May Glow …?"));
    return 0;
}

static struct consent_row grant(void)
{
    struct consent_row row;

    assert_row(consent, GRANT, NO_ID, &row);
    assert_int_equal(row.changed, now.position);
    return row;
}

static void alice_grants(void)
{
    happened(ALICE, consent_granted, .consent = GRANT, .claim = LAMP_CLAIM, .vendor = GLOW,
             .device = LAMP, .network = OFFICE, .bond = { "cbond" }, .capabilities = { ASKED, 1 },
             .expires_at = START + 30 * DAY);
}

static void a_question_waits_in_the_inbox(void **state)
{
    struct consent_row row = grant();
    (void)state;

    assert_id(row.account, ALICE);
    assert_int_equal(row.status, CONSENT_requested);
    assert_id(row.vendor, GLOW);
    assert_id(row.network, HOME);
    assert_id(row.claim, LAMP_CLAIM);
    assert_says(row.model, "lamp:1.0.0");
    assert_true(row.guarded);
    assert_int_equal(row.capabilities.count, 2);
    assert_says(row.notice_text, "May Glow …?");
    assert_says(row.display_name, "Glow lamp");
    assert_says(row.vendor_device_id, "SN-1");
    assert_int_equal(row.requested_at, recorded_at(1));
    assert_int_equal(row.lapses_at, START + 7 * DAY);
    assert_listed(inbox, ALICE, GRANT);
    assert_listed(account_consent, ALICE, GRANT);
    assert_no_row(vendor_grant, GLOW, GRANT);
}

static void a_postponed_question_goes_on_waiting(void **state)
{
    (void)state;
    happened(ALICE, consent_notified, .consent = GRANT);
    assert_int_equal(grant().status, CONSENT_notified);
    happened(ALICE, consent_postponed, .consent = GRANT);
    assert_int_equal(grant().status, CONSENT_notified);
    assert_listed(inbox, ALICE, GRANT);
}

static void a_grant_says_what_was_granted(void **state)
{
    struct consent_row row;
    (void)state;

    alice_grants();
    row = grant();
    assert_int_equal(row.status, CONSENT_granted);
    assert_id(row.device, LAMP);
    assert_id(row.network, OFFICE);
    assert_id(row.bond, (struct id){ "cbond" });
    assert_int_equal(row.capabilities.count, 1);
    assert_int_equal(row.granted_at, recorded_at(2));
    assert_int_equal(row.expires_at, START + 30 * DAY);
    assert_says(row.notice_text, "May Glow …?");
    assert_no_row(inbox, ALICE, GRANT);
    assert_listed(vendor_grant, GLOW, GRANT);
    assert_listed(account_consent, ALICE, GRANT);
}

static uint64_t live(void)
{
    struct vendor_grants_row row;

    assert_row(vendor_grants, GLOW, NO_ID, &row);
    return row.live;
}

static void the_grants_of_a_vendor_are_counted_while_they_live(void **state)
{
    (void)state;
    assert_no_row(vendor_grants, GLOW, NO_ID);
    alice_grants();
    assert_int_equal(live(), 1);
    happened(ALICE, consent_renewed, .consent = GRANT, .expires_at = START + 60 * DAY);
    assert_int_equal(live(), 1);
    happened(ALICE, consent_expired, .consent = GRANT);
    assert_int_equal(live(), 0);
    happened(ALICE, consent_renewed, .consent = GRANT);
    assert_int_equal(live(), 1);
    happened(ALICE, consent_withdrawn, .consent = GRANT, .vendor = GLOW, .acknowledge_by = START);
    assert_int_equal(live(), 0);
}

static void assert_ends(void)
{
    struct vendor_grant_row row;

    assert_row(vendor_grant, GLOW, GRANT, &row);
    assert_false(row.live);
}

/* How many live grants of Glow's are in the range; the last of them is GRANT. */
static size_t named(const char *from, const char *to)
{
    struct cursor *cursor = grants_open(batch_reader(now.batch), GLOW,
                                        (struct grant_range){ slice_text(from), slice_text(to) });
    struct slice   name;
    struct id      consent;
    size_t         count = 0;

    for (; grants_next(cursor, &name, &consent); count++) {
        assert_says(name, "SN-1");
        assert_id(consent, GRANT);
    }
    assert_ok(grants_close(cursor));
    return count;
}

static void a_live_grant_is_found_by_the_name_its_vendor_has_for_the_device(void **state)
{
    (void)state;
    assert_int_equal(named("", ""), 0);
    alice_grants();
    assert_int_equal(named("", ""), 1);
    assert_int_equal(named("SN-1", "SN-2"), 1);
    assert_int_equal(named("SN-1", "SN-1\x01"), 1);
    assert_int_equal(named("", "SN-1"), 0);
    assert_int_equal(named("SN-10", ""), 0);
    assert_int_equal(named("SN-2", "SN-1"), 0);
    happened(ALICE, consent_expired, .consent = GRANT);
    assert_int_equal(named("", ""), 0);
    happened(ALICE, consent_renewed, .consent = GRANT);
    assert_int_equal(named("", ""), 1);
    happened(ALICE, consent_withdrawn, .consent = GRANT, .vendor = GLOW, .acknowledge_by = START);
    assert_int_equal(named("", ""), 0);
}

static void a_denied_or_lapsed_question_leaves_the_inbox(void **state)
{
    (void)state;
    happened(ALICE, consent_denied, .consent = GRANT, .vendor = GLOW, .reason = SLICE("not-mine"));
    assert_int_equal(grant().status, CONSENT_denied);
    assert_says(grant().reason, "not-mine");
    assert_no_row(inbox, ALICE, GRANT);
    assert_no_row(vendor_grant, GLOW, GRANT);

    forget(state);
    empty(state);
    happened(ALICE, consent_lapsed, .consent = GRANT, .reason = SLICE("unanswered"));
    assert_int_equal(grant().status, CONSENT_lapsed);
    assert_says(grant().reason, "unanswered");
    assert_no_row(inbox, ALICE, GRANT);
}

static void a_no_that_is_undone_waits_in_the_inbox_again(void **state)
{
    (void)state;
    happened(ALICE, consent_postponed, .consent = GRANT, .until = START + DAY);
    assert_int_equal(grant().postponed_until, START + DAY);
    happened(ALICE, consent_denied, .consent = GRANT, .vendor = GLOW, .reason = SLICE("deny"));
    happened(ALICE, consent_reopened, .consent = GRANT, .vendor = GLOW);
    assert_int_equal(grant().status, CONSENT_requested);
    assert_int_equal(grant().postponed_until, 0);
    assert_int_equal(grant().reason.size, 0);
    assert_listed(inbox, ALICE, GRANT);
}

static void a_blocked_vendor_is_listed_until_it_may_ask_again(void **state)
{
    (void)state;
    happened(ALICE, vendor_blocked, .vendor = GLOW);
    assert_listed(blocked_vendor, ALICE, GLOW);
    happened(ALICE, vendor_unblocked, .vendor = GLOW);
    assert_no_row(blocked_vendor, ALICE, GLOW);
}

static void an_expired_grant_lives_again_when_renewed(void **state)
{
    (void)state;
    alice_grants();
    happened(ALICE, consent_expired, .consent = GRANT, .vendor = GLOW, .device = LAMP);
    assert_int_equal(grant().status, CONSENT_expired);
    assert_no_row(vendor_grant, GLOW, GRANT);
    happened(ALICE, consent_renewed, .consent = GRANT, .vendor = GLOW, .device = LAMP);
    assert_int_equal(grant().status, CONSENT_granted);
    assert_int_equal(grant().expires_at, 0);
    assert_listed(vendor_grant, GLOW, GRANT);
}

static void a_withdrawal_is_open_until_the_vendor_knows(void **state)
{
    struct consent_row row;
    (void)state;

    alice_grants();
    happened(ALICE, consent_withdrawn, .consent = GRANT, .vendor = GLOW, .device = LAMP,
             .reason = SLICE("sold"), .acknowledge_by = START + HOUR);
    row = grant();
    assert_int_equal(row.status, CONSENT_withdrawn);
    assert_says(row.reason, "sold");
    assert_int_equal(row.ended_at, recorded_at(3));
    assert_int_equal(row.acknowledge_by, START + HOUR);
    assert_ends();
    assert_listed(open_withdrawal, name_system(), GRANT);

    happened(ALICE, withdrawal_overdue, .consent = GRANT, .vendor = GLOW);
    assert_true(grant().overdue);
    assert_listed(open_withdrawal, name_system(), GRANT);
    happened(ALICE, withdrawal_acknowledged, .consent = GRANT, .vendor = GLOW);
    assert_int_equal(grant().acknowledged_at, recorded_at(5));
    assert_true(grant().overdue);
    assert_no_row(open_withdrawal, name_system(), GRANT);
    assert_no_row(vendor_grant, GLOW, GRANT);
}

static void a_revoked_grant_waits_for_its_vendor_too(void **state)
{
    (void)state;
    alice_grants();
    happened(ALICE, consent_revoked, .consent = GRANT, .vendor = GLOW, .device = LAMP,
             .reason = SLICE("ownership-epoch"), .acknowledge_by = START + HOUR);
    assert_int_equal(grant().status, CONSENT_revoked);
    assert_int_equal(grant().acknowledge_by, START + HOUR);
    assert_ends();
    assert_listed(open_withdrawal, name_system(), GRANT);
}

static void the_events_behind_a_receipt_are_found(void **state)
{
    struct id ids[8];
    (void)state;

    happened(ALICE, consent_notified, .consent = GRANT);
    alice_grants();
    happened(ALICE, consent_withdrawn, .consent = GRANT, .vendor = GLOW, .device = LAMP);
    happened(ALICE, withdrawal_acknowledged, .consent = GRANT, .vendor = GLOW);
    assert_int_equal(view_list_consent_event(now.reader, GRANT, NO_ID, ids, COUNT(ids)), 4);
    static const uint64_t wanted[] = { 1, 3, 4, 5 };
    for (size_t i = 0; i < COUNT(wanted); i++) {
        struct consent_event_row row;

        assert_row(consent_event, GRANT, ids[i], &row);
        assert_int_equal(row.position, wanted[i]);
    }
}

static void what_never_began_leaves_no_row(void **state)
{
    static const struct id GHOST = { "cghost" };
    (void)state;

    happened(ALICE, consent_granted, .consent = GHOST, .vendor = GLOW);
    happened(ALICE, consent_withdrawn, .consent = GHOST, .vendor = GLOW);
    assert_no_row(consent, GHOST, NO_ID);
    assert_no_row(vendor_grant, GLOW, GHOST);
    assert_no_row(open_withdrawal, name_system(), GHOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_question_waits_in_the_inbox),
        TEST(a_postponed_question_goes_on_waiting),
        TEST(a_grant_says_what_was_granted),
        TEST(the_grants_of_a_vendor_are_counted_while_they_live),
        TEST(a_live_grant_is_found_by_the_name_its_vendor_has_for_the_device),
        TEST(a_denied_or_lapsed_question_leaves_the_inbox),
        TEST(a_no_that_is_undone_waits_in_the_inbox_again),
        TEST(a_blocked_vendor_is_listed_until_it_may_ask_again),
        TEST(an_expired_grant_lives_again_when_renewed),
        TEST(a_withdrawal_is_open_until_the_vendor_knows),
        TEST(a_revoked_grant_waits_for_its_vendor_too),
        TEST(the_events_behind_a_receipt_are_found),
        TEST(what_never_began_leaves_no_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
