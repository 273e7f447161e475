/* Is what an arena gives zeroed, aligned, apart from the rest, and all gone at once? */
#include "core/base/arena.h"

#include "tests/world/checks.h"

#include <stdalign.h>

static bool all_zero(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i]) return false;
    return true;
}

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    struct arena arena = { 0 };
    char        *taken[300];

    (void)state;
    for (size_t i = 0; i < COUNT(taken); i++) { /* sizes 0 to 299, over several blocks */
        taken[i] = arena_take(&arena, i);
        assert_non_null(taken[i]);
        assert_int_equal((uintptr_t)taken[i] % alignof(max_align_t), 0);
        assert_true(all_zero(taken[i], i));
        memset(taken[i], (int)i, i);
    }
    for (size_t i = 0; i < COUNT(taken); i++)
        for (size_t at = 0; at < i; at++) assert_int_equal((uint8_t)taken[i][at], i & 255);
    arena_free(&arena);
}

static void a_piece_may_be_larger_than_any_block(void **state)
{
    struct arena arena = { 0 };
    size_t       size  = 3 * (size_t)ARENA_BLOCK_MAX;
    char        *huge  = arena_take(&arena, size);

    (void)state;
    assert_true(all_zero(huge, size));
    huge[size - 1] = 1;
    assert_int_equal(*arena_new(&arena, uint64_t), 0);
    arena_free(&arena);
}

static void a_full_block_of_odd_size_has_no_room_left(void **state)
{
    static const char   odd[ARENA_FIRST + 1];
    struct arena        arena = { 0 };
    struct arena_block *block;

    (void)state;
    arena_copy(&arena, SLICE_OF(odd)); /* the next aligned place lies past its end */
    block = arena.newest;
    arena_take(&arena, 0);
    assert_ptr_not_equal(arena.newest, block);
    arena_free(&arena);
}

static void a_reset_keeps_the_first_block_and_zeroes_again(void **state)
{
    struct arena arena = { 0 };
    char        *first = arena_take(&arena, 100);

    (void)state;
    memset(first, 'x', 100);
    for (int i = 0; i < 100; i++) arena_take(&arena, 1000);
    arena_reset(&arena);
    assert_ptr_equal(arena_take(&arena, 100), first);
    assert_true(all_zero(first, 100));
    arena_free(&arena);
}

static void a_reset_does_not_hoard_a_huge_first_piece(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    arena_take(&arena, ARENA_BLOCK_MAX);
    arena_reset(&arena);
    assert_null(arena.newest);
    arena_free(&arena);
}

static void an_empty_arena_may_be_reset_and_freed(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    arena_reset(&arena);
    arena_free(&arena);
    arena_take(&arena, 1);
    arena_free(&arena);
    arena_free(&arena);
    assert_null(arena.newest);
}

static void a_copy_is_the_same_bytes_elsewhere(void **state)
{
    struct arena arena  = { 0 };
    char         lamp[] = "lamp";
    struct slice copy   = arena_copy(&arena, slice_text(lamp));

    (void)state;
    lamp[0] = 'd';
    assert_slice(copy, "lamp");
    assert_slice(arena_copy(&arena, SLICE("")), "");
    assert_null(arena_copy(&arena, (struct slice){ 0 }).data);
    /* Texts are packed; what follows them is aligned all the same. */
    assert_int_equal((uintptr_t)arena_new(&arena, max_align_t) % alignof(max_align_t), 0);
    arena_free(&arena);
}

static void a_printed_text_of_any_length_ends_with_nul(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_slice(arena_print(&arena, "%s", ""), "");
    for (int width = 250; width < 9000; width += width < 260 ? 1 : 997) {
        struct slice text = arena_print(&arena, "%*d", width, 7);

        assert_int_equal(text.size, width);
        assert_int_equal(text.data[width - 1], '7');
        assert_int_equal(text.data[width], '\0');
    }
    arena_free(&arena);
}

static void its_size_is_that_of_all_its_memory(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_int_equal(arena_size(&arena), 0);
    arena_take(&arena, 1);
    assert_int_equal(arena_size(&arena), ARENA_FIRST);
    arena_take(&arena, 100000);
    assert_in_range(arena_size(&arena), ARENA_FIRST + 100000, ARENA_FIRST + 101000);
    arena_free(&arena);
}

static void take_more_than_there_is(void)
{
    struct arena arena = { 0 };

    /* The product would wrap round to 16 bytes. */
    if (arena_take_array(&arena, 16, SIZE_MAX / 16 + 2)) _exit(1);
}

static void an_array_whose_size_overflows_stops_the_program(void **state)
{
    (void)state;
    assert_true(stops(take_more_than_there_is));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(a_piece_may_be_larger_than_any_block),
        cmocka_unit_test(a_full_block_of_odd_size_has_no_room_left),
        cmocka_unit_test(a_reset_keeps_the_first_block_and_zeroes_again),
        cmocka_unit_test(a_reset_does_not_hoard_a_huge_first_piece),
        cmocka_unit_test(an_empty_arena_may_be_reset_and_freed),
        cmocka_unit_test(a_copy_is_the_same_bytes_elsewhere),
        cmocka_unit_test(a_printed_text_of_any_length_ends_with_nul),
        cmocka_unit_test(its_size_is_that_of_all_its_memory),
        cmocka_unit_test(an_array_whose_size_overflows_stops_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
