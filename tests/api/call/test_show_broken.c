/* Is a row that is not as it was written a failed read, and nothing of it shown? */
#include "tests/world/place.h"

#include "api/call/show.h"

static void a_device_whose_lists_are_not_equally_long_is_not_shown(void **state)
{
    struct place     *place   = place_new(true);
    struct buffer     out     = { 0 };
    struct json       json    = json_to(&out);
    struct device_row row     = { .name = SLICE("Lamp") };
    struct value      value   = { SLICE("on"), SLICE("true") };
    struct showing    showing = { .arena = &place->arena };

    (void)state;
    place_open(place);
    showing.reader = reader_new(place->store, &place->arena);
    row.reported   = (struct values){ &value, 1 };
    show_device(&json, &showing, (struct id){ "dlamp" }, &row);
    assert_int_equal(out.size, 0);
    assert_int_equal(reader_failure(showing.reader).code, STATUS_CORRUPT);
    place_free(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_whose_lists_are_not_equally_long_is_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
