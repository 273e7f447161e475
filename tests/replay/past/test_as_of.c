/* Is what is shown of a moment what the live views said at that moment, for every moment
 * and everybody, and is nothing shown that nobody is to see?
 *
 * Planted bugs that it caught: a trail that ended one position early, and one that went
 * one too far; vendors' streams left out; a password shown.
 */
#include <pthread.h>

#include "replay/past/past_state.h"
#include "tests/world/life.h"

enum { SEEN_MAX = 512 };

/* What the live views said of somebody at a moment. */
struct seen {
    struct id   subject;
    uint64_t    position;
    const char *said; /* "": that there is no such thing */
};
static struct seen seen[SEEN_MAX];
static size_t      seen_count;

static void look_at(struct life *life, struct id subject, struct id account)
{
    struct reader    *live       = store_reader(life->world->store);
    struct past_state past_state = { .position = log_position(live, world_head(life->world)) };
    struct buffer     text       = { 0 };
    struct json       json       = json_to(&text);

    past_state.at_us = world_read(life->world, past_state.position.number).recorded_at;
    assert_ok(past_state_of(live, account, subject, &life->world->arena, &past_state));
    if (past_state.there) past_state_write(&past_state, subject, true, &json);
    assert_true(seen_count < SEEN_MAX);
    seen[seen_count++] = (struct seen){
        subject, past_state.position.number,
        arena_print(&life->world->arena, "%.*s", (int)text.size, buffer_slice(&text).data).data
    };
    buffer_free(&text);
}

static void look(struct life *life)
{
    look_at(life, ALICE, ALICE);
    look_at(life, BOB, BOB);
    look_at(life, HOME, ALICE);
    look_at(life, OFFICE, ALICE);
    if (id_given(life->lamp)) look_at(life, life->lamp, ALICE);
}

static void any_moment_is_shown_as_the_live_views_had_it(void **state)
{
    struct life  *life = *state;
    struct status why;

    seen_count = 0;
    life->step = look;
    life_begins(life);
    life_goes_on(life);
    life_parts(life);
    for (size_t i = 0; i < seen_count; i++) {
        const char *shown = as_of(life, seen[i].subject, seen[i].position, true, &why);
        if (*seen[i].said) assert_ok(why);
        else assert_int_equal(why.code, STATUS_NOT_FOUND);
        assert_string_equal(shown, seen[i].said);
    }
}

static void an_instant_shows_the_last_event_recorded_by_then(void **state)
{
    struct life  *life = *state;
    struct past   past;
    struct buffer text = { 0 };
    struct json   json = json_to(&text);
    struct status why;

    life_begins(life);
    past            = past_of(life, true);
    uint64_t head   = world_head(life->world);
    int64_t  before = world_read(life->world, head).recorded_at - 1;
    assert_ok(replay_as_of(&past, ALICE, (struct moment){ .at_us = before }, &json));
    buffer_add_byte(&text, '\0');
    assert_string_equal(text.data, as_of(life, ALICE, head - 1, true, &why));
    buffer_free(&text);
    store_close(past.nothing);
}

static void what_was_not_there_is_not_found_and_that_is_said(void **state)
{
    struct life  *life = *state;
    struct status why;
    uint64_t      alone;

    vendor_comes(life, GLOW, "Glow");
    alone = world_head(life->world);
    account_comes(life, ALICE, "alice", HOME);
    assert_string_equal(as_of(life, ALICE, alone, true, &why), "");
    assert_int_equal(why.code, STATUS_NOT_FOUND);
    assert_has(why.text, "there was no account acc_");
    assert_has(why.text,
               arena_print(&life->world->arena, "1/%llu", (unsigned long long)alone).data);
    as_of(life, BOB, 0, true, &why);
    assert_int_equal(why.code, STATUS_NOT_FOUND);
    assert_has(why.text, "has ever been here");
    as_of(life, ALICE, world_head(life->world) + 1, true, &why);
    assert_int_equal(why.code, STATUS_NOT_FOUND);
    assert_has(why.text, "the log ends at 1/");
    as_of(life, GLOW, 0, true, &why);
    assert_int_equal(why.code, STATUS_INVALID);
}

static void nothing_personal_is_shown_without_the_vault(void **state)
{
    static const char *const personal[] = {
        "alice",  "Somebody",     "Desk lamp",   "Reading lamp", "Our home",      "Study",
        "lamp-1", "\"reported\"", "\"desired\"", "\"input\"",    "\"effective\"",
    };
    struct life  *life = *state;
    struct status why;

    life_begins(life);
    life_goes_on(life);
    const char *shut = as_of(life, ALICE, 0, false, &why);
    const char *open = as_of(life, ALICE, 0, true, &why);
    for (size_t i = 0; i < COUNT(personal); i++) assert_has_not(shut, personal[i]);
    assert_has(open, "Reading lamp");
    assert_has(open, "\"reported\":{\"on\":true}");
    assert_has(open, "\"effective\":\"true\"");
    assert_has(shut, named(life, life->lamp));
    assert_has(shut, "\"status\":\"granted\"");
}

