/* Do names derive from what they name, and from the secret if there is one?
 *
 * Planted bug that this must notice, and did: a login's letters taken as they are. */
#include "core/facts/names.h"

#include "tests/world/checks.h"

static const struct id          GLOW = { "vglow" }, ACME = { "vacme" };
static const struct name_secret ONE = { "one" }, OTHER = { "other" };

static void assert_same(struct id found, struct id wanted, bool same)
{
    assert_true(id_equal(found, wanted) == same);
}

static void the_same_text_has_the_same_name(void **state)
{
    (void)state;
    assert_same(name_login(&ONE, SLICE("kim")), name_login(&ONE, SLICE("kim")), true);
    assert_same(name_login(&ONE, SLICE("kim")), name_login(&ONE, SLICE("Kim")), true);
    assert_same(name_login(&ONE, SLICE("kim")), name_login(&ONE, SLICE("kin")), false);
    assert_same(name_gateway(&ONE, SLICE("box")), name_gateway(&ONE, SLICE("box")), true);
    assert_same(name_gateway(&ONE, SLICE("box")), name_gateway(&ONE, SLICE("Box")), false);
    assert_same(name_claim(&ONE, GLOW, SLICE("1")), name_claim(&ONE, GLOW, SLICE("1")), true);
    assert_same(name_claim(&ONE, GLOW, SLICE("1")), name_claim(&ONE, ACME, SLICE("1")), false);
}

static void who_does_not_know_the_secret_cannot_make_a_name(void **state)
{
    (void)state;
    assert_same(name_login(&ONE, SLICE("kim")), name_login(&OTHER, SLICE("kim")), false);
    assert_same(name_login(&ONE, SLICE("kim")), name_login(NULL, SLICE("kim")), false);
    assert_same(name_gateway(&ONE, SLICE("box")), name_gateway(NULL, SLICE("box")), false);
    assert_same(name_claim(&ONE, GLOW, SLICE("1")), name_claim(NULL, GLOW, SLICE("1")), false);
}

/* As they stand in logs: Python's hashlib says the same. */
static void names_without_a_secret_stay_as_they_were(void **state)
{
    char text[ID_TEXT_MAX];

    (void)state;
    id_text(name_login(NULL, SLICE("kim")), text);
    assert_string_equal(text, "lgn_7dkfm42a922m11naq9sq7fcv80");
    id_text(name_claim(NULL, GLOW, SLICE("1")), text);
    assert_string_equal(text, "clm_78zjm42mtcxw8zwn6xzp6pg32x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_text_has_the_same_name),
        cmocka_unit_test(who_does_not_know_the_secret_cannot_make_a_name),
        cmocka_unit_test(names_without_a_secret_stay_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
