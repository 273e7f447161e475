/* connection.h -- what the files of the server share among themselves.
 *
 *     server.c      the loop, new connections, the inbox, the drain
 *     timer.c       timers for handlers
 *     connection.c  a connection's phases, time limits and end
 *     block.c       who has how many connections, and how much of the bodies
 *     receive.c     from bytes to a request
 *     respond.c      from an answer to bytes
 *
 * An exchange is a request with what the server needs to know of it. It belongs
 * to its connection while it is being received, to the handler from then on
 * until it is finished; a connection that ends before lets go of it.
 *
 * THREADS   The loop thread.
 */
#ifndef PIOT_API_HTTP_CONNECTION_H
#define PIOT_API_HTTP_CONNECTION_H

#include <stdatomic.h>
#include <sys/queue.h>
#include <sys/uio.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/event_struct.h>

#include "api/http/server.h"
#include "core/base/buffer.h"
#include "core/base/queue.h"

enum phase {
    PHASE_IDLE,    /* between requests, nothing received */
    PHASE_HEAD,    /* a head is on its way, or the first one awaited */
    PHASE_BODY,    /* a body is on its way */
    PHASE_HANDLED, /* a handler has the request */
    PHASE_STREAM,  /* a handler is writing a stream */
    PHASE_FLUSH,   /* an answer is on its way out, nothing else goes on */
    PHASE_LINGER,  /* the last answer is out, the client is to close */
    PHASE_CLOSED,
    PHASES,
};

struct exchange {
    struct request     request;    /* first: handlers hold a pointer to it */
    struct connection *connection; /* NULL: it has ended */
    TAILQ_ENTRY(exchange) link;
    struct buffer        body;  /* while it comes in pieces */
    struct block        *block; /* whose share it counts against; NULL: nobody's */
    struct admission     admission;
    struct buffer        lines; /* headers added to the answer */
    struct http_chunks   chunks;
    struct request_watch watch;
    struct event         turn;      /* tells the watch, from the loop */
    bool                 offered;   /* to the hooks: it may be answered */
    bool                 body_left; /* it has a body that was not taken from the input */
    bool handled, streaming, turn_set, gone, gone_notified, stopping_notified, wants_room;
    struct http_head head;
};

TAILQ_HEAD(connections, connection);
TAILQ_HEAD(exchanges, exchange);
TAILQ_HEAD(bells, server_bell);

/* What an address block has of a server; there is one as long as it has something. */
struct block {
    LIST_ENTRY(block) same_hash;
    TAILQ_ENTRY(block) link; /* among those with as many connections, if one of them waits */
    struct id          name;
    size_t             uses; /* connections, and exchanges whose bodies it counts */
    size_t             connections;
    size_t             bodies;   /* bytes of those that are counted against its share */
    struct connections waiting;  /* those that could make room, longest first: strangers' */
    struct connections returned; /* … and of those whose caller was proven when last heard */
};
LIST_HEAD(block_chain, block);
TAILQ_HEAD(block_level, block);

struct connection {
    TAILQ_ENTRY(connection) link;       /* in server->waiting or server->busy */
    TAILQ_ENTRY(connection) block_link; /* in block->waiting */
    struct server      *server;
    struct block       *block;
    struct bufferevent *pipe;
    struct exchange    *exchange; /* the one request in progress */
    struct event        deadline;
    enum phase          phase;
    bool                tls;
    bool                proven;    /* the caller of its last request was */
    bool                ended;     /* the client has closed its sending side */
    bool                last;      /* no request is read after the one in progress */
    bool                receiving; /* inside connection_receive() */
    bool                behind;    /* something was unsent when last looked at */
    struct http_scan    scan;
    struct peer         peer;
    int64_t             since_us; /* when it began to wait for a request */
    uint64_t            written;  /* bytes of answers so far, sent or not */
    uint64_t            taken;    /* of those the ones sent when last looked at */
    size_t              lingered; /* bytes thrown away */
};
struct blocks {
    struct block_chain *chains; /* by the hash of a name */
    size_t              chain_count;
    uint64_t            seed;
    struct block_level *levels; /* blocks of which a connection waits, by how many they have */
    size_t              top;    /* no level above has any */
};