static void secrets_and_what_is_internal_are_shown_to_nobody(void **state)
{
    struct life  *life = *state;
    struct status why;

    life_begins(life);
    life_goes_on(life);
    const char *open = as_of(life, ALICE, 0, true, &why);
    assert_has_not(open, "scrypt-of-a-password");
    assert_has_not(open, "clm_");
    assert_has_not(open, "\"bond\"");
    assert_has_not(open, "hash");
}

static void an_account_shows_the_vendors_it_deals_with_and_no_others(void **state)
{
    struct life  *life = *state;
    struct status why;

    life_begins(life);
    life_goes_on(life);
    const char *shown = as_of(life, ALICE, 0, true, &why);
    assert_has(shown, "\"vendors\":[{\"vendorId\":\"vnd_");
    assert_has(shown, "\"name\":\"Glow \\u0026 Sons\"");
    assert_has_not(shown, "Acme");
    assert_has_not(shown, named(life, BOB));
}

static void no_more_events_are_folded_than_the_caller_allows(void **state)
{
    struct life  *life = *state;
    struct past   past;
    struct buffer text = { 0 };
    struct json   json = json_to(&text);

    life_begins(life);
    past            = past_of(life, false);
    past.events_max = 3;
    assert_int_equal(replay_as_of(&past, ALICE, MOMENT_LAST, &json).code, STATUS_LIMIT);
    assert_int_equal(text.size, 0);
    store_close(past.nothing);
    buffer_free(&text);
}

enum { ASKERS = 4, TIMES = 25 };
struct asker {
    const struct past *past;
    const char        *wanted;
    unsigned           right;
};

static void *ask_often(void *context)
{
    struct asker *asker = context;

    for (unsigned i = 0; i < TIMES; i++) {
        struct buffer text = { 0 };
        struct json   json = json_to(&text);
        bool          good = replay_as_of(asker->past, ALICE, MOMENT_LAST, &json).code == STATUS_OK;
        asker->right += good && slice_equal(buffer_slice(&text), slice_text(asker->wanted));
        buffer_free(&text);
    }
    return NULL;
}

static void many_may_ask_at_once(void **state)
{
    struct life  *life = *state;
    struct asker  askers[ASKERS];
    pthread_t     threads[ASKERS];
    struct status why;

    life_begins(life);
    life_goes_on(life);
    struct past past   = past_of(life, true);
    const char *wanted = as_of(life, ALICE, 0, true, &why);
    for (unsigned i = 0; i < ASKERS; i++) {
        askers[i] = (struct asker){ &past, wanted, 0 };
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &askers[i]), 0);
    }
    for (unsigned i = 0; i < ASKERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(askers[i].right, TIMES);
    }
    store_close(past.nothing);
}

static void forget(struct life *life, uint64_t position)
{
    struct batch *batch = batch_open(life->world->store);

    log_forget(batch, position);
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
}

static void reports_that_lost_their_values_are_counted_where_they_are_missed(void **state)
{
    struct life  *life = *state;
    struct status why;

    life_begins(life);
    uint64_t added = world_head(life->world);
    lamp_reports(life, "false");
    uint64_t first = world_head(life->world);
    lamp_reports(life, "true");
    assert_null(strstr(as_of(life, life->lamp, 0, true, &why), "forgottenReports"));
    forget(life, first);
    assert_has(as_of(life, life->lamp, 0, true, &why), "\"forgottenReports\":1,\"device\"");
    assert_has(as_of(life, ALICE, first, true, &why), "\"forgottenReports\":1,");
    assert_null(strstr(as_of(life, ALICE, added, true, &why), "forgottenReports"));
    assert_null(strstr(as_of(life, BOB, 0, true, &why), "forgottenReports"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, life_is_given, life_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(any_moment_is_shown_as_the_live_views_had_it),
        TEST(an_instant_shows_the_last_event_recorded_by_then),
        TEST(what_was_not_there_is_not_found_and_that_is_said),
        TEST(nothing_personal_is_shown_without_the_vault),
        TEST(secrets_and_what_is_internal_are_shown_to_nobody),
        TEST(an_account_shows_the_vendors_it_deals_with_and_no_others),
        TEST(reports_that_lost_their_values_are_counted_where_they_are_missed),
        TEST(many_may_ask_at_once),
        TEST(no_more_events_are_folded_than_the_caller_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
