/* call.h -- one request on its way through us: who asks for what.
 *
 * By the time a handler sees a call, its route is known, its path is decoded, its
 * caller is proven and of a role the route admits, its queries are ones the route
 * knows, its body is no longer than the route allows, the caller is within its
 * rate, its Idempotency-Key is new, and a read with ?after= has waited. All but the
 * last two are looked at when the head is there, so nobody's body is read in vain. A handler
 * answers with one of the call_answer functions, or hands the call to api/call/submit.h, or
 * parks it; each call is answered exactly once.
 *
 * A read that fails, fails its own call: whatever a handler makes of what it read, "there
 * is no such thing" or a page that lacks a row, the answer that goes out is 500, and
 * nothing is submitted. Only who does more than answer has to look, call_read_failed().
 *
 * THREADS   The loop thread that made it. While the ledger or the worker has it,
 *           theirs.
 * MEMORY    A call lives in its request's arena and dies with the answer: do not
 *           touch it after. That goes for functions here that say "has been
 *           answered", too: look at what they return before anything else.
 */
#ifndef PIOT_API_CALL_CALL_H
#define PIOT_API_CALL_CALL_H

#include "api/call/auth.h"
#include "api/call/limit.h"
#include "api/call/loop.h"
#include "api/call/problem.h"
#include "api/http/request.h"
#include "core/base/json.h"
#include "core/wire/json_tree.h"

struct route;

enum {
    CALL_PARAMETERS_MAX = 4,   /* {name}s in one path */
    CALL_QUERIES_MAX    = 32,  /* name=value pairs in one query */
    CORRELATOR_MAX      = 256, /* bytes, as CAMARA has it */
};

struct call_query {
    struct slice name, value; /* decoded */
};

/* Under which key a write came, whose that is, and a hash of what the key stands for. */
struct call_idempotency {
    struct id    caller; /* none: nobody is proven yet */
    struct slice key;    /* nothing: none was given */
    struct hash  request;
};

struct call {
    struct request         *request;
    struct arena           *arena; /* the request's */
    struct loop            *loop;
    struct ground          *ground;
    const struct route     *route;
    struct id               id;          /* of this request: an error's instance */
    int64_t                 now_us;      /* when it came in, body and all */
    struct credentials      credentials; /* of who is asking */
    struct limit_verdict    rate;        /* told with the answer; limit 0: nothing is */
    bool                    by_cookie;   /* they came in one: api/call/cookie.h */
    struct slice            correlator;  /* echoed to the caller, stored in events */
    struct slice            traceparent; /* nothing: none, or malformed */
    struct call_idempotency idempotency; /* of a write; see api/call/idempotency.h */
    struct slice            kept;        /* of a write that was done, and is its handler's to
                                          * answer; nothing: it is to be done */
    struct reader          *reader;      /* call_reader() */
    struct slice            parameters[CALL_PARAMETERS_MAX]; /* decoded, in the path's order */
    struct call_query       queries[CALL_QUERIES_MAX];
    size_t                  query_count;
    void                   *own; /* the handler's */
};

/* -- reading ---------------------------------------------------------------- */

/* The value of {name}; the route has to have it. */
struct slice call_parameter(const struct call *call, const char *name);
/* The id in {name}. False: it is no id of that kind, and 404 has been answered. */
must_use bool call_parameter_id(struct call *call, const char *name, enum id_kind kind,
                                struct id *id);
/* data NULL: not in the query. */
struct slice call_query(const struct call *call, const char *name);
/* The same where it stands for the nth time, from 0, if the route lets it repeat. */
struct slice call_query_nth(const struct call *call, const char *name, size_t nth);
/* True or false in the query; `absent` if it is not there. False as result: 400
 * has been answered. */
must_use bool call_query_flag(struct call *call, const char *name, bool absent, bool *flag);
/* Is the body JSON, as far as its type says? False: 415 has been answered. */
must_use bool call_takes_json(struct call *call);
/* All that Accept says, for core/wire/media_type.h. */
struct slice call_accept(const struct call *call);
/* The body as one JSON object. NULL: 400 or 415 has been answered. An absent body
 * reads as {} where the route's body is optional. */
const struct node *call_body(struct call *call);
struct reader     *call_reader(const struct call *call); /* what is committed now */
/* Did a read fail? True: 500 has been answered. */
must_use bool call_read_failed(struct call *call);
struct id     call_new_id(struct call *call, enum id_kind kind);

/* -- whose things --------------------------------------------------------------- */

/* The account, or the vendor, whose things the caller comes for. */
struct id call_account(const struct call *call);
struct id call_vendor(const struct call *call);
/* May the caller do what the route is for to a thing of `owner`? */
bool call_may(const struct call *call, struct id owner);

/* -- answering: each finishes the call --------------------------------------- */

void call_answer(struct call *call, int status, const char *content_type, struct slice body);
/* application/json; frees the buffer. */
void call_answer_json(struct call *call, int status, struct buffer *body);
void call_answer_empty(struct call *call); /* 204 */
void call_refuse(struct call *call, enum refusal refusal);
void call_fail(struct call *call, enum problem problem, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* 400 INVALID_ARGUMENT with the field and what was expected. */
void call_fail_field(struct call *call, const struct bad_field *bad);
/* 503 with Retry-After. */
void call_busy(struct call *call, const char *sentence);
/* 500 and a report: the world failed us (a store that cannot be read). */
void call_broken(struct call *call, struct status why);

/* Begins an answer that is sent as a stream, call->request's. */
void call_stream_begin(struct call *call, int status, const char *content_type);
/* Ends an answer that was sent as a stream: well, or cut if a read failed on its way. */
void call_stream_end(struct call *call);
/* Cuts it, so that the client sees a broken answer and takes no part for the whole. A
 * failure, `why` or that of a read, is reported; OK: there is none to tell of. */
void call_stream_cut(struct call *call, struct status why);

/* -- for the loop -------------------------------------------------------------- */

/* Takes a request in when its head is there: makes the call and checks what can be told
 * without the body; or answers an error. */
struct admission call_admit(struct loop *loop, struct request *request);
/* An admitted request is there whole: checks the rest, and runs the route's handler. */
void call_begin(struct request *request);
/* Takes one from the bucket of the caller, if it is proven, or else from that of whoever it
 * claims to be, at its address. False: 429 has been answered. For who proves itself later. */
must_use bool call_is_within_rate(struct call *call);
/* Takes that many from what a vendor may report, if it has a limit of its own. False: likewise. */
must_use bool call_takes_events(struct call *call, uint64_t count);
/* RateLimit-* of the bucket it took from last, for a proven caller, or if that was empty. */
void call_rate_tell(struct call *call);
/* It was a try to sign in that was right: only wrong ones count. */
void call_rate_give_back(struct call *call);
/* Runs the handler of a call that has waited, or was done. */
void call_go_on(struct call *call);
/* What the caller asked to have echoed, if that is well formed; else the id. */
struct slice call_correlator(const struct http_head *head, struct arena *arena, struct id id);
/* The server's hook for what it refuses itself. */
struct slice call_error_body(struct loop *loop, struct request *request, struct arena *arena,
                             int status, const char *why, const char **content_type);

#endif
