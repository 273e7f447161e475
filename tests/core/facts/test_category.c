/* Does a vendor's own word for a kind of thing lead to one of the closed list, and never to
 * another kind than it names? Planted bug: a word that ends in the letters of another (a
 * clock) was taken for it; the test of clocks failed. */
#include "core/facts/category.h"
#include "tests/world/checks.h"

static void is(const char *word, const char *name)
{
    assert_slice(category_of(slice_text(word))->name, name);
}

static void a_vendors_own_word_leads_to_one_of_the_list(void **state)
{
    (void)state;
    is("light", "light");
    is("lamp", "light");
    is("night light", "light");
    is("Night_Light", "light");
    is("garage-door", "garage-door");
    is("window covering", "cover");
}

static void a_json_ld_type_is_read_by_its_last_word(void **state)
{
    (void)state;
    is("saref:TemperatureSensor", "sensor");
    is("https://iot.example/ns#DoorLock", "lock");
    is("GarageDoor", "garage-door");
    is("HVAC", "climate");
}

static void a_word_that_only_ends_in_the_letters_of_another_is_unknown(void **state)
{
    (void)state;
    is("clock", "unknown");
    is("delight", "unknown");
    is("", "unknown");
    is("toaster", "unknown");
    assert_false(category_is_known(category_of(SLICE("toaster"))));
    assert_true(category_is_known(category_of(SLICE("lock"))));
}

static void a_word_longer_than_any_is_unknown(void **state)
{
    char long_word[CATEGORY_WORD_MAX + 7];

    (void)state;
    memset(long_word, 'A', sizeof long_word);
    memcpy(long_word + CATEGORY_WORD_MAX + 1, " lamp", 6);
    is(long_word, "unknown");
    memcpy(long_word + CATEGORY_WORD_MAX - 5, " lamp", 6);
    is(long_word, "light");
}

static void what_could_let_somebody_in_or_watch_is_guarded(void **state)
{
    static const char *const guarded[] = { "lock", "camera", "garage-door", "alarm", "DoorLock" };

    (void)state;
    for (size_t i = 0; i < COUNT(guarded); i++)
        assert_true(category_of(slice_text(guarded[i]))->guarded);
    assert_false(category_of(SLICE("lamp"))->guarded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vendors_own_word_leads_to_one_of_the_list),
        cmocka_unit_test(a_json_ld_type_is_read_by_its_last_word),
        cmocka_unit_test(a_word_that_only_ends_in_the_letters_of_another_is_unknown),
        cmocka_unit_test(a_word_longer_than_any_is_unknown),
        cmocka_unit_test(what_could_let_somebody_in_or_watch_is_guarded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
