/* attempt.c -- one attempt: the event read, told as its vendor may see it, signed
 * with every secret that is good now, and posted. */
#include <stdlib.h>

#include "api/courier/courier_internal.h"
#include "api/courier/secrets.h"
#include "api/courier/webhook_event.h"
#include "core/base/crypto.h"
#include "core/base/report.h"
#include "core/base/text.h"
#include "core/facts/names.h"

_Static_assert(ID_TEXT_MAX <= (int)WEBHOOK_ID_MAX, "an event's name is a webhook-id");

static struct ground *attempt_ground(const struct attempt *attempt)
{
    return attempt->courier->ground;
}

static bool attempt_read(struct attempt *attempt)
{
    struct reader       *reader = attempt->courier->reader;
    struct delivery_row *row    = &attempt->row;

    return view_get_delivery(reader, attempt->queue->vendor, attempt->delivery, &attempt->arena,
                             row) &&
           as_written(reader, row->status != DELIVERY_none, "it has a state") &&
           as_written(reader, row->attempt < UINT32_MAX, "tries were counted") &&
           row->status == DELIVERY_pending;
}

/* Does it count among those that failed before? */
static bool attempt_is_retried(const struct attempt *attempt)
{
    return attempt->row.next_at && !attempt->slow;
}

static struct attempt *attempt_open(struct courier *courier, struct owed *owed)
{
    struct attempt      *attempt = calloc(1, sizeof *attempt);
    struct vendor_queue *queue   = owed->lane->queue;

    ensure(attempt != NULL && !owed->out);
    ensure(queue->count <= courier->count && courier->count < courier_max(courier));
    ensure(!courier->closing && !courier->halted); /* nothing new is taken up */
    attempt->courier  = courier;
    attempt->queue    = queue;
    attempt->owed     = owed;
    attempt->delivery = owed->delivery;
    if (!attempt_read(attempt)) {
        arena_free(&attempt->arena);
        free(attempt);
        if (reader_failure(courier->reader).code == STATUS_OK) /* it went while we were looking */
            owed_remove(owed, clock_now(&courier->ground->clock));
        return NULL;
    }
    attempt->number  = attempt->row.attempt + 1;
    attempt->sent_at = clock_monotonic_us();
    owed->out        = true;
    TAILQ_INSERT_TAIL(&courier->attempts, attempt, in_order);
    queue->count++;
    courier->count++;
    queue->retried += attempt_is_retried(attempt);
    lane_place(owed->lane, clock_now(&courier->ground->clock));
    return attempt;
}

void attempt_is_slow(struct attempt *attempt)
{
    ensure(!attempt->slow);
    attempt->queue->retried -= attempt_is_retried(attempt);
    attempt->slow = true;
    attempt->queue->slow++;
    attempt->courier->slow++;
    vendor_queue_touch(attempt->courier, attempt->queue);
}

/* Its place is free. */
static void attempt_leave(struct attempt *attempt)
{
    struct courier      *courier = attempt->courier;
    struct vendor_queue *queue   = attempt->queue;

    ensure(attempt->state != ATTEMPT_TELLING);
    ensure(queue->count > 0 && queue->count <= courier->count);
    TAILQ_REMOVE(&courier->attempts, attempt, in_order);
    queue->count--;
    courier->count--;
    queue->retried -= attempt_is_retried(attempt);
    queue->slow -= attempt->slow;
    courier->slow -= attempt->slow;
    vendor_queue_touch(courier, queue);
}

void attempt_free(struct attempt *attempt, enum attempt_end end)
{
    int64_t now_us = clock_now(&attempt_ground(attempt)->clock);

    attempt_leave(attempt);
    attempt->owed->out = false;
    if (end == ATTEMPT_SETTLED) owed_remove(attempt->owed, now_us);
    else lane_place(attempt->owed->lane, now_us);
    posting_clear(&attempt->posting);
    arena_free(&attempt->arena);
    free(attempt);
}

/* -- signing ------------------------------------------------------------------------- */

static struct status attempt_sign(struct attempt *attempt, int64_t now_us)
{
    struct posting *posting = &attempt->posting;
    struct ground  *ground  = attempt_ground(attempt);
    struct secrets  good;
    struct secret   newest_first[SECRETS_MAX];

    TRY(secrets_of(attempt->courier->reader, ground->vault, attempt->queue->vendor, &attempt->arena,
                   &good));
    ensure(good.count <= SECRETS_MAX && posting->body.size > 0 && posting->id.size > 0);
    if (!good.count) return failed(STATUS_CONFLICT, "the vendor has no signing secret");
    for (size_t i = 0; i < good.count; i++) newest_first[i] = good.items[good.count - 1 - i];
    posting->timestamp  = arena_print(&attempt->arena, "%lld", (long long)(now_us / SECOND));
    posting->signatures = signature_make(&attempt->arena, posting->id, posting->timestamp,
                                         posting->body, newest_first, good.count);
    ensure(posting->signatures.size > 0);
    crypto_wipe(newest_first, sizeof newest_first);
    secrets_wipe(&good);
    return OK;
}

