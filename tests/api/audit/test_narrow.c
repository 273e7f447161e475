/* Question: does a trail lead to every event that was asked for and to no other, whichever
 * lists narrow it, wherever it begins and ends?
 *
 * Tried with planted bugs: a seek that read its list from the position itself on, and so
 * lost it; one that took a part of a list for its end; a trail that believed the first of
 * two lists: each failed the comparison with the log read from end to end. */
#include "api/audit/narrow.h"
#include "tests/world/logged.h"

enum { EVENTS = 700 }; /* every list is longer than NARROW_AHEAD by far */

#define ANN   sample_id(ID_account, "ann")
#define BEN   sample_id(ID_account, "ben")
#define GLOW  sample_id(ID_vendor, "glow")
#define HOME  sample_id(ID_network, "home")
#define NOONE sample_id(ID_account, "noone")

static struct id lamp(size_t number) { return sample_id(ID_device, number % 3 ? "lamp" : "lock"); }

/* A bit of everything, each kind of event in a rhythm of its own. */
static struct event nth(size_t number)
{
    struct id who = number % 5 < 3 ? ANN : BEN;

    if (number % 7 == 0)
        return (struct event){ .type       = EVENT_audit_read,
                               .stream     = sample_id(ID_system, "us"),
                               .audit_read = { .subject = who, .call = SLICE("events") } };
    if (number % 11 == 0)
        return (struct event){ .type             = EVENT_device_contested,
                               .stream           = sample_id(ID_claim, "lamp"),
                               .device_contested = {
                                   .account = ANN, .holder = BEN, .device = lamp(number) } };
    if (number % 13 == 0) return (struct event){ .type = EVENT_vendor_suspended, .stream = GLOW };
    if (number % 2)
        return (struct event){ .type                        = EVENT_device_connectivity_changed,
                               .stream                      = who,
                               .device_connectivity_changed = { .device = lamp(number),
                                                                .vendor = GLOW } };
    return (struct event){ .type         = EVENT_device_moved,
                           .stream       = who,
                           .device_moved = { .device = lamp(number), .network = HOME } };
}

static int append_all(void **state)
{
    struct world *world = world_with_log(false);

    for (size_t i = 1; i <= EVENTS; i++) {
        world->clock.fixed_us += SECOND;
        world_append(world, nth(i));
        arena_reset(&world->arena);
    }
    *state = world;
    return 0;
}

/* -- the same, the long way ------------------------------------------------------------ */

struct wanted {
    uint64_t        after, until;
    struct id       ids[3]; /* none: no such narrowing */
    enum event_type type;   /* 0: any */
};

static bool is_about(const struct event *event, struct id id)
{
    const struct shape *shape = event_shape(event->type);

    if (id_equal(event->stream, id)) return true;
    for (const struct field *f = shape->fields(); f->name; f++)
        if (f->type == FIELD_id &&
            id_equal(*(const struct id *)((const char *)event_body(event, shape) + f->offset), id))
            return true;
    return false;
}

static bool fits(const struct wanted *wanted, const struct event *event)
{
    bool all = event->position > wanted->after && event->position <= wanted->until &&
               (!wanted->type || event->type == wanted->type);

    for (size_t i = 0; i < COUNT(wanted->ids); i++)
        if (id_given(wanted->ids[i])) all = all && is_about(event, wanted->ids[i]);
    return all;
}

