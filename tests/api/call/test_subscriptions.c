/* Question: does a commit wake those whom it concerns, nobody else, and each in
 * turn; and does time wake those who set themselves a time? */
#include "api/call/live.h"
#include "api/call/subscriptions.h"
#include "tests/world/checks.h"

static const struct id ALICE = { "aalice" }, BOB = { "abob" }, GLOW = { "vglow" };

enum { SEEN_MAX = 256 };

static struct {
    struct loop           loop;
    struct live          *live;
    struct subscriptions *subscriptions;
    struct subscription  *seen[SEEN_MAX]; /* who looked, in order */
    size_t                seen_count;
    uint64_t              position;
} now;

static void handle(void *context, struct request *request)
{
    (void)context;
    request_abandon(request);
}

static int open_loop(void **state)
{
    struct server_settings settings = server_settings_default();

    (void)state;
    settings.address = "127.0.0.1";
    settings.hooks   = (struct server_hooks){ .handle = handle };
    now.loop         = (struct loop){ .index = 0 };
    now.seen_count   = 0;
    now.live         = live_open(0);
    assert_int_equal(server_open(&now.loop.server, &settings).code, STATUS_OK);
    now.loop.live     = live_reader_open(now.live, &now.loop);
    now.subscriptions = subscriptions_of(&now.loop);
    return 0;
}

static int close_loop(void **state)
{
    (void)state;
    live_reader_silence(now.loop.live);
    subscriptions_silence(now.subscriptions);
    server_close(now.loop.server);
    subscriptions_close(now.subscriptions);
    live_reader_close(now.loop.live);
    live_close(now.live);
    return 0;
}

static void commit_about(struct id stream, struct concerned concerned)
{
    struct position     position = { 1, ++now.position };
    struct commit_event event    = { position, EVENT_network_created, stream, concerned };

    live_committed(now.live, &(struct commit){ position, position, &event, 1 });
}

static void commit(struct id stream)
{
    bool is_account = id_kind(stream) == ID_account;

    commit_about(stream, is_account ? (struct concerned){ .accounts = { stream } }
                                    : (struct concerned){ .vendor = stream });
}

static void stop(void *argument)
{
    (void)argument;
    if (TAILQ_EMPTY(&now.subscriptions->ready)) server_stop(now.loop.server);
    else assert_true(server_post(now.loop.server, stop, NULL));
}

static void stop_afterwards(void *argument)
{
    assert_true(server_post(now.loop.server, stop, argument));
}

/* Until all have looked who have something to look at. */
static void serve(void)
{
    assert_true(server_post(now.loop.server, stop_afterwards, NULL));
    server_run(now.loop.server);
}

static bool look(struct subscription *subscription)
{
    assert_true(now.seen_count < SEEN_MAX);
    now.seen[now.seen_count++] = subscription;
    return false;
}

static bool look_three_times(struct subscription *subscription)
{
    size_t looks = 0;

    look(subscription);
    for (size_t i = 0; i < now.seen_count; i++) looks += now.seen[i] == subscription;
    return looks < 3;
}

static struct subscription watching(struct id whom)
{
    return (struct subscription){ .whom = whom, .look = look };
}

static void a_commit_wakes_those_who_watch_its_account(void **state)
{
    struct subscription phone = watching(ALICE), tablet = watching(ALICE), bobs = watching(BOB);

    (void)state;
    subscriptions_join(now.subscriptions, &phone);
    subscriptions_join(now.subscriptions, &tablet);
    subscriptions_join(now.subscriptions, &bobs);
    commit(ALICE);
    commit(GLOW);
    serve();
    assert_int_equal(now.seen_count, 2);
    assert_true(now.seen[0] != now.seen[1]);
    for (size_t i = 0; i < 2; i++) assert_true(now.seen[i] != &bobs);
}

static void whoever_an_event_concerns_is_woken_in_whatever_stream_it_stands(void **state)
{
    static const struct id LAMP  = { "plamp" };
    struct subscription    phone = watching(ALICE), bobs = watching(BOB), glows = watching(GLOW);

    (void)state;
    subscriptions_join(now.subscriptions, &phone);
    subscriptions_join(now.subscriptions, &bobs);
    subscriptions_join(now.subscriptions, &glows);
    commit_about(LAMP, (struct concerned){ .accounts = { BOB, ALICE } });
    serve();
    assert_int_equal(now.seen_count, 2);
    assert_ptr_equal(now.seen[0], &bobs);
    assert_ptr_equal(now.seen[1], &phone);
}

static void a_vendor_is_woken_by_what_concerns_it_in_an_accounts_stream(void **state)
{
    struct subscription glows = watching(GLOW), bobs = watching(BOB);

    (void)state;
    subscriptions_join(now.subscriptions, &glows);
    subscriptions_join(now.subscriptions, &bobs);
    commit_about(ALICE, (struct concerned){ .accounts = { ALICE }, .vendor = GLOW });
    serve();
    assert_int_equal(now.seen_count, 1);
    assert_ptr_equal(now.seen[0], &glows);
}

static void do_nothing(void *argument) { (void)argument; }

/* Before there were bells the word was refused, and the next commit had to try again. */
static void who_has_a_full_inbox_is_woken_without_another_commit(void **state)
{
    struct subscription phone = watching(ALICE);

    (void)state;
    subscriptions_join(now.subscriptions, &phone);
    assert_true(server_post(now.loop.server, stop_afterwards, NULL));
    while (server_post(now.loop.server, do_nothing, NULL)) {}
    commit(ALICE);
    server_run(now.loop.server);
    assert_int_equal(now.seen_count, 1);
}

