#include "api/call/call.h"

#include <string.h>

#include "api/call/idempotency.h"
#include "api/call/origin.h"
#include "api/call/query.h"
#include "api/call/router.h"
#include "core/base/text.h"
#include "core/wire/media_type.h"

/* In chunks a body shows only as it comes: where none is taken, so much of it is read, to say
 * what is wrong. */
enum { STRAY_BODY_MAX = 4096 };

/* A body that was taken apart holds so many times its size: of a batch of small events, most.
 * But nobody's is taken for so large that it would never get in. */
enum { BODY_GROWTH = 20, BODY_GROWN_MAX = QUEUE_BYTES_MAX / 4 };

/* -- what came with the request ------------------------------------------------------ */

static struct slice header(const struct call *call, const char *name)
{
    return http_header(call->request->head, name);
}

/* CAMARA's pattern: ^[a-zA-Z0-9-_:;.\/<>{}]{0,256}$ */
static bool is_correlator(struct slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              (c && strchr("-_:;./<>{}", c))))
            return false;
    }
    return text.size <= CORRELATOR_MAX;
}

/* W3C Trace Context, version 00: 00-<32 hex>-<16 hex>-<2 hex>, ids not all zero. */
static bool is_traceparent(struct slice text)
{
    static const char form[] = "00-iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii-pppppppppppppppp-ff";
    bool              trace = false, parent = false;

    if (text.size != sizeof form - 1) return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (form[i] == '-' || i < 2) {
            if (c != form[i]) return false;
            continue;
        }
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
        if (form[i] == 'i' && c != '0') trace = true;
        if (form[i] == 'p' && c != '0') parent = true;
    }
    return trace && parent;
}

struct slice call_correlator(const struct http_head *head, struct arena *arena, struct id id)
{
    struct slice given = head ? http_header(head, "x-correlator") : (struct slice){ 0 };
    char         text[ID_TEXT_MAX];

    if (given.size && is_correlator(given)) return given;
    id_text(id, text);
    return arena_copy(arena, slice_text(text));
}

static bool read_correlation(struct call *call)
{
    struct slice trace = header(call, "traceparent");
    bool         fine  = is_correlator(header(call, "x-correlator"));

    call->correlator = call_correlator(call->request->head, call->arena, call->id);
    if (is_traceparent(trace)) call->traceparent = trace;
    request_header(call->request, "x-correlator", call->correlator);
    if (!fine)
        call_fail(call, PROBLEM_invalid_argument,
                  "x-correlator has to be at most %d letters, digits and any of -_:;./<>{}",
                  CORRELATOR_MAX);
    return fine;
}

static bool bad_query(struct call *call, const char *why, struct slice name)
{
    int size = (int)(name.size < 64 ? name.size : 64);

    if (!text_plain(name)) size = 0;
    if (size) call_fail(call, PROBLEM_invalid_argument, "Query %.*s %s.", size, name.data, why);
    else call_fail(call, PROBLEM_invalid_argument, "The query %s.", why);
    return false;
}

/* Its value where it stands for the nth time; data NULL: it does not. */
static struct slice query_nth(const struct call *call, struct slice name, size_t nth)
{
    for (size_t i = 0; i < call->query_count; i++)
        if (slice_equal(call->queries[i].name, name) && !nth--) return call->queries[i].value;
    return (struct slice){ 0 };
}

static bool read_query(struct call *call, struct slice pair)
{
    const char  *equals = memchr(pair.data, '=', pair.size);
    size_t       before = equals ? (size_t)(equals - pair.data) : pair.size;
    struct slice value  = { equals ? equals + 1 : pair.data + pair.size,
                           equals ? pair.size - before - 1 : 0 };
    struct call_query *query = &call->queries[call->query_count];

    if (!text_unpercent(call->arena, (struct slice){ pair.data, before }, true, &query->name) ||
        !text_unpercent(call->arena, value, true, &query->value))
        return bad_query(call, "is not well percent-encoded", SLICE(""));
    if (!query->value.data) query->value = SLICE("");
    if (!route_knows_query(call->route, query->name))
        return bad_query(call, "is not known here", query->name);
    if (!route_query_repeats(call->route, query->name) && query_nth(call, query->name, 0).data)
        return bad_query(call, "stands there twice", query->name);
    call->query_count++;
    return true;
}

