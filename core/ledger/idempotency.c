/* idempotency.c -- what was answered before, and what was done once.
 *
 *     idempotency   kind, caller, key -> expires (u64), body hash (32), owner (17),
 *                                        nonce (12), sealed value
 *
 * The value is sealed, because an answer may hold what is shown just once: under the key
 * of the account it tells of, so that it is forgotten with that account, else under the
 * system's. It is part of no fold: it is about requests, not about what happened. */
#include "core/ledger/turn.h"

#include <string.h>

#include "core/facts/names.h"

enum { OWNER_AT = 8 + SHA256_SIZE, HEAD_SIZE = OWNER_AT + ID_SIZE + AES_NONCE_SIZE };
_Static_assert(4 + 1 + ID_SIZE + IDEMPOTENCY_KEY_MAX <= KEY_MAX, "a row's key holds a caller's");

static struct key idempotency_key_of(const struct reader *reader, char kind, struct id caller,
                                     struct slice key)
{
    struct key row = reader_key(reader);

    ensure(kind == IDEMPOTENCY_ANSWER || kind == IDEMPOTENCY_ITEM);
    ensure(key.size <= IDEMPOTENCY_KEY_MAX);
    key_add_byte(&row, (uint8_t)kind);
    key_add_id(&row, caller);
    key_add_bytes(&row, key);
    return row;
}

static uint64_t idempotency_number_at(const char *bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < 8; i++) value = value << 8 | (uint8_t)bytes[i];
    return value;
}

static struct status idempotency_too_short(void)
{
    return failed(STATUS_CORRUPT, "an idempotency row is too short");
}

/* What was answered about somebody who is forgotten is forgotten, too. */
static struct status idempotency_unseal(struct ledger *ledger, struct slice row, struct slice value,
                                        struct arena *arena, struct idempotency_row *stored)
{
    struct id     owner;
    struct status status;

    const struct slice   head   = { value.data + HEAD_SIZE, value.size - HEAD_SIZE };
    const uint8_t *const sealed = (const uint8_t *)value.data + OWNER_AT + ID_SIZE;

    ensure(value.size > HEAD_SIZE);
    memcpy(owner.bytes, value.data + OWNER_AT, ID_SIZE);
    status = vault_unseal(ledger->settings.vault, owner, row, sealed, head, arena, &stored->value);
    stored->found = status.code == STATUS_OK;
    return status.code == STATUS_NOT_FOUND ? OK : status;
}

struct status idempotency_find(struct ledger *ledger, struct reader *reader, char kind,
                               struct id caller, struct slice key, struct arena *arena,
                               struct idempotency_row *stored)
{
    struct key   row = idempotency_key_of(reader, kind, caller, key);
    struct slice value;

    ensure(key.size > 0);
    *stored = (struct idempotency_row){ 0 };
    TRY(reader_get(reader, FAMILY_idempotency, key_slice(&row), arena, &value));
    if (!value.data) return OK;
    if (value.size < HEAD_SIZE) return idempotency_too_short();
    if ((int64_t)idempotency_number_at(value.data) <= clock_now(ledger->settings.clock)) return OK;
    memcpy(stored->body.bytes, value.data + 8, SHA256_SIZE);
    stored->found = true;
    if (value.size == HEAD_SIZE) return OK; /* nothing was to be remembered */
    return idempotency_unseal(ledger, key_slice(&row), value, arena, stored);
}

enum idempotency_match idempotency_match(const struct idempotency_row *before,
                                         const struct hash            *body)
{
    if (!before->found) return IDEMPOTENCY_NEW;
    return crypto_equal(SLICE_OF(before->body.bytes), SLICE_OF(body->bytes)) ? IDEMPOTENCY_SAME
                                                                             : IDEMPOTENCY_REUSED;
}

struct status ledger_stored_response(struct ledger *ledger, struct id caller, struct slice key,
                                     const struct hash *body, struct arena *arena,
                                     enum idempotency_match *match, struct slice *reply)
{
    struct idempotency_row before;

