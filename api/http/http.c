#include "api/http/http.h"

#include <string.h>

#include "core/base/text.h"

/* The headers that steer the reader, and those that may stand once only: were
 * one repeated, whoever checked the first and whoever used the second would
 * speak of different requests. */
enum meaning { PLAIN, HOST, LENGTH, CODING, EXPECTATION, CONNECTION };
/* clang-format off */
#define TEXT(literal) { "" literal, sizeof(literal) - 1 }
static const struct {
    struct slice name;
    enum meaning meaning;
    bool         once;
} known[] = {
    { TEXT("Host"),              HOST,        true },
    { TEXT("Content-Length"),    LENGTH,      true },
    { TEXT("Transfer-Encoding"), CODING,      true },
    { TEXT("Expect"),            EXPECTATION, true },
    { TEXT("Connection"),        CONNECTION,  false },
    { TEXT("Content-Type"),      PLAIN,       true },
    { TEXT("Content-Encoding"),  PLAIN,       true },
    { TEXT("Authorization"),     PLAIN,       true },
    { TEXT("Idempotency-Key"),   PLAIN,       true },
    { TEXT("If-Match"),          PLAIN,       true },
    { TEXT("Last-Event-ID"),     PLAIN,       true },
    { TEXT("Origin"),            PLAIN,       true },
    { TEXT("Cookie"),            PLAIN,       true }, /* RFC 6265, 5.4: no more than one */
    { TEXT("Sec-Fetch-Site"),    PLAIN,       true },
    { TEXT("webhook-id"),        PLAIN,       true },
    { TEXT("webhook-timestamp"), PLAIN,       true },
    { TEXT("webhook-signature"), PLAIN,       true },
    { TEXT("x-correlator"),      PLAIN,       true },
    { TEXT("traceparent"),       PLAIN,       true },
};
/* clang-format on */

static struct http_fault fault(int status, const char *why)
{
    return (struct http_fault){ status, why };
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool http_value_is_plain(struct slice value)
{
    for (size_t i = 0; i < value.size; i++) {
        unsigned char c = (unsigned char)value.data[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) return false;
    }
    return true;
}

size_t http_find_end(struct http_scan *scan, struct slice bytes, struct http_fault *found)
{
    size_t first = bytes.size && bytes.data[0] == '\r' ? 2 : 0; /* one empty line is let pass */

    ensure(scan->at <= scan->seen && scan->seen <= bytes.size);
    *found = (struct http_fault){ 0 };
    if (bytes.size > first && !text_is_token_char(bytes.data[first])) {
        *found = fault(400, "A request begins with a method.");
        return 0;
    }
    while (scan->seen < bytes.size) {
        const char *lf = memchr(bytes.data + scan->seen, '\n', bytes.size - scan->seen);
        if (!lf) break;
        size_t end = (size_t)(lf - bytes.data);
        if (end == 0 || bytes.data[end - 1] != '\r') {
            *found = fault(400, "A line ends with CR LF.");
            return 0;
        }
        bool empty = end == scan->at + 1;
        scan->at = scan->seen = end + 1;
        if (empty && end + 1 > 2) {
            if (end < HTTP_HEAD_MAX) return end + 1;
            break;
        }
    }
    scan->seen = bytes.size;
    if (scan->at <= first && bytes.size > HTTP_METHOD_MAX + HTTP_TARGET_MAX + sizeof "  HTTP/1.1")
        *found = fault(414, "The request line is too long.");
    else if (bytes.size >= HTTP_HEAD_MAX) *found = fault(431, "The headers are too large.");
    return 0;
}

/* Cuts the next line off `rest`, without its CRLF. */
static bool take_line(struct slice *rest, struct slice *line)
{
    const char *lf = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;
    if (!lf || lf == rest->data || lf[-1] != '\r') return false;
    size_t size = (size_t)(lf - rest->data);
    *line       = (struct slice){ rest->data, size - 1 };
    *rest       = (struct slice){ lf + 1, rest->size - size - 1 };
    return true;
}

/* Cuts `rest` at the first `mark`, which neither part keeps. */
static bool take_until(struct slice *rest, char mark, struct slice *part)
{
    const char *at = rest->size ? memchr(rest->data, mark, rest->size) : NULL;
    if (!at) return false;
    *part = (struct slice){ rest->data, (size_t)(at - rest->data) };
    *rest = (struct slice){ at + 1, rest->size - part->size - 1 };
    return true;
}

static struct http_fault read_method(struct slice text, struct http_head *head)
{
    static const struct {
        struct slice     name;
        enum http_method method;
    } methods[] = {
        { TEXT("GET"), HTTP_GET },       { TEXT("POST"), HTTP_POST },
        { TEXT("PUT"), HTTP_PUT },       { TEXT("PATCH"), HTTP_PATCH },
        { TEXT("DELETE"), HTTP_DELETE }, { TEXT("OPTIONS"), HTTP_OPTIONS },
        { TEXT("HEAD"), HTTP_GET },
    };

