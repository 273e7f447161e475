#include "api/call/query.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "api/call/live.h"
#include "api/call/sealed.h"
#include "core/base/clock.h"
#include "core/base/text.h"

enum { WAITS_MAX = 10000 }; /* parked reads of one loop; each holds a request */

/* -- pages ---------------------------------------------------------------------------- */

static bool bad_cursor(struct call *call)
{
    call_fail(call, PROBLEM_invalid_argument,
              "Query cursor has to be one that an earlier page gave.");
    return false;
}

bool page_cursor(struct call *call, struct slice *cursor, size_t *limit)
{
    struct slice text   = call_query(call, "limit");
    uint64_t     number = PAGE_DEFAULT;

    *cursor = (struct slice){ 0 };
    if (text.data && (!text_u64(text, &number) || number < 1 || number > PAGE_MAX)) {
        call_fail(call, PROBLEM_out_of_range, "Query limit has to be from 1 to %d.", PAGE_MAX);
        return false;
    }
    *limit = (size_t)number;
    text   = call_query(call, "cursor");
    return !text.data || text_unbase64url(call->arena, text, cursor) || bad_cursor(call);
}

bool page_read(struct call *call, struct page *page)
{
    struct slice cursor;

    *page = (struct page){ .count = 0 };
    if (!page_cursor(call, &cursor, &page->limit)) return false;
    if (!cursor.data) return true;
    if (cursor.size != ID_SIZE) return bad_cursor(call);
    memcpy(page->after.bytes, cursor.data, ID_SIZE);
    return id_given(page->after) || bad_cursor(call);
}

/* The same URL with another cursor; "after" has done its work. */
void page_link(struct call *call, struct slice cursor)
{
    struct slice  path = call->request->head->path, query = call->request->head->query;
    struct slice  coded = text_base64url(call->arena, cursor), base = call->ground->public_url;
    struct buffer link = { 0 };

    buffer_print(&link, "<%.*s%.*s?", (int)base.size, base.data ? base.data : "", (int)path.size,
                 path.data);
    while (query.size) {
        const char  *end  = memchr(query.data, '&', query.size);
        size_t       size = end ? (size_t)(end - query.data) : query.size;
        struct slice pair = { query.data, size };

        size += end ? 1 : 0;
        query = (struct slice){ query.data + size, query.size - size };
        if (!pair.size || slice_starts(pair, SLICE("cursor=")) ||
            slice_starts(pair, SLICE("after=")))
            continue;
        buffer_print(&link, "%.*s&", (int)pair.size, pair.data);
    }
    buffer_print(&link, "cursor=%.*s>; rel=\"next\"", (int)coded.size, coded.data);
    if (http_value_is_plain(buffer_slice(&link)))
        request_header(call->request, "Link", buffer_slice(&link));
    buffer_free(&link);
}

void page_close(struct call *call, struct page *page)
{
    if (page->count <= page->limit) return;
    page->count = page->limit;
    page_link(call, id_slice(&page->ids[page->count - 1]));
}

/* -- ETags and positions ----------------------------------------------------------------- */

bool query_unchanged(struct call *call, uint64_t changed)
{
    return query_tag_is_held(call,
                             arena_print(call->arena, "\"%llu\"", (unsigned long long)changed));
}

bool query_tag_is_held(struct call *call, struct slice tag)
{
    struct slice held = http_header(call->request->head, "If-None-Match");

    request_header(call->request, "ETag", tag);
    if (!held.size) return false;
    if (!slice_equal(held, SLICE("*")) && !memmem(held.data, held.size, tag.data, tag.size))
        return false;
    call_answer(call, 304, NULL, (struct slice){ 0 });
    return true;
}

static struct slice plain_text(struct call *call, uint64_t number)
{
    char text[POSITION_TEXT_MAX];

    position_text(log_position(call_reader(call), number), text);
    return arena_copy(call->arena, slice_text(text));
}

