/* eraser_rows.c -- an erased account's key, ciphertexts, leases and repeats.
 *
 * The key goes first: from then on the log seals nothing more under it, so the
 * ciphertexts found after that are all there will ever be. They are those of its stream
 * and of the events elsewhere that name it: its login's, its gateways', its devices'
 * claims, and the reports of devices that led to it. Gateways are those it ever had, but for
 * one that is somebody else's by now, whose addresses then are that one's and go in their time.
 */
#include <string.h>

#include "api/chores/eraser_internal.h"
#include "api/chores/expiry_internal.h"
#include "core/leases/leases.h"

enum {
    ROWS_AT_ONCE = 256, /* in one turn of the writer: a millisecond or so */
    GATEWAYS_MAX = 64,  /* of one account, in one pass over the leases */
};

static struct status wipe(struct eraser *eraser, struct chore_request *request)
{
    request->from_reserve = true;
    return chore_change(eraser->chore, request, CHANGE_wipe_account);
}

static void destroy_key(struct chore_request *request, struct batch *batch)
{
    const struct id *account = request->context;
    struct vault    *vault   = chore_ground(request->chore)->vault;
    struct status    status  = vault_has_key(vault, *account);

    if (status.code == STATUS_OK) status = vault_destroy_key(vault, *account);
    if (status.code != STATUS_NOT_FOUND) reader_note(batch_reader(batch), status);
}

/* -- ciphertexts ---------------------------------------------------------------------- */

struct chunk {
    uint64_t positions[ROWS_AT_ONCE];
    size_t   count;
};

static void erase_ciphertexts(struct chore_request *request, struct batch *batch)
{
    const struct chunk *chunk = request->context;

    for (size_t i = 0; i < chunk->count; i++) log_forget(batch, chunk->positions[i]);
}

typedef struct status positions_of(struct reader *reader, struct id id, uint64_t from,
                                   enum log_order order, uint64_t *positions, size_t max,
                                   size_t *count);

/* Where the report stands that was resolved there, if its ciphertext is there; else 0. It is
 * sealed for its vendor, and came before in the claim's stream. */
static struct status report_of(struct reader *reader, uint64_t resolved, const struct event *event,
                               struct arena *arena, uint64_t *report)
{
    const struct id   detection = event->detection_resolved.detection, claim = event->stream;
    uint64_t          at = resolved;
    struct log_record record;
    struct event      earlier;
    size_t            count;

    *report = 0;
    do {
        TRY(log_stream_positions(reader, claim, at, LOG_FALLING, &at, 1, &count));
        if (!count) return OK;
        arena_reset(arena);
        TRY(log_read_record(reader, at, arena, &record));
        TRY(log_record_event(&record, NULL, arena, &earlier));
    } while (earlier.type != EVENT_device_detected ||
             !id_equal(earlier.device_detected.detection, detection));
    if (record.ciphertext.data) *report = at;
    return OK;
}

/* Where a ciphertext goes as the event there is about the account; 0: none does. */
static struct status going_by(struct reader *reader, uint64_t position, struct id account,
                              struct arena *arena, uint64_t *going)
{
    struct log_record record;
    struct event      event;

    arena_reset(arena);
    TRY(log_read_record(reader, position, arena, &record));
    TRY(log_record_event(&record, NULL, arena, &event));
    if (event.type == EVENT_detection_resolved)
        return report_of(reader, position, &event, arena, going);
    *going = record.ciphertext.data && id_equal(event.seal.owner, account) ? position : 0;
    return OK;
}

static struct status find(struct eraser *eraser, struct id account, positions_of *list,
                          uint64_t *from, struct chunk *chunk, size_t *seen)
{
    struct reader *reader = eraser->reader;
    uint64_t       positions[ROWS_AT_ONCE];
    struct arena   arena  = { 0 };
    struct status  status = list(reader, account, *from, LOG_RISING, positions, ROWS_AT_ONCE, seen);

    chunk->count = 0;
    for (size_t i = 0; status.code == STATUS_OK && i < *seen; i++) {
        uint64_t going = 0;
        status         = going_by(reader, *from = positions[i], account, &arena, &going);
        if (going) chunk->positions[chunk->count++] = going;
    }
    arena_free(&arena);
    return status;
}