    if (!text_token(text)) return fault(400, "The method is malformed.");
    if (text.size > HTTP_METHOD_MAX || slice_equal(text, SLICE("CONNECT")) ||
        slice_equal(text, SLICE("TRACE")))
        return fault(501, "This method is not implemented.");
    head->method_text = text;
    head->head_only   = slice_equal(text, SLICE("HEAD"));
    for (size_t i = 0; i < COUNT(methods); i++)
        if (slice_equal(text, methods[i].name)) head->method = methods[i].method;
    return fault(0, NULL);
}

static struct http_fault read_version(struct slice text, struct http_head *head)
{
    if (text.size != 8 || memcmp(text.data, "HTTP/", 5) != 0 || !is_digit(text.data[5]) ||
        text.data[6] != '.' || !is_digit(text.data[7]))
        return fault(400, "The protocol version is malformed.");
    if (text.data[5] != '1' || text.data[7] > '1')
        return fault(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
    head->is_1_0     = text.data[7] == '0';
    head->keep_alive = !head->is_1_0;
    return fault(0, NULL);
}

/* The visible characters, but for those that browsers never send raw: what an
 * RFC 3986 parser calls an error but the URL standard sends ("[", "|") may pass,
 * what could end the target or begin a fragment may not. */
static bool target_is_plain(struct slice target)
{
    for (size_t i = 0; i < target.size; i++) {
        char c = target.data[i];
        if (c <= 0x20 || c >= 0x7f || c == '"' || c == '#' || c == '<' || c == '>' || c == '\\')
            return false;
    }
    return true;
}

/* A target in absolute form must name the very host of the Host header; it is
 * taken off, so that nobody after us sees two hosts. */
static struct http_fault read_target(struct http_head *head)
{
    struct slice rest = head->target;
    struct slice scheme, authority;

    if (rest.size && rest.data[0] != '/' && take_until(&rest, ':', &scheme)) {
        bool web = text_same_word(scheme, SLICE("http")) || text_same_word(scheme, SLICE("https"));
        if (!web || !slice_starts(rest, SLICE("//")))
            return fault(400, "The target is not a path.");
        rest = (struct slice){ rest.data + 2, rest.size - 2 };
        if (!take_until(&rest, '/', &authority) || !text_same_word(authority, head->host))
            return fault(400, "The target names another host.");
        rest = (struct slice){ rest.data - 1, rest.size + 1 };
    }
    if (!rest.size || rest.data[0] != '/') return fault(400, "The target is not a path.");
    head->target = head->path = rest;
    if (take_until(&rest, '?', &head->path)) head->query = rest;
    return fault(0, NULL);
}

static struct http_fault read_request_line(struct slice line, struct http_head *head)
{
    struct slice      method;
    struct http_fault found;

