/* Does a real server answer each request once, in order, and refuse what could be
 * read in two ways, without ever taking a body for a request? Tried against planted
 * bugs: a length beside chunks let pass, a body kept on HEAD. */
#include "tests/world/served.h"

static struct served served;

static int start(void **state)
{
    struct server_settings settings = settings_for(&served);

    (void)state;
    served_start(&served, &settings);
    return 0;
}

static int end(void **state)
{
    (void)state;
    served_end(&served);
    return 0;
}

#define HOST "Host: x\r\n"
#define LAST HOST "Connection: close\r\n"
#define EVIL "GET /nevil HTTP/1.1\r\n" HOST "\r\n"
/* clang-format off */
#define TEXT(literal) { "" literal, sizeof(literal) - 1 }
/* clang-format on */

static const struct {
    int          status;
    struct slice bytes;
    size_t       zeros; /* sent after them */
} shapes[] = {
    { 501, TEXT("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n" EVIL), 0 },
    { 501, TEXT("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n" EVIL), 0 },
    { 400, TEXT("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n" EVIL), 0 },
    { 400,
      TEXT("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\n"
           "Content-Length: 44\r\n\r\n" EVIL),
      0 },
    { 400,
      TEXT("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n"
           "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" EVIL),
      0 },
    { 400, TEXT("POST /echo HTTP/1.1\r\n" HOST "Content-Length: +0\r\n\r\n" EVIL), 0 },
    { 400,
      TEXT("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
           "\r\n+0\r\n\r\n" EVIL),
      0 },
    { 400,
      TEXT("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
           "\r\n0x0\r\n\r\n" EVIL),
      0 },
    { 400, TEXT("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\n\n" EVIL), 0 },
    { 400,
      TEXT("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
           "000000000\r\n\r\n" EVIL),
      0 },
    { 400, TEXT("GET /hello HTTP/1.1\n" HOST "\n" EVIL), 0 },
    { 400, TEXT("GET /hello HTTP/1.1\r\n\r\n" EVIL), 0 },
    { 400, TEXT("GET /hello HTTP/1.1\r\n" HOST HOST "\r\n" EVIL), 0 },
    { 400, TEXT("GET /hello HTTP/1.1\r\n" HOST "A: b\0c\r\n\r\n" EVIL), 0 },
    { 400, TEXT("GET /hello HTTP/1.10\r\n" HOST "\r\n" EVIL), 0 },
    { 505, TEXT("GET /hello HTTP/2.0\r\n" HOST "\r\n" EVIL), 0 },
    { 501, TEXT("CONNECT x:1 HTTP/1.1\r\n" HOST "\r\n" EVIL), 0 },
    { 417,
      TEXT("POST /echo HTTP/1.1\r\n" HOST "Expect: cake\r\n"
           "Content-Length: 1\r\n\r\n" EVIL),
      0 },
    { 413, TEXT("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 262145\r\n\r\n" EVIL), 0 },
    { 413,
      TEXT("POST /echo HTTP/1.1\r\n"
           "" HOST "Content-Length: 18446744073709551615\r\n\r\n" EVIL),
      0 },
    { 400, TEXT("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n" EVIL), 0 },
    { 413, TEXT("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n40001\r\n"),
      BODY_MAX + 1 },
};

static void what_can_be_read_in_two_ways_is_refused_and_ends_the_connection(void **state)
{
    static char zeros[BODY_MAX + 1];
    (void)state;

    for (size_t i = 0; i < COUNT(shapes); i++) {
        uint64_t      before = count_of(&served, SERVER_REQUESTS);
        int           fd     = dial(&served);
        struct heard *heard  = calloc(1, sizeof *heard);
        say(fd, shapes[i].bytes);
        say(fd, (struct slice){ zeros, shapes[i].zeros });
        assert_true(hear_until(fd, heard, NULL));
        if (status_of(heard) != shapes[i].status) print_error("shape %zu: %s\n", i, heard->text);
        assert_int_equal(status_of(heard), shapes[i].status);
        assert_int_equal(times(heard, "\r\nDate: "), 1);
        assert_int_equal(times(heard, "Connection: close\r\n"), 1);
        assert_int_equal(times(heard, "Content-Type: application/json\r\n"), 1);
        assert_true(heard->ended);
        assert_int_equal(count_of(&served, SERVER_REQUESTS), before);
        close(fd);
        free(heard);
    }
    an_honest_client_is_served(&served);
}

