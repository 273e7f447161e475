/* Does the small server take requests however they are cut, and refuse what it does not
 * speak?
 *
 * Planted bug that it caught: a body that was handed on before it was whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/tool/endpoint.h"

#define HERE "127.0.0.1:0"

static struct {
    unsigned count;
    char     id[32], body[64];
} heard;

static void hear(void *context, const struct endpoint_request *request,
                 struct endpoint_answer *answer)
{
    struct slice id = endpoint_header(request, "webhook-id");

    (void)context;
    heard.count++;
    snprintf(heard.id, sizeof heard.id, "%.*s", (int)id.size, id.size ? id.data : "");
    snprintf(heard.body, sizeof heard.body, "%.*s", (int)request->body.size, request->body.data);
    answer->status = 200;
    answer->body   = SLICE("{}");
}

/* Sends `text`, cut at every byte, and gives the answer's status. */
static int ask(struct endpoint *endpoint, const char *text)
{
    struct sockaddr_in to          = { .sin_family      = AF_INET,
                                       .sin_port        = htons(endpoint_port(endpoint)),
                                       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int                fd          = socket(AF_INET, SOCK_STREAM, 0);
    char               answer[512] = "";

    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    for (const char *c = text; *c; c++) {
        if (send(fd, c, 1, MSG_NOSIGNAL) != 1) break;
        endpoint_step(endpoint, 0);
    }
    for (int i = 0; i < 8; i++) endpoint_step(endpoint, 10);
    ssize_t size = recv(fd, answer, sizeof answer - 1, MSG_DONTWAIT);
    close(fd);
    return size > 12 ? (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + answer[11] - '0' : 0;
}

static void a_request_is_taken_whole_however_it_comes(void **state)
{
    struct endpoint *endpoint;

    (void)state;
    memset(&heard, 0, sizeof heard);
    assert_int_equal(endpoint_open(&endpoint, HERE, hear, NULL).code, STATUS_OK);
    assert_int_equal(ask(endpoint, "POST /piot HTTP/1.1\r\nHost: a\r\nWebhook-Id:  msg-1 \r\n"
                                   "Content-Length: 7\r\n\r\n{\"a\":1}"),
                     200);
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.id, "msg-1");
    assert_string_equal(heard.body, "{\"a\":1}");
    endpoint_close(endpoint);
}

static void what_it_does_not_speak_is_refused(void **state)
{
    struct endpoint *endpoint;

    (void)state;
    memset(&heard, 0, sizeof heard);
    assert_int_equal(endpoint_open(&endpoint, HERE, hear, NULL).code, STATUS_OK);
    assert_int_equal(ask(endpoint, "POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n"), 413);
    assert_int_equal(ask(endpoint, "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), 400);
    assert_int_equal(ask(endpoint, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 411);
    assert_int_equal(ask(endpoint, "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc"), 0);
    assert_int_equal(heard.count, 0);
    endpoint_close(endpoint);
}

static void it_listens_at_an_address_and_a_port(void **state)
{
    static const char *const wrong[] = {
        "",    "127.0.0.1",       "localhost:1", "127.0.0.1:",
        ":80", "127.0.0.1:65536", "[::1]",       "127.0.0.1:http"
    };
    struct endpoint *endpoint;
    char             taken[32];

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_int_equal(endpoint_open(&endpoint, wrong[i], hear, NULL).code, STATUS_INVALID);
    assert_int_equal(endpoint_open(&endpoint, HERE, hear, NULL).code, STATUS_OK);
    assert_true(endpoint_port(endpoint) > 0);
    snprintf(taken, sizeof taken, "127.0.0.1:%u", endpoint_port(endpoint));
    struct endpoint *second;
    assert_int_equal(endpoint_open(&second, taken, hear, NULL).code, STATUS_IO);
    endpoint_close(endpoint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_taken_whole_however_it_comes),
        cmocka_unit_test(what_it_does_not_speak_is_refused),
        cmocka_unit_test(it_listens_at_an_address_and_a_port),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
