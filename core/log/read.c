/* read.c -- one event, as it is stored and as it is meant. */
#include "core/log/archived.h"
#include "core/log/proof.h"
#include "core/log/rows.h"

#include <string.h>

static struct status at(uint64_t position, struct status status)
{
    if (status.code == STATUS_OK) return status;
    return failed(status.code, "event %llu: %s", (unsigned long long)position, status.text);
}

struct status log_head(struct reader *reader, uint64_t *position)
{
    struct key     prefix = reader_key(reader);
    struct cursor *cursor = cursor_open(reader, FAMILY_log, key_slice(&prefix),
                                        (struct slice){ 0 });
    bool           good   = true;

    *position = 0;
    if (cursor_previous(cursor)) {
        struct slice rest = cursor_key(cursor);
        uint32_t     number;

        good = key_read_u32(&rest, &number) && key_read_u64(&rest, position) && rest.size == 0;
    }
    TRY(cursor_close(cursor));
    return good ? OK : failed(STATUS_CORRUPT, "the log's last key is not one of ours");
}

struct status log_stream_head(struct reader *reader, struct id stream, struct log_stream_head *head)
{
    struct arena  arena  = { 0 };
    struct status status = row_head_get(reader, stream, &arena, head);

    arena_free(&arena);
    return status;
}

/* Its row is gone. Copied, for the bundle is some hundred times as large. */
static struct status read_archived(struct reader *reader, uint64_t position, struct arena *arena,
                                   struct log_record *record)
{
    struct archived_bundle bundle = { .held = false };
    struct status          status = archived_record(&bundle, reader, position, record);

    if (status.code == STATUS_OK) {
        record->leaf     = arena_copy(arena, record->leaf);
        record->envelope = arena_copy(arena, record->envelope);
    }
    archived_release(&bundle);
    return status;
}

struct status log_read_record(struct reader *reader, uint64_t position, struct arena *arena,
                              struct log_record *record)
{
    struct key   key = row_position(reader, position);
    struct slice value;

    TRY(reader_get(reader, FAMILY_log, key_slice(&key), arena, &value));
    if (value.data) TRY(row_record(position, value, record));
    else TRY(read_archived(reader, position, arena, record));
    return reader_get(reader, FAMILY_personal, key_slice(&key), arena, &record->ciphertext);
}

static struct status check_ciphertext(const struct log_record *record, const struct event *event)
{
    if (!record->ciphertext.data) return OK;
    if (!id_given(event->seal.owner))
        return failed(STATUS_CORRUPT, "there is a ciphertext, but no seal for it");
    struct hash hash = crypto_sha256(record->ciphertext);
    return memcmp(&hash, &event->seal.ciphertext, sizeof hash) == 0
               ? OK
               : failed(STATUS_CORRUPT, "the ciphertext does not match its hash");
}

/* Two ways of forgetting look the same from here: no ciphertext, or no key. */
static struct status open_personal(const struct log_record *record, struct vault *vault,
                                   struct arena *arena, struct event *event)
{
    struct slice plain;

    event->forgotten = id_given(event->seal.owner) && !record->ciphertext.data;
    if (!id_given(event->seal.owner) || event->forgotten || !vault) return OK;
    struct status status = vault_unseal(vault, event->seal.owner, id_slice(&event->id),
                                        event->seal.nonce, record->ciphertext, arena, &plain);
    event->forgotten     = status.code == STATUS_NOT_FOUND;
    if (event->forgotten) return OK;
    if (status.code != STATUS_OK) return status;
    return event_decode_personal(plain, arena, event);
}

struct status log_record_event(const struct log_record *record, struct vault *vault,
                               struct arena *arena, struct event *event)
{
    struct hash leaf = hash_leaf(record->envelope);

    if (!slice_equal(record->leaf, SLICE_OF(leaf.bytes)))
        return failed(STATUS_CORRUPT, "event %llu: the envelope does not match its leaf hash",
                      (unsigned long long)record->position);
    TRY(log_record_event_unchecked(record, NULL, arena, event));
    TRY(at(record->position, check_ciphertext(record, event)));
    return at(record->position, open_personal(record, vault, arena, event));
}

struct status log_record_event_unchecked(const struct log_record *record, struct vault *vault,
                                         struct arena *arena, struct event *event)
{
    TRY(at(record->position, event_decode(record->envelope, arena, event)));
    event->position = record->position;
    return at(record->position, open_personal(record, vault, arena, event));
}

struct status log_read(struct reader *reader, struct vault *vault, uint64_t position,
                       struct arena *arena, struct event *event)
{
    struct log_record record;

    TRY(log_read_record(reader, position, arena, &record));
    return log_record_event(&record, vault, arena, event);
}
