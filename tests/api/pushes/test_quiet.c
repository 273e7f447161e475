/* Is it in somebody's quiet hours, wherever they are?
 *
 * Planted bugs that this must notice, and did: a change of the clocks a second too late, hours over
 * midnight taken for none.
 */
#include "api/pushes/quiet.h"

#include "core/base/buffer.h"
#include "tests/world/checks.h"

#define NONE SLICE("")

static int64_t at(const char *text)
{
    int64_t at_us;

    assert_true(instant_parse(slice_text(text), &at_us));
    return at_us;
}

static void assert_until(const char *now, const char *from, const char *to, const char *until)
{
    assert_int_equal(quiet_until(NONE, slice_text(from), slice_text(to), at(now)),
                     *until ? at(until) : 0);
}

static void hours_begin_and_end_to_the_minute(void **state)
{
    (void)state;
    assert_until("2026-12-01T12:59:59.999Z", "13:00", "14:30", "");
    assert_until("2026-12-01T13:00:00Z", "13:00", "14:30", "2026-12-01T14:30:00Z");
    assert_until("2026-12-01T14:29:59Z", "13:00", "14:30", "2026-12-01T14:30:00Z");
    assert_until("2026-12-01T14:30:00Z", "13:00", "14:30", "");
}

static void hours_may_go_on_over_midnight(void **state)
{
    (void)state;
    assert_until("2026-12-01T21:59:00Z", "22:00", "07:00", "");
    assert_until("2026-12-01T23:00:00Z", "22:00", "07:00", "2026-12-02T07:00:00Z");
    assert_until("2026-12-02T06:59:00Z", "22:00", "07:00", "2026-12-02T07:00:00Z");
    assert_until("2026-12-02T07:00:00Z", "22:00", "07:00", "");
}

static void who_has_set_none_has_none(void **state)
{
    (void)state;
    assert_until("2026-12-01T12:00:00Z", "", "", "");
    assert_until("2026-12-01T12:00:00Z", "12:00", "12:00", "");
    assert_until("2026-12-01T12:00:00Z", "noon!", "13:00", "");
}

/* -- zones: a file of our own, for a machine may have none --------------------------------- */

static void add_number(struct buffer *out, uint64_t number, size_t size)
{
    while (size--) buffer_add_byte(out, (char)(number >> 8 * size));
}

static void add_head(struct buffer *out, uint32_t changes, uint32_t types)
{
    buffer_add(out, SLICE("TZif2"));
    for (size_t i = 0; i < 15; i++) buffer_add_byte(out, 0);
    for (size_t i = 0; i < 3; i++) add_number(out, 0, 4);
    add_number(out, changes, 4);
    add_number(out, types, 4);
    add_number(out, 4, 4);
}

static void add_type(struct buffer *out, int64_t offset_s)
{
    add_number(out, (uint64_t)offset_s, 4);
    add_number(out, 0, 2);
}

#define SUMMER "2026-03-29T01:00:00Z"
#define WINTER "2026-10-25T01:00:00Z"

/* An hour ahead in winter, two in summer; before, an hour and a half behind. */
static void add_zone(struct buffer *out)
{
    add_head(out, 1, 1); /* of 32-bit instants, which nobody reads */
    add_number(out, 0, 5);
    add_type(out, 12345);
    buffer_add(out, SLICE("OLD"));
    buffer_add_byte(out, 0);
    add_head(out, 3, 3);
    add_number(out, (uint64_t)(at("2026-01-01T00:00:00Z") / SECOND), 8);
    add_number(out, (uint64_t)(at(SUMMER) / SECOND), 8);
    add_number(out, (uint64_t)(at(WINTER) / SECOND), 8);
    buffer_add(out, (struct slice){ "\1\2\1", 3 });
    add_type(out, -5400);
    add_type(out, 3600);
    add_type(out, 7200);
    buffer_add(out, SLICE("ZON"));
    buffer_add_byte(out, 0);
}

static void a_zone_is_as_far_ahead_as_its_last_change_says(void **state)
{
    struct buffer file = { 0 };

    (void)state;
    add_zone(&file);
    assert_int_equal(zone_offset(buffer_slice(&file), at("2025-12-31T23:59:59Z")), -5400 * SECOND);
    assert_int_equal(zone_offset(buffer_slice(&file), at("2026-01-01T00:00:00Z")), HOUR);
    assert_int_equal(zone_offset(buffer_slice(&file), at(SUMMER) - 1), HOUR);
    assert_int_equal(zone_offset(buffer_slice(&file), at(SUMMER)), 2 * HOUR);
    assert_int_equal(zone_offset(buffer_slice(&file), at(WINTER)), HOUR);
    assert_int_equal(zone_offset(buffer_slice(&file), at("2099-01-01T00:00:00Z")), HOUR);
    buffer_free(&file);
}

static void what_is_no_zone_is_no_further_than_utc(void **state)
{
    struct buffer file = { 0 };

    (void)state;
    add_zone(&file);
    for (size_t size = 0; size < file.size; size++) {
        char *cut = malloc(size + !size); /* so that a sanitizer sees a byte too many */
        memcpy(cut, file.data, size);
        assert_int_equal(zone_offset((struct slice){ cut, size }, at(SUMMER)), 0);
        free(cut);
    }
    buffer_free(&file);
    assert_int_equal(quiet_until(SLICE("../../../etc/passwd"), SLICE("11:00"), SLICE("13:00"),
                                 at("2026-12-01T12:00:00Z")),
                     at("2026-12-01T13:00:00Z"));
    assert_int_equal(quiet_until(SLICE("Europe/Nowhere"), SLICE("11:00"), SLICE("13:00"),
                                 at("2026-12-01T12:00:00Z")),
                     at("2026-12-01T13:00:00Z"));
}

static void the_machine_knows_berlin_or_no_zone_at_all(void **state)
{
    int64_t summer = quiet_until(SLICE("Europe/Berlin"), SLICE("12:00"), SLICE("15:00"),
                                 at("2026-07-01T11:00:00Z"));

    (void)state;
    assert_int_equal(summer, access("/usr/share/zoneinfo/Europe/Berlin", R_OK)
                                 ? 0
                                 : at("2026-07-01T13:00:00Z"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_begin_and_end_to_the_minute),
        cmocka_unit_test(hours_may_go_on_over_midnight),
        cmocka_unit_test(who_has_set_none_has_none),
        cmocka_unit_test(a_zone_is_as_far_ahead_as_its_last_change_says),
        cmocka_unit_test(what_is_no_zone_is_no_further_than_utc),
        cmocka_unit_test(the_machine_knows_berlin_or_no_zone_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