static void a_request_may_come_byte_by_byte(void **state)
{
    const char   *text  = "POST /echo HTTP/1.1\r\n" LAST "Transfer-Encoding: chunked\r\n\r\n"
                          "3;e=f\r\nabc\r\n2\r\nde\r\n0\r\nT: u\r\n\r\n";
    struct heard *heard = calloc(1, sizeof *heard);
    int           fd    = dial(&served);
    (void)state;

    for (const char *at = text; *at; at++) say(fd, (struct slice){ at, 1 });
    assert_true(hear_until(fd, heard, NULL));
    assert_int_equal(status_of(heard), 200);
    assert_non_null(strstr(heard->text, "\r\n\r\nabcde"));
    assert_non_null(strstr(heard->text, "x-served: yes\r\n"));
    close(fd);
    free(heard);
}

static void what_is_pipelined_is_answered_in_order(void **state)
{
    enum { MANY = 3000 };
    struct heard *heard;
    char         *text = malloc(MANY * 64), want[32];
    size_t        size = 0;
    const char   *at;
    (void)state;

    for (int i = 0; i < MANY; i++)
        size += (size_t)snprintf(text + size, 64, "GET /n%d HTTP/1.1\r\n%s\r\n", i,
                                 i == MANY - 1 ? LAST : HOST);
    heard = talk(&served, (struct slice){ text, size });
    at    = heard->text;
    for (int i = 0; i < MANY; i++) {
        snprintf(want, sizeof want, "\r\n\r\n/n%d", i);
        at = strstr(at, want);
        assert_non_null(at);
    }
    assert_int_equal(times(heard, "HTTP/1.1 200 OK"), MANY);
    free(text);
}

static void a_client_that_half_closes_gets_all_its_answers(void **state)
{
    struct heard *heard = calloc(1, sizeof *heard);
    int           fd    = dial(&served);
    (void)state;

    say(fd, SLICE("GET /n1 HTTP/1.1\r\n" HOST "\r\nGET /n2 HTTP/1.1\r\n" HOST "\r\n"));
    shutdown(fd, SHUT_WR);
    assert_true(hear_until(fd, heard, NULL));
    assert_true(heard->ended);
    assert_int_equal(times(heard, "HTTP/1.1 200 OK"), 2);
    close(fd);
    free(heard);
}

static void head_is_get_without_the_body(void **state)
{
    struct heard *heard = talk(&served, SLICE("HEAD /hello HTTP/1.1\r\n" HOST "\r\n"
                                              "HEAD /stream HTTP/1.1\r\n" HOST "\r\n"
                                              "HEAD /quiet HTTP/1.1\r\n" HOST "\r\n"
                                              "GET /hello HTTP/1.1\r\n" LAST "\r\n"));
    (void)state;

    assert_int_equal(times(heard, "HTTP/1.1 200 OK"), 4);
    assert_int_equal(times(heard, "Content-Length: 5"), 2);
    assert_int_equal(times(heard, "hello"), 1);
    assert_null(strstr(heard->text, "one"));
}

static void http_1_0_is_spoken_and_closes(void **state)
{
    struct heard *heard = talk(&served, SLICE("GET /stream HTTP/1.0\r\n\r\n"));
    (void)state;

    assert_int_equal(status_of(heard), 200);
    assert_null(strstr(heard->text, "chunked"));
    assert_non_null(strstr(heard->text, "\r\n\r\none,two"));
    heard = talk(&served, SLICE("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
                                "GET /hello HTTP/1.0\r\n\r\n"));
    assert_int_equal(times(heard, "hello"), 2);
    assert_int_equal(times(heard, "Connection: keep-alive\r\n"), 1);
}

