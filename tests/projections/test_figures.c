/* How many detections came to what, and what became of the questions?
 *
 * Planted bug that this must notice, and did: a no that is undone, counted once more. */
#include "tests/world/folding.h"

static int empty(void **state)
{
    (void)state;
    return fold_alone(&fold_figures);
}

static struct figures_row counted(void)
{
    struct figures_row row;

    assert_row(figures, name_system(), NO_ID, &row);
    return row;
}

static void resolves(const char *outcome)
{
    happened(LAMP_CLAIM, detection_resolved, .outcome = slice_text(outcome));
}

static void is_offered(void)
{
    resolves("offered");
    happened(LAMP_CLAIM, device_offered, .account = ALICE);
}

static void is_spared(const char *reason)
{
    is_offered();
    happened(ALICE, consent_not_requested, .reason = slice_text(reason));
}

static void each_detection_counts_as_what_came_of_it(void **state)
{
    static const char *const outcomes[] = { "asked", "held", "elsewhere",    "ambiguous",
                                            "none",  "none", "denied-before" };
    struct figures_row       row;
    (void)state;

    for (size_t i = 0; i < COUNT(outcomes); i++) resolves(outcomes[i]);
    is_offered();
    row = counted();
    assert_int_equal(row.asked, 2);
    assert_int_equal(row.held, 1);
    assert_int_equal(row.elsewhere, 1);
    assert_int_equal(row.ambiguous, 1);
    assert_int_equal(row.none, 2);
    assert_int_equal(row.denied_before, 1);
}

static void what_its_owner_is_spared_is_not_asked(void **state)
{
    struct figures_row row;
    (void)state;

    is_spared("budget");
    is_spared("vendor-budget");
    is_spared("vendor-blocked");
    is_spared("account-unknown");
    row = counted();
    assert_int_equal(row.asked, 0);
    assert_int_equal(row.over_budget, 2);
    assert_int_equal(row.muted, 1);
    assert_int_equal(row.none, 1);
    assert_int_equal(row.questions, 0);
}

static void questions_are_counted_by_their_answers(void **state)
{
    struct figures_row row;
    (void)state;

    for (int i = 0; i < 4; i++) happened(ALICE, consent_requested, .consent = GRANT);
    happened(ALICE, consent_granted, .consent = GRANT);
    happened(ALICE, consent_denied, .consent = GRANT);
    happened(ALICE, consent_lapsed, .consent = GRANT);
    row = counted();
    assert_int_equal(row.questions, 4);
    assert_int_equal(row.granted, 1);
    assert_int_equal(row.denied, 1);
    assert_int_equal(row.lapsed, 1);
}

static void an_answer_that_is_undone_was_none(void **state)
{
    struct figures_row row;
    (void)state;

    for (int i = 0; i < 3; i++) happened(ALICE, consent_requested, .consent = GRANT);
    happened(ALICE, consent_granted, .consent = GRANT);
    happened(ALICE, consent_withdrawn, .consent = GRANT, .reason = SLICE("undone"));
    happened(ALICE, consent_requested, .consent = GRANT, .reopens = GRANT);
    happened(ALICE, consent_denied, .consent = GRANT, .reason = SLICE("deny"));
    happened(ALICE, consent_reopened, .consent = GRANT, .reason = SLICE("deny"));
    happened(ALICE, consent_postponed, .consent = GRANT);
    happened(ALICE, consent_reopened, .consent = GRANT);
    row = counted();
    assert_int_equal(row.questions, 3);
    assert_int_equal(row.granted, 0);
    assert_int_equal(row.denied, 0);
}

static void a_grant_that_is_withdrawn_was_an_answer(void **state)
{
    (void)state;
    happened(ALICE, consent_requested, .consent = GRANT);
    happened(ALICE, consent_granted, .consent = GRANT);
    happened(ALICE, consent_withdrawn, .consent = GRANT, .reason = SLICE("withdrawn"));
    assert_int_equal(counted().granted, 1);
}

static void an_old_log_counts_as_far_as_it_says(void **state)
{
    (void)state;
    resolves("");
    assert_no_row(figures, name_system(), NO_ID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_detection_counts_as_what_came_of_it), TEST(what_its_owner_is_spared_is_not_asked),
        TEST(questions_are_counted_by_their_answers),   TEST(an_answer_that_is_undone_was_none),
        TEST(a_grant_that_is_withdrawn_was_an_answer),  TEST(an_old_log_counts_as_far_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