    if (!take_until(&line, ' ', &method) || !take_until(&line, ' ', &head->target))
        return fault(400, "The request line is malformed.");
    found = read_method(method, head);
    if (found.status) return found;
    if (head->target.size > HTTP_TARGET_MAX) return fault(414, "The target is too long.");
    if (!target_is_plain(head->target)) return fault(400, "The target is malformed.");
    return read_version(line, head);
}

/* host[:port]: a name, an IPv4 address, or an IPv6 address in brackets. */
static bool host_is_valid(struct slice host)
{
    size_t at = 0;

    if (host.size && host.data[0] == '[') {
        const char *end = memchr(host.data, ']', host.size);
        uint8_t     address[16];
        if (!end) return false;
        at = (size_t)(end - host.data) + 1;
        if (!text_ipv6((struct slice){ host.data + 1, at - 2 }, address)) return false;
    } else {
        while (at < host.size && (is_letter(host.data[at]) || is_digit(host.data[at]) ||
                                  (host.data[at] && strchr("-._~", host.data[at]))))
            at++;
    }
    if (at == 0 || at == host.size) return at > 0;
    if (host.data[at] != ':' || host.size - at > 6 || host.size - at < 2) return false;
    while (++at < host.size)
        if (!is_digit(host.data[at])) return false;
    return true;
}

static struct slice trim(struct slice text)
{
    while (text.size && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text.data++;
        text.size--;
    }
    while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
        text.size--;
    return text;
}

static bool lists(struct slice value, struct slice word)
{
    struct slice part;

    while (take_until(&value, ',', &part))
        if (text_same_word(trim(part), word)) return true;
    return text_same_word(trim(value), word);
}

static struct http_fault read_meaning(struct http_head *head, enum meaning meaning,
                                      struct slice value)
{
    switch (meaning) {
    case PLAIN: break;
    case HOST:
        if (!host_is_valid(value)) return fault(400, "The Host header is malformed.");
        head->host = value;
        break;
    case LENGTH:
        if (!text_u64(value, &head->content_length))
            return fault(400, "The Content-Length is malformed.");
        break;
    case CODING:
        if (head->is_1_0) return fault(400, "HTTP/1.0 has no transfer codings.");
        if (!text_same_word(value, SLICE("chunked")))
            return fault(501, "The only transfer coding here is chunked.");
        head->chunked = true;
        break;
    case EXPECTATION:
        if (!text_same_word(value, SLICE("100-continue")))
            return fault(417, "The only expectation met here is 100-continue.");
        head->expects_continue = !head->is_1_0;
        break;
    case CONNECTION:
        if (lists(value, SLICE("close"))) head->keep_alive = false;
        else if (head->is_1_0 && lists(value, SLICE("keep-alive"))) head->keep_alive = true;
        break;
    }
    return fault(0, NULL);
}

static struct http_fault read_header(struct slice line, struct http_head *head, uint32_t *seen)
{
    struct slice name;

    if (head->header_count == HTTP_HEADERS_MAX) return fault(431, "There are too many headers.");
    if (!take_until(&line, ':', &name) || !text_token(name))
        return fault(400, "A header line is malformed.");
    struct slice value = trim(line);
    if (!http_value_is_plain(value)) return fault(400, "A header holds a control character.");
    head->headers[head->header_count++] = (struct http_header){ name, value };

    for (size_t i = 0; i < COUNT(known); i++) {
        if (name.size != known[i].name.size || !text_same_word(name, known[i].name)) continue;
        if (known[i].once && (*seen & UINT32_C(1) << i))
            return fault(400, "A header that stands once is repeated.");
        *seen |= UINT32_C(1) << i;
        return read_meaning(head, known[i].meaning, value);
    }
    return fault(0, NULL);
}

struct http_fault http_read_head(struct slice bytes, struct http_head *head)
{
    struct slice      line;
    struct http_fault found;
    uint32_t          seen = 0;
    enum { SEEN_HOST = 1 << 0, SEEN_LENGTH = 1 << 1 }; /* by the order of the table */

    _Static_assert(COUNT(known) <= 32, "`seen` has a bit for each");
    memset(head, 0, offsetof(struct http_head, headers));
    if (slice_starts(bytes, SLICE("\r\n"))) take_line(&bytes, &line);
    if (!take_line(&bytes, &line)) return fault(400, "The request line is malformed.");
    found = read_request_line(line, head);
    while (!found.status) {
        if (!take_line(&bytes, &line)) return fault(400, "A header line is malformed.");
        if (line.size == 0) break;
        found = read_header(line, head, &seen);
    }
    if (found.status) return found;
    if (bytes.size) return fault(400, "A header line is malformed.");
    if (!head->is_1_0 && !(seen & SEEN_HOST)) return fault(400, "There is no Host header.");
    if (head->chunked && (seen & SEEN_LENGTH))
        return fault(400, "A body is either chunked or has a length.");
    return read_target(head);
}

struct slice http_header(const struct http_head *head, const char *name)
{
    struct slice wanted = slice_text(name);

    for (size_t i = 0; i < head->header_count; i++)
        if (head->headers[i].name.size == wanted.size &&
            text_same_word(head->headers[i].name, wanted))
            return head->headers[i].value;
    return (struct slice){ 0 };
}

struct slice http_header_all(const struct http_head *head, const char *name, struct arena *arena)
{
    struct slice wanted = slice_text(name), all = { 0 };

    for (size_t i = 0; i < head->header_count; i++) {
        struct slice value = head->headers[i].value;
        if (!text_same_word(head->headers[i].name, wanted)) continue;
        all = !all.data ? value
                        : arena_print(arena, "%.*s, %.*s", (int)all.size, all.data, (int)value.size,
                                      value.data);
    }
    return all;
}
