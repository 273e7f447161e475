/* Do entries come out of a bundle as they went in, and is a torn one noticed? */
#include "core/log/bundle.h"

#include "core/log/log.h"
#include "tests/world/checks.h"

static char          large[ENVELOPE_MAX + 1];
static struct buffer bundle;

static void an_entry_is_led_by_its_length(void **state)
{
    struct slice rest, entry;

    (void)state;
    bundle_add(&bundle, BUNDLE_ENTRIES, SLICE("abc"));
    bundle_add(&bundle, BUNDLE_ENTRIES, (struct slice){ large, ENVELOPE_MAX });
    assert_memory_equal(bundle.data, "\0\3abc\xff\xff", 7);
    rest = buffer_slice(&bundle);
    assert_true(bundle_take(&rest, BUNDLE_ENTRIES, &entry));
    assert_slice(entry, "abc");
    assert_true(bundle_take(&rest, BUNDLE_ENTRIES, &entry));
    assert_int_equal(entry.size, ENVELOPE_MAX);
    assert_false(bundle_take(&rest, BUNDLE_ENTRIES, &entry));
    buffer_free(&bundle);
}

static void a_ciphertext_that_is_no_more_is_nothing(void **state)
{
    struct slice rest, entry;

    (void)state;
    bundle_add(&bundle, BUNDLE_CIPHERTEXTS, (struct slice){ 0 });
    bundle_add(&bundle, BUNDLE_CIPHERTEXTS, SLICE("sealed"));
    assert_memory_equal(bundle.data, "\0\0\0\0\0\0\0\6sealed", 14);
    rest = buffer_slice(&bundle);
    assert_true(bundle_take(&rest, BUNDLE_CIPHERTEXTS, &entry));
    assert_null(entry.data);
    assert_true(bundle_take(&rest, BUNDLE_CIPHERTEXTS, &entry));
    assert_slice(entry, "sealed");
    assert_int_equal(rest.size, 0);
    buffer_free(&bundle);
}

static void a_torn_entry_is_none(void **state)
{
    struct slice all, rest, entry;

    (void)state;
    bundle_add(&bundle, BUNDLE_ENTRIES, SLICE("abc"));
    all = buffer_slice(&bundle);
    for (size_t size = 0; size < all.size; size++) {
        rest = (struct slice){ all.data, size };
        assert_false(bundle_take(&rest, BUNDLE_ENTRIES, &entry));
        assert_int_equal(rest.size, size);
    }
    buffer_free(&bundle);
}

static void add_one_too_large(void) { bundle_add(&bundle, BUNDLE_ENTRIES, SLICE_OF(large)); }

static void an_entry_beyond_the_limit_is_our_mistake(void **state)
{
    (void)state;
    assert_true(stops(add_one_too_large));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_is_led_by_its_length),
        cmocka_unit_test(a_ciphertext_that_is_no_more_is_nothing),
        cmocka_unit_test(a_torn_entry_is_none),
        cmocka_unit_test(an_entry_beyond_the_limit_is_our_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