static struct status forget_in(struct eraser *eraser, struct id account, positions_of *list)
{
    struct chunk         chunk;
    struct chore_request request = { .make = erase_ciphertexts, .context = &chunk };
    uint64_t             from    = 0;
    size_t               seen;

    do {
        TRY(find(eraser, account, list, &from, &chunk, &seen));
        if (chunk.count) TRY(wipe(eraser, &request));
    } while (seen == ROWS_AT_ONCE);
    return OK;
}

/* -- leases ------------------------------------------------------------------------------ */

struct gateways {
    struct id          items[GATEWAYS_MAX];
    size_t             count;
    struct sweep_place place;
};

static void erase_leases(struct chore_request *request, struct batch *batch)
{
    struct gateways *gateways = request->context;

    leases_forget(batch, &gateways->place, gateways->items, gateways->count);
}

static struct status forget_leases(struct eraser *eraser, struct gateways *gateways)
{
    struct chore_request request = { .make = erase_leases, .context = gateways };

    if (!gateways->count) return OK;
    gateways->place = (struct sweep_place){ { .size = 0 } };
    do TRY(wipe(eraser, &request));
    while (gateways->place.key.size);
    gateways->count = 0;
    return OK;
}

static struct status take_gateway(struct eraser *eraser, uint64_t position,
                                  struct gateways *gateways, struct arena *arena)
{
    struct gateway_row anothers;
    struct event       event;

    arena_reset(arena);
    TRY(log_read(eraser->reader, NULL, position, arena, &event));
    if (event.type != EVENT_gateway_attached ||
        view_get_gateway(eraser->reader, event.gateway_attached.gateway, NO_ID, arena, &anothers))
        return OK;
    TRY(reader_failure(eraser->reader));
    gateways->items[gateways->count++] = event.gateway_attached.gateway;
    return gateways->count < GATEWAYS_MAX ? OK : forget_leases(eraser, gateways);
}

static struct status forget_addresses(struct eraser *eraser, struct id account)
{
    struct gateways gateways = { .count = 0 };
    struct arena    arena    = { 0 };
    struct status   status   = OK;
    uint64_t        positions[ROWS_AT_ONCE], from = 0;
    size_t          count = ROWS_AT_ONCE;

    while (status.code == STATUS_OK && count == ROWS_AT_ONCE) {
        status = log_stream_positions(eraser->reader, account, from, LOG_RISING, positions,
                                      ROWS_AT_ONCE, &count);
        for (size_t i = 0; status.code == STATUS_OK && i < count; i++)
            status = take_gateway(eraser, from = positions[i], &gateways, &arena);
    }
    arena_free(&arena);
    return status.code == STATUS_OK ? forget_leases(eraser, &gateways) : status;
}

/* -- rows by account: what was kept for repeats, and what is known of its reports --------- */

typedef size_t forget_rows(struct batch *batch, struct id account, size_t max);

struct forgetting {
    struct id    account;
    forget_rows *rows;
    size_t       erased;
};

static void erase_some(struct chore_request *request, struct batch *batch)
{
    struct forgetting *forgetting = request->context;

    forgetting->erased = forgetting->rows(batch, forgetting->account, ROWS_AT_ONCE);
}

static struct status forget_rows_of(struct eraser *eraser, struct id account, forget_rows *rows)
{
    struct forgetting    forgetting = { .account = account, .rows = rows };
    struct chore_request request    = { .make = erase_some, .context = &forgetting };

    do TRY(wipe(eraser, &request));
    while (forgetting.erased == ROWS_AT_ONCE);
    return OK;
}

static bool is_erased(struct eraser *eraser, struct id account)
{
    struct arena            arena = { 0 };
    struct open_erasure_row row;
    bool found = view_get_open_erasure(eraser->reader, name_system(), account, &arena, &row);

    arena_free(&arena);
    return found;
}

struct status eraser_erase_rows(struct eraser *eraser, struct id account)
{
    struct chore_request request = { .make = destroy_key, .context = &account };

    if (!is_erased(eraser, account)) return failed(STATUS_CONFLICT, "the account is not erased");
    TRY(wipe(eraser, &request));
    TRY(forget_in(eraser, account, log_stream_positions));
    TRY(forget_in(eraser, account, log_index_positions));
    TRY(forget_addresses(eraser, account));
    TRY(forget_rows_of(eraser, account, expiry_rows_forget));
    return forget_rows_of(eraser, account, ledger_forget_idempotency);
}
