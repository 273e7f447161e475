/* server.h -- HTTP/1.1 over TCP and TLS, for one loop thread.
 *
 * A server is an event loop with a listening socket of its own; several of one
 * program share a port through SO_REUSEPORT, one a thread, and share nothing else.
 * Another program's is refused: it would get a part of the callers. It takes
 * connections, reads requests whole, hands them to `handle`, writes answers, and
 * guards itself against clients that are slow, greedy, broken or hostile. It
 * knows no routes, no JSON and no callers.
 *
 * Why not libevent's evhttp: it reads leniently what decides where a request
 * ends (unknown transfer codings, two lengths, "+3", bare LF), so a strict
 * reader would have to stand before it; its time limits are for silence only,
 * so a byte a second holds a connection forever; and it has no bound on
 * chunk-size lines, pipelined input or unsent output. One strict reader
 * (api/http/http.h) on libevent's bufferevents is less code than a guard before a
 * second reader, cannot disagree with itself, and is faster.
 *
 * A connection has one request in progress. What a client pipelines waits in a
 * bounded buffer and then in the kernel; the next request is begun when the
 * answer before it is nearly out. The phases of a connection and the time each
 * may take, all in, not only in silence, are the table in connection.c.
 *
 * Too many connections: of those that wait for a request (headers half sent or none, or
 * the body of somebody who has proven nothing) one makes room, the one that has waited
 * longest of the address block (peer_block() in request.h) that has most connections. It has
 * waited a second at least; or a tenth of that if its block has more than one in
 * SERVER_CROWD_PART of all connections: a crowd gives way soon, so that others need not queue
 * behind it. If none can go, accepting pauses, and new connections wait in the backlog.
 *
 * BODIES    A request is admitted or refused when its head is there. Bodies that come in
 * pieces hold memory meanwhile, so all of a server's are bounded. Of it, those of callers who
 * have proven nothing get SERVER_UNPROVEN_MAX, and one address block never more than is still
 * free of that: whoever comes next finds room. Who finds none is answered 503.
 *
 * THREADS   All on the thread in server_run(), but server_post(), server_bell_ring(),
 *           server_stop(), server_port() and server_count(), which any thread may call.
 *           server_open() and server_close() while nobody runs it.
 * MEMORY    About 1.7 KiB an idle connection; one with a request adds its
 *           arena and the body received so far.
 * ERRORS    server_open(): STATUS_CONFLICT the address is taken, STATUS_INVALID
 *           it is no address, STATUS_IO else. Clients' errors end with them.
 *           The process must not die of SIGPIPE: server_open() ignores it.
 */
#ifndef PIOT_API_HTTP_SERVER_H
#define PIOT_API_HTTP_SERVER_H

#include "api/http/request.h"
#include "core/base/clock.h"

struct ssl_ctx_st; /* OpenSSL's SSL_CTX, made by api/http/tls.h */

enum {
    SERVER_BACKLOG     = 1024,             /* the kernel queues this many new connections */
    SERVER_INPUT_MAX   = 32 * 1024,        /* unread input a connection may hold: two heads */
    SERVER_UNSENT_EASY = 16 * 1024,        /* unsent answers that do not hold up the next */
    SERVER_KERNEL_MAX  = 64 * 1024,        /* unsent bytes the kernel may hold a connection */
    SERVER_BODIES_MAX  = 64 * 1024 * 1024, /* all bodies being received; beyond it: 503 */
    /* … of those of callers who have proven nothing: what is left is for the others */
    SERVER_UNPROVEN_MAX = SERVER_BODIES_MAX / 2,
    SERVER_LINGER_MAX   = 1024 * 1024, /* input thrown away after a last answer */
    SERVER_STALL_MIN    = 1024,        /* bytes a reader must take in stall_ms, or all there are */
    SERVER_INBOX_MAX    = 65536,       /* words posted and not yet run */
    SERVER_EVICT_MS     = 1000,        /* a connection younger than this may be about to speak */
    SERVER_CROWD_MS     = 100,         /* … of a crowd: it was to speak as soon as it was there */
    SERVER_CROWD_PART   = 8,           /* one in so many connections: more than a household's */
    SERVER_RETRY_MS     = 50,          /* how long accepting pauses before it looks again */
};

/* What is to become of a request whose head is there. */
struct admission {
    bool   refused;  /* it has been answered; what it has of a body is not wanted */
    bool   proven;   /* who is asking is known */
    size_t body_max; /* a larger body is answered 413 */
};

