/* loop.h -- one thread that serves requests, and what it owns.
 *
 * THREADS   All of a loop is its own thread's; loop_post() is anybody's.
 */
#ifndef PIOT_API_CALL_LOOP_H
#define PIOT_API_CALL_LOOP_H

#include <pthread.h>

#include "api/call/pipeline.h"
#include "api/http/server.h"

/* Answers come back through the server's inbox, which also takes other words: so
 * a loop has fewer submissions under way than half of it. */
enum { LOOP_UNDER_WAY_MAX = SERVER_INBOX_MAX / 2 };
_Static_assert(LOOP_UNDER_WAY_MAX < (int)SERVER_INBOX_MAX, "every answer has room in the inbox");

struct limits;
struct live_reader;
struct query_waits;
struct subscriptions;

struct loop {
    struct pipeline      *pipeline;
    struct ground        *ground; /* the pipeline's */
    struct server        *server;
    unsigned              index;
    struct ids            ids;       /* new names: ids_next(&loop->ids, kind, now) */
    struct limits        *limits;    /* api/call/limit.h */
    struct live_reader   *live;      /* api/call/live.h */
    struct query_waits   *waits;     /* api/call/query.h */
    struct subscriptions *streams;   /* api/call/subscriptions.h; made at the first need */
    size_t                under_way; /* submissions the ledger has, and answers on their way back */
    pthread_t             thread;
    bool                  running;
};

/* Opens the server at that address and port (0: the kernel chooses), or on the port of the loop
 * it joins. STATUS_CONFLICT: another program has it. */
must_use struct status loop_open(struct loop *loop, struct pipeline *pipeline, unsigned index,
                                 const char *address, uint16_t port, const struct loop *joins);
must_use struct status loop_start(struct loop *loop);
void                   loop_stop(struct loop *loop); /* begins the drain; any thread */
void                   loop_join(struct loop *loop); /* until it has drained */
void                   loop_close(struct loop *loop);

struct id loop_new_id(struct loop *loop, enum id_kind kind);

#endif
