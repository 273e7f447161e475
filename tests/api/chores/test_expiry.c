/* Are the reports that can go found, all of them and no others, in however many looks; is
 * what is needed remembered, let go once it is not, and not gone through again for nothing?
 *
 * Planted bugs that this must notice, and did: the look that ends at the first page, kept
 * reports that are never looked at again, each look worth a turn of the writer. */
#include "api/chores/expiry_internal.h"
#include "tests/world/life.h"

enum { MANY = 2 * EXPIRY_AT_ONCE + 90 };

static uint64_t in_one_turn(struct life *life, const struct expiry_look *look)
{
    struct batch *batch = batch_open(life->world->store);

    expiry_rows_put(look, batch);
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
    return look->drop_count;
}

struct gone {
    uint64_t dropped, turns;
};

static struct gone go_through(struct life *life, int64_t until_us)
{
    struct expiry_look look   = { .account = ALICE, .until_us = until_us };
    struct gone        gone   = { 0 };
    struct reader     *reader = store_reader(life->world->store);

    do {
        assert_ok(expiry_rows_look(reader, life->world->vault, &look));
        if (!expiry_rows_worth(&look)) continue;
        gone.dropped += in_one_turn(life, &look);
        gone.turns++;
    } while (look.more);
    return gone;
}

static int64_t now_us(const struct life *life) { return life->world->clock.fixed_us; }

static bool is_forgotten(struct life *life, uint64_t position)
{
    return world_read(life->world, position).forgotten;
}

static void all_but_the_last_go_page_by_page(void **state)
{
    struct life *life = *state;

    life_begins(life);
    uint64_t before = world_head(life->world);
    for (unsigned i = 0; i < MANY; i++) lamp_reports(life, i % 2 ? "true" : "false");
    struct gone gone = go_through(life, now_us(life));
    assert_int_equal(gone.dropped, MANY - 1);
    for (unsigned i = 1; i < MANY; i++) assert_true(is_forgotten(life, before + i));
    assert_false(is_forgotten(life, before + MANY));
}

static void what_is_young_stays_and_goes_in_its_time(void **state)
{
    struct life *life = *state;

    life_begins(life);
    lamp_reports(life, "true");
    lamp_reports(life, "false");
    int64_t then = now_us(life) - 1;
    lamp_reports(life, "true");
    lamp_reports(life, "false");
    assert_int_equal(go_through(life, then).dropped, 2);
    assert_int_equal(go_through(life, now_us(life)).dropped, 1);
}

static void what_was_needed_goes_once_it_is_not(void **state)
{
    struct life *life = *state;

    life_begins(life);
    lamp_reports(life, "true");
    uint64_t last = world_head(life->world);
    assert_int_equal(go_through(life, now_us(life)).dropped, 0);
    int64_t then = now_us(life) - 1;
    lamp_reports(life, "false");
    assert_int_equal(go_through(life, then).dropped, 1);
    assert_true(is_forgotten(life, last));
}

static void a_look_that_finds_nothing_new_asks_for_no_turn(void **state)
{
    struct life *life = *state;

    life_begins(life);
    life_goes_on(life);
    assert_true(go_through(life, now_us(life)).turns > 0);
    assert_int_equal(go_through(life, now_us(life)).turns, 0);
}

static void what_went_is_to_be_wiped_until_that_is_done(void **state)
{
    struct life   *life   = *state;
    struct reader *reader = store_reader(life->world->store);
    struct batch  *batch  = batch_open(life->world->store);

    life_begins(life);
    lamp_reports(life, "true");
    go_through(life, now_us(life));
    assert_false(expiry_rows_unwiped(reader)); /* it was kept */
    lamp_reports(life, "false");
    go_through(life, now_us(life));
    assert_true(expiry_rows_unwiped(reader));
    expiry_rows_wiped(batch);
    assert_ok(batch_commit(batch, true));
    assert_false(expiry_rows_unwiped(reader));
    batch_close(batch);
}

static void without_its_rows_it_looks_at_everything_again(void **state)
{
    struct life  *life = *state;
    struct batch *batch;

    life_begins(life);
    lamp_reports(life, "true");
    go_through(life, now_us(life));
    lamp_reports(life, "false");
    batch = batch_open(life->world->store);
    assert_int_equal(expiry_rows_forget(batch, ALICE, 100), 2);
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
    assert_int_equal(go_through(life, now_us(life)).dropped, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, life_is_given, life_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_but_the_last_go_page_by_page),
        TEST(what_is_young_stays_and_goes_in_its_time),
        TEST(what_was_needed_goes_once_it_is_not),
        TEST(a_look_that_finds_nothing_new_asks_for_no_turn),
        TEST(what_went_is_to_be_wiped_until_that_is_done),
        TEST(without_its_rows_it_looks_at_everything_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
