/* May who is asking do that to this thing?
 *
 * Planted bugs that it caught: a vendor that may do to any vendor's things, and an auditor
 * with the operator's rights. */
#include "core/facts/caller.h"

#include "tests/world/checks.h"

static const struct id ALICE = { "aalice" }, BOB = { "abob" }, ACME = { "vacme" },
                       GLOW = { "vglow" }, TOKEN = { "ttoken" };

static void who_may_do_what_to_whose_things(void **state)
{
    static const struct {
        enum caller_kind kind;
        const struct id *principal;
        enum right       right;
        const struct id *owner;
        bool             may;
    } cases[] = {
        { CALLER_APP, &ALICE, RIGHT_SEE, &ALICE, true },
        { CALLER_APP, &ALICE, RIGHT_COMMAND, &ALICE, true },
        { CALLER_APP, &ALICE, RIGHT_SEE, &BOB, false },
        { CALLER_APP, &ALICE, RIGHT_ACCOUNT, &BOB, false },
        { CALLER_APP, &ALICE, RIGHT_VENDOR, &ALICE, false },
        { CALLER_APP, &ALICE, RIGHT_OPERATE, &ALICE, false },
        { CALLER_VENDOR, &ACME, RIGHT_VENDOR, &ACME, true },
        { CALLER_VENDOR, &ACME, RIGHT_VENDOR, &GLOW, false },
        { CALLER_VENDOR, &ACME, RIGHT_SEE, &ACME, false },
        { CALLER_OPERATOR, &TOKEN, RIGHT_OPERATE, &BOB, true },
        { CALLER_OPERATOR, &TOKEN, RIGHT_AUDIT, &BOB, true },
        { CALLER_OPERATOR, &TOKEN, RIGHT_COMMAND, &BOB, false },
        { CALLER_OPERATOR, &TOKEN, RIGHT_FEED, &BOB, true },
        { CALLER_OPERATOR, &TOKEN, RIGHT_SUPPORT, &BOB, true },
        { CALLER_OPERATOR, &TOKEN, RIGHT_FIGURES, &BOB, true },
        { CALLER_FEEDER, &TOKEN, RIGHT_FEED, &BOB, true },
        { CALLER_FEEDER, &TOKEN, RIGHT_OPERATE, &BOB, false },
        { CALLER_FEEDER, &TOKEN, RIGHT_SUPPORT, &BOB, false },
        { CALLER_SUPPORT, &TOKEN, RIGHT_SUPPORT, &BOB, true },
        { CALLER_SUPPORT, &TOKEN, RIGHT_OPERATE, &BOB, false },
        { CALLER_SUPPORT, &TOKEN, RIGHT_AUDIT, &BOB, false },
        { CALLER_READER, &TOKEN, RIGHT_FIGURES, &BOB, true },
        { CALLER_READER, &TOKEN, RIGHT_SUPPORT, &BOB, false },
        { CALLER_READER, &TOKEN, RIGHT_AUDIT, &BOB, false },
        { CALLER_AUDITOR, &TOKEN, RIGHT_AUDIT, &BOB, true },
        { CALLER_AUDITOR, &TOKEN, RIGHT_OPERATE, &BOB, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct caller caller = caller_of(cases[i].kind, *cases[i].principal);
        assert_int_equal(caller_may(&caller, cases[i].right, *cases[i].owner), cases[i].may);
    }
}

static void nobody_unproven_may_do_anything(void **state)
{
    struct caller nobody = { .kind = CALLER_NOBODY };

    (void)state;
    for (unsigned bit = 1; bit <= RIGHT_LAST; bit <<= 1)
        assert_false(caller_may(&nobody, (enum right)bit, ALICE));
}

static void only_roles_with_tokens_are_found_by_name(void **state)
{
    (void)state;
    assert_int_equal(caller_kind_named(SLICE("operator")), CALLER_OPERATOR);
    assert_int_equal(caller_kind_named(SLICE("auditor")), CALLER_AUDITOR);
    assert_int_equal(caller_kind_named(SLICE("vendor")), CALLER_VENDOR);
    assert_int_equal(caller_kind_named(SLICE("app")), CALLER_APP);
    assert_int_equal(caller_kind_named(SLICE("reader")), CALLER_READER);
    assert_int_equal(caller_kind_named(SLICE("anyone")), CALLER_NOBODY);
    assert_int_equal(caller_kind_named(SLICE("activation")), CALLER_NOBODY);
}

static void the_operator_hands_out_tokens_to_its_own_and_to_auditors(void **state)
{
    static const bool issued[CALLER_KINDS] = { [CALLER_OPERATOR] = true,
                                               [CALLER_FEEDER]   = true,
                                               [CALLER_SUPPORT]  = true,
                                               [CALLER_READER]   = true,
                                               [CALLER_AUDITOR]  = true };

    (void)state;
    for (int kind = 0; kind < CALLER_KINDS; kind++)
        assert_int_equal(caller_is_issued((enum caller_kind)kind), issued[kind]);
}

static void the_person_is_the_account_of_who_is_signed_in(void **state)
{
    struct caller app = caller_of(CALLER_APP, ALICE), vendor = caller_of(CALLER_VENDOR, ACME);

    (void)state;
    assert_true(id_equal(app.person, ALICE));
    assert_false(id_given(vendor.person));
    assert_int_equal(caller_actor(&app).kind, ACTOR_SUBSCRIBER);
    assert_int_equal(caller_actor(&vendor).kind, ACTOR_VENDOR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_may_do_what_to_whose_things),
        cmocka_unit_test(nobody_unproven_may_do_anything),
        cmocka_unit_test(only_roles_with_tokens_are_found_by_name),
        cmocka_unit_test(the_operator_hands_out_tokens_to_its_own_and_to_auditors),
        cmocka_unit_test(the_person_is_the_account_of_who_is_signed_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
