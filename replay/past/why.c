/* why.c -- the events that led to a device, each with the one it follows from.
 *
 * The device's grant names the claim, the detection and the consent; whatever carries one
 * of them as the table below says is a link of the chain. Commands and reports of state
 * are not: they tell what a device did, not why it is there.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "replay/past/past.h"
#include "replay/past/past_state.h"
#include "replay/past/trail.h"

enum { AFTER_MAX = 4 };

/* `by`: the field that ties it to the chain; `after`: what it follows from when it does not
 * say so itself, the latest of these. */
static const struct link {
    enum event_type type;
    const char     *by;
    enum event_type after[AFTER_MAX];
    const char     *why;
} links[] = {
    { EVENT_device_detected,
      "detection",
      { 0 },
      "The vendor reported that the device had connected" },
    { EVENT_detection_resolved,
      "detection",
      { EVENT_device_detected },
      "It was looked up whose network the address leads to" },
    { EVENT_device_offered,
      "detection",
      { EVENT_detection_resolved, EVENT_device_detected },
      "The report led to this account, so the device was offered to it" },
    { EVENT_consent_requested,
      "consent",
      { EVENT_device_offered },
      "The device was offered, so the subscriber was asked" },
    { EVENT_consent_notified,
      "consent",
      { EVENT_consent_requested },
      "The question reached the subscriber's app" },
    { EVENT_consent_postponed,
      "consent",
      { EVENT_consent_notified, EVENT_consent_requested },
      "The subscriber had the question and put the answer off" },
    { EVENT_consent_granted,
      "consent",
      { EVENT_consent_requested, EVENT_consent_notified, EVENT_consent_postponed },
      "The subscriber was asked and said yes" },
    { EVENT_device_added,
      "consent",
      { EVENT_consent_granted },
      "The subscriber said yes, so the device is in the network" },
    { EVENT_device_held,
      "consent",
      { EVENT_device_added },
      "The account took the device, so it is offered to nobody else" },
    { EVENT_device_move_proposed,
      "device",
      { EVENT_device_added, EVENT_device_moved },
      "The device was seen in another network of the account" },
    { EVENT_device_moved,
      "device",
      { EVENT_device_added, EVENT_device_moved, EVENT_device_move_proposed },
      "The device was moved to another network" },
    { EVENT_consent_expired,
      "consent",
      { EVENT_consent_granted, EVENT_consent_renewed },
      "The grant reached the end it was given" },
    { EVENT_device_suspended,
      "device",
      { EVENT_consent_expired },
      "The grant expired, so nothing passes" },
    { EVENT_consent_changed,
      "consent",
      { EVENT_consent_granted, EVENT_consent_renewed },
      "The subscriber made the grant smaller, or has it end sooner" },
    { EVENT_consent_renewed,
      "consent",
      { EVENT_consent_granted, EVENT_consent_expired },
      "The subscriber let the grant go on" },
    { EVENT_device_resumed,
      "device",
      { EVENT_consent_renewed },
      "The grant goes on, so the device is reachable again" },
    { EVENT_device_contested,
      "device",
      { EVENT_device_held },
      "The device was held here when it was seen at another account" },
    { EVENT_device_claim_disputed,
      "device",
      { EVENT_device_contested },
      "The device was seen at another account, so this one was told" },
    { EVENT_consent_withdrawn,
      "consent",
      { EVENT_consent_granted, EVENT_consent_renewed },
      "The subscriber took the grant back" },
    { EVENT_consent_revoked,
      "consent",
      { EVENT_consent_granted, EVENT_consent_renewed },
      "The grant was ended by something else than its giver" },
    { EVENT_device_removed,
      "device",
      { EVENT_consent_withdrawn, EVENT_consent_revoked },
      "The grant ended, so the device left its network" },
    { EVENT_device_released,
      "consent",
      { EVENT_device_removed, EVENT_consent_withdrawn, EVENT_consent_revoked },
      "The device left the account, so nobody holds it any more" },
    { EVENT_withdrawal_overdue,
      "consent",
      { EVENT_consent_withdrawn, EVENT_consent_revoked },
      "The vendor was told that the grant ended and did not say in time that it knows" },
    { EVENT_withdrawal_acknowledged,
      "consent",
      { EVENT_consent_withdrawn, EVENT_consent_revoked, EVENT_withdrawal_overdue },
      "The vendor was told that the grant ended and says it knows" },
};

static const struct link *link_of(enum event_type type)
{
    for (size_t i = 0; i < COUNT(links); i++)
        if (links[i].type == type) return &links[i];
    return NULL;
}

/* -- finding the chain --------------------------------------------------------------------- */

enum {
    CHAIN_MAX  = 4096, /* a device that is moved every day for ten years has fewer */
    ROOM_FIRST = 16,
};

struct chain {
    struct id     account, device, consent, detection, claim;
    struct arena  arena; /* what the events point into */
    struct event *events;
    size_t        count, room;
};

static bool belongs(const struct chain *chain, const struct event *event)
{
    const struct link *link = link_of(event->type);

    if (!link) return false;
    struct id wanted = strcmp(link->by, "detection") == 0 ? chain->detection
                       : strcmp(link->by, "consent") == 0 ? chain->consent
                                                          : chain->device;
    return id_equal(event_field_id(event, link->by), wanted);
}

static struct status look_at(const struct past *past, uint64_t position, struct chain *chain,
                             struct arena *scratch)
{
    struct event event;