/* -- sending ------------------------------------------------------------------------- */

/* What the outbox wrote, held against what it was written from. */
static bool attempt_is_of(const struct attempt *attempt)
{
    const struct webhook *webhook = &attempt->webhook;

    return id_equal(name_delivery(attempt->event.id), attempt->delivery) &&
           id_equal(webhook->vendor, attempt->queue->vendor) &&
           id_equal(webhook->command, attempt->row.command) &&
           id_equal(attempt->event.stream, attempt->row.stream);
}

static struct status attempt_write_body(struct attempt *attempt)
{
    struct ground *ground = attempt_ground(attempt);
    struct buffer  body   = { 0 };
    struct status  status;

    TRY(log_read(attempt->courier->reader, ground->vault, attempt->row.position, &attempt->arena,
                 &attempt->event));
    ensure(attempt->event.position == attempt->row.position);
    if (!webhook_of(&attempt->event, &attempt->webhook))
        return failed(STATUS_INVALID, "vendors are not told of such events");
    if (!attempt_is_of(attempt))
        return failed(STATUS_CORRUPT, "the outbox names an event that owes it something else");
    status = courier_event(&attempt->event, &attempt->webhook, attempt->number, &ground->view,
                           ground->vault, &body);
    attempt->posting.body = arena_copy(&attempt->arena, buffer_slice(&body));
    buffer_free(&body);
    return status;
}

/* Whoever tries an endpoint out waits for what comes of it, as long as it may take. */
static unsigned attempt_limit_ms(const struct attempt *attempt)
{
    int64_t limit_us = attempt_ground(attempt)->settings->webhook_limit;

    if (attempt->event.type == EVENT_test_notification_requested)
        limit_us = limit_us * TRY_OUT_PERCENT / 100;
    return (unsigned)(limit_us / MILLISECOND);
}

static void attempt_on_header(void *context, struct slice header)
{
    struct attempt *attempt = context;
    struct slice    value;

    if (head_line_read(header, "webhook-delivery", &value))
        attempt->pauses = text_same_word(value, SLICE("pause"));
}

static struct status attempt_prepare(struct attempt *attempt, struct slice url, int64_t now_us)
{
    struct posting        *posting  = &attempt->posting;
    const struct settings *settings = attempt_ground(attempt)->settings;
    char                   id[ID_TEXT_MAX];

    ensure(attempt->state == ATTEMPT_SENDING && url.size > 0);
    TRY(attempt_write_body(attempt));
    id_text(attempt->event.id, id);
    posting->id            = arena_copy(&attempt->arena, slice_text(id));
    posting->url           = arena_print(&attempt->arena, "%.*s", (int)url.size, url.data).data;
    posting->limit_ms      = attempt_limit_ms(attempt);
    posting->allow_private = settings->allow_private_endpoints;
    posting->ca_file       = *settings->webhook_ca_file ? settings->webhook_ca_file : NULL;
    posting->context       = attempt;
    posting->on_header     = attempt_on_header;
    ensure(posting->limit_ms > 0); /* else it could take forever */
    return attempt_sign(attempt, now_us);
}

/* The ledger's timer takes it out of the outbox at any moment. While it looks up the name and
 * is connected, its time may come as well: then the poster does not send it. */
static bool attempt_too_late(struct attempt *attempt, int64_t now_us)
{
    const struct webhook *webhook = &attempt->webhook;

    if (!id_given(webhook->command)) return false;
    attempt->posting.send_by_us = clock_monotonic_us() + webhook->valid_until - now_us;
    return webhook->valid_until <= now_us;
}

bool attempt_send(struct courier *courier, struct owed *owed, struct slice url)
{
    struct attempt *attempt = attempt_open(courier, owed);
    int64_t         now_us  = clock_now(&courier->ground->clock);
    struct status   status;

    if (!attempt) return true;
    status = attempt_prepare(attempt, url, now_us);
    if (status.code == STATUS_NOT_FOUND || status.code == STATUS_INVALID) {
        attempt->number = attempt->row.attempt; /* it has not been made */
        outcome_dead(attempt, status.text);
        return true;
    }
    if (status.code == STATUS_OK && !attempt_too_late(attempt, now_us)) {
        ensure(attempt->posting.signatures.size > 0 && !attempt->request.count);
        poster_send(courier->poster, &attempt->posting);
        return true;
    }
    if (status.code != STATUS_OK) {
        char text[ID_TEXT_MAX];
        id_text(attempt->delivery, text);
        report(REPORT_ERROR, "courier", "%s cannot be sent: %s", text, status.text);
    }
    attempt_free(attempt, status.code == STATUS_OK ? ATTEMPT_SETTLED : ATTEMPT_WAITS);
    return status.code == STATUS_OK;
}

void attempt_give_up(struct courier *courier, struct owed *owed, const char *why)
{
    struct attempt *attempt = attempt_open(courier, owed);

    if (!attempt) return;
    ensure(*why);
    attempt->number = attempt->row.attempt;
    outcome_dead(attempt, why);
}