/* What a sealed position begins with; behind it comes the number, sealed. */
static struct slice sealed_lead(struct call *call)
{
    return arena_print(call->arena, "%u/", reader_partition(call_reader(call)));
}

struct slice position_for(struct call *call, uint64_t position)
{
    if (call->credentials.caller.kind != CALLER_VENDOR) return plain_text(call, position);
    struct slice lead = sealed_lead(call);
    struct slice text = sealed_text(call->arena, call->loop->pipeline->position_key,
                                    (struct slice){ (const char *)&position, sizeof position });
    return arena_print(call->arena, "%.*s%.*s", (int)lead.size, lead.data, (int)text.size,
                       text.data);
}

static bool read_plain(struct call *call, struct slice text, uint64_t *number)
{
    struct position position;

    if (!position_parse(text, &position) ||
        position.partition != reader_partition(call_reader(call)))
        return false;
    *number = position.number;
    return true;
}

bool position_from(struct call *call, struct slice text, uint64_t *position)
{
    struct slice lead = sealed_lead(call);
    uint64_t     number;

    if (call->credentials.caller.kind != CALLER_VENDOR) return read_plain(call, text, position);
    if (!slice_starts(text, lead)) return false;
    text = (struct slice){ text.data + lead.size, text.size - lead.size };
    if (!sealed_open(call->arena, call->loop->pipeline->position_key, text, &number, sizeof number))
        return false;
    *position = number;
    return true;
}

/* -- other values ---------------------------------------------------------------------------- */

bool query_position(struct call *call, const char *name, uint64_t *to)
{
    struct slice text = call_query(call, name);

    if (!text.data || position_from(call, text, to)) return true;
    call_fail(call, PROBLEM_invalid_argument,
              "Query %s has to be a position, such as an X-Log-Position.", name);
    return false;
}

bool query_instant(struct call *call, const char *name, int64_t *to)
{
    struct slice text = call_query(call, name);

    if (!text.data || instant_parse(text, to)) return true;
    call_fail(call, PROBLEM_invalid_argument,
              "Query %s has to be an instant, such as 2026-11-22T16:03:07.123Z.", name);
    return false;
}

bool query_id(struct call *call, const char *name, enum id_kind kind, struct id *to)
{
    struct slice text = call_query(call, name);
    struct id    id;

    if (!text.data) return true;
    if (!id_parse(text, &id) || id_kind(id) != kind) {
        call_fail(call, PROBLEM_invalid_argument, "Query %s has to be an id of the kind %s.", name,
                  id_kind_name(kind));
        return false;
    }
    *to = id;
    return true;
}

static bool type_of(struct call *call, const char *name, struct slice given,
                    const struct shape **shape)
{
    struct slice prefix = call->ground->view.prefix;
    struct slice mine   = arena_print(call->arena, "%.*s.v1.", (int)prefix.size, prefix.data);
    struct slice rest   = given;

    if (slice_starts(given, mine))
        rest = (struct slice){ given.data + mine.size, given.size - mine.size };
    *shape = event_shape_by_wire_name(
        arena_print(call->arena, "piot.v1.%.*s", (int)rest.size, rest.data));
    if (*shape) return true;
    call_fail(call, PROBLEM_invalid_argument, "Query %s has to be the type of an event.", name);
    return false;
}

bool query_type(struct call *call, const char *name, const struct shape **shape)
{
    struct slice given = call_query(call, name);

    *shape = NULL;
    return !given.data || type_of(call, name, given, shape);
}

bool query_types(struct call *call, const char *name, struct query_types *types)
{
    const struct shape *shape;
    struct slice        given;

    types->count = 0;
    while ((given = call_query_nth(call, name, types->count)).data) {
        if (!type_of(call, name, given, &shape)) return false;
        types->items[types->count++] = (enum event_type)shape->tag;
    }
    return true;
}

