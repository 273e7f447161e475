/* Is every path of C2SP tlog-tiles read and written, exactly so, and no other?
 *
 * Planted bugs that this caught: an index whose leading x000 is let through; a width of 256;
 * a weight that is one group too small for an index of a million. */
#include "core/log/tile_path.h"

#include "tests/world/checks.h"

static struct tile_path path;

static bool reads(const char *text) { return tile_path_parse(slice_text(text), &path); }

static void is_of(unsigned level, uint64_t index, unsigned width)
{
    assert_false(path.entries);
    assert_int_equal(path.level, level);
    assert_int_equal(path.index, index);
    assert_int_equal(path.width, width);
}

static void the_specifications_own_examples_are_read(void **state)
{
    (void)state;
    assert_true(reads("0/x001/x234/067"));
    is_of(0, 1234067, 256);
    assert_true(reads("0/x001/000.p/112"));
    is_of(0, 1000, 112);
    assert_true(reads("63/005"));
    is_of(63, 5, 256);
    assert_true(reads("entries/x999/999.p/1"));
    assert_true(path.entries);
    assert_int_equal(path.index, 999999);
    assert_int_equal(path.width, 1);
}

static void every_index_comes_back_as_it_was(void **state)
{
    static const uint64_t indexes[] = {
        0,
        1,
        67,
        999,
        1000,
        1001,
        999999,
        1000000,
        1000005,
        1234067,
        1000000000,
        UINT64_C(18446744073709551615),
        UINT64_C(1000000000000000000),
    };
    static const unsigned widths[] = { 1, 9, 10, 112, 255, 256 };
    char                  text[TILE_PATH_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(indexes); i++)
        for (size_t j = 0; j < COUNT(widths); j++)
            for (unsigned level = 0; level < 3; level++) {
                struct tile_path wanted = { level == 2, level % 2, indexes[i], widths[j] };
                tile_path_text(&wanted, text);
                assert_int_equal(strncmp(text, "tile/", 5), 0);
                if (!reads(text + 5)) fail_msg("%s is not read", text);
                assert_int_equal(path.entries, wanted.entries);
                assert_int_equal(path.level, wanted.level);
                assert_int_equal(path.index, wanted.index);
                assert_int_equal(path.width, wanted.width);
            }
    tile_path_text(&(struct tile_path){ false, 0, 1234067, 256 }, text);
    assert_string_equal(text, "tile/0/x001/x234/067");
    tile_path_text(&(struct tile_path){ true, 0, 1000, 7 }, text);
    assert_string_equal(text, "tile/entries/x001/000.p/7");
}

static void what_is_nearly_a_path_is_none(void **state)
{
    static const char *const texts[] = {
        "",
        "/",
        "0",
        "0/",
        "0/0",
        "0/00",
        "0/0000",
        "0/000/",
        "/0/000",
        "0//000",
        "00/000",
        "01/000",
        "64/000",
        "-1/000",
        "+0/000",
        "a/000",
        "0/a00",
        "0/00a",
        "0/x000/000",
        "0/x000/x001/000",
        "0/001/000",
        "0/x01/000",
        "0/x1/000",
        "0/x001",
        "0/x001/x000",
        "0/X001/000",
        "0/000.p",
        "0/000.p/",
        "0/000.p/0",
        "0/000.p/00",
        "0/000.p/01",
        "0/000.p/256",
        "0/000.p/1/",
        "0/000.p/1/2",
        "0/000.p/-1",
        "0/000.p/1a",
        "0/000.q/1",
        "0/x001.p/1",
        "0/000.p.p/1",
        "0/000p/1",
        "entries",
        "entries/",
        "entries/0",
        "entries/000/",
        "entry/000",
        "Entries/000",
        "0/../000",
        "0/000?",
        "0/ 000",
        "0/000 ",
        "0/x018/x446/x744/x073/x709/x551/616",
        "0/x999/x999/x999/x999/x999/x999/999",
        "0/x001/x000/x000/x000/x000/x000/x000/x000/000",
        "entries/0/000",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        if (reads(texts[i])) fail_msg("\"%s\" is read", texts[i]);
    assert_false(tile_path_parse(SLICE("0/000\0"), &path));
}

static void a_tree_has_the_tiles_that_the_specification_counts(void **state)
{
    (void)state;
    assert_int_equal(tile_width_of(0, 272, 70000), 256);
    assert_int_equal(tile_width_of(0, 273, 70000), 112);
    assert_int_equal(tile_width_of(0, 274, 70000), 0);
    assert_int_equal(tile_width_of(1, 0, 70000), 256);
    assert_int_equal(tile_width_of(1, 1, 70000), 17);
    assert_int_equal(tile_width_of(2, 0, 70000), 1);
    assert_int_equal(tile_width_of(3, 0, 70000), 0);
    assert_int_equal(tile_width_of(0, 0, 256), 256);
    assert_int_equal(tile_width_of(0, 1, 256), 0);
    assert_int_equal(tile_width_of(1, 0, 256), 1);
    assert_int_equal(tile_width_of(0, 0, 0), 0);
    assert_int_equal(tile_width_of(63, 0, UINT64_MAX), 0);
    assert_true(tile_path_within(&(struct tile_path){ false, 0, 273, 112 }, 70000));
    assert_true(tile_path_within(&(struct tile_path){ true, 0, 273, 5 }, 70000));
    assert_false(tile_path_within(&(struct tile_path){ true, 0, 273, 113 }, 70000));
    assert_false(tile_path_within(&(struct tile_path){ false, 0, UINT64_MAX, 1 }, 70000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_specifications_own_examples_are_read),
        cmocka_unit_test(every_index_comes_back_as_it_was),
        cmocka_unit_test(what_is_nearly_a_path_is_none),
        cmocka_unit_test(a_tree_has_the_tiles_that_the_specification_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
