/* Does every parser take exactly the texts its header names, whole, and no other? */
#include "core/base/text.h"

#include "tests/world/checks.h"

static void numbers_have_one_spelling(void **state)
{
    static const char *refused[] = { "",
                                     "00",
                                     "01",
                                     "+1",
                                     "-1",
                                     " 1",
                                     "1 ",
                                     "1.0",
                                     "0x1",
                                     "1a",
                                     "18446744073709551616",
                                     "99999999999999999999",
                                     "184467440737095516150" };
    uint64_t           value     = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_false(text_u64(slice_text(refused[i]), &value));
    assert_false(text_u64(SLICE("1\0"), &value));
    assert_int_equal(value, 7); /* untouched */
    assert_true(text_u64(SLICE("0"), &value));
    assert_int_equal(value, 0);
    assert_true(text_u64(SLICE("18446744073709551615"), &value));
    assert_true(value == UINT64_MAX);
}

static void well_formed_utf8_is_taken(void **state)
{
    static const char *taken[] = { "",
                                   "lamp",
                                   "\x7F",
                                   "\xC2\x80",
                                   "\xDF\xBF",
                                   "\xE0\xA0\x80",
                                   "\xED\x9F\xBF",
                                   "\xEE\x80\x80",
                                   "\xEF\xBF\xBF",
                                   "\xF0\x90\x80\x80",
                                   "\xF4\x8F\xBF\xBF",
                                   "na\xC3\xAFve" };

    (void)state;
    for (size_t i = 0; i < COUNT(taken); i++) assert_true(text_utf8(slice_text(taken[i])));
    assert_true(text_utf8((struct slice){ 0 }));
}

static void broken_utf8_is_refused(void **state)
{
    static const char *refused[] = { "\x80",
                                     "\xBF",
                                     "\xC3",
                                     "\xC3(",
                                     "\xE2\x82",
                                     "\xF0\x9F\x92",
                                     "\xFE",
                                     "\xFF",
                                     "\xC0\x80",
                                     "\xC1\xBF",
                                     "\xE0\x9F\xBF",
                                     "\xF0\x8F\xBF\xBF", /* overlong */
                                     "\xED\xA0\x80",
                                     "\xED\xBF\xBF", /* surrogates */
                                     "\xF4\x90\x80\x80",
                                     "\xF5\x80\x80\x80", /* past U+10FFFF */
                                     "\xE2\x82(",
                                     "ok\xC3" };

    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) assert_false(text_utf8(slice_text(refused[i])));
    assert_false(text_utf8(SLICE("a\0b")));
}

static void plain_text_cannot_command_a_terminal(void **state)
{
    (void)state;
    assert_true(text_plain(SLICE("K\xC3\xBC"
                                 "che \xF0\x9F\x92\xA1")));
    assert_true(text_plain(SLICE("\xC2\xA0")));
    assert_false(text_plain(SLICE("a\nb")));
    assert_false(text_plain(SLICE("\x1B[2J")));
    assert_false(text_plain(SLICE("\x7F")));
    assert_false(text_plain(SLICE("\xC2\x9B"
                                  "2J"))); /* U+009B begins a sequence too */
    assert_true(text_utf8(SLICE("a\nb")));
}

static void characters_are_read_one_by_one(void **state)
{
    uint32_t code = 0;

    (void)state;
    assert_int_equal(text_character(SLICE("a"), &code), 1);
    assert_int_equal(code, 'a');
    assert_int_equal(text_character(SLICE("\xC3\xBC"
                                          "b"),
                                    &code),
                     2);
    assert_int_equal(code, 0xFC);
    assert_int_equal(text_character(SLICE("\xE2\x82\xAC"), &code), 3);
    assert_int_equal(code, 0x20AC);
    assert_int_equal(text_character(SLICE("\xF0\x9F\x92\xA1"), &code), 4);
    assert_int_equal(code, 0x1F4A1);
    assert_int_equal(text_character(SLICE(""), &code), 0);
    assert_int_equal(text_character(SLICE("\xFF"), &code), 0);
}