    TRY(log_read(past->reader, NULL, position, scratch, &event));
    if (!belongs(chain, &event)) return OK;
    if (chain->count == CHAIN_MAX)
        return failed(STATUS_LIMIT, "more than %d events led to it", CHAIN_MAX);
    if (chain->count == chain->room) {
        chain->room   = chain->room ? 2 * chain->room : ROOM_FIRST;
        chain->events = realloc(chain->events, chain->room * sizeof *chain->events);
        ensure(chain->events != NULL);
    }
    return log_read(past->reader, past->vault, position, &chain->arena,
                    &chain->events[chain->count++]);
}

static struct status walk(const struct past *past, struct chain *chain)
{
    struct trail *trail   = trail_open(past->reader, UINT64_MAX, past->events_max);
    struct arena  scratch = { 0 };
    struct status status  = OK;
    uint64_t      position;

    trail_add_stream(trail, chain->claim);
    trail_add_stream(trail, chain->account);
    while (status.code == STATUS_OK) {
        status = trail_next(trail, &position);
        if (status.code != STATUS_OK || !position) break;
        status = look_at(past, position, chain, &scratch);
        arena_reset(&scratch);
    }
    arena_free(&scratch);
    trail_close(trail);
    return status;
}

static struct status find(const struct past *past, struct id device, struct chain *chain)
{
    struct event grant;
    uint64_t     named;

    if (id_kind(device) != ID_device) return failed(STATUS_INVALID, "it has to be a device: dev_…");
    TRY(past_account_of(past, device, &chain->account, &named));
    TRY(log_read(past->reader, NULL, named, &chain->arena, &grant));
    chain->device    = device;
    chain->consent   = event_field_id(&grant, "consent");
    chain->detection = event_field_id(&grant, "detection");
    chain->claim     = event_field_id(&grant, "claim");
    if (!id_given(chain->claim) || !id_given(chain->consent))
        return failed(STATUS_CORRUPT, "event %llu names the device first and is no grant",
                      (unsigned long long)named);
    return walk(past, chain);
}

/* -- what follows from what -------------------------------------------------------------- */

/* The earlier event it follows from; NULL: none. `by` says how that is known. */
static const struct event *before(const struct chain *chain, size_t at, const char **by)
{
    const struct event *event = &chain->events[at];
    const struct link  *link  = link_of(event->type);

    *by = "causation";
    for (size_t i = 0; i < at && id_given(event->causation); i++)
        if (id_equal(chain->events[i].id, event->causation)) return &chain->events[i];
    *by = event->type == EVENT_consent_requested ? "detection" : link->by;
    for (size_t i = at; i-- > 0;)
        for (size_t a = 0; a < AFTER_MAX && link->after[a]; a++)
            if (chain->events[i].type == link->after[a]) return &chain->events[i];
    return NULL;
}

/* Of what was looked up, also on what evidence: that is what the person was asked on. */
static void put_why(const struct event *event, struct json *json)
{
    struct buffer text   = { 0 };
    struct slice  method = { NULL, 0 }, confidence = { NULL, 0 };

    buffer_print(&text, "%s", link_of(event->type)->why);
    if (event->type == EVENT_detection_resolved) {
        method     = event->detection_resolved.method;
        confidence = event->detection_resolved.confidence;
    } else if (event->type == EVENT_device_detected) { /* in old logs */
        method     = event->device_detected.method;
        confidence = event->device_detected.confidence;
    }
    if (method.size)
        buffer_print(&text, "; the address was resolved by %.*s, and the result is %.*s",
                     (int)method.size, method.data, (int)confidence.size, confidence.data);
    buffer_add(&text, SLICE("."));
    json_put_text(json, "why", buffer_slice(&text));
    buffer_free(&text);
}

static void put_type(const struct event *event, struct arena *arena, struct json *json)
{
    struct slice kebab = text_kebab(arena, slice_text(event_shape(event->type)->name));

    json_put_text(json, "type", arena_print(arena, "piot.v1.%.*s", (int)kebab.size, kebab.data));
}

static void put_event(const struct past *past, struct chain *chain, size_t at, struct json *json)
{
    const struct event *event = &chain->events[at], *earlier;
    const struct shape *shape = event_shape(event->type);
    const char         *by;

    json_object(json);
    json_put_position(json, "position", log_position(past->reader, event->position));
    json_put_instant(json, "time", event->recorded_at);
    put_type(event, &chain->arena, json);
    json_put_id(json, "stream", event->stream);
    json_name(json, "actor");
    json_object(json);
    json_put_text(json, "kind", slice_text(actor_kind_name(event->actor.kind)));
    json_may_id(json, "id", event->actor.id);
    json_object_end(json);
    json_name(json, "data");
    json_object(json);
    shape_json(shape, event_body(event, shape), past->vault ? SHAPE_ALL : SHAPE_PUBLIC, json);
    json_object_end(json);
    earlier = before(chain, at, &by);
    if (earlier) {
        json_name(json, "follows");
        json_object(json);
        json_put_position(json, "position", log_position(past->reader, earlier->position));
        json_put_text(json, "by", slice_text(by));
        json_object_end(json);
    }
    put_why(event, json);
    json_object_end(json);
}

struct status replay_why(const struct past *past, struct id device, struct json *json)
{
    struct chain  chain  = { .count = 0 };
    struct status status = find(past, device, &chain);

    if (status.code == STATUS_OK) {
        json_object(json);
        json_put_id(json, "device", device);
        json_put_id(json, "account", chain.account);
        json_put_id(json, "consent", chain.consent);
        json_may_id(json, "detection", chain.detection);
        json_name(json, "events");
        json_array(json);
        for (size_t i = 0; i < chain.count; i++) put_event(past, &chain, i, json);
        json_array_end(json);
        json_object_end(json);
    }
    free(chain.events);
    arena_free(&chain.arena);
    return status;
}
