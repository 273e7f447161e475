/* Does a cursor show exactly the keys of its prefix, in order, both ways, with a
 * batch's changes on top? Decided by a naive model: every walk is compared with
 * a sorted array, also with turns in the middle. RocksDB's merged iterator knows
 * no bounds on the batch's side, so the neighbours of a prefix are always there. */
#include "tests/world/place.h"

enum { KEYS = 64, ROUNDS = 150, STEPS = 24 };

/* Key number n, n from 0: a letter of "a" to "g" or 0xff, alone or with a second
 * one. So there is a prefix that no byte can follow, and the first key after a
 * prefix is there, too. */
static struct slice key_of(unsigned number, char bytes[2])
{
    bytes[0] = (char)(number / 8 == 7 ? 0xff : 'a' + (char)(number / 8));
    bytes[1] = (char)(number % 8 == 7 ? 0xff : 'a' + (char)(number % 8));
    return (struct slice){ bytes, number % 8 == 0 ? 1 : 2 };
}

struct model {
    char value[KEYS]; /* 0: absent */
};

static unsigned randomness(uint64_t *seed, unsigned below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*seed >> 33) % below;
}

static void change_some(struct batch *batch, struct model *model, uint64_t *seed)
{
    for (unsigned left = randomness(seed, 40); left > 0; left--) {
        char         bytes[2];
        unsigned     number = randomness(seed, KEYS);
        struct slice key    = key_of(number, bytes);
        if (randomness(seed, 3) == 0) {
            batch_erase(batch, FAMILY_timers, key);
            model->value[number] = 0;
        } else {
            model->value[number] = (char)('0' + (char)randomness(seed, 10));
            batch_put(batch, FAMILY_timers, key, (struct slice){ &model->value[number], 1 });
        }
    }
}

/* The nearest present key of the range from `at` on, in a direction; -1: none. */
static int model_seek(const struct model *model, int at, int step, int first, int last)
{
    for (; at >= first && at <= last; at += step)
        if (model->value[at]) return at;
    return -1;
}

static void assert_stands(const struct cursor *cursor, const struct model *model, int number)
{
    char bytes[2];
    assert_true(slice_equal(cursor_key(cursor), key_of((unsigned)number, bytes)));
    assert_int_equal(cursor_value(cursor).size, 1);
    assert_int_equal(cursor_value(cursor).data[0], model->value[number]);
}

/* One walk: a prefix of one letter or none, from a key or from the edge, in steps
 * of chance that may turn around. Half of those from a key began elsewhere.
 *
 * Planted bug: a cursor that had ended was not made fresh by the restart. */
static void walk(struct reader *reader, const struct model *model, uint64_t *seed)
{
    char     prefix_bytes[2], from_bytes[2];
    unsigned letter = randomness(seed, 9), from_number = randomness(seed, KEYS);
    bool     whole = letter == 8, given = randomness(seed, 2);
    int      first = whole ? 0 : (int)letter * 8, last = whole ? KEYS - 1 : first + 7;

    struct slice prefix = whole ? SLICE("") : key_of(letter * 8, prefix_bytes);
    struct slice from   = given ? key_of(from_number, from_bytes) : (struct slice){ NULL, 0 };
    prefix.size         = whole ? 0 : 1;

    bool           again  = given && randomness(seed, 2);
    struct cursor *cursor = cursor_open(reader, FAMILY_timers, prefix, again ? SLICE("") : from);
    if (again) { /* from the edge, a little, then from there */
        for (unsigned moves = randomness(seed, 4); moves > 0; moves--)
            if (!cursor_next(cursor)) break;
        cursor_restart(cursor, from);
    }
    int step = randomness(seed, 2) ? 1 : -1;
    int edge = step > 0 ? first : last;
    if (given && (step > 0 ? (int)from_number > first : (int)from_number < last))
        edge = (int)from_number;
    int at = model_seek(model, edge, step, first, last);
    for (int steps = 0; steps < STEPS; steps++) {
        bool on = step > 0 ? cursor_next(cursor) : cursor_previous(cursor);
        assert_int_equal(on, at >= 0);
        if (!on) break;
        assert_stands(cursor, model, at);
        if (randomness(seed, 4) == 0) step = -step;
        at = model_seek(model, at + step, step, first, last);
    }
    assert_ok(cursor_close(cursor));
}

static void every_walk_agrees_with_a_sorted_array(void **state)
{
    struct place *place     = *state;
    struct model  committed = { { 0 } };
    uint64_t      seed      = 20221122;
    struct batch *batch     = batch_open(place->store);
    for (int round = 0; round < ROUNDS; round++) {
        struct model over = committed;
        change_some(batch, &over, &seed);
        for (int walks = 0; walks < 20; walks++) {
            walk(batch_reader(batch), &over, &seed);
            walk(store_reader(place->store), &committed, &seed);
        }
        if (randomness(&seed, 4) == 0) {
            batch_clear(batch);
        } else {
            assert_ok(batch_commit(batch, false));
            committed = over;
        }
        if (randomness(&seed, 10) == 0) assert_ok(store_flush(place->store));
    }
    batch_close(batch);
}

static void the_batch_may_change_while_a_cursor_walks_it(void **state)
{
    struct place *place = *state;
    write_one(place, FAMILY_timers, "a1", "x");
    write_one(place, FAMILY_timers, "a2", "x");
    write_one(place, FAMILY_timers, "a4", "x");
    struct batch *batch = batch_open(place->store);
    batch_put(batch, FAMILY_timers, text("a3"), text("x"));
    struct cursor *cursor = cursor_open(batch_reader(batch), FAMILY_timers, text("a"), SLICE(""));
    size_t         seen   = 0;
    while (cursor_next(cursor)) {
        struct slice key = cursor_key(cursor), value = cursor_value(cursor);
        batch_erase(batch, FAMILY_timers, key);
        batch_put(batch, FAMILY_outbox, key, value);
        assert_slice(value, "x");
        seen++;
    }
    assert_ok(cursor_close(cursor));
    assert_int_equal(seen, 4);
    cursor = cursor_open(batch_reader(batch), FAMILY_timers, text("a"), SLICE(""));
    assert_false(cursor_next(cursor));
    assert_ok(cursor_close(cursor));
    batch_close(batch);
}

static void an_ended_cursor_stays_ended(void **state)
{
    struct place *place = *state;
    write_one(place, FAMILY_timers, "a", "x");
    struct cursor *cursor = cursor_open(store_reader(place->store), FAMILY_timers, text("a"),
                                        SLICE(""));
    assert_true(cursor_next(cursor));
    assert_false(cursor_next(cursor));
    assert_false(cursor_next(cursor));
    assert_false(cursor_previous(cursor));
    assert_ok(cursor_close(cursor));
}

static int memory(void **state)
{
    struct place *place = place_new(true);
    place_open(place);
    *state = place;
    return 0;
}

static int disk(void **state)
{
    struct place *place = place_new(false);
    place_open(place);
    *state = place;
    return 0;
}

static int leave(void **state)
{
    place_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_walk_agrees_with_a_sorted_array, memory, leave),
        cmocka_unit_test_setup_teardown(every_walk_agrees_with_a_sorted_array, disk, leave),
        cmocka_unit_test_setup_teardown(the_batch_may_change_while_a_cursor_walks_it, memory,
                                        leave),
        cmocka_unit_test_setup_teardown(an_ended_cursor_stays_ended, memory, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
