/* events.c -- vendors report what devices did: CloudEvents in, an answer for each.
 *
 * They are decided in the order they came. An event is done once under its source and id,
 * however often it is sent; a delivery, under its webhook-id, gets the very answer it got
 * before.
 */
#include <string.h>

#include "api/call/idempotency.h"
#include "api/call/submit.h"
#include "api/courier/secrets.h"
#include "api/places/waiting.h"
#include "api/vendors/delivery.h"
#include "api/vendors/missing.h"
#include "api/vendors/routes.h"
#include "core/wire/media_type.h"

enum { LOOK_AT_ONCE = 32 }; /* events: a millisecond, then it is others' turn on the loop */

/* -- who sends it ------------------------------------------------------------------- */

static struct slice delivery_header(const struct call *call, const char *name)
{
    return http_header(call->request->head, name);
}

/* `key`: the name of the secret it was signed with. */
static bool check_signature(struct call *call, const struct secrets *secrets, struct id *key)
{
    size_t                 which    = 0;
    struct delivery_signed delivery = {
        .id         = delivery_header(call, "webhook-id"),
        .timestamp  = delivery_header(call, "webhook-timestamp"),
        .signatures = delivery_header(call, "webhook-signature"),
        .body       = call->request->body,
    };
    enum signature_verdict verdict = signature_verify(call->arena, &delivery, secrets->items,
                                                      secrets->count, call->now_us,
                                                      call->ground->settings->signature_tolerance,
                                                      &which);

    if (verdict == SIGNATURE_GOOD) {
        *key = secrets->keys[which];
        return true;
    }
    call_fail(call, PROBLEM_unauthenticated, "%s", signature_why(verdict));
    return false;
}

/* A vendor nobody knows has no secrets, and is told the same as one that signs wrongly. */
static bool delivery_is_proven(struct call *call)
{
    struct secrets secrets;
    struct id      vendor, key;

    if (call->credentials.caller.kind != CALLER_NOBODY) return true; /* by its bearer key */
    if (!call_parameter_id(call, "vendorId", ID_vendor, &vendor)) return false;
    struct status read = secrets_of(call_reader(call), call->ground->vault, vendor, call->arena,
                                    &secrets);
    bool          good = read.code == STATUS_OK && check_signature(call, &secrets, &key);
    secrets_wipe(&secrets);
    if (read.code != STATUS_OK) call_broken(call, read);
    return good && auth_as_vendor(call, vendor, key) && idempotency_is_new(call, vendor);
}

/* -- asking ------------------------------------------------------------------------------ */

static struct slice detection_text(struct arena *arena, struct id detection)
{
    char text[ID_TEXT_MAX];

    id_text(detection, text);
    return arena_copy(arena, slice_text(text));
}

/* What the event is called, in few bytes: a repeat has the same source and id. */
static struct slice delivery_name_deduplication(struct arena *arena, const struct cloudevent *event)
{
    struct slice parts[] = { event->source, SLICE("\n"), event->id };
    struct hash  hash    = crypto_sha256_all(parts, COUNT(parts));

    return arena_copy(arena, SLICE_OF(hash.bytes));
}

static void delivery_put_item(struct submission *submission, size_t index,
                              struct vendor_event *incoming)
{
    struct call        *call   = submission->call;
    struct ledger_item *item   = &submission->request.items[index];
    struct intent      *intent = submit_intent(submission, index, incoming->intent.type,
                                               incoming->intent.stream);

    incoming->intent.actor = intent->actor;
    if (incoming->intent.type == INTENT_report_detection) {
        struct id detection                         = call_new_id(call, ID_detection);
        incoming->intent.report_detection.detection = detection;
        item->stored_result                         = detection_text(call->arena, detection);
    }
    *intent                 = incoming->intent;
    item->deduplication_key = delivery_name_deduplication(call->arena, &incoming->event);
}

/* Where they were seen waits beside the events, until somebody looks whose address it was. */
static void delivery_await_resolution(struct submission *submission, struct batch *batch)
{
    const struct delivery_events *delivery = submission->context;

    for (size_t i = 0; i < delivery->count; i++) {
        const struct ledger_item *item = delivery->results[i].item;
        const struct event       *detected;

        if (!item || item->outcome.refusal || item->outcome.duplicate) continue;
        detected = outcome_event(&item->outcome, EVENT_device_detected);
        if (detected)
            waiting_put(batch, submission->call->ground->vault, detected->position,
                        &delivery->incoming[i].seen);
    }
}

static void delivery_write_reply(struct submission *submission, struct reader *reader,
                                 struct reply *reply)
{
    (void)reader;
    delivery_write(submission->context, &reply->body);
}

static void events_submit(struct call *call, struct delivery_events *delivery)
{
    struct submission *submission = submit_new(call, delivery->well_formed);
    size_t             index      = 0;

    for (size_t i = 0; i < delivery->count; i++) {
        if (!delivery_is_well_formed(&delivery->incoming[i])) continue;
        delivery->results[i].item = &submission->request.items[index];
        delivery_put_item(submission, index++, &delivery->incoming[i]);
    }
    submission->itemized       = true;
    submission->context        = delivery;
    submission->write          = delivery_write_reply;
    submission->request.change = CHANGE_await_resolution;
    submission->make           = delivery_await_resolution;
    submit_send(submission);
}

/* What has come has, whatever will be decided about it. */
static void delivery_note_sequence(const struct delivery_events *delivery)
{
    struct call *call    = delivery->call;
    uint64_t    *numbers = arena_array(call->arena, uint64_t, delivery->count);
    size_t       count   = 0;

    for (size_t i = 0; i < delivery->count; i++)
        if (delivery->incoming[i].event.numbered)
            numbers[count++] = delivery->incoming[i].event.sequence;
    if (count) missing_note(call->ground, call_vendor(call), numbers, count);
}

static void delivery_finish(struct delivery_events *delivery)
{
    struct call  *call   = delivery->call;
    struct buffer answer = { 0 };

    delivery_note_sequence(delivery);
    if (delivery->well_formed) {
        events_submit(call, delivery);
    } else {
        delivery_write(delivery, &answer);
        call_answer_json(call, call->route->success, &answer);
    }
}

/* A loop's last words come once, so then all the rest is looked at. */
static void delivery_go_on(void *argument)
{
    struct delivery_events *delivery = argument;
    struct server          *server   = delivery->call->loop->server;
    size_t                  until    = delivery->looked_at + LOOK_AT_ONCE;

    while (delivery->looked_at < delivery->count) {
        if (delivery->looked_at == until && !server_stopping(server) &&
            server_post(server, delivery_go_on, delivery))
            return;
        delivery_look_at_next(delivery);
    }
    delivery_finish(delivery);
}

void vendor_post_events(struct call *call)
{
    struct delivery_events *delivery = delivery_is_proven(call) ? delivery_read(call) : NULL;

    if (delivery && call_takes_events(call, delivery->count)) delivery_go_on(delivery);
}
