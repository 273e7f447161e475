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

enum form { FORM_NONE, FORM_JSON, FORM_PAGE };

struct asking {
    struct deadline deadline; /* first: over() is given this */
    struct call    *call;
    struct id       consent;
    enum form       form;
    struct receipt *receipt;
    int64_t         until_us; /* monotonic; 0: not parked */
};

/* A receipt is JSON-LD, too. Browsers like text/html best. */
static enum form form_of(const struct call *call)
{
    static const char *const types[] = { "application/json", "application/ld+json", "text/html" };
    static const enum form   forms[] = { FORM_JSON, FORM_JSON, FORM_PAGE, FORM_NONE };

    return forms[accept_choose(call_accept(call), types, COUNT(types))];
}

/* -- answering ---------------------------------------------------------------------------- */

static void answer(struct asking *asking, const struct receipt *receipt)
{
    struct call  *call     = asking->call;
    struct buffer document = { 0 }, page = { 0 };
    char          consent[ID_TEXT_MAX];

    id_text(asking->consent, consent);
    receipt_sign(receipt, &call->ground->signer, &document);
    request_header(call->request, "Cache-Control", SLICE("no-store"));
    request_header(call->request, "Vary", SLICE("Accept"));
    if (asking->form == FORM_PAGE) {
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
static struct status make(struct asking *asking, struct receipt *receipt)
{
    struct call           *call     = asking->call;
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
                          ledger_merkle(call->ground->ledger), asking->consent, note, call->arena,
                          receipt);
}

static void leave(struct asking *asking)
{
    if (asking->until_us)
        subscriptions_unset(subscriptions_of(asking->call->loop), &asking->deadline);
    asking->until_us = 0;
}

/* Answers, or says that it is too early. */
static bool tried(struct asking *asking, bool last)
{
    struct status status = make(asking, asking->receipt);

    if (status.code == STATUS_CONFLICT && !last) return false;
    leave(asking);
    switch (status.code) {
    /* clang-format off */
    case STATUS_OK:        answer(asking, asking->receipt); break;
    case STATUS_NOT_FOUND: call_refuse(asking->call, REFUSED_consent_never_granted); break;
    case STATUS_INVALID:   call_refuse(asking->call, REFUSED_consent_unknown); break;
    case STATUS_CONFLICT:
        /* clang-format on */
        call_busy(asking->call, "The consent is not yet covered by a signed checkpoint.");
        break;
    default: call_broken(asking->call, status);
    }
    return true;
}

/* -- waiting ------------------------------------------------------------------------------ */

static void on_time(struct deadline *deadline)
{
    struct asking *asking = (struct asking *)deadline;
    bool           last   = clock_monotonic_us() >= asking->until_us;

    if (!tried(asking, last))
        subscriptions_set(subscriptions_of(asking->call->loop), &asking->deadline,
                          LOOK_EVERY_MS * MILLISECOND);
}

static void on_gone(void *context, struct request *request)
{
    leave(context);
    request_abandon(request);
}

static void on_stopping(void *context, struct request *request)
{
    (void)request;
    tried(context, true);
}

static void park(struct asking *asking)
{
    struct call *call = asking->call;

    asking->deadline.over = on_time;
    asking->until_us      = clock_monotonic_us() + CHECKPOINT_WAIT;
    request_watch(call->request, (struct request_watch){
                                     .context = asking, .gone = on_gone, .stopping = on_stopping });
    subscriptions_set(subscriptions_of(call->loop), &asking->deadline, LOOK_EVERY_MS * MILLISECOND);
}

void app_get_receipt(struct call *call)
{
    struct asking     *asking = arena_new(call->arena, struct asking);
    struct consent_row row;

    asking->call    = call;
    asking->form    = form_of(call);
    asking->receipt = arena_new(call->arena, struct receipt);
    if (!call_parameter_id(call, "consentId", ID_consent, &asking->consent)) return;
    if (asking->form == FORM_NONE)
        call_fail(call, PROBLEM_not_acceptable,
                  "Receipts are given as application/json or text/html.");
    else if (!own_consent(call, call_reader(call), call->arena, asking->consent, &row))
        resource_unknown(call, &resource_consent);
    else if (!tried(asking, false)) park(asking);
}