static void many_events_at_once_are_one_look(void **state)
{
    struct subscription phone = watching(ALICE);

    (void)state;
    subscriptions_join(now.subscriptions, &phone);
    for (int i = 0; i < 100; i++) commit(ALICE);
    serve();
    assert_int_equal(now.seen_count, 1);
}

static void who_left_is_not_woken(void **state)
{
    struct subscription phone = watching(ALICE), tablet = watching(ALICE);

    (void)state;
    subscriptions_join(now.subscriptions, &phone);
    subscriptions_join(now.subscriptions, &tablet);
    subscriptions_ready(now.subscriptions, &phone);
    subscriptions_leave(now.subscriptions, &phone);
    commit(ALICE);
    serve();
    assert_int_equal(now.seen_count, 1);
    assert_ptr_equal(now.seen[0], &tablet);
}

static void who_has_much_to_see_lets_others_look_between(void **state)
{
    struct subscription behind = { .whom = ALICE, .look = look_three_times };
    struct subscription bobs   = watching(BOB);

    (void)state;
    subscriptions_join(now.subscriptions, &behind);
    subscriptions_join(now.subscriptions, &bobs);
    subscriptions_ready(now.subscriptions, &behind);
    subscriptions_ready(now.subscriptions, &bobs);
    serve();
    assert_int_equal(now.seen_count, 4);
    assert_ptr_equal(now.seen[0], &behind);
    assert_ptr_equal(now.seen[1], &bobs);
    assert_ptr_equal(now.seen[2], &behind);
    assert_ptr_equal(now.seen[3], &behind);
}

static size_t words; /* of the loop's other work */

static void do_other_work(void *argument)
{
    (void)argument;
    words++;
}

static bool look_after_other_work(struct subscription *subscription)
{
    assert_int_equal(words, now.seen_count);
    look(subscription);
    assert_true(server_post(now.loop.server, do_other_work, NULL));
    return now.seen_count < 5;
}

static void who_has_much_to_see_lets_the_loop_work_between(void **state)
{
    struct subscription behind = { .look = look_after_other_work };

    (void)state;
    words = 0;
    subscriptions_join(now.subscriptions, &behind);
    subscriptions_ready(now.subscriptions, &behind);
    serve();
    assert_int_equal(now.seen_count, 5);
}

static void who_missed_news_looks_whoever_it_was_about(void **state)
{
    struct subscription phone = watching(ALICE), bobs = watching(BOB);

    (void)state;
    subscriptions_join(now.subscriptions, &phone);
    subscriptions_join(now.subscriptions, &bobs);
    for (int i = 0; i <= LIVE_RING; i++) commit(GLOW);
    serve();
    assert_int_equal(now.seen_count, 2);
}

static void watchers_of_an_account_are_counted_up_to_a_bound(void **state)
{
    struct subscription phone = watching(ALICE), tablet = watching(ALICE), bobs = watching(BOB);

    (void)state;
    subscriptions_join(now.subscriptions, &phone);
    subscriptions_join(now.subscriptions, &tablet);
    subscriptions_join(now.subscriptions, &bobs);
    assert_int_equal(subscriptions_count(now.subscriptions, ALICE, 10), 2);
    assert_int_equal(subscriptions_count(now.subscriptions, ALICE, 1), 1);
    assert_int_equal(subscriptions_count(now.subscriptions, GLOW, 10), 0);
}

/* -- deadlines ------------------------------------------------------------------------------ */

static struct deadline *over[4];
static size_t           over_count;

static void note_over(struct deadline *deadline) { over[over_count++] = deadline; }

static void stop_when_over(struct deadline *deadline)
{
    note_over(deadline);
    server_stop(now.loop.server);
}

static void deadlines_come_in_the_order_of_their_time(void **state)
{
    struct deadline late = { .over = stop_when_over }, soon = { .over = note_over };
    struct deadline never = { .over = note_over }, moved = { .over = note_over };

    (void)state;
    over_count = 0;
    subscriptions_set(now.subscriptions, &late, 60 * MILLISECOND);
    subscriptions_set(now.subscriptions, &never, 10 * MILLISECOND);
    subscriptions_set(now.subscriptions, &moved, 5 * MILLISECOND);
    subscriptions_set(now.subscriptions, &soon, 20 * MILLISECOND);
    subscriptions_set(now.subscriptions, &moved, 40 * MILLISECOND);
    subscriptions_unset(now.subscriptions, &never);
    subscriptions_unset(now.subscriptions, &never);
    server_run(now.loop.server);
    assert_int_equal(over_count, 3);
    assert_ptr_equal(over[0], &soon);
    assert_ptr_equal(over[1], &moved);
    assert_ptr_equal(over[2], &late);
    assert_false(late.set || soon.set || moved.set);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_loop, close_loop)
    const struct CMUnitTest tests[] = {
        TEST(a_commit_wakes_those_who_watch_its_account),
        TEST(whoever_an_event_concerns_is_woken_in_whatever_stream_it_stands),
        TEST(a_vendor_is_woken_by_what_concerns_it_in_an_accounts_stream),
        TEST(who_has_a_full_inbox_is_woken_without_another_commit),
        TEST(many_events_at_once_are_one_look),
        TEST(who_left_is_not_woken),
        TEST(who_has_much_to_see_lets_others_look_between),
        TEST(who_has_much_to_see_lets_the_loop_work_between),
        TEST(who_missed_news_looks_whoever_it_was_about),
        TEST(watchers_of_an_account_are_counted_up_to_a_bound),
        TEST(deadlines_come_in_the_order_of_their_time),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
