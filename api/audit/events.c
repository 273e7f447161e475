/* events.c -- what happened, as lines of CloudEvents (NDJSON).
 *
 *     {"specversion":"1.0","type":"piot.v1.device-added","position":"1/42",…}
 *     {"specversion":"1.0","type":"piot.v1.device-moved","position":"1/57",…}
 *
 * A read goes from `after` to `until`, at most to the event that put the read itself on
 * record: what comes later is for the next read. Its place is one position; nothing else
 * is kept, so a reader that lost its connection goes on with ?after= the position of the
 * last whole line it has, without a gap and without a repeat. Events never change and
 * positions never move, so no snapshot is held: each look reads what is committed.
 *
 * The log may be long and a filter may find nothing for a million events, so the work is
 * done in looks of LOOK_TIME at most, and the loop takes turns between them and all it has
 * to do besides (api/call/subscriptions.h). A page is sent when it is full or its look is over; a
 * client that is slow to take it is waited for (one that takes next to nothing is cut off
 * by the server), and no more than that page and what the server holds of it waits in
 * memory.
 *
 * A read that cannot be finished is cut, not ended: the client sees a broken answer, and
 * never takes a part for the whole. That is so when the store fails, when the service
 * stops, and when the token is revoked or gets too old on the way. */
#include "api/audit/audit.h"
#include "api/audit/filter.h"
#include "api/call/subscriptions.h"

enum {
    PAGE_BYTES = 32 * 1024, /* sent at one look, and the event that goes beyond */
    ROOM_BELOW = 16 * 1024, /* unsent bytes at which a reader counts as behind */
    READS_MAX  = 64,        /* on one loop: their pages stay within a few MiB */
};
#define LOOK_TIME MILLISECOND /* of work in one look; the book allows a few in a row */

struct audit_reading {
    struct subscription subscription; /* first: a look is given this */
    struct call        *call;
    struct filter       filter;
    struct narrow       narrow;
    bool                full; /* waits for room */
};

static struct subscriptions *reading_subscriptions(const struct audit_reading *reading)
{
    return reading->call->loop->streams;
}

/* -- its end --------------------------------------------------------------------------- */

static void reading_leave(struct audit_reading *reading)
{
    struct subscriptions *subscriptions = reading_subscriptions(reading);

    subscriptions_leave(subscriptions, &reading->subscription);
    subscriptions->audits--;
}

static void reading_cut(struct audit_reading *reading, struct status why)
{
    reading_leave(reading);
    call_stream_cut(reading->call, why);
}

static void reading_end(struct audit_reading *reading)
{
    reading_leave(reading);
    call_stream_end(reading->call);
}

/* -- looking ---------------------------------------------------------------------------- */

/* Personal fields are opened for what is shown, never to find it. */
static struct status reading_tell(struct audit_reading *reading, const struct log_record *record)
{
    struct subscriptions *subscriptions = reading_subscriptions(reading);
    struct vault         *vault         = audit_vault(reading->call);
    struct event_view     view          = audit_view(reading->call);
    struct json           json          = json_to(&subscriptions->frames);
    struct event          event;

    TRY(log_record_event(record, NULL, &subscriptions->scratch, &event));
    if (!filter_fits(&reading->filter, &event)) return OK;
    if (vault && id_given(event.seal.owner))
        TRY(log_record_event(record, vault, &subscriptions->scratch, &event));
    event_redact(&event);
    event_cloudevent(&event, &view, &json);
    buffer_add(&subscriptions->frames, SLICE("\n"));
    return OK;
}

static bool reading_has_time(const struct audit_reading *reading, int64_t until_us)
{
    return reading_subscriptions(reading)->frames.size < PAGE_BYTES &&
           clock_monotonic_us() < until_us;
}

/* By its lists: a record here and there. */
static struct status reading_follow(struct audit_reading *reading, int64_t until_us, bool *ended)
{
    struct reader    *reader = call_reader(reading->call);
    struct arena     *arena  = &reading_subscriptions(reading)->scratch;
    enum narrow_found found;
    struct log_record record;
    uint64_t          position;

    while (!*ended && reading_has_time(reading, until_us)) {
        TRY(narrow_step(&reading->narrow, reader, &found, &position));
        *ended = found == NARROW_ENDED;
        if (found != NARROW_HERE) continue;
        TRY(log_read_record(reader, position, arena, &record));
        TRY(reading_tell(reading, &record));
        arena_reset(arena);
    }
    return OK;
}