static void hexadecimal_goes_there_and_back(void **state)
{
    char    text[2 * 3 + 1];
    uint8_t bytes[3] = { 1, 2, 3 };

    (void)state;
    text_hex(SLICE("\x00\xAf\xFF"), text);
    assert_string_equal(text, "00afff");
    assert_false(text_unhex(SLICE("00aff"), bytes, 3));
    assert_false(text_unhex(SLICE("00afff"), bytes, 2));
    assert_false(text_unhex(SLICE("00afff00"), bytes, 3));
    assert_false(text_unhex(SLICE("00afg0"), bytes, 3));
    assert_memory_equal(bytes, "\1\2\3", 3);
    assert_true(text_unhex(SLICE("00aFFf"), bytes, 3));
    assert_memory_equal(bytes, "\x00\xAF\xFF", 3);
}

static void percent_escapes_are_decoded_once(void **state)
{
    struct arena arena = { 0 };
    struct slice out   = { 0 };

    (void)state;
    assert_true(text_unpercent(&arena, SLICE("a%20b%2Fc%2fd"), false, &out));
    assert_slice(out, "a b/c/d");
    assert_true(text_unpercent(&arena, SLICE("%2520"), false, &out));
    assert_slice(out, "%20");
    assert_true(text_unpercent(&arena, SLICE("a+b%2B"), true, &out));
    assert_slice(out, "a b+");
    assert_true(text_unpercent(&arena, SLICE("a+b"), false, &out));
    assert_slice(out, "a+b");
    assert_true(text_unpercent(&arena, SLICE(""), false, &out));
    assert_slice(out, "");
    assert_true(text_unpercent(&arena, SLICE("K%C3%BCche"), false, &out));
    assert_slice(out, "K\xC3\xBC"
                      "che");
    arena_free(&arena);
}

static void what_is_encoded_decodes_to_itself(void **state)
{
    const struct slice text  = SLICE("a-b._~/?&=%+ \xC3\xBC");
    struct arena       arena = { 0 };
    struct buffer      out   = { 0 };
    struct slice       back;

    (void)state;
    text_percent(&out, text);
    assert_slice(buffer_slice(&out), "a-b._~%2F%3F%26%3D%25%2B%20%C3%BC");
    assert_true(text_unpercent(&arena, buffer_slice(&out), true, &back));
    assert_true(slice_equal(back, text));
    buffer_free(&out);
    arena_free(&arena);
}

static void broken_escapes_and_hidden_nuls_are_refused(void **state)
{
    static const char *refused[] = { "%",   "%2",    "a%",  "%2g", "%g2",    "%%20",      "% 20",
                                     "%00", "a%00b", "%C3", "%FF", "%C0%AF", "%ED%A0%80", "\xC3" };
    struct arena       arena     = { 0 };
    struct slice       out       = SLICE("untouched");

    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_false(text_unpercent(&arena, slice_text(refused[i]), false, &out));
    assert_false(text_unpercent(&arena, SLICE("a\0b"), false, &out));
    assert_slice(out, "untouched");
    arena_free(&arena);
}