static void a_stream_is_chunked_and_the_connection_goes_on(void **state)
{
    struct heard *heard = talk(&served, SLICE("GET /stream HTTP/1.1\r\n" HOST "\r\n"
                                              "GET /hello HTTP/1.1\r\n" LAST "\r\n"));
    (void)state;

    assert_non_null(strstr(heard->text, "Transfer-Encoding: chunked\r\n"));
    assert_non_null(strstr(heard->text, "\r\n\r\n4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\nHTTP/1.1 200"));
}

static void a_body_is_asked_for_only_if_it_is_wanted(void **state)
{
    struct heard *heard = calloc(1, sizeof *heard);
    int           fd    = dial(&served);
    (void)state;

    say(fd, SLICE("POST /echo HTTP/1.1\r\n" LAST "Content-Length: 2\r\n"
                  "Expect: 100-continue\r\n\r\n"));
    assert_true(hear_until(fd, heard, "HTTP/1.1 100 Continue\r\n\r\n"));
    say(fd, SLICE("ok"));
    assert_true(hear_until(fd, heard, "\r\n\r\nok"));
    close(fd);
    free(heard);
    heard = talk(&served, SLICE("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 999999\r\n"
                                "Expect: 100-continue\r\n\r\n"));
    assert_int_equal(status_of(heard), 413);
}

