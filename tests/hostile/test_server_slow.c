/* Does time spent on slow, silent and stubborn clients end when the settings say,
 * counted from the beginning and not from the last byte, and does the drain end?
 * Tried against planted bugs: a deadline that starts again with each byte, a stream
 * that is never looked at. */
#include "tests/world/served.h"

#define HOST "Host: x\r\n"

static struct served served;

static int start(void **state)
{
    struct server_settings settings = settings_for(&served);

    (void)state;
    served           = (struct served){ 0 };
    settings.hooks   = settings_for(&served).hooks;
    settings.idle_ms = settings.head_ms = settings.body_ms = 300;
    settings.stall_ms = settings.linger_ms = 200;
    settings.drain_ms                      = 1000;
    served_start(&served, &settings);
    return 0;
}

static int end(void **state)
{
    (void)state;
    served_end(&served);
    return 0;
}

/* Says `begin`, then a byte every 20 ms until something is heard or it is over. */
static struct heard *trickle(struct slice begin, char byte)
{
    static struct heard heard;
    int                 fd       = dial(&served);
    struct pollfd       readable = { .fd = fd, .events = POLLIN };
    int64_t             from     = clock_monotonic_us();

    heard.size    = 0;
    heard.text[0] = '\0';
    say(fd, begin);
    while (poll(&readable, 1, 20) == 0 && clock_monotonic_us() - from < PATIENCE_MS * MILLISECOND)
        send(fd, &byte, 1, MSG_NOSIGNAL);
    hear_until(fd, &heard, NULL);
    assert_in_range(clock_monotonic_us() - from, 200 * MILLISECOND, 10 * SECOND);
    close(fd);
    return &heard;
}

static void a_head_that_trickles_in_is_answered_408_in_time(void **state)
{
    (void)state;
    assert_int_equal(status_of(trickle(SLICE("GET / HTTP/1.1\r\nX: "), 'a')), 408);
    an_honest_client_is_served(&served);
    assert_true(count_of(&served, SERVER_CONNECTIONS_TIMED_OUT) >= 1);
}

static void a_body_that_trickles_in_is_answered_408_in_time(void **state)
{
    (void)state;
    assert_int_equal(
        status_of(
            trickle(SLICE("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n"), 'a')),
        408);
    assert_int_equal(status_of(trickle(SLICE("POST /echo HTTP/1.1\r\n" HOST
                                             "Transfer-Encoding: chunked\r\n\r\nffff\r\n"),
                                       'a')),
                     408);
}

static void silence_is_answered_with_silence(void **state)
{
    struct heard *heard = talk(&served, SLICE(""));
    (void)state;

    assert_true(heard->ended && heard->size == 0);
    heard = talk(&served, SLICE("GET /hello HTTP/1.1\r\n" HOST "\r\n")); /* and then idles */
    assert_true(heard->ended);
    assert_int_equal(times(heard, "HTTP/1.1 "), 1);
}

static void a_client_that_does_not_close_is_closed(void **state)
{
    int fd = dial(&served);
    (void)state;

    say(fd, SLICE("nonsense\n"));
    wait_until(count_of(&served, SERVER_REFUSED) == 1);
    wait_until(count_of(&served, SERVER_CONNECTIONS_OPEN) == 0); /* it keeps its own end open */
    close(fd);
}

static void a_reader_that_stands_still_is_cut_and_what_it_left_is_bounded(void **state)
{
    int big = dial(&served), endless = dial(&served);
    (void)state;

    say(big, SLICE("GET /big HTTP/1.1\r\n" HOST "\r\n"));
    say(endless, SLICE("GET /endless HTTP/1.1\r\n" HOST "\r\n"));
    wait_until(count_of(&served, SERVER_REQUESTS) == 2);
    an_honest_client_is_served(&served);
    wait_until(count_of(&served, SERVER_CONNECTIONS_TIMED_OUT) == 2);
    wait_until(atomic_load(&served.gone) == 1);
    assert_int_equal(count_of(&served, SERVER_REQUESTS_OPEN), 0);
    assert_in_range(atomic_load(&served.unsent_most), 1, 80 * 1024);
    close(big);
    close(endless);
}

