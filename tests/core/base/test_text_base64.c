/* Has every byte string one base64 text, and does every other text mean nothing? */
#include "core/base/text.h"

#include "tests/world/checks.h"

static void the_samples_of_rfc_4648_come_out(void **state)
{
    static const struct {
        const char *bytes, *standard, *url;
    } samples[]        = { { "", "", "" },
                           { "f", "Zg==", "Zg" },
                           { "fo", "Zm8=", "Zm8" },
                           { "foo", "Zm9v", "Zm9v" },
                           { "foob", "Zm9vYg==", "Zm9vYg" },
                           { "fooba", "Zm9vYmE=", "Zm9vYmE" },
                           { "foobar", "Zm9vYmFy", "Zm9vYmFy" },
                           { "\xFB\xFF\xBF", "+/+/", "-_-_" } };
    struct arena arena = { 0 };
    struct slice bytes;

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        assert_slice(text_base64(&arena, slice_text(samples[i].bytes)), samples[i].standard);
        assert_slice(text_base64url(&arena, slice_text(samples[i].bytes)), samples[i].url);
        assert_true(text_unbase64(&arena, slice_text(samples[i].standard), &bytes));
        assert_slice(bytes, samples[i].bytes);
        assert_true(text_unbase64url(&arena, slice_text(samples[i].url), &bytes));
        assert_slice(bytes, samples[i].bytes);
    }
    arena_free(&arena);
}

static void all_bytes_go_there_and_back(void **state)
{
    struct arena arena = { 0 };
    uint8_t      every[256];
    struct slice bytes, back;

    (void)state;
    for (size_t i = 0; i < sizeof every; i++) every[i] = (uint8_t)(i * 167);
    for (size_t size = 0; size <= sizeof every; size++) {
        bytes = (struct slice){ (const char *)every, size };
        assert_true(text_unbase64(&arena, text_base64(&arena, bytes), &back));
        assert_true(slice_equal(bytes, back));
        assert_true(text_unbase64url(&arena, text_base64url(&arena, bytes), &back));
        assert_true(slice_equal(bytes, back));
    }
    arena_free(&arena);
}

static void other_spellings_are_refused(void **state)
{
    static const char *neither[] = { "A",      "Zm9vA",    "Zg=",   "=",      "==",
                                     "===",    "====",     "Zg===", "Z===",   "Zm=v",
                                     "Z=9v",   "Zg==Zg==", "Zm9v ", " Zm9v",  "Zm9*",
                                     "Zm9v\n", "Zm\n9v",   "Zm9v=", "Zm9v==", "Zm9v====" };
    struct arena       arena     = { 0 };
    struct slice       bytes     = SLICE("untouched");

    (void)state;
    for (size_t i = 0; i < COUNT(neither); i++) {
        assert_false(text_unbase64(&arena, slice_text(neither[i]), &bytes));
        assert_false(text_unbase64url(&arena, slice_text(neither[i]), &bytes));
    }
    assert_false(text_unbase64(&arena, SLICE("Zm9\0"), &bytes));
    assert_false(text_unbase64(&arena, SLICE("Zg"), &bytes)); /* padding is missing */
    assert_false(text_unbase64(&arena, SLICE("Zm8"), &bytes));
    assert_false(text_unbase64url(&arena, SLICE("Zg=="), &bytes)); /* has padding */
    assert_false(text_unbase64url(&arena, SLICE("Zm8="), &bytes));
    assert_false(text_unbase64(&arena, SLICE("-_-_"), &bytes)); /* the other alphabet */
    assert_false(text_unbase64url(&arena, SLICE("+/+/"), &bytes));
    assert_slice(bytes, "untouched");
    arena_free(&arena);
}

static void stray_bits_are_refused(void **state)
{
    struct arena arena = { 0 };
    struct slice bytes;
    char         one[] = "ZA==", two[] = "ZmA=";
    int          taken_one = 0, taken_two = 0;

    (void)state;
    for (const char *digit = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
         *digit; digit++) {
        one[1] = two[2] = *digit;
        taken_one += text_unbase64(&arena, slice_text(one), &bytes);
        taken_two += text_unbase64(&arena, slice_text(two), &bytes);
    }
    assert_int_equal(taken_one, 4);  /* two bits belong to the byte, four must be zero */
    assert_int_equal(taken_two, 16); /* four belong to it, two must be zero */
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_samples_of_rfc_4648_come_out),
        cmocka_unit_test(all_bytes_go_there_and_back),
        cmocka_unit_test(other_spellings_are_refused),
        cmocka_unit_test(stray_bits_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
