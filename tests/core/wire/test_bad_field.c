/* Is a wrong field named by its path, and does the pointer lead there whatever its name has? */
#include "core/wire/bad_field.h"

#include "tests/world/checks.h"

static struct arena     arena;
static struct bad_field bad;

static int forget(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void assert_told(const char *sentence, const char *pointer)
{
    assert_slice(bad_field_sentence(&arena, &bad, "The event"), sentence);
    assert_says(bad_field_pointer(&arena, &bad), pointer);
}

static void a_path_is_built_from_below(void **state)
{
    (void)state;
    assert_false(bad_field_say(&bad, "", "is %s", "too long"));
    assert_told("The event is too long.", "");
    assert_false(bad_field_inside_item(&bad, 2));
    assert_told("[2] is too long.", "/2");
    assert_false(bad_field_inside(&bad, SLICE("steps")));
    bad_field_inside(&bad, SLICE("data"));
    assert_told("data.steps[2] is too long.", "/data/steps/2");
    bad_field_say(&bad, "on", "is missing");
    bad_field_inside(&bad, SLICE("data"));
    assert_told("data.on is missing.", "/data/on");
}

static void a_path_may_be_followed_down(void **state)
{
    char path[BAD_NAME_MAX] = "";

    (void)state;
    path_add(path, SLICE("properties"));
    path_add(path, SLICE("a.b"));
    bad_field_say(&bad, path, "is missing");
    assert_told("properties.a\\.b is missing.", "/properties/a.b");
}

static void a_name_may_have_any_sign(void **state)
{
    (void)state;
    bad_field_say(&bad, "", "is missing");
    bad_field_inside(&bad, SLICE("a.b[0]\\/~c"));
    bad_field_inside(&bad, SLICE("data"));
    assert_told("data.a\\.b\\[0\\]\\\\/~c is missing.", "/data/a.b[0]\\~1~0c");
}

static void one_that_was_cut_leads_nowhere(void **state)
{
    char long_name[2 * BAD_NAME_MAX];

    (void)state;
    memset(long_name, 'x', sizeof long_name);
    bad_field_say(&bad, "on", "is missing");
    bad_field_inside(&bad, SLICE_OF(long_name));
    bad_field_inside(&bad, SLICE("data"));
    assert_int_equal(strlen(bad.name), BAD_NAME_MAX - 1);
    assert_true(slice_starts(slice_text(bad.name), SLICE("data.xxx")));
    assert_null(bad_field_pointer(&arena, &bad).data);
    memset(long_name, '.', sizeof long_name);
    bad_field_say(&bad, "", "is missing");
    bad_field_inside(&bad, SLICE_OF(long_name));
    assert_null(bad_field_pointer(&arena, &bad).data);
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_path_is_built_from_below),
        TEST(a_path_may_be_followed_down),
        TEST(a_name_may_have_any_sign),
        TEST(one_that_was_cut_leads_nowhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