static bool read_queries(struct call *call)
{
    struct slice rest = call->request->head->query;

    while (rest.size) {
        const char  *end  = memchr(rest.data, '&', rest.size);
        size_t       size = end ? (size_t)(end - rest.data) : rest.size;
        struct slice pair = { rest.data, size };

        size += end ? 1 : 0;
        rest = (struct slice){ rest.data + size, rest.size - size };
        if (!pair.size) continue;
        if (call->query_count == CALL_QUERIES_MAX)
            return bad_query(call, "has too many parts", SLICE(""));
        if (!read_query(call, pair)) return false;
    }
    return true;
}

/* -- on its way to the handler ----------------------------------------------------------- */

static bool takes_body(struct call *call, uint64_t size)
{
    if (call->route->body_max || !size) return true;
    call_fail(call, PROBLEM_invalid_argument, "This request takes no body.");
    return false;
}

/* The path is there, the method is not. */
static void answer_what_there_is(struct call *call)
{
    struct slice allow = router_allow(call->loop->pipeline->router, call->arena, call->route);

    request_header(call->request, "Allow", allow);
    if (call->request->head->method == HTTP_OPTIONS) {
        origin_add_preflight(call, allow);
        call_answer_empty(call);
    } else {
        call_fail(call, PROBLEM_method_not_allowed, "%s", "");
    }
}

static bool find_route(struct call *call)
{
    const struct http_head *head                     = call->request->head;
    struct slice            raw[CALL_PARAMETERS_MAX] = { { 0 } };
    enum route_found found = router_find(call->loop->pipeline->router, head->method, head->path,
                                         &call->route, raw);

    if (found == ROUTE_NO_PATH) {
        call_fail(call, PROBLEM_not_found, "There is nothing at this path.");
        return false;
    }
    if (found == ROUTE_NO_METHOD) {
        answer_what_there_is(call);
        return false;
    }
    for (size_t i = 0; i < CALL_PARAMETERS_MAX && raw[i].data; i++)
        if (!text_unpercent(call->arena, raw[i], false, &call->parameters[i]) ||
            !text_plain(call->parameters[i])) {
            call_fail(call, PROBLEM_not_found, "There is nothing at this path.");
            return false;
        }
    return takes_body(call, head->content_length);
}

/* Where it came from: the peer, or what a trusted proxy says. */
static struct peer peer_of(const struct call *call)
{
    const struct http_head *head = call->request->head;
    struct peer             peer = call->request->peer, said = { 0 };
    struct slice            last = { 0 };

    if (!call->ground->settings->trust_forwarded) return peer;
    for (size_t i = 0; i < head->header_count; i++)
        if (text_same_word(head->headers[i].name, SLICE("x-forwarded-for")))
            last = head->headers[i].value;
    for (size_t i = last.size; i > 0; i--) {
        if (last.data[i - 1] != ',' && last.data[i - 1] != ' ') continue;
        last = (struct slice){ last.data + i, last.size - i };
        break;
    }
    if (text_ipv4(last, said.address)) said.family = 4;
    else if (text_ipv6(last, said.address)) said.family = 6;
    return said.family ? said : peer;
}

static struct call *call_make(struct loop *loop, struct request *request)
{
    struct call *call = arena_new(&request->arena, struct call);

    request->own = call;
    *call        = (struct call){
               .request = request,
               .arena   = &request->arena,
               .loop    = loop,
               .ground  = loop->ground,
               .now_us  = clock_now(&loop->ground->clock),
               .reader  = reader_new(loop->ground->store, &request->arena),
    };
    call->id      = ids_next(&loop->ids, ID_request, call->now_us);
    request->peer = peer_of(call);
    return call;
}

/* Whose writes wait already is told so before the body is read, and before it is taken apart. */
static bool is_room_to_write(struct call *call, uint64_t body_size)
{
    struct id caller = call->credentials.caller.principal;
    size_t    grown  = body_size < BODY_GROWN_MAX / BODY_GROWTH ? BODY_GROWTH * (size_t)body_size
                                                                : BODY_GROWN_MAX;

    if (call->route->method == HTTP_GET || !id_given(caller) ||
        ledger_has_room(call->ground->ledger, caller, grown))
        return true;
    call_busy(call, "Too many of your writes are waiting.");
    return false;
}