/* -- waiting -------------------------------------------------------------------------------
 * All waits are equally long, so the oldest is over first and one timer does. A client
 * that leaves is not looked for: its wait is short. One whose token ends waits no more. */

struct waiting {
    STAILQ_ENTRY(waiting) link;
    struct call *call;
    uint64_t     position;
    int64_t      until_us; /* monotonic */
};
STAILQ_HEAD(waiting_list, waiting);

struct query_waits {
    struct loop         *loop;
    struct waiting_list  list;
    size_t               count;
    struct server_timer *timer;
};

static void set_timer(struct query_waits *waits)
{
    struct waiting *oldest = STAILQ_FIRST(&waits->list);
    int64_t         left;

    if (!oldest) return;
    left = oldest->until_us - clock_monotonic_us();
    server_timer_set(waits->timer, left > 0 ? (unsigned)(left / MILLISECOND) + 1 : 0);
}

static void on_time(void *argument)
{
    struct query_waits *waits = argument;
    struct waiting     *it;
    int64_t             now = clock_monotonic_us();

    while ((it = STAILQ_FIRST(&waits->list)) && it->until_us <= now) {
        STAILQ_REMOVE_HEAD(&waits->list, link);
        waits->count--;
        call_busy(it->call, "The position named by after has not been reached yet.");
    }
    set_timer(waits);
}

/* May somebody's token have ended? */
static bool news_end_tokens(const struct news *news)
{
    for (size_t i = 0; i < news->count; i++)
        if (auth_may_end(news->events[i].type)) return true;
    return news->missed;
}

static bool has_ended(struct call *call)
{
    return call->credentials.token_hash.size && !auth_still(call, call->arena);
}

static void on_news(void *context, const struct news *news)
{
    struct query_waits *waits = context;
    struct waiting_list ready = STAILQ_HEAD_INITIALIZER(ready), rest;
    bool                ended = news_end_tokens(news);
    struct waiting     *it;

    STAILQ_INIT(&rest);
    while ((it = STAILQ_FIRST(&waits->list))) {
        STAILQ_REMOVE_HEAD(&waits->list, link);
        if (it->position <= news->last || (ended && has_ended(it->call)))
            STAILQ_INSERT_TAIL(&ready, it, link);
        else STAILQ_INSERT_TAIL(&rest, it, link);
    }
    STAILQ_CONCAT(&waits->list, &rest);
    while ((it = STAILQ_FIRST(&ready))) {
        STAILQ_REMOVE_HEAD(&ready, link);
        waits->count--;
        if (auth_check_late(it->call)) call_go_on(it->call);
    }
}

struct query_waits *query_waits_open(struct loop *loop)
{
    struct query_waits *waits = calloc(1, sizeof *waits);

    ensure(waits != NULL);
    waits->loop = loop;
    STAILQ_INIT(&waits->list);
    waits->timer = server_timer_open(loop->server, on_time, waits);
    live_tell(loop, on_news, waits);
    return waits;
}

void query_waits_close(struct query_waits *waits)
{
    if (!waits) return;
    server_timer_close(waits->timer);
    free(waits);
}

static void park(struct call *call, uint64_t position)
{
    struct query_waits *waits = call->loop->waits;
    struct waiting     *it    = arena_new(call->arena, struct waiting);

    if (waits->count == WAITS_MAX) {
        call_busy(call, "Too many reads are waiting.");
        return;
    }
    *it = (struct waiting){
        .call     = call,
        .position = position,
        .until_us = clock_monotonic_us() + call->ground->settings->read_wait,
    };
    STAILQ_INSERT_TAIL(&waits->list, it, link);
    if (waits->count++ == 0) set_timer(waits);
}

void query_wait(struct call *call)
{
    uint64_t position = 0;

    if (!query_position(call, "after", &position)) return;
    if (position <= live_position(call->loop->pipeline->live)) call_go_on(call);
    else park(call, position);
}
