/* http_chunks.c -- the chunked body, byte by byte, and the names of statuses.
 *
 *     1a;extension CRLF data CRLF  …  0 CRLF  name: trailer CRLF  …  CRLF
 *
 * Extensions and trailers are checked, counted and left out: nothing here has a
 * use for them, and a trailer that became a header would be a way in.
 */
#include "api/http/http.h"

enum {
    SIZE = 0,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER, /* at its first byte, or at the last empty line */
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    LAST_LF,
    ENDED,
    BROKEN,
};

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool is_plain(char c) { return http_value_is_plain((struct slice){ &c, 1 }); }

/* Blanks and colons end a trailer's name; the rest of what a token may not hold
 * is let through, for the name is thrown away. */
static bool is_name(char c) { return is_plain(c) && c != ' ' && c != '\t' && c != ':'; }

static int next_in_size(struct http_chunks *chunks, char c)
{
    int value = hex_value(c);

    if (value >= 0) {
        if (++chunks->digits > HTTP_CHUNK_SIZE_DIGITS) return BROKEN;
        chunks->left = chunks->left * 16 + (unsigned)value;
        return SIZE;
    }
    if (chunks->digits == 0) return BROKEN;
    if (c == ';') return EXTENSION;
    return c == '\r' ? SIZE_LF : BROKEN;
}

static int next_in_extension(struct http_chunks *chunks, char c)
{
    if (c == '\r') return SIZE_LF;
    if (!is_plain(c) || ++chunks->extensions > HTTP_EXTENSIONS_MAX) return BROKEN;
    return EXTENSION;
}

static int next_in_trailers(struct http_chunks *chunks, char c)
{
    if (++chunks->trailers > HTTP_TRAILERS_MAX) return BROKEN;
    switch (chunks->state) {
    case TRAILER:
        if (c == '\r') return LAST_LF;
        return is_name(c) ? TRAILER_NAME : BROKEN;
    case TRAILER_NAME:
        if (c == ':') return TRAILER_VALUE;
        return is_name(c) ? TRAILER_NAME : BROKEN;
    case TRAILER_VALUE:
        if (c == '\r') return TRAILER_LF;
        return is_plain(c) ? TRAILER_VALUE : BROKEN;
    case TRAILER_LF: return c == '\n' ? TRAILER : BROKEN;
    case LAST_LF: return c == '\n' ? ENDED : BROKEN;
    }
    impossible("a state that is not of the trailers");
}

static int next_state(struct http_chunks *chunks, char c)
{
    switch (chunks->state) {
    case SIZE:
        if (++chunks->line > HTTP_CHUNK_LINE_MAX) return BROKEN;
        return next_in_size(chunks, c);
    case EXTENSION:
        if (++chunks->line > HTTP_CHUNK_LINE_MAX) return BROKEN;
        return next_in_extension(chunks, c);
    case SIZE_LF:
        if (c != '\n') return BROKEN;
        return chunks->left ? DATA : TRAILER;
    case DATA_CR: return c == '\r' ? DATA_LF : BROKEN;
    case DATA_LF: chunks->line = chunks->digits = 0; return c == '\n' ? SIZE : BROKEN;
    default: return next_in_trailers(chunks, c);
    }
}

enum http_progress http_read_chunk(struct http_chunks *chunks, struct slice bytes, size_t *used,
                                   struct slice *data)
{
    *used = 0;
    *data = (struct slice){ bytes.data, 0 };
    ensure(chunks->state != ENDED);
    while (*used < bytes.size && chunks->state != BROKEN) {
        if (chunks->state == DATA) {
            size_t room = bytes.size - *used;
            *data       = (struct slice){ bytes.data + *used,
                                    chunks->left < room ? (size_t)chunks->left : room };
            *used += data->size;
            chunks->left -= data->size;
            if (chunks->left == 0) chunks->state = DATA_CR;
            return HTTP_MORE;
        }
        chunks->state = next_state(chunks, bytes.data[(*used)++]);
        if (chunks->state == ENDED) return HTTP_DONE;
    }
    return chunks->state == BROKEN ? HTTP_BROKEN : HTTP_MORE;
}

const char *http_reason(int status)
{
    static const struct {
        int         status;
        const char *reason;
    } reasons[] = {
        { 200, "OK" },
        { 201, "Created" },
        { 202, "Accepted" },
        { 204, "No Content" },
        { 301, "Moved Permanently" },
        { 302, "Found" },
        { 303, "See Other" },
        { 304, "Not Modified" },
        { 307, "Temporary Redirect" },
        { 308, "Permanent Redirect" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 406, "Not Acceptable" },
        { 408, "Request Timeout" },
        { 409, "Conflict" },
        { 410, "Gone" },
        { 412, "Precondition Failed" },
        { 413, "Content Too Large" },
        { 414, "URI Too Long" },
        { 415, "Unsupported Media Type" },
        { 417, "Expectation Failed" },
        { 422, "Unprocessable Content" },
        { 428, "Precondition Required" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 503, "Service Unavailable" },
        { 504, "Gateway Timeout" },
        { 505, "HTTP Version Not Supported" },
    };

    for (size_t i = 0; i < COUNT(reasons); i++)
        if (reasons[i].status == status) return reasons[i].reason;
    return "Status";
}