struct server_hooks {
    void *context;
    /* A request's head is there: answer it already, or say how large its body may be.
     * Before "100 Continue" and any of the body. An answer ends the connection unless all
     * of the body has come with the head. NULL: all are admitted. */
    struct admission (*admit)(void *context, struct request *request);
    size_t body_max; /* of all, without `admit` */
    /* An admitted request is there, head and body. Answer it, or park it. */
    void (*handle)(void *context, struct request *request);
    /* Writes the body of an error answer from `arena`, and its type. The status
     * is 400 408 413 414 417 431 501 503 505, or one given to request_refuse(); headers
     * that admit() added are forgotten.
     * `why` is a fixed sentence. NULL: no body. The request's head is NULL if it
     * could not be read; request_header() works all the same. */
    struct slice (*error_body)(void *context, struct request *request, struct arena *arena,
                               int status, const char *why, const char **content_type);
    /* The drain has begun, on the loop thread. May be NULL. */
    void (*stopping)(void *context);
};

struct server_settings {
    const char         *address; /* "127.0.0.1", "::" (both families), "::1"; no names */
    uint16_t            port;    /* 0: the kernel chooses, see server_port() */
    struct server      *joins;   /* NULL, or an open one whose port it shares: `port` is that */
    struct ssl_ctx_st  *tls;     /* NULL: plain; must outlive the server */
    struct server_hooks hooks;
    struct clock        clock; /* for Date */
    unsigned            connections_max;
    /* Time limits. Each covers the whole of its phase. */
    unsigned idle_ms;   /* between requests, until the first byte */
    unsigned head_ms;   /* from the first byte (or the accept, TLS included) to the head's end */
    unsigned body_ms;   /* from the head's end to the body's */
    unsigned stall_ms;  /* for a reader to take SERVER_STALL_MIN bytes of what is unsent */
    unsigned linger_ms; /* for a client to close after a last answer */
    unsigned drain_ms;  /* from server_stop() until what is left is cut */
};
/* Sensible limits for everything but address, port, tls and hooks. */
struct server_settings server_settings_default(void);

must_use struct status server_open(struct server **server, const struct server_settings *settings);
/* Serves until it has drained. */
void server_run(struct server *server);
/* Begins the drain: no more new connections, idle connections close, requests in
 * progress are finished and their connections closed, streams are told; at
 * drain_ms the rest is cut and the loop ends. A second call changes nothing. */
void server_stop(struct server *server);
/* Runs what is still in the inbox, then frees all; requests nobody finished are
 * released. Whoever may still post must have stopped. NULL is fine. */
void     server_close(struct server *server);
uint16_t server_port(const struct server *server);
/* Could one be opened there just now? For who would rather know before doing anything else.
 * STATUS_CONFLICT: another program has the port. Any thread. */
must_use struct status server_can_listen(const char *address, uint16_t port);
bool                   server_stopping(const struct server *server); /* loop thread */

/* Runs `run(argument)` on the loop thread, in the order posted. False: the inbox
 * is full and nothing was taken; whoever may not lose a word bounds what it has
 * under way below SERVER_INBOX_MAX. Posting from the loop thread itself means
 * "after this". */
must_use bool server_post(struct server *server, void (*run)(void *argument), void *argument);

/* A bell makes `run(argument)` happen on the loop thread: once for all the times it was rung
 * until then, after the words posted. Unlike a word it is never refused, so it is for what
 * may not be missed. Opened and closed on the loop thread, but not from inside a bell's run,
 * or while nobody runs the server; all are closed before their server. */
struct server_bell;
struct server_bell *server_bell_open(struct server *server, void (*run)(void *argument),
                                     void          *argument);
void                server_bell_ring(struct server_bell *bell);  /* any thread; NULL is fine */
void                server_bell_close(struct server_bell *bell); /* NULL is fine */

/* A timer of the loop thread. It fires once each time it is set; setting it
 * again moves it. All timers are closed before their server. */
struct server_timer;
struct server_timer *server_timer_open(struct server *server, void (*run)(void *argument),
                                       void          *argument);
void                 server_timer_set(struct server_timer *timer, unsigned after_ms);
void server_timer_close(struct server_timer *timer); /* also from inside its own run */

/* What happened so far, for /metrics. */
enum server_figure {
    SERVER_CONNECTIONS_OPEN, /* a gauge; the others only rise */
    SERVER_CONNECTIONS_ACCEPTED,
    SERVER_CONNECTIONS_EVICTED,   /* had waited longest when another came */
    SERVER_CONNECTIONS_TIMED_OUT, /* too slow with a head, a body or an answer */
    SERVER_REQUESTS_OPEN,         /* a gauge: handed to `handle`, not yet finished */
    SERVER_REQUESTS,              /* handed to `handle` */
    SERVER_REFUSED,               /* answered by the server itself */
    SERVER_ANSWERS_1XX,
    SERVER_ANSWERS_2XX,
    SERVER_ANSWERS_3XX,
    SERVER_ANSWERS_4XX,
    SERVER_ANSWERS_5XX,
    SERVER_BYTES_IN,  /* of requests, as sent but for TLS */
    SERVER_BYTES_OUT, /* of answers handed to the socket */
    SERVER_FIGURES,
};
uint64_t server_count(const struct server *server, enum server_figure figure);

#endif