static void a_reader_that_keeps_up_gets_a_stream_without_end(void **state)
{
    static char block[1 << 16];
    int         fd    = dial(&served);
    size_t      total = 0;
    int64_t     from  = clock_monotonic_us();
    (void)state;

    say(fd, SLICE("GET /endless HTTP/1.1\r\n" HOST "\r\n"));
    while (total < 64u << 20 || clock_monotonic_us() - from < 600 * MILLISECOND) {
        ssize_t done = read(fd, block, sizeof block);
        assert_true(done > 0);
        total += (size_t)done;
    }
    close(fd);
    wait_until(atomic_load(&served.gone) == 1);
}

static void tick(void *argument)
{
    struct served *it = argument;
    atomic_fetch_add(&it->left, 1);
}

static void set_timer(void *argument)
{
    struct served *it = argument;
    it->ticker        = server_timer_open(it->server, tick, it);
    server_timer_set(it->ticker, 700);
}

static void close_timer(void *argument)
{
    struct served *it = argument;
    server_timer_close(it->ticker);
}

static void a_stream_with_nothing_to_say_is_left_alone(void **state)
{
    struct heard *heard = calloc(1, sizeof *heard);
    int           fd    = dial(&served);
    (void)state;

    say(fd, SLICE("GET /quiet HTTP/1.1\r\n" HOST "\r\n"));
    assert_true(hear_until(fd, heard, "quiet"));
    assert_true(server_post(served.server, set_timer, &served));
    wait_until(atomic_load(&served.left) == 1); /* three times what a stall may take */
    assert_int_equal(atomic_load(&served.gone), 0);
    assert_int_equal(count_of(&served, SERVER_CONNECTIONS_OPEN), 1);
    assert_true(server_post(served.server, close_timer, &served));
    close(fd);
    wait_until(atomic_load(&served.gone) == 1);
    free(heard);
}

static void answer_parked(void *argument)
{
    struct served *it = argument;
    request_answer(atomic_exchange(&it->parked, NULL), 200, "text/plain", SLICE("later"));
}

static void the_drain_finishes_what_is_in_progress(void **state)
{
    struct heard *parked = calloc(1, sizeof *parked), *quiet = calloc(1, sizeof *quiet);
    int           idle = dial(&served), park = dial(&served), stream = dial(&served);
    char          byte;
    (void)state;

    say(park, SLICE("GET /park HTTP/1.1\r\n" HOST "\r\n"));
    say(stream, SLICE("GET /quiet HTTP/1.1\r\n" HOST "\r\n"));
    assert_true(hear_until(stream, quiet, "quiet"));
    wait_until(atomic_load(&served.parked));
    server_stop(served.server);
    server_stop(served.server);
    assert_int_equal(read(idle, &byte, 1), 0);
    assert_true(hear_until(stream, quiet, NULL));
    assert_non_null(strstr(quiet->text, "5\r\nretry\r\n0\r\n\r\n"));
    wait_until(atomic_load(&served.stopping) == 2);
    assert_true(server_post(served.server, answer_parked, &served));
    assert_true(hear_until(park, parked, NULL));
    assert_non_null(strstr(parked->text, "Connection: close\r\n"));
    assert_non_null(strstr(parked->text, "\r\n\r\nlater"));
    close(idle);
    close(park);
    close(stream);
    free(parked);
    free(quiet);
}

static void the_drain_ends_even_if_nobody_finishes(void **state)
{
    int     park = dial(&served), endless = dial(&served);
    int64_t from;
    (void)state;

    say(park, SLICE("GET /park HTTP/1.1\r\n" HOST "\r\n"));
    wait_until(atomic_load(&served.parked));
    from = clock_monotonic_us();
    server_stop(served.server);
    wait_until(count_of(&served, SERVER_CONNECTIONS_OPEN) == 0);
    assert_in_range(clock_monotonic_us() - from, 500 * MILLISECOND, 10 * SECOND);
    wait_until(atomic_load(&served.gone) == 1);
    close(park);
    close(endless);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_head_that_trickles_in_is_answered_408_in_time),
        TEST(a_body_that_trickles_in_is_answered_408_in_time),
        TEST(silence_is_answered_with_silence),
        TEST(a_client_that_does_not_close_is_closed),
        TEST(a_reader_that_stands_still_is_cut_and_what_it_left_is_bounded),
        TEST(a_reader_that_keeps_up_gets_a_stream_without_end),
        TEST(a_stream_with_nothing_to_say_is_left_alone),
        TEST(the_drain_finishes_what_is_in_progress),
        TEST(the_drain_ends_even_if_nobody_finishes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
