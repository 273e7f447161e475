/* Does the reader of requests take what RFC 9112 asks for, refuse what hostile
 * clients send, and say the same however the bytes are cut? */
#include "api/http/http.h"
#include "tests/world/checks.h"

/* clang-format off */
#define TEXT(literal) { "" literal, sizeof(literal) - 1 }
/* clang-format on */
#define HOST "Host: x\r\n"

/* The status a head ends in when it arrives in pieces of `step` bytes: 0 for a
 * good one, -1 for one that never ends. */
static int outcome(struct slice bytes, size_t step, struct http_head *head)
{
    struct http_scan  scan = { 0 };
    struct http_fault found;
    size_t            there = 0, end = 0;

    while (there < bytes.size && !end) {
        there = bytes.size - there < step ? bytes.size : there + step;
        end   = http_find_end(&scan, (struct slice){ bytes.data, there }, &found);
        if (found.status) return found.status;
    }
    if (!end) return -1;
    return http_read_head((struct slice){ bytes.data, end }, head).status;
}

static const struct {
    int          status;
    struct slice bytes;
} heads[] = {
    /* -- good -- */
    { 0, TEXT("GET / HTTP/1.1\r\n" HOST "\r\n") },
    { 0, TEXT("\r\nGET / HTTP/1.1\r\n" HOST "\r\n") },
    { 0, TEXT("GET /a?b=c HTTP/1.1\r\n" HOST "Accept:\r\n\r\n") },
    { 0, TEXT("GET / HTTP/1.1\r\nHost: a.example:8080\r\n\r\n") },
    { 0, TEXT("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n") },
    { 0, TEXT("GET / HTTP/1.0\r\n\r\n") },
    { 0, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n") },
    { 0, TEXT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n") },
    { 0, TEXT("PROPFIND / HTTP/1.1\r\n" HOST "\r\n") },
    { 0, TEXT("GET //evil HTTP/1.1\r\n" HOST "\r\n") },
    { 0, TEXT("GET http://x/a HTTP/1.1\r\n" HOST "\r\n") },
    { 0, TEXT("GET / HTTP/1.1\r\n" HOST "X: caf\xc3\xa9\ttab\r\n\r\n") },
    { 0, TEXT("GET / HTTP/1.1\r\n" HOST "Accept: a\r\nAccept: b\r\n\r\n") },
    /* -- where the body would begin and end: smuggling -- */
    { 501, TEXT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n") },
    { 501, TEXT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n") },
    { 501, TEXT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, chunked\r\n\r\n") },
    { 501, TEXT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n") },
    { 501, TEXT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \"chunked\"\r\n\r\n") },
    { 501, TEXT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \vchunked\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
                "Transfer-Encoding: chunked\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
                "Content-Length: 5\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n"
                "Transfer-Encoding: chunked\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length: +3\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length: -3\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length: 0x3\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length: 3 3\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length: 3;\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551616\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "Content-Length : 3\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "X: y\r\n Content-Length: 3\r\n\r\n") },
    /* -- lines -- */
    { 400, TEXT("GET / HTTP/1.1\nHost: x\n\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: x\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\n" HOST "X: a\r\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\n" HOST "X: a\r\n\tfolded\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\n" HOST "X: a\x7f\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\n" HOST "X: a\x1b[0m\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\n" HOST "no colon\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\n" HOST ": empty\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\n" HOST "X\0Y: a\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\n" HOST "X(Y): a\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\n " HOST "\r\n") },
    { 400, TEXT("\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("\nGET / HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("\r\rGET / HTTP/1.1\r\n" HOST "\r\n") },
    { -1, TEXT("GET / HTTP/1.1\r\n" HOST) },
    { -1, TEXT("GET / HTTP/1.1\r\n" HOST "\r") },
    /* -- the request line -- */
    { 400, TEXT("GET /\r\n" HOST "\r\n") },
    { 400, TEXT("GET  / HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET /  HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET / HTTP/1.1 \r\n" HOST "\r\n") },
    { 400, TEXT("GET /\tHTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET / HTTP/1.10\r\n" HOST "\r\n") },
    { 400, TEXT("GET / HTTP/01.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET / http/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET / HTTP/1,1\r\n" HOST "\r\n") },
    { 400, TEXT("GET / HTTP/1.\r\n" HOST "\r\n") },
    { 505, TEXT("GET / HTTP/2.0\r\n" HOST "\r\n") },
    { 505, TEXT("GET / HTTP/1.2\r\n" HOST "\r\n") },
    { 505, TEXT("GET / HTTP/0.9\r\n\r\n") },
    { 505, TEXT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") },
    { 400, TEXT("G@T / HTTP/1.1\r\n" HOST "\r\n") },
    { 501, TEXT("AVERYLONGMETHODNAME / HTTP/1.1\r\n" HOST "\r\n") },
    { 501, TEXT("CONNECT x:443 HTTP/1.1\r\n" HOST "\r\n") },
    { 501, TEXT("TRACE / HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET x HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("OPTIONS * HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET /#f HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET /\\ HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET /\0 HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET /\xff HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET http://evil/ HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET http://x HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET ftp://x/ HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET http:/x/ HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("GET http://user@x/ HTTP/1.1\r\n" HOST "\r\n") },
    { 400, TEXT("\x16\x03\x01\x02") },
    { 400, TEXT(" GET / HTTP/1.1\r\n" HOST "\r\n") },
    /* -- Host and what stands once -- */
    { 400, TEXT("GET / HTTP/1.1\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost:\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: x y\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: x, y\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: x:\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: x:8a\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: x:123456\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: u@x\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: x/y\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: [x]\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: []\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\nHost: :80\r\n\r\n") },
    { 400, TEXT("GET / HTTP/1.1\r\n" HOST "Authorization: a\r\nauthorization: b\r\n\r\n") },
    { 400, TEXT("POST / HTTP/1.1\r\n" HOST "webhook-signature: a\r\n"
                "Webhook-Signature: b\r\n\r\n") },
    { 417, TEXT("POST / HTTP/1.1\r\n" HOST "Expect: 200-ok\r\n\r\n") },
};

static void every_head_ends_the_same_however_it_is_cut(void **state)
{
    struct http_head *head = malloc(sizeof *head);
    (void)state;

    for (size_t i = 0; i < COUNT(heads); i++)
        for (size_t step = 1; step <= heads[i].bytes.size; step++) {
            int status = outcome(heads[i].bytes, step, head);
            if (status != heads[i].status)
                print_error("head %zu in steps of %zu: %d, not %d\n%.*s\n", i, step, status,
                            heads[i].status, (int)heads[i].bytes.size, heads[i].bytes.data);
            assert_int_equal(status, heads[i].status);
        }
    free(head);
}

#define is(slice, text) assert_true(slice_equal((slice), SLICE(text)))

static void a_head_is_read_into_its_parts(void **state)
{
    struct http_head head;
    (void)state;

    assert_int_equal(0, outcome(SLICE("POST /a/%20b?c=d?e HTTP/1.1\r\nhOST: x:8\r\n"
                                      "Content-Length: 42\r\nExpect: 100-Continue\r\n"
                                      "X-Two: \t a b \t\r\nConnection: a, Close\r\n\r\nleft"),
                                3, &head));
    assert_int_equal(head.method, HTTP_POST);
    is(head.method_text, "POST");
    is(head.target, "/a/%20b?c=d?e");
    is(head.path, "/a/%20b");
    is(head.query, "c=d?e");
    is(head.host, "x:8");
    is(http_header(&head, "x-two"), "a b");
    assert_null(http_header(&head, "x-three").data);
    assert_int_equal(head.content_length, 42);
    assert_true(head.expects_continue && !head.chunked && !head.is_1_0);
    assert_false(head.keep_alive);
    assert_int_equal(head.header_count, 5);
}

static void head_reads_as_get_and_an_absolute_target_loses_its_host(void **state)
{
    struct http_head head;
    (void)state;

    assert_int_equal(0, outcome(SLICE("HEAD http://X/p?q HTTP/1.1\r\n" HOST "\r\n"), 99, &head));
    assert_int_equal(head.method, HTTP_GET);
    assert_true(head.head_only && head.keep_alive);
    is(head.target, "/p?q");
    is(head.path, "/p");
    is(head.query, "q");
    assert_int_equal(0,
                     outcome(SLICE("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"), 99, &head));
    assert_true(head.is_1_0 && head.keep_alive);
    assert_null(head.query.data);
    assert_int_equal(0, outcome(SLICE("GET / HTTP/1.0\r\n\r\n"), 99, &head));
    assert_false(head.keep_alive);
}

/* `before`, then `count` times `fill`, then `after`. */
static int outcome_of_long(const char *before, const char *fill, size_t count, const char *after,
                           size_t step)
{
    struct http_head *head = malloc(sizeof *head);
    size_t            room = strlen(before) + strlen(fill) * count + strlen(after) + 1;
    char             *text = malloc(room);
    size_t            size = (size_t)snprintf(text, room, "%s", before);

    for (size_t i = 0; i < count; i++)
        size += (size_t)snprintf(text + size, room - size, "%s", fill);
    size += (size_t)snprintf(text + size, room - size, "%s", after);
    int status = outcome((struct slice){ text, size }, step, head);
    free(text);
    free(head);
    return status;
}

static void every_limit_holds_exactly(void **state)
{
    static const size_t steps[] = { 7, 1000, 1 << 20 };
    (void)state;

    for (size_t i = 0; i < COUNT(steps); i++) {
        const char *line = " HTTP/1.1\r\n" HOST "\r\n", *begin = "GET / HTTP/1.1\r\n" HOST;
        size_t      room = HTTP_HEAD_MAX - strlen(begin) - strlen("X: \r\n\r\n");
        assert_int_equal(outcome_of_long("GET /", "a", HTTP_TARGET_MAX - 1, line, steps[i]), 0);
        assert_int_equal(outcome_of_long("GET /", "a", HTTP_TARGET_MAX, line, steps[i]), 414);
        assert_int_equal(outcome_of_long("GET /", "a", 1 << 16, "", steps[i]), 414);
        assert_int_equal(outcome_of_long(begin, "A: b\r\n", HTTP_HEADERS_MAX - 1, "\r\n", steps[i]),
                         0);
        assert_int_equal(outcome_of_long(begin, "A: b\r\n", HTTP_HEADERS_MAX, "\r\n", steps[i]),
                         431);
        assert_int_equal(
            outcome_of_long("GET / HTTP/1.1\r\n" HOST "X: ", "a", room, "\r\n\r\n", steps[i]), 0);
        assert_int_equal(outcome_of_long("GET / HTTP/1.1\r\n" HOST "X: ", "a", room + 1, "\r\n\r\n",
                                         steps[i]),
                         431);
        assert_int_equal(outcome_of_long(begin, "A: b\r\n", 1 << 14, "", steps[i]), 431);
    }
}

/* -- chunks -- */

static const struct {
    enum http_progress end;
    struct slice       bytes, body;
    size_t             left; /* bytes of the next request */
} bodies[] = {
    { HTTP_DONE, TEXT("0\r\n\r\n"), TEXT(""), 0 },
    { HTTP_DONE, TEXT("5\r\nhello\r\n0\r\n\r\nGET"), TEXT("hello"), 3 },
    { HTTP_DONE, TEXT("1\r\na\r\nB\r\n12345678901\r\n0000\r\n\r\n"), TEXT("a12345678901"), 0 },
    { HTTP_DONE, TEXT("3;x=\"y\"\r\na\r\n\r\n0;z\r\nT: v\r\nU:\r\n\r\n"), TEXT("a\r\n"), 0 },
    { HTTP_DONE, TEXT("00000001\r\na\r\n0\r\n\r\n"), TEXT("a"), 0 },
    { HTTP_MORE, TEXT("ffffffff\r\nabc"), TEXT("abc"), 0 },
    { HTTP_MORE, TEXT("5\r\nhello\r\n0\r\n"), TEXT("hello"), 0 },
    { HTTP_BROKEN, TEXT("000000001\r\na\r\n0\r\n\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("+3\r\nabc\r\n0\r\n\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("0x3\r\nabc\r\n0\r\n\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("-1\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT(";x\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("3 \r\nabc\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT(" 3\r\nabc\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("3\nabc\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("3\r\nabc\n0\r\n\r\n"), TEXT("abc"), 0 },
    { HTTP_BROKEN, TEXT("3\r\nabcd\r\n0\r\n\r\n"), TEXT("abc"), 0 },
    { HTTP_BROKEN, TEXT("3\r\nab\r\n0\r\n\r\n"), TEXT("ab\r"), 0 },
    { HTTP_BROKEN, TEXT("3;a\nb\r\nabc\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("3;a\0b\r\nabc\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("3\rX"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("fffffffff\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("0\r\nT v\r\n\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("0\r\n: v\r\n\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("0\r\nT: v\n\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("0\r\n T: v\r\n\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("0\r\nT\r\n\r\n"), TEXT(""), 0 },
    { HTTP_BROKEN, TEXT("0\r\n\rX"), TEXT(""), 0 },
};

/* Feeds `bytes` in pieces of `step`; gives the end, the body and what is left. */
static enum http_progress decode(struct slice bytes, size_t step, char *body, size_t *body_size,
                                 size_t *left)
{
    struct http_chunks chunks = { 0 };
    size_t             at     = 0, used;
    struct slice       data;

    *body_size = 0;
    while (at < bytes.size) {
        struct slice piece = { bytes.data + at, bytes.size - at < step ? bytes.size - at : step };
        enum http_progress progress = http_read_chunk(&chunks, piece, &used, &data);
        if (data.size) memcpy(body + *body_size, data.data, data.size);
        *body_size += data.size;
        at += used;
        *left = bytes.size - at;
        if (progress != HTTP_MORE) return progress;
    }
    return HTTP_MORE;
}

static void every_chunked_body_ends_the_same_however_it_is_cut(void **state)
{
    char   body[256];
    size_t size, left;
    (void)state;

    for (size_t i = 0; i < COUNT(bodies); i++)
        for (size_t step = 1; step <= bodies[i].bytes.size; step++) {
            enum http_progress end = decode(bodies[i].bytes, step, body, &size, &left);
            if (end != bodies[i].end) print_error("body %zu in steps of %zu\n", i, step);
            assert_int_equal(end, bodies[i].end);
            assert_true(slice_equal((struct slice){ body, size }, bodies[i].body));
            if (end == HTTP_DONE) assert_int_equal(left, bodies[i].left);
        }
}

static void framing_of_chunks_is_bounded(void **state)
{
    struct http_chunks chunks = { 0 };
    struct slice       data;
    size_t             used, taken = 0;
    char               extended[128];
    (void)state;

    /* An extension a chunk: each is short, all together are too much. */
    int size = snprintf(extended, sizeof extended, "1;%0100d\r\na\r\n", 0);
    while (taken < 1 << 20) {
        struct slice       rest     = { extended, (size_t)size };
        enum http_progress progress = HTTP_MORE;
        while (rest.size && progress == HTTP_MORE) {
            progress = http_read_chunk(&chunks, rest, &used, &data);
            rest     = (struct slice){ rest.data + used, rest.size - used };
            taken += used;
        }
        if (progress == HTTP_BROKEN) break;
    }
    assert_in_range(taken, HTTP_EXTENSIONS_MAX / 2, 2 * HTTP_EXTENSIONS_MAX);

    chunks = (struct http_chunks){ 0 };
    for (taken = 0; taken < 1 << 20; taken++)
        if (http_read_chunk(&chunks, taken ? SLICE("x") : SLICE("1;"), &used, &data) == HTTP_BROKEN)
            break;
    assert_in_range(taken, HTTP_CHUNK_LINE_MAX - 3, HTTP_CHUNK_LINE_MAX);

    chunks = (struct http_chunks){ 0 };
    assert_int_equal(http_read_chunk(&chunks, SLICE("0\r\nT:"), &used, &data), HTTP_MORE);
    for (taken = 0; taken < 1 << 20; taken++)
        if (http_read_chunk(&chunks, SLICE("x"), &used, &data) == HTTP_BROKEN) break;
    assert_in_range(taken, HTTP_TRAILERS_MAX - 3, HTTP_TRAILERS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_head_ends_the_same_however_it_is_cut),
        cmocka_unit_test(a_head_is_read_into_its_parts),
        cmocka_unit_test(head_reads_as_get_and_an_absolute_target_loses_its_host),
        cmocka_unit_test(every_limit_holds_exactly),
        cmocka_unit_test(every_chunked_body_ends_the_same_however_it_is_cut),
        cmocka_unit_test(framing_of_chunks_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