struct admission call_admit(struct loop *loop, struct request *request)
{
    struct call *call = call_make(loop, request);

    origin_add_headers(request, loop->ground);
    if (!read_correlation(call) || !find_route(call) || !read_queries(call) || !auth_prove(call) ||
        !call_is_within_rate(call) || !auth_allow(call) ||
        !is_room_to_write(call, request->head->content_length))
        return (struct admission){ .refused = true };
    return (struct admission){
        .proven   = call->credentials.caller.kind != CALLER_NOBODY,
        .body_max = call->route->body_max ? call->route->body_max : STRAY_BODY_MAX,
    };
}

void call_begin(struct request *request)
{
    struct call *call = request->own;

    if (request->late) call->now_us = clock_now(&call->ground->clock);
    if (!takes_body(call, request->body.size) || (request->late && !auth_check_late(call)) ||
        !is_room_to_write(call, request->body.size) ||
        (call->credentials.caller.kind != CALLER_NOBODY &&
         !idempotency_is_new(call, call->credentials.caller.principal)))
        return;
    if (route_waits(call->route)) query_wait(call);
    else call_go_on(call);
}

void call_go_on(struct call *call) { call->route->handle(call); }

/* -- for handlers -------------------------------------------------------------------------- */

struct slice call_parameter(const struct call *call, const char *name)
{
    int index = route_parameter(call->route, name);

    ensure(index >= 0);
    return call->parameters[index];
}

bool call_parameter_id(struct call *call, const char *name, enum id_kind kind, struct id *id)
{
    if (id_parse(call_parameter(call, name), id) && id_kind(*id) == kind) return true;
    call_fail(call, PROBLEM_not_found, "%s", "");
    return false;
}

struct id call_account(const struct call *call)
{
    ensure(call->credentials.caller.kind == CALLER_APP);
    return call->credentials.caller.principal;
}

struct id call_vendor(const struct call *call)
{
    ensure(call->credentials.caller.kind == CALLER_VENDOR);
    return call->credentials.caller.principal;
}

bool call_may(const struct call *call, struct id owner)
{
    return caller_may(&call->credentials.caller, call->route->right, owner);
}

struct slice call_query(const struct call *call, const char *name)
{
    return query_nth(call, slice_text(name), 0);
}

struct slice call_query_nth(const struct call *call, const char *name, size_t nth)
{
    return query_nth(call, slice_text(name), nth);
}

bool call_query_flag(struct call *call, const char *name, bool absent, bool *flag)
{
    struct slice text = call_query(call, name);

    *flag = text.data ? slice_equal(text, SLICE("true")) : absent;
    if (!text.data || *flag || slice_equal(text, SLICE("false"))) return true;
    call_fail(call, PROBLEM_invalid_argument, "Query %s has to be true or false.", name);
    return false;
}

bool call_takes_json(struct call *call)
{
    struct slice type = header(call, "Content-Type");

    if (!type.data || media_type_is_json(type)) return true;
    call_fail(call, PROBLEM_unsupported_media_type, "%s", "");
    return false;
}

struct slice call_accept(const struct call *call)
{
    return http_header_all(call->request->head, "Accept", call->arena);
}

const struct node *call_body(struct call *call)
{
    struct slice       body = call->request->body;
    struct bad_field   bad;
    const struct node *node;

    if (!body.size) body = SLICE("{}");
    else if (!call_takes_json(call)) return NULL;
    node = node_parse(call->arena, body, &bad);
    if (node && node_kind(node) != NODE_OBJECT) {
        bad_field_say(&bad, "", "has to be a JSON object");
        node = NULL;
    }
    if (!node) call_fail_field(call, &bad);
    return node;
}

struct reader *call_reader(const struct call *call) { return call->reader; }

struct id call_new_id(struct call *call, enum id_kind kind)
{
    return loop_new_id(call->loop, kind);
}
