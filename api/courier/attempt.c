/* attempt.c -- one attempt: the event read, told as its vendor may see it, signed
 * with every secret that is good now, and posted. */
#include <stdlib.h>

#include "api/courier/courier_internal.h"
#include "api/courier/secrets.h"
#include "api/courier/webhook_event.h"
#include "core/base/crypto.h"
#include "core/base/report.h"
#include "core/facts/names.h"

_Static_assert(ID_TEXT_MAX <= (int)WEBHOOK_ID_MAX, "an event's name is a webhook-id");

static struct ground *attempt_ground(const struct attempt *attempt)
{
    return attempt->courier->ground;
}

static struct attempt *attempt_open(struct vendor_queue *queue, struct courier *courier,
                                    struct id delivery)
{
    struct attempt *attempt = calloc(1, sizeof *attempt);

    ensure(attempt != NULL);
    ensure(queue->count <= courier->count && courier->count < courier_max(courier));
    ensure(!courier->closing && !courier->halted); /* nothing new is taken up */
    attempt->courier  = courier;
    attempt->queue    = queue;
    attempt->delivery = delivery;
    if (!view_get_delivery(courier->reader, queue->vendor, delivery, &attempt->arena,
                           &attempt->row) ||
        !as_written(courier->reader, attempt->row.status != DELIVERY_none, "it has a state") ||
        !as_written(courier->reader, attempt->row.attempt < UINT32_MAX, "tries were counted")) {
        arena_free(&attempt->arena);
        free(attempt);
        return NULL; /* it went while we were looking, or is damaged */
    }
    attempt->number = attempt->row.attempt + 1;
    attempt->next   = queue->attempts;
    queue->attempts = attempt;
    queue->count++;
    courier->count++;
    return attempt;
}

void attempt_free(struct attempt *attempt)
{
    struct attempt **at = &attempt->queue->attempts;

    ensure(attempt->state != ATTEMPT_TELLING);
    ensure(attempt->queue->count > 0 && attempt->queue->count <= attempt->courier->count);
    while (*at != attempt) at = &(*at)->next;
    *at = attempt->next;
    attempt->queue->count--;
    attempt->courier->count--;
    ensure(!attempt->queue->count == !attempt->queue->attempts);
    attempt->courier->eager = true; /* its place is free */
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
    posting->limit_ms      = (unsigned)(settings->webhook_limit / MILLISECOND);
    posting->allow_private = settings->allow_private_endpoints;
    ensure(posting->limit_ms > 0); /* else it could take forever */
    return attempt_sign(attempt, now_us);
}

/* The ledger's timer takes it out of the outbox at any moment. */
static bool attempt_too_late(const struct attempt *attempt, int64_t now_us)
{
    return id_given(attempt->webhook.command) && attempt->webhook.valid_until <= now_us;
}

bool attempt_send(struct vendor_queue *queue, struct courier *courier, struct id delivery,
                  struct slice url, int64_t now_us)
{
    struct attempt *attempt = attempt_open(queue, courier, delivery);
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
        id_text(delivery, text);
        report(REPORT_ERROR, "courier", "%s cannot be sent: %s", text, status.text);
    }
    attempt_free(attempt);
    return status.code == STATUS_OK;
}

void attempt_give_up(struct vendor_queue *queue, struct courier *courier, struct id delivery,
                     const char *why)
{
    struct attempt *attempt = attempt_open(queue, courier, delivery);

    if (!attempt) return;
    ensure(*why);
    attempt->number = attempt->row.attempt;
    outcome_dead(attempt, why);
}