static void an_endless_chunk_size_is_cut_off_early(void **state)
{
    static char   zeros[1 << 20];
    struct heard *heard = calloc(1, sizeof *heard);
    int           fd    = dial(&served);
    uint64_t      in    = count_of(&served, SERVER_BYTES_IN);
    (void)state;

    memset(zeros, '0', sizeof zeros);
    say(fd, SLICE("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 51; i++)
        if (say(fd, SLICE_OF(zeros)) < sizeof zeros) break;
    hear_until(fd, heard, NULL);
    if (heard->size) assert_int_equal(status_of(heard), 400);
    assert_true(count_of(&served, SERVER_BYTES_IN) - in < 4 * SERVER_LINGER_MAX);
    close(fd);
    free(heard);
    an_honest_client_is_served(&served);
}

static void answer_parked(void *argument)
{
    struct served  *it     = argument;
    struct request *parked = atomic_exchange(&it->parked, NULL);

    request_answer(parked, 200, "text/plain", SLICE("later"));
    atomic_fetch_add(&it->left, 1);
}

static void a_parked_request_is_answered_later_and_holds_up_what_is_pipelined(void **state)
{
    struct heard *heard = calloc(1, sizeof *heard);
    int           fd    = dial(&served);
    (void)state;

    say(fd, SLICE("GET /park HTTP/1.1\r\n" HOST "\r\nGET /hello HTTP/1.1\r\n" HOST "\r\n"));
    shutdown(fd, SHUT_WR);
    wait_until(atomic_load(&served.parked));
    an_honest_client_is_served(&served);
    assert_true(server_post(served.server, answer_parked, &served));
    assert_true(hear_until(fd, heard, NULL));
    assert_non_null(strstr(heard->text, "\r\n\r\nlaterHTTP/1.1 200 OK"));
    assert_non_null(strstr(heard->text, "\r\n\r\nhello"));
    close(fd);
    free(heard);
}

static void a_request_outlives_its_client(void **state)
{
    struct linger reset = { 1, 0 };
    int           fd    = dial(&served);
    int           gone = atomic_load(&served.gone), left = atomic_load(&served.left);
    (void)state;

    say(fd, SLICE("GET /park HTTP/1.1\r\n" HOST "\r\n"));
    wait_until(atomic_load(&served.parked));
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
    wait_until(atomic_load(&served.gone) == gone + 1);
    assert_true(server_post(served.server, answer_parked, &served));
    wait_until(atomic_load(&served.left) == left + 1);
    assert_int_equal(count_of(&served, SERVER_REQUESTS_OPEN), 0);
    an_honest_client_is_served(&served);
}

static void pipelined_input_behind_a_parked_request_is_bounded(void **state)
{
    static char   requests[1 << 20];
    int           fd = dial(&served), small = 4096;
    struct pollfd writable = { .fd = fd, .events = POLLOUT };
    size_t        sent     = 0;
    uint64_t      in       = count_of(&served, SERVER_BYTES_IN);
    int           left     = atomic_load(&served.left);
    (void)state;

    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    memset(requests, 'G', sizeof requests);
    say(fd, SLICE("GET /park HTTP/1.1\r\n" HOST "\r\n"));
    wait_until(atomic_load(&served.parked));
    while (poll(&writable, 1, 200) == 1 && sent < 64u << 20) { /* until it is taken no more */
        ssize_t done = send(fd, requests, sizeof requests, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (done > 0) sent += (size_t)done;
    }
    assert_true(sent < 32u << 20); /* what two kernels hold, and 32 KiB */
    assert_true(count_of(&served, SERVER_BYTES_IN) - in < HTTP_HEAD_MAX);
    close(fd);
    assert_true(server_post(served.server, answer_parked, &served));
    wait_until(atomic_load(&served.left) == left + 1);
}

static void all_bodies_together_are_bounded(void **state)
{
    enum { MANY = SERVER_BODIES_MAX / BODY_MAX + 8 };
    static char body[BODY_MAX - 1]; /* one byte short: none is ever handed over */
    static int  clients[MANY];
    uint64_t    refused = count_of(&served, SERVER_REFUSED);
    (void)state;

    for (size_t i = 0; i < MANY; i++) {
        clients[i] = dial(&served);
        say(clients[i], SLICE("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 262144\r\n\r\n"));
        say(clients[i], SLICE_OF(body));
    }
    wait_until(count_of(&served, SERVER_REFUSED) > refused);
    an_honest_client_is_served(&served);
    for (size_t i = 0; i < MANY; i++) close(clients[i]);
    wait_until(count_of(&served, SERVER_CONNECTIONS_OPEN) == 0);
    struct heard *heard = talk(&served,
                               SLICE("POST /echo HTTP/1.1\r\n" LAST "Content-Length: 2\r\n\r\nok"));
    assert_int_equal(status_of(heard), 200); /* what the others held is free again */
}

static void an_abandoned_request_ends_its_connection_without_an_answer(void **state)
{
    struct heard *heard = talk(&served, SLICE("GET /abandon HTTP/1.1\r\n" HOST "\r\n"
                                              "GET /hello HTTP/1.1\r\n" HOST "\r\n"));
    (void)state;

    assert_int_equal(heard->size, 0);
    assert_int_equal(count_of(&served, SERVER_REQUESTS_OPEN), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_be_read_in_two_ways_is_refused_and_ends_the_connection),
        cmocka_unit_test(a_request_may_come_byte_by_byte),
        cmocka_unit_test(what_is_pipelined_is_answered_in_order),
        cmocka_unit_test(a_client_that_half_closes_gets_all_its_answers),
        cmocka_unit_test(head_is_get_without_the_body),
        cmocka_unit_test(http_1_0_is_spoken_and_closes),
        cmocka_unit_test(a_stream_is_chunked_and_the_connection_goes_on),
        cmocka_unit_test(a_body_is_asked_for_only_if_it_is_wanted),
        cmocka_unit_test(an_endless_chunk_size_is_cut_off_early),
        cmocka_unit_test(a_parked_request_is_answered_later_and_holds_up_what_is_pipelined),
        cmocka_unit_test(a_request_outlives_its_client),
        cmocka_unit_test(pipelined_input_behind_a_parked_request_is_bounded),
        cmocka_unit_test(all_bodies_together_are_bounded),
        cmocka_unit_test(an_abandoned_request_ends_its_connection_without_an_answer),
    };
    return cmocka_run_group_tests(tests, start, end);
}