static size_t assert_led_rightly(struct world *world, const struct wanted *wanted)
{
    struct narrow     narrow;
    enum narrow_found found = NARROW_FURTHER;
    uint64_t          position;
    size_t            count = 0;

    narrow_begin(&narrow, wanted->after, wanted->until);
    for (size_t i = 0; i < COUNT(wanted->ids); i++)
        if (id_given(wanted->ids[i])) narrow_about(&narrow, wanted->ids[i]);
    if (wanted->type) narrow_of_type(&narrow, wanted->type);
    for (uint64_t at = 1; at <= EVENTS; at++) {
        struct event event = world_read(world, at);

        arena_reset(&world->arena);
        if (!fits(wanted, &event)) continue;
        do assert_ok(narrow_step(&narrow, world_reader(world), &found, &position));
        while (found == NARROW_FURTHER);
        assert_int_equal(found, NARROW_HERE);
        assert_int_equal(position, at);
        count++;
    }
    do assert_ok(narrow_step(&narrow, world_reader(world), &found, &position));
    while (found == NARROW_FURTHER);
    assert_int_equal(found, NARROW_ENDED);
    return count;
}

/* -- the questions ----------------------------------------------------------------------- */

static void a_trail_leads_to_what_fits_all_its_lists_and_nowhere_else(void **state)
{
    const struct id       ids[]   = { { { 0 } }, ANN, BEN, GLOW, HOME, lamp(0), lamp(1), NOONE };
    const enum event_type types[] = { 0, EVENT_device_moved, EVENT_audit_read,
                                      EVENT_device_contested, EVENT_vendor_key_added };
    size_t                found   = 0;

    for (size_t a = 0; a < COUNT(ids); a++)
        for (size_t b = 0; b < COUNT(ids); b++)
            for (size_t type = 0; type < COUNT(types); type++)
                found += assert_led_rightly(
                    *state, &(struct wanted){ 0, EVENTS, { ids[a], ids[b] }, types[type] });
    assert_true(found > EVENTS);
}

static void a_trail_begins_behind_one_place_and_ends_with_another(void **state)
{
    const uint64_t places[] = { 0, 1, 2, 33, 350, EVENTS - 1, EVENTS };

    for (size_t from = 0; from < COUNT(places); from++)
        for (size_t to = from; to < COUNT(places); to++) {
            struct wanted wanted = { places[from], places[to], { ANN, HOME }, 0 };
            size_t        all    = places[to] - places[from];

            assert_led_rightly(*state, &wanted);
            wanted = (struct wanted){ places[from], places[to], { { { 0 } } }, 0 };
            assert_int_equal(assert_led_rightly(*state, &wanted), all);
        }
}

static void the_index_of_an_account_leads_to_who_looked_at_it(void **state)
{
    struct wanted wanted = { 0, EVENTS, { ANN }, EVENT_audit_read };
    uint64_t      positions[EVENTS];
    size_t        indexed, looks = 0;
    struct world *world = *state;

    assert_ok(
        log_index_positions(world_reader(world), ANN, 0, LOG_RISING, positions, EVENTS, &indexed));
    for (size_t i = 0; i < indexed; i++) looks += nth(positions[i]).type == EVENT_audit_read;
    assert_true(looks > 0);
    assert_int_equal(assert_led_rightly(world, &wanted), looks);
}

static void a_step_is_short_even_if_nothing_is_found(void **state)
{
    struct narrow     narrow;
    enum narrow_found found;
    uint64_t          position = 0, before = 0;
    struct world     *world = *state;

    narrow_begin(&narrow, 0, EVENTS);
    narrow_about(&narrow, HOME); /* device-moved has a network … */
    narrow_about(&narrow, GLOW); /* … and no vendor */
    do {
        assert_ok(narrow_step(&narrow, world_reader(world), &found, &position));
        assert_true(found != NARROW_HERE);
        if (found == NARROW_FURTHER) assert_true(position > before);
        before = position;
    } while (found != NARROW_ENDED);
    assert_true(before > 1);
}

static int forget(void **state)
{
    world_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trail_leads_to_what_fits_all_its_lists_and_nowhere_else),
        cmocka_unit_test(a_trail_begins_behind_one_place_and_ends_with_another),
        cmocka_unit_test(the_index_of_an_account_leads_to_who_looked_at_it),
        cmocka_unit_test(a_step_is_short_even_if_nothing_is_found),
    };
    return cmocka_run_group_tests(tests, append_all, forget);
}
