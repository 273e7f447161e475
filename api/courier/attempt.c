/* attempt.c -- one attempt: the event read, told as its vendor may see it, signed
 * with every secret that is good now, and posted. */
#include <stdlib.h>

#include "api/courier/courier_internal.h"
#include "api/courier/secrets.h"
#include "api/courier/webhook_event.h"
#include "core/base/crypto.h"
#include "core/base/report.h"

static struct ground *ground_of(const struct letter *letter) { return letter->courier->ground; }

static struct letter *letter_open(struct line *line, struct courier *courier, struct id delivery)
{
    struct letter *letter = calloc(1, sizeof *letter);

    ensure(letter != NULL);
    letter->courier  = courier;
    letter->line     = line;
    letter->delivery = delivery;
    if (!view_get_delivery(courier->reader, line->vendor, delivery, &letter->arena, &letter->row)) {
        arena_free(&letter->arena);
        free(letter);
        return NULL; /* it went while we were looking, or cannot be read */
    }
    letter->attempt = letter->row.attempt + 1;
    letter->next    = line->letters;
    line->letters   = letter;
    line->count++;
    courier->count++;
    return letter;
}

void letter_free(struct letter *letter)
{
    struct letter **at = &letter->line->letters;

    ensure(letter->state != LETTER_TELLING);
    while (*at != letter) at = &(*at)->next;
    *at = letter->next;
    letter->line->count--;
    letter->courier->count--;
    letter->courier->eager = true; /* its place is free */
    posting_clear(&letter->posting);
    arena_free(&letter->arena);
    free(letter);
}

/* -- signing ------------------------------------------------------------------------- */

static struct status sign(struct letter *letter, int64_t now_us)
{
    struct posting *posting = &letter->posting;
    struct ground  *ground  = ground_of(letter);
    struct secrets  good;
    struct secret   newest_first[SECRETS_MAX];

    TRY(secrets_of(letter->courier->reader, ground->vault, letter->line->vendor, &letter->arena,
                   &good));
    if (!good.count) return failed(STATUS_CONFLICT, "the vendor has no signing secret");
    for (size_t i = 0; i < good.count; i++) newest_first[i] = good.items[good.count - 1 - i];
    posting->timestamp  = arena_print(&letter->arena, "%lld", (long long)(now_us / SECOND));
    posting->signatures = signature_make(&letter->arena, posting->id, posting->timestamp,
                                         posting->body, newest_first, good.count);
    crypto_wipe(newest_first, sizeof newest_first);
    secrets_wipe(&good);
    return OK;
}

/* -- sending ------------------------------------------------------------------------- */

static struct status write_body(struct letter *letter)
{
    struct ground *ground = ground_of(letter);
    struct buffer  body   = { 0 };
    struct status  status;

    TRY(log_read(letter->courier->reader, ground->vault, letter->row.position, &letter->arena,
                 &letter->event));
    if (!webhook_of(&letter->event, &letter->webhook))
        return failed(STATUS_INVALID, "vendors are not told of such events");
    status = courier_event(&letter->event, &letter->webhook, letter->attempt, &ground->view,
                           ground->vault, &body);
    letter->posting.body = arena_copy(&letter->arena, buffer_slice(&body));
    buffer_free(&body);
    return status;
}

static struct status prepare(struct letter *letter, struct slice url, int64_t now_us)
{
    struct posting        *posting  = &letter->posting;
    const struct settings *settings = ground_of(letter)->settings;
    char                   id[ID_TEXT_MAX];

    TRY(write_body(letter));
    id_text(letter->event.id, id);
    posting->id            = arena_copy(&letter->arena, slice_text(id));
    posting->url           = arena_print(&letter->arena, "%.*s", (int)url.size, url.data).data;
    posting->limit_ms      = (unsigned)(settings->webhook_limit / MILLISECOND);
    posting->allow_private = settings->allow_private_endpoints;
    return sign(letter, now_us);
}

/* The ledger's timer takes it out of the outbox at any moment. */
static bool too_late(const struct letter *letter, int64_t now_us)
{
    return id_given(letter->webhook.command) && letter->webhook.valid_until <= now_us;
}

bool letter_send(struct line *line, struct courier *courier, struct id delivery, struct slice url,
                 int64_t now_us)
{
    struct letter *letter = letter_open(line, courier, delivery);
    struct status  status;

    if (!letter) return true;
    status = prepare(letter, url, now_us);
    if (status.code == STATUS_NOT_FOUND || status.code == STATUS_INVALID) {
        letter->attempt = letter->row.attempt; /* it has not been made */
        outcome_dead(letter, status.text);
        return true;
    }
    if (status.code == STATUS_OK && !too_late(letter, now_us)) {
        poster_send(courier->poster, &letter->posting);
        return true;
    }
    if (status.code != STATUS_OK) {
        char text[ID_TEXT_MAX];
        id_text(delivery, text);
        report(REPORT_ERROR, "courier", "%s cannot be sent: %s", text, status.text);
    }
    letter_free(letter);
    return status.code == STATUS_OK;
}

void letter_give_up(struct line *line, struct courier *courier, struct id delivery, const char *why)
{
    struct letter *letter = letter_open(line, courier, delivery);

    if (!letter) return;
    letter->attempt = letter->row.attempt;
    outcome_dead(letter, why);
}