/* No list narrows it: one record after the other, which is far cheaper in a row. */
static struct status reading_walk(struct audit_reading *reading, int64_t until_us, bool *ended)
{
    struct narrow    *narrow = &reading->narrow;
    struct log_scan  *scan   = log_scan_open(call_reader(reading->call), narrow->next - 1);
    struct status     status = OK;
    struct log_record record;

    while (status.code == STATUS_OK && narrow->next <= narrow->until &&
           reading_has_time(reading, until_us) && log_scan_next(scan, &record)) {
        status       = reading_tell(reading, &record);
        narrow->next = record.position + 1;
        arena_reset(&reading_subscriptions(reading)->scratch);
    }
    *ended               = narrow->next > narrow->until;
    struct status closed = log_scan_close(scan);
    return status.code == STATUS_OK ? closed : status;
}

static bool reading_look(struct subscription *subscription)
{
    struct audit_reading *reading       = (struct audit_reading *)subscription;
    struct subscriptions *subscriptions = reading_subscriptions(reading);
    int64_t               until_us      = clock_monotonic_us() + LOOK_TIME;
    bool                  ended         = false;
    struct status         status;

    if (reading->full) return false; /* reading_on_room() calls again */
    if (!auth_still(reading->call, &subscriptions->scratch)) {
        reading_cut(reading, OK);
        return false;
    }
    buffer_clear(&subscriptions->frames);
    status = reading->narrow.term_count ? reading_follow(reading, until_us, &ended)
                                        : reading_walk(reading, until_us, &ended);
    arena_reset(&subscriptions->scratch);
    if (status.code != STATUS_OK) {
        reading_cut(reading, status);
        return false;
    }
    if (subscriptions->frames.size)
        reading->full = request_stream_write(reading->call->request,
                                             buffer_slice(&subscriptions->frames)) > ROOM_BELOW;
    if (ended) reading_end(reading);
    return !ended && !reading->full;
}

/* -- what the server tells ---------------------------------------------------------------- */

static void reading_on_gone(void *context, struct request *request)
{
    (void)request;
    reading_cut(context, OK);
}

static void reading_on_room(void *context, struct request *request)
{
    struct audit_reading *reading = context;

    (void)request;
    reading->full = false;
    subscriptions_ready(reading_subscriptions(reading), &reading->subscription);
}

static void reading_on_stopping(void *context, struct request *request)
{
    (void)request;
    reading_cut(context, OK);
}

/* -- beginning ------------------------------------------------------------------------------- */

static void reading_join(struct audit_reading *reading)
{
    struct subscriptions *subscriptions = reading_subscriptions(reading);

    reading->subscription.look = reading_look;
    request_watch(reading->call->request,
                  (struct request_watch){ .context    = reading,
                                          .gone       = reading_on_gone,
                                          .room       = reading_on_room,
                                          .room_below = ROOM_BELOW,
                                          .stopping   = reading_on_stopping });
    subscriptions_join(subscriptions, &reading->subscription);
    subscriptions->audits++;
}

static void reading_begin(struct call *call, uint64_t position)
{
    struct audit_reading *reading = call->own;
    struct status         status;

    if (server_stopping(call->loop->server) || subscriptions_of(call->loop)->audits == READS_MAX) {
        call_busy(call, "Too many reads are going on, or the service is stopping.");
        return;
    }
    status = filter_narrow(&reading->filter, call_reader(call), position, &reading->narrow);
    if (status.code != STATUS_OK) {
        call_broken(call, status);
        return;
    }
    request_header(call->request, "Cache-Control", SLICE("no-store"));
    if (!call->request->head->head_only) reading_join(reading);
    call_stream_begin(call, 200, "application/x-ndjson");
    if (call->request->head->head_only) call_stream_end(call);
    else subscriptions_ready(reading_subscriptions(reading), &reading->subscription);
}

void audit_events(struct call *call)
{
    struct audit_reading *reading = arena_new(call->arena, struct audit_reading);

    reading->call = call;
    if (!filter_read(call, &reading->filter)) return;
    call->own = reading;
    audit_read(call, filter_subject(&reading->filter), reading_begin);
}
