/* request.h -- one request and its answer, as a handler sees them.
 *
 * A request is first admitted, or answered, when its head is there (server.h); a handler
 * gets it when its body is there whole. It answers
 * at once, or keeps the pointer ("parks" it) and answers later. Every request
 * is finished exactly once, by request_answer(), request_stream_end() or
 * request_stream_cut(); until then it stays valid, even if its connection has
 * long gone: what is written then goes nowhere. After that the pointer is dead.
 *
 *     request_header(request, "ETag", tag);
 *     request_answer(request, 200, "application/json", buffer_slice(&body));
 *
 * The server adds Date, Content-Length or chunked coding, and Connection; keeps
 * the body back for HEAD; and answers a malformed or oversized request itself,
 * so a handler never sees one.
 *
 * THREADS   The loop thread that called the handler; from others post with
 *           server_post(). Nothing here blocks or calls a hook from inside.
 * MEMORY    The request owns its arena, head and body: they end with it. Bodies
 *           and header values handed in are copied before a call returns.
 * ERRORS    A client that left is no error: see struct request_watch. A header
 *           with control characters, a second answer, or a status out of
 *           100 … 599 is our mistake: ensure().
 */
#ifndef PIOT_API_HTTP_REQUEST_H
#define PIOT_API_HTTP_REQUEST_H

#include "api/http/http.h"
#include "core/base/arena.h"
#include "core/base/ids.h"

struct server;

/* Where a connection came from. An IPv4 address mapped into IPv6 is IPv4 here. */
struct peer {
    unsigned family;      /* 4 or 6 */
    uint8_t  address[16]; /* the first 4 bytes for IPv4 */
    uint16_t port;
};
/* Whom shares and limits are counted by as long as nothing is proven: one IPv4 address, or a
 * /64 of IPv6, for whoever has one address of it has them all. A key for tables only. */
struct id peer_block(struct peer peer);

struct request {
    struct arena            arena; /* for as long as the request */
    const struct http_head *head;
    struct slice            body; /* decoded; empty if there was none */
    bool                    late; /* the body was not there with the head, but came in pieces */
    struct peer             peer; /* admit() may put in whom a proxy brings */
    struct server          *server;
    void                   *own; /* the handler's: the server never looks */
};

/* Adds a header to the answer, before request_answer() or _stream_begin(). Date,
 * Content-Length, Content-Type, Connection and Transfer-Encoding are the
 * server's own. `name` is a literal. */
void request_header(struct request *request, const char *name, struct slice value);
/* Those added so far are not sent: the answer is another one than they were for. */
void request_headers_forget(struct request *request);

/* Answers and finishes. `content_type` may be NULL when there is no body. 204
 * and 304 have none. For HEAD the body is only counted. */
void request_answer(struct request *request, int status, const char *content_type,
                    struct slice body);
/* Answers with the body that the server's error hook writes for `status`, as it
 * does for requests it refuses itself. `why` is a fixed sentence. */
void request_refuse(struct request *request, int status, const char *why);
/* Finishes without an answer by closing the connection: for handlers that find
 * they must not go on. */
void request_abandon(struct request *request);

/* What a parked or streaming request wants to be told. Each hook may be NULL, is
 * called from the loop, never from inside a call of this file, and may finish
 * the request. */
struct request_watch {
    void *context;
    /* The client left, or read so slowly that it was cut off. Told at most once;
     * the request is still to be finished. A client that only closed its sending
     * side is still there for an answer, but not for a stream. */
    void (*gone)(void *context, struct request *request);
    /* What was unsent of a stream has gone out down to `room_below` bytes. */
    void (*room)(void *context, struct request *request);
    size_t room_below;
    /* The server is draining: say a last word and finish soon; what has not when
     * the time is up is cut. Also told at once when a stream begins while draining. */
    void (*stopping)(void *context, struct request *request);
};
void request_watch(struct request *request, struct request_watch watch);

/* An answer whose length is not known before it ends: server-sent events, lines
 * of JSON. Chunked for HTTP/1.1; for 1.0 the end of the connection ends it. For
 * HEAD the head goes out, writes are dropped, and `gone` is told: there is no
 * more to do than to end it. */
void request_stream_begin(struct request *request, int status, const char *content_type);
/* Sends what the socket takes, keeps the rest; gives how many bytes are unsent
 * now, 0 when the client has gone. The caller keeps this bounded: it stops and
 * waits for `room`, or cuts the reader off. An empty slice only asks. The bytes
 * kept by the kernel do not count; it is told to hold at most SERVER_KERNEL_MAX. */
size_t request_stream_write(struct request *request, struct slice bytes);
/* Ends it well, and finishes the request; what is unsent still goes out. */
void request_stream_end(struct request *request);
/* Ends it at once, so that the client sees a broken stream, and finishes. */
void request_stream_cut(struct request *request);

/* Whether the client is known to have gone: an answer would go nowhere. */
bool request_gone(const struct request *request);

#endif