struct server {
    struct server_settings settings;
    struct event_base     *base;
    struct evconnlistener *listener; /* NULL once draining */
    uint16_t               port;
    struct queue          *inbox;
    struct event          *inbox_event, *retry_event, *drain_event;
    const struct timeval  *limits[PHASES];
    struct connections     waiting; /* for a request, longest first */
    struct connections     busy;
    struct exchanges       exchanges; /* handled, not finished */
    struct bells           bells;
    struct buffer          head; /* where heads of answers are put together */
    int64_t                date_second;
    char                   date[32];
    struct blocks          blocks;
    size_t                 bodies;   /* bytes of all bodies being received */
    size_t                 unproven; /* … of those whose caller has proven nothing */
    bool                   stopping;
    bool                   short_of_files; /* since a connection was accepted last */
    atomic_bool            stop_asked;
    _Atomic uint64_t       figures[SERVER_FIGURES];
};

/* Only the loop thread changes figures, so no locked instruction is needed. */
static inline void server_add(struct server *server, enum server_figure figure, uint64_t more)
{
    uint64_t now = atomic_load_explicit(&server->figures[figure], memory_order_relaxed);
    atomic_store_explicit(&server->figures[figure], now + more, memory_order_relaxed);
}

/* -- server.c -- */
/* A connection or an exchange is gone: ends the loop once the drain is done. */
void server_look_around(struct server *server);

/* -- bell.c -- */
/* Runs those that were rung. */
void server_hear_bells(struct server *server);

/* -- block.c -- */
void blocks_open(struct server *server);
void blocks_close(struct server *server);
/* A connection of the block comes; it is busy at first. */
void block_join(struct connection *connection);
void block_leave(struct connection *connection);
/* It begins to wait, or ends to. */
void block_wait(struct connection *connection);
void block_wake(struct connection *connection);
/* Who is to make room for another connection; NULL: nobody now. */
struct connection *blocks_evictable(struct server *server);
/* Counts bytes of a body whose caller is unproven. False: the share is used up. */
bool block_keep(struct exchange *exchange, size_t size);
void block_keep_no_more(struct exchange *exchange);

/* -- connection.c -- */
/* Makes libevent's queues for the time limits: one a limit, not one a connection. */
void connection_limits(struct server *server);
/* One that the kernel cannot watch is closed at once. */
void connection_open(struct server *server, int fd, struct peer peer);
/* At once; what is unsent is lost. Its exchange, if handled, is told. */
void connection_close(struct connection *connection);
void connection_enter(struct connection *connection, enum phase phase);
/* The last answer has been written: flush, say goodbye, close. */
void connection_finish(struct connection *connection);
/* One that waits for its next request and has sent nothing of it: closes it, at once if its last
 * answer is out, for then the kernel has no reason to send a reset. */
void connection_hang_up(struct connection *connection);
/* An answer has been written whole: what next? */
void connection_answered(struct connection *connection);
/* Sends what the socket takes and keeps the rest for later. */
void   connection_send(struct connection *connection, const struct iovec *parts, int count);
size_t connection_unsent(const struct connection *connection);

/* -- receive.c -- */
/* Reads and hands over as many requests as are there. */
void             connection_receive(struct connection *connection);
struct exchange *exchange_open(struct connection *connection);
/* Throws away the body of a request that was answered without it, if all of it has come. */
bool exchange_skip_body(struct exchange *exchange);
void exchange_close(struct exchange *exchange);

/* -- respond.c -- */
/* Answers for the server itself and lets the connection end. */
void exchange_refuse(struct exchange *exchange, int status, const char *why);
/* Has the loop tell the exchange's watch what it has not been told yet. */
void exchange_tell(struct exchange *exchange);
/* The output of a stream has gone down to what its watch asked for. */
void exchange_has_room(struct exchange *exchange);

#endif