    TRY(idempotency_find(ledger, store_reader(ledger->settings.store), IDEMPOTENCY_ANSWER, caller,
                         key, arena, &before));
    *match = idempotency_match(&before, body);
    *reply = before.value;
    if (*match == IDEMPOTENCY_SAME)
        atomic_fetch_add_explicit(&ledger->replays, 1, memory_order_relaxed);
    return OK;
}

struct status idempotency_keep(struct ledger *ledger, char kind, struct id caller, struct slice key,
                               const struct hash *body, struct id owner, struct slice value)
{
    struct key    row     = idempotency_key_of(batch_reader(ledger->batch), kind, caller, key);
    uint64_t      expires = (uint64_t)(clock_now(ledger->settings.clock) + IDEMPOTENCY_LIFE);
    uint8_t       nonce[AES_NONCE_SIZE] = { 0 };
    struct slice  sealed                = { 0 };
    struct buffer kept                  = { 0 };

    ensure(key.size > 0);
    if (value.size) {
        struct status status = vault_seal(ledger->settings.vault, owner, key_slice(&row), value,
                                          &ledger->arena, nonce, &sealed);
        if (status.code == STATUS_NOT_FOUND) return OK; /* forgotten already: so is this */
        TRY(status);
    }
    for (int shift = 56; shift >= 0; shift -= 8)
        buffer_add_byte(&kept, (char)(expires >> shift & 0xff));
    buffer_add(&kept, SLICE_OF(body->bytes));
    buffer_add(&kept, id_slice(&owner));
    buffer_add(&kept, SLICE_OF(nonce));
    ensure(kept.size == HEAD_SIZE); /* where unsealing looks for it */
    buffer_add(&kept, sealed);
    batch_put(ledger->batch, FAMILY_idempotency, key_slice(&row), buffer_slice(&kept));
    ledger->kept++;
    buffer_free(&kept);
    return OK;
}

struct status idempotency_sweep(struct ledger *ledger, size_t max)
{
    struct key     prefix = batch_key(ledger->batch);
    int64_t        now_us = clock_now(ledger->settings.clock);
    struct cursor *cursor = cursor_open(
        batch_reader(ledger->batch), FAMILY_idempotency, key_slice(&prefix),
        (struct slice){ (const char *)ledger->swept.bytes, ledger->swept.size });
    size_t        seen   = 0;
    struct status status = OK;

    while (status.code == STATUS_OK && seen < max && cursor_next(cursor)) {
        struct slice key = cursor_key(cursor), value = cursor_value(cursor);
        if (value.size < HEAD_SIZE) status = idempotency_too_short();
        if (status.code != STATUS_OK) break;
        ensure(key.size <= KEY_MAX);
        memcpy(ledger->swept.bytes, key.data, key.size);
        ledger->swept.size = key.size;
        if ((int64_t)idempotency_number_at(value.data) <= now_us)
            batch_erase(ledger->batch, FAMILY_idempotency, key_slice(&ledger->swept));
        seen++;
    }
    if (seen < max) ledger->swept = prefix; /* round again */
    struct status closed = cursor_close(cursor);
    return status.code == STATUS_OK ? closed : status;
}

static size_t idempotency_forget(struct batch *batch, char kind, struct id caller, size_t max)
{
    struct key prefix = idempotency_key_of(batch_reader(batch), kind, caller, (struct slice){ 0 });
    struct cursor *cursor = cursor_open(batch_reader(batch), FAMILY_idempotency, key_slice(&prefix),
                                        (struct slice){ 0 });
    size_t         count  = 0;

    for (; count < max && cursor_next(cursor); count++) {
        struct slice key  = cursor_key(cursor);
        struct key   copy = { .size = key.size };
        ensure(key.size <= KEY_MAX);
        memcpy(copy.bytes, key.data, key.size);
        batch_erase(batch, FAMILY_idempotency, key_slice(&copy));
    }
    reader_note(batch_reader(batch), cursor_close(cursor));
    ensure(count <= max);
    return count;
}

size_t ledger_forget_idempotency(struct batch *batch, struct id caller, size_t max)
{
    size_t count = idempotency_forget(batch, IDEMPOTENCY_ANSWER, caller, max);

    return count + idempotency_forget(batch, IDEMPOTENCY_ITEM, caller, max - count);
}
