/* access.c -- who looked at a person's data or touched its devices, the newest first:
 *
 *     {"items":[{"position":"1/42","at":…,"what":"device-state-reported",
 *                "by":{"kind":"vendor","id":"vnd_…","name":"Acme"},"deviceId":"dev_…"}…]}
 *
 * From the account's own stream and from events elsewhere that name it, a vendor's
 * detection at one of its addresses or an auditor's read, or that are about everybody, such as
 * an operator's list. By whom is told, and when, and what kind of thing it was; what is in it
 * is not, since events elsewhere may name others. Of a look the call and whether personal fields
 * were to be seen are told, too.
 * The rows below say whose doings count; what the system did by itself is nobody's. */
#include <string.h>

#include "api/app/newest.h"
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/call/query.h"
#include "core/log/log.h"

/* A person's own doings are no access but for letting somebody in or out. */
static const struct {
    enum actor_kind kind;
    enum event_type type; /* 0: whatever it was */
} counts[] = {
    { ACTOR_OPERATOR, 0 },
    { ACTOR_AUDITOR, 0 },
    { ACTOR_VENDOR, 0 },
    { ACTOR_SUBSCRIBER, EVENT_account_activated },
    { ACTOR_SUBSCRIBER, EVENT_session_opened },
    { ACTOR_SUBSCRIBER, EVENT_session_closed },
    { ACTOR_SUBSCRIBER, EVENT_password_changed },
};

/* What ?kind= may name: a look is on record as one, all else changed something. */
enum access_kind { ACCESS_ANY, ACCESS_looked, ACCESS_touched };

static bool event_is_access(const struct event *event, enum access_kind kind)
{
    if (kind != ACCESS_ANY && (kind == ACCESS_looked) != (event->type == EVENT_audit_read))
        return false;
    for (size_t i = 0; i < COUNT(counts); i++)
        if (counts[i].kind == event->actor.kind &&
            (!counts[i].type || counts[i].type == event->type))
            return true;
    return false;
}

/* -- three lists of positions, merged from the last ---------------------------------- */

typedef struct status positions_of(struct reader *reader, struct id id, uint64_t from,
                                   enum log_order order, uint64_t *positions, size_t max,
                                   size_t *count);
struct access_strand {
    positions_of *list;
    struct id     of;
    uint64_t      positions[NEWEST_AT_ONCE], before;
    size_t        at, count;
    bool          ended;
};
enum { STRANDS = 3 }; /* its own stream, what names it elsewhere, looks at everybody */

static struct status strand_fill(struct call *call, struct access_strand *strand)
{
    if (strand->at < strand->count || strand->ended) return OK;
    strand->at = 0;
    TRY(strand->list(call_reader(call), strand->of, strand->before, LOG_FALLING, strand->positions,
                     NEWEST_AT_ONCE, &strand->count));
    strand->ended = strand->count < NEWEST_AT_ONCE;
    if (strand->count) strand->before = strand->positions[strand->count - 1];
    return OK;
}

static uint64_t strand_first(const struct access_strand *strand)
{
    return strand->at < strand->count ? strand->positions[strand->at] : 0;
}

/* The last position of all before the ones taken; 0: there is none. */
static struct status access_next(struct call *call, struct access_strand strands[STRANDS],
                                 uint64_t *position)
{
    *position = 0;
    for (size_t i = 0; i < STRANDS; i++) {
        TRY(strand_fill(call, &strands[i]));
        uint64_t first = strand_first(&strands[i]);
        if (first > *position) *position = first;
    }
    for (size_t i = 0; i < STRANDS; i++)
        strands[i].at += *position && strand_first(&strands[i]) == *position;
    return OK;
}

/* -- telling -------------------------------------------------------------------------------- */

static void put_name(struct json *json, const char *name)
{
    char   text[64];
    size_t size = 0;

    for (; name[size]; size++) {
        ensure(size < sizeof text);
        text[size] = name[size] == '_' ? '-' : name[size];
    }
    json_put_text(json, "what", (struct slice){ text, size });
}

static void access_write_item(struct call *call, const struct event *event, struct arena *arena,
                              struct json *json)
{
    struct vendor_row vendor;
    struct id         device = event_field_id(event, "device");

    json_object(json);
    json_put_position(json, "position", log_position(call_reader(call), event->position));
    json_put_instant(json, "at", event->recorded_at);
    put_name(json, event_shape(event->type)->name);
    json_name(json, "by");
    json_object(json);
    json_put_text(json, "kind", slice_text(actor_kind_name(event->actor.kind)));
    json_may_id(json, "id", event->actor.id);
    if (event->actor.kind == ACTOR_VENDOR &&
        view_get_vendor(call_reader(call), event->actor.id, NO_ID, arena, &vendor))
        json_put_text(json, "name", vendor.name);
    json_object_end(json);
    if (id_equal(event->stream, call_account(call))) json_may_id(json, "deviceId", device);
    if (event->type == EVENT_audit_read) {
        json_put_text(json, "call", event->audit_read.call);
        json_put_flag(json, "personal", event->audit_read.personal);
    }
    json_object_end(json);
}

static struct status access_write_items(struct call *call, const void *context, uint64_t *before,
                                        size_t limit, struct json *json)
{
    const struct id      account          = call_account(call);
    struct access_strand strands[STRANDS] = {
        { .list = log_stream_positions, .of = account, .before = *before },
        { .list = log_index_positions, .of = account, .before = *before },
        { .list = log_index_positions, .of = name_everybody(), .before = *before },
    };
    struct arena  arena    = { 0 };
    struct status status   = OK;
    uint64_t      position = 0;
    size_t        found    = 0;

    for (size_t looked = 0; looked < NEWEST_LOOK_MAX && found < limit; looked++) {
        struct event event;
        status = access_next(call, strands, &position);
        if (status.code != STATUS_OK || !position) break;
        arena_reset(&arena);
        status = log_read(call_reader(call), NULL, position, &arena, &event);
        if (status.code != STATUS_OK) break;
        *before = position;
        if (!event_is_access(&event, *(const enum access_kind *)context)) continue;
        access_write_item(call, &event, &arena, json);
        found++;
    }
    if (status.code == STATUS_OK && position) status = access_next(call, strands, &position);
    if (!position) *before = 0;
    arena_free(&arena);
    return status;
}

void app_access_log(struct call *call)
{
    struct slice     text = call_query(call, "kind");
    enum access_kind kind = slice_equal(text, SLICE("looked"))    ? ACCESS_looked
                            : slice_equal(text, SLICE("touched")) ? ACCESS_touched
                                                                  : ACCESS_ANY;

    if (text.data && kind == ACCESS_ANY)
        call_fail(call, PROBLEM_invalid_argument, "Query kind has to be looked or touched.");
    else newest_answer(call, access_write_items, &kind);
}
