/* receipts.c -- the proof of a grant, for its giver to keep.
 *
 * It is JSON unless a page is what the caller takes. The events behind it have to be
 * covered by a checkpoint; one is signed within a second of them, so a request that comes
 * before is parked for a moment. */
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/call/subscriptions.h"
#include "core/wire/media_type.h"
#include "replay/receipt/receipt.h"

enum { LOOK_EVERY_MS = 50 };

#define CHECKPOINT_WAIT (3 * SECOND) /* three times what one takes; then it is not coming */

enum receipt_form { FORM_NONE, FORM_JSON, FORM_PAGE };

struct receipt_wait {
    struct deadline   deadline; /* first: over() is given this */
    struct call      *call;
    struct id         consent;
    enum receipt_form form;
    struct receipt   *receipt;
    int64_t           until_us; /* monotonic; 0: not parked */
};

/* A receipt is JSON-LD, too. Browsers like text/html best. */
static enum receipt_form receipt_form(const struct call *call)
{
    static const char *const types[] = { "application/json", "application/ld+json", "text/html" };
    static const enum receipt_form forms[] = { FORM_JSON, FORM_JSON, FORM_PAGE, FORM_NONE };

    return forms[accept_choose(call_accept(call), types, COUNT(types))];
}

/* -- answering ---------------------------------------------------------------------------- */

static void receipt_answer(struct receipt_wait *waiting, const struct receipt *receipt)
{
    struct call  *call     = waiting->call;
    struct buffer document = { 0 }, page = { 0 };
    char          consent[ID_TEXT_MAX];

    id_text(waiting->consent, consent);
    receipt_sign(receipt, &call->ground->signer, &document);
    request_header(call->request, "Cache-Control", SLICE("no-store"));
    request_header(call->request, "Vary", SLICE("Accept"));
    if (waiting->form == FORM_PAGE) {
        receipt_page(receipt, buffer_slice(&document), &page);
        buffer_free(&document);
        call_answer(call, 200, "text/html; charset=utf-8", buffer_slice(&page));
        buffer_free(&page);
        return;
    }
    request_header(call->request, "Content-Disposition",
                   arena_print(call->arena, "attachment; filename=\"receipt-%s.json\"", consent));
    call_answer_json(call, 200, &document);
}

/* As far as the last checkpoint covers it: STATUS_CONFLICT while it does not. */
static struct status receipt_make_covered(struct receipt_wait *waiting, struct receipt *receipt)
{
    struct call           *call     = waiting->call;
    const struct settings *settings = call->ground->settings;
    struct slice           note;

    *receipt = (struct receipt){
        .created_at = call->now_us / MILLISECOND * MILLISECOND,
        .names      = { .service          = slice_text(call->ground->signer.key.name),
                        .operator_name    = slice_text(settings->operator_name),
                        .operator_contact = slice_text(settings->operator_contact),
                        .privacy_notice   = slice_text(settings->privacy_notice),
                        .jurisdiction     = slice_text(settings->jurisdiction) },
    };
    if (!ledger_checkpoint(call->ground->ledger, call->arena, &note))
        return failed(STATUS_CONFLICT, "there is no checkpoint yet");
    return receipt_gather(call_reader(call), call->ground->vault,
                          ledger_merkle(call->ground->ledger), waiting->consent, note, call->arena,
                          receipt);
}

static void receipt_wait_leave(struct receipt_wait *waiting)
{
    if (waiting->until_us)
        subscriptions_unset(subscriptions_of(waiting->call->loop), &waiting->deadline);
    waiting->until_us = 0;
}

/* Answers, or says that it is too early. */
static bool receipt_wait_tried(struct receipt_wait *waiting, bool last)
{
    struct status status = receipt_make_covered(waiting, waiting->receipt);

    if (status.code == STATUS_CONFLICT && !last) return false;
    receipt_wait_leave(waiting);
    switch (status.code) {
    /* clang-format off */
    case STATUS_OK:        receipt_answer(waiting, waiting->receipt); break;
    case STATUS_NOT_FOUND: call_refuse(waiting->call, REFUSED_consent_never_granted); break;
    case STATUS_INVALID:   call_refuse(waiting->call, REFUSED_consent_unknown); break;
    case STATUS_CONFLICT:
        /* clang-format on */
        call_busy(waiting->call, "The consent is not yet covered by a signed checkpoint.");
        break;
    default: call_broken(waiting->call, status);
    }
    return true;
}

/* -- waiting ------------------------------------------------------------------------------ */

static void receipt_wait_on_time(struct deadline *deadline)
{
    struct receipt_wait *waiting = (struct receipt_wait *)deadline;
    bool                 last    = clock_monotonic_us() >= waiting->until_us;

    if (!receipt_wait_tried(waiting, last))
        subscriptions_set(subscriptions_of(waiting->call->loop), &waiting->deadline,
                          LOOK_EVERY_MS * MILLISECOND);
}

static void receipt_wait_on_gone(void *context, struct request *request)
{
    receipt_wait_leave(context);
    request_abandon(request);
}

static void receipt_wait_on_stopping(void *context, struct request *request)
{
    (void)request;
    receipt_wait_tried(context, true);
}

static void receipt_wait_park(struct receipt_wait *waiting)
{
    struct call *call = waiting->call;

    waiting->deadline.over = receipt_wait_on_time;
    waiting->until_us      = clock_monotonic_us() + CHECKPOINT_WAIT;
    request_watch(call->request, (struct request_watch){ .context  = waiting,
                                                         .gone     = receipt_wait_on_gone,
                                                         .stopping = receipt_wait_on_stopping });
    subscriptions_set(subscriptions_of(call->loop), &waiting->deadline,
                      LOOK_EVERY_MS * MILLISECOND);
}

void app_get_receipt(struct call *call)
{
    struct receipt_wait *waiting = arena_new(call->arena, struct receipt_wait);
    struct consent_row   row;

    waiting->call    = call;
    waiting->form    = receipt_form(call);
    waiting->receipt = arena_new(call->arena, struct receipt);
    if (!call_parameter_id(call, "consentId", ID_consent, &waiting->consent)) return;
    if (waiting->form == FORM_NONE)
        call_fail(call, PROBLEM_not_acceptable,
                  "Receipts are given as application/json or text/html.");
    else if (!own_consent(call, call_reader(call), call->arena, waiting->consent, &row))
        resource_unknown(call, &resource_consent);
    else if (!receipt_wait_tried(waiting, false)) receipt_wait_park(waiting);
}
