/* Does a buffer hold exactly what was added, however it had to grow? */
#include "core/base/buffer.h"

#include "tests/world/checks.h"

static void an_empty_buffer_is_an_empty_slice(void **state)
{
    struct buffer buffer = { 0 };

    (void)state;
    assert_slice(buffer_slice(&buffer), "");
    buffer_add(&buffer, (struct slice){ 0 });
    assert_slice(buffer_slice(&buffer), "");
    buffer_free(&buffer);
}

static void what_is_added_stands_in_order(void **state)
{
    struct buffer buffer = { 0 };

    (void)state;
    buffer_add(&buffer, SLICE("one"));
    buffer_add_byte(&buffer, ',');
    buffer_print(&buffer, "%d", 2);
    buffer_print(&buffer, "%s", "");
    buffer_add(&buffer, SLICE(",three"));
    assert_slice(buffer_slice(&buffer), "one,2,three");
    buffer_free(&buffer);
}

static void growing_loses_nothing(void **state)
{
    struct buffer buffer = { 0 };

    (void)state;
    for (int i = 0; i < 100000; i++) buffer_add_byte(&buffer, (char)i);
    assert_int_equal(buffer.size, 100000);
    for (int i = 0; i < 100000; i++) assert_int_equal(buffer.data[i], (char)i);
    buffer_free(&buffer);
}

static void a_text_prints_whole_wherever_the_room_ends(void **state)
{
    (void)state;
    for (size_t before = 240; before < 270; before++) { /* around the first room, 256 */
        struct buffer buffer = { 0 };

        while (buffer.size < before) buffer_add_byte(&buffer, '.');
        buffer_print(&buffer, "%s", "0123456789");
        assert_int_equal(buffer.size, before + 10);
        assert_memory_equal(buffer.data + before, "0123456789", 10);
        buffer_free(&buffer);
    }
}

static void clearing_keeps_the_room_and_freeing_does_not(void **state)
{
    struct buffer buffer = { 0 };
    size_t        room;

    (void)state;
    buffer_print(&buffer, "%1000d", 1);
    room = buffer.room;
    buffer_clear(&buffer);
    assert_slice(buffer_slice(&buffer), "");
    assert_int_equal(buffer.room, room);
    buffer_free(&buffer);
    assert_null(buffer.data);
    assert_int_equal(buffer.room, 0);
    buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_is_an_empty_slice),
        cmocka_unit_test(what_is_added_stands_in_order),
        cmocka_unit_test(growing_loses_nothing),
        cmocka_unit_test(a_text_prints_whole_wherever_the_room_ends),
        cmocka_unit_test(clearing_keeps_the_room_and_freeing_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
