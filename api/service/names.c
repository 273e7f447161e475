#include "api/service/names.h"

#include "core/base/report.h"
#include "core/log/log.h"

static const struct id OWNER = { { ID_system, 'n', 'a', 'm', 'e', 's' } };

enum { LOOKED_AT_MAX = 64 }; /* logins, of those that were claimed first */

/* -- the row ------------------------------------------------------------------------------ */

static struct key names_row(const struct reader *reader)
{
    struct key key = reader_key(reader);

    key_add_bytes(&key, SLICE("names"));
    return key;
}

static struct status row_says(struct service *service, struct arena *arena, struct slice *says)
{
    struct reader *reader = reader_new(service->ground.store, arena);
    struct key     key    = names_row(reader);

    return reader_get(reader, FAMILY_meta, key_slice(&key), arena, says);
}

static struct status put_row(struct service *service, struct slice says)
{
    struct batch *batch = batch_open(service->ground.store);
    struct key    key   = names_row(batch_reader(batch));

    batch_put(batch, FAMILY_meta, key_slice(&key), says);
    struct status status = batch_commit(batch, true);
    batch_close(batch);
    return status;
}

/* -- a log without the row, and a vault without the key --------------------------------------- */

static struct status foreign(void)
{
    return failed(STATUS_CONFLICT, "the vault lacks keys of this log: is it another's, or a new "
                                   "one? Bring back the vault that belongs to it");
}

/* A login that is sealed and cannot be opened is one of another vault's. */
static struct status check_login(struct service *service, uint64_t position, struct arena *arena)
{
    struct log_record record;
    struct event      event;

    TRY(log_read_record(reader_new(service->ground.store, arena), position, arena, &record));
    TRY(log_record_event(&record, service->ground.vault, arena, &event));
    return record.ciphertext.data && event.forgotten ? foreign() : OK;
}

static struct status check_logins(struct service *service)
{
    uint64_t      positions[LOOKED_AT_MAX];
    struct arena  arena = { 0 };
    size_t        count;
    struct status status = log_type_positions(reader_new(service->ground.store, &arena),
                                              EVENT_login_claimed, 0, LOG_RISING, positions,
                                              LOOKED_AT_MAX, &count);

    for (size_t i = 0; status.code == STATUS_OK && i < count; i++) {
        status = check_login(service, positions[i], &arena);
        arena_reset(&arena);
    }
    arena_free(&arena);
    return status;
}

/* -- both ------------------------------------------------------------------------------- */

static struct status without_secret(struct service *service, bool said)
{
    if (!said) {
        TRY(check_logins(service));
        TRY(put_row(service, SLICE("plain")));
    }
    report(REPORT_WARNING, "api",
           "the names of logins, gateways and devices in this log were "
           "made without a secret, so they can be guessed");
    return OK;
}

static struct status settle(struct service *service, struct arena *arena, struct slice says)
{
    uint64_t head;

    if (slice_equal(says, SLICE("plain"))) return without_secret(service, true);
    TRY(log_head(reader_new(service->ground.store, arena), &head));
    if (!head) TRY(vault_create_key(service->ground.vault, OWNER));
    struct status status = vault_derive(service->ground.vault, OWNER, "piot: names",
                                        service->name_key.bytes);
    if (status.code == STATUS_NOT_FOUND)
        return says.data ? foreign() : without_secret(service, false);
    TRY(status);
    service->ground.names = &service->name_key;
    return says.data ? OK : put_row(service, SLICE("secret"));
}

struct status service_find_names(struct service *service)
{
    struct arena  arena = { 0 };
    struct slice  says;
    struct status status = row_says(service, &arena, &says);

    if (status.code == STATUS_OK) status = settle(service, &arena, says);
    arena_free(&arena);
    return status;
}