static void addresses_are_taken_in_their_plain_form_only(void **state)
{
    static const char *not_four[] = { "",          "1.2.3",    "1.2.3.4.5", "256.1.1.1",
                                      "01.2.3.4",  "1.2.3.4 ", " 1.2.3.4",  "1.2.3.4:80",
                                      "0x1.2.3.4", "1.2.3.",   "::1",       "1.2.3.4/32" };
    static const char *not_six[]  = { "",        "1.2.3.4", "[::1]",   "fe80::1%eth0",
                                      "::1/128", ":::",     "1::2::3", "2001:db8:0:0:0:0:0:0:1",
                                      "12345::", "::g" };
    uint8_t            four[4] = { 0 }, six[16] = { 0 };

    (void)state;
    for (size_t i = 0; i < COUNT(not_four); i++)
        assert_false(text_ipv4(slice_text(not_four[i]), four));
    for (size_t i = 0; i < COUNT(not_six); i++)
        assert_false(text_ipv6(slice_text(not_six[i]), six));
    assert_false(text_ipv4(SLICE("1.2.3.4\0.5"), four));
    assert_memory_equal(four, "\0\0\0\0", 4);
    assert_true(text_ipv4(SLICE("192.0.2.255"), four));
    assert_memory_equal(four, "\xC0\x00\x02\xFF", 4);
    assert_true(text_ipv6(SLICE("2001:DB8::1"), six));
    assert_memory_equal(six, "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    assert_true(text_ipv6(SLICE("::ffff:192.0.2.1"), six));
    assert_memory_equal(six, "\0\0\0\0\0\0\0\0\0\0\xFF\xFF\xC0\0\2\1", 16);
}

static void a_prefix_has_no_bits_past_its_length(void **state)
{
    static const char *refused[] = { "2001:db8::",    "2001:db8::/",    "2001:db8::/129",
                                     "/48",           "2001:db8::/048", "2001:db8::1/48",
                                     "2001:db9::/31", "2001:db8::/ 48", "2001:db8::/48/48",
                                     "::1/127" };
    uint8_t            address[16];
    unsigned           length = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_false(text_ipv6_prefix(slice_text(refused[i]), address, &length));
    assert_int_equal(length, 7);
    assert_true(text_ipv6_prefix(SLICE("2001:db8::/48"), address, &length));
    assert_int_equal(length, 48);
    assert_memory_equal(address, "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_true(text_ipv6_prefix(SLICE("::/0"), address, &length));
    assert_int_equal(length, 0);
    assert_true(text_ipv6_prefix(SLICE("::1/128"), address, &length));
    assert_true(text_ipv6_prefix(SLICE("2001:db8::/29"), address, &length));
}

static void protocol_words_differ_not_by_case(void **state)
{
    (void)state;
    assert_true(text_same_word(SLICE("Bearer"), SLICE("bEARER")));
    assert_false(text_same_word(SLICE("bearer"), SLICE("bearer ")));
    assert_false(text_same_word(SLICE("["), SLICE("{"))); /* the bit means case in letters only */
    assert_false(text_same_word(SLICE("@"), SLICE("`")));
}

static void names_change_their_case(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_slice(text_kebab(&arena, SLICE("device_held_elsewhere")), "device-held-elsewhere");
    arena_free(&arena);
}

static void a_name_that_people_see_is_short_and_turns_nothing(void **state)
{
    static const char *const good[] = { "Lamp", "Büro", "مصباح", "a b", "👍🏽" };
    static const char *const bad[]  = { "",
                                        "  ",
                                        "\xe2\x80\x8b",
                                        "a\nb",
                                        "a\xe2\x80\xae"
                                         "b",
                                        "a\xe2\x81\xa6",
                                        "\xd8\x9c"
                                         "a",
                                        "a\xe2\x80\xa8",
                                        "\xff" };
    char                     long_one[2 * 65 + 1];

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) assert_null(text_name_fault(slice_text(good[i])));
    for (size_t i = 0; i < COUNT(bad); i++) assert_non_null(text_name_fault(slice_text(bad[i])));
    for (size_t i = 0; i < 65; i++) memcpy(long_one + 2 * i, "ü", 2);
    assert_null(text_name_fault((struct slice){ long_one, 2 * 64 }));
    assert_string_equal(text_name_fault((struct slice){ long_one, 2 * 65 }),
                        "has to be at most 64 characters");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_people_see_is_short_and_turns_nothing),
        cmocka_unit_test(numbers_have_one_spelling),
        cmocka_unit_test(well_formed_utf8_is_taken),
        cmocka_unit_test(broken_utf8_is_refused),
        cmocka_unit_test(plain_text_cannot_command_a_terminal),
        cmocka_unit_test(characters_are_read_one_by_one),
        cmocka_unit_test(hexadecimal_goes_there_and_back),
        cmocka_unit_test(percent_escapes_are_decoded_once),
        cmocka_unit_test(what_is_encoded_decodes_to_itself),
        cmocka_unit_test(broken_escapes_and_hidden_nuls_are_refused),
        cmocka_unit_test(addresses_are_taken_in_their_plain_form_only),
        cmocka_unit_test(a_prefix_has_no_bits_past_its_length),
        cmocka_unit_test(protocol_words_differ_not_by_case),
        cmocka_unit_test(names_change_their_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
