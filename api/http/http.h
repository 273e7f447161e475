/* http.h -- reading HTTP/1.1 (RFC 9112), strictly.
 *
 * Two readers of one message would disagree about where it ends, and that is
 * how requests are smuggled; so whatever the standard lets a receiver refuse is
 * refused here: lines end with CRLF, nothing is folded, no blank stands before
 * a colon, there is exactly one valid Host, a length is said once and in digits,
 * "chunked" is the only transfer coding and never stands beside a length.
 *
 * A head is read when it is there whole; http_find_end() says when that is, and
 * finds early what can never become one. A chunked body is decoded as its bytes
 * come in, in pieces of any size.
 *
 * THREADS   Pure.
 * MEMORY    Slices in a head borrow the bytes it was read from.
 * ERRORS    struct http_fault: the status to answer with, and a fixed sentence
 *           that never repeats what was sent. After a fault the connection is of
 *           no more use.
 */
#ifndef PIOT_API_HTTP_HTTP_H
#define PIOT_API_HTTP_HTTP_H

#include "core/base/arena.h"

enum {
    HTTP_HEAD_MAX          = 16 * 1024, /* request line and headers; the wire contract's limit */
    HTTP_TARGET_MAX        = 4096,      /* what a path and its query ever need, and then some */
    HTTP_METHOD_MAX        = 16,        /* the longest in use has 9 letters */
    HTTP_HEADERS_MAX       = 64,        /* lines; browsers behind proxies send about 30 */
    HTTP_CHUNK_LINE_MAX    = 256,       /* one chunk's size and extensions, without CRLF */
    HTTP_CHUNK_SIZE_DIGITS = 8,         /* leading zeros count: no run of them is free */
    HTTP_EXTENSIONS_MAX    = 4096,      /* all extensions of one body: we ignore them all */
    HTTP_TRAILERS_MAX      = 4096,      /* all trailers of one body: we ignore them all */
};

struct http_fault {
    int         status; /* 0: none */
    const char *why;    /* a literal; NULL with 0 */
};

enum http_method {
    HTTP_OTHER = 0, /* a well-formed method nobody here has heard of: see method_text */
    HTTP_GET,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
};

struct http_header {
    struct slice name;  /* as sent; compare with http_header() */
    struct slice value; /* without blanks around it; may be empty */
};

struct http_head {
    enum http_method   method;      /* HEAD reads as HTTP_GET with head_only */
    struct slice       method_text; /* as sent */
    bool               head_only;   /* the server leaves the body out; handlers need not care */
    bool               is_1_0;
    bool               keep_alive; /* the client would like another request after this */
    bool               chunked;    /* the body comes in chunks; content_length is 0 then */
    bool               expects_continue;
    uint64_t           content_length;
    struct slice       host;
    struct slice       target; /* origin-form, still percent-encoded: path[?query] */
    struct slice       path;   /* begins with "/" */
    struct slice       query;  /* after "?"; nothing if there was none */
    size_t             header_count;
    struct http_header headers[HTTP_HEADERS_MAX];
};

/* How far a head has been looked through; starts as { 0 }. */
struct http_scan {
    size_t at;   /* bytes known to be whole lines */
    size_t seen; /* bytes of `bytes` already searched */
};
/* Looks for the end of a head in `bytes`, which starts with its first byte and
 * has only grown since the last call. Gives the head's size, with the empty line
 * and with one empty line before it, or 0: it is not there yet. A fault is
 * found as early as possible: a byte no head begins with, a bare LF, too long. */
size_t http_find_end(struct http_scan *scan, struct slice bytes, struct http_fault *fault);

/* Reads a head whose size http_find_end() gave. `head` is overwritten. */
must_use struct http_fault http_read_head(struct slice bytes, struct http_head *head);

/* The first header of this name, in any case; data NULL: there is none. Those
 * that must not repeat (Host, Content-Length, Content-Type, Authorization, … :
 * the table in http.c) were refused if they did. */
struct slice http_header(const struct http_head *head, const char *name);
/* All lines of a comma-separated header as one; data NULL: there is none. */
struct slice http_header_all(const struct http_head *head, const char *name, struct arena *arena);

/* "OK", "Not Found" …; "Status" for a number without a name. */
const char *http_reason(int status);

/* Whether `value` may stand in a header: no control characters but tab. */
bool http_value_is_plain(struct slice value);

/* A chunked body on its way in; starts as { 0 }. */
struct http_chunks {
    int      state;
    unsigned line;       /* bytes of this size line */
    unsigned digits;     /* of this chunk's size */
    unsigned extensions; /* bytes of them in this body */
    unsigned trailers;   /* bytes of them in this body */
    uint64_t left;       /* of this chunk's data */
};
enum http_progress { HTTP_MORE, HTTP_DONE, HTTP_BROKEN };
/* Takes the next bytes. `used` says how many were taken, `data` which of them
 * are body: a part of `bytes`, often empty. HTTP_MORE with used == bytes.size
 * asks for more bytes, with fewer for another call with the rest. HTTP_DONE:
 * the body ended with the last byte taken; what follows is the next request. */
enum http_progress http_read_chunk(struct http_chunks *chunks, struct slice bytes, size_t *used,
                                   struct slice *data);

#endif
