/* log.c -- appending: the one place where an event gets its place.
 *
 * Everything that can fail comes first: the stream's head, the owner's key. What
 * follows only adds rows to the batch, so an event is put whole or not at all.
 * The buffers live as long as the log: appending makes no memory of its own.
 */
#include "core/log/rows.h"

#include <stdlib.h>
#include <string.h>

struct log {
    struct store  *store;
    struct vault  *vault;
    struct merkle *tree;
    uint64_t       last;    /* position; 0: none */
    int64_t        last_at; /* its recorded-at */
    struct buffer  row;     /* leaf hash, envelope */
    struct buffer  plain;   /* personal fields, wiped after use */
};

struct status log_open(struct log **opened, struct store *store, struct vault *vault)
{
    ensure(store != NULL && vault != NULL);
    struct log *log = malloc(sizeof *log);
    ensure(log != NULL);
    *log                 = (struct log){ .store = store, .vault = vault };
    struct status status = log_rewind(log);

    *opened = status.code == STATUS_OK ? log : NULL;
    if (!*opened) log_close(log);
    return status;
}

void log_close(struct log *log)
{
    if (!log) return;
    merkle_close(log->tree);
    buffer_free(&log->row);
    buffer_free(&log->plain);
    free(log);
}

uint64_t log_last(const struct log *log) { return log->last; }

struct merkle *log_merkle(struct log *log) { return log->tree; }

void log_committed(struct log *log) { merkle_publish(log->tree); }

static struct status tree_again(struct log *log, struct reader *reader)
{
    return log->tree ? merkle_rewind(log->tree, reader) : merkle_open(&log->tree, reader);
}

struct status log_rewind(struct log *log)
{
    struct reader *reader = store_reader(log->store);
    struct arena   arena  = { 0 };
    struct event   event  = { 0 };
    uint64_t       last;

    TRY(log_head(reader, &last));
    struct status status = last ? log_read(reader, NULL, last, &arena, &event) : OK;
    arena_free(&arena);
    if (status.code != STATUS_OK) return status;
    log->last    = last;
    log->last_at = event.recorded_at;
    return tree_again(log, reader);
}

/* -- sealing ---------------------------------------------------------------- */

static size_t size_of(enum field_type type)
{
    switch (type) {
    case FIELD_id: return sizeof(C_id);
    case FIELD_text:
    case FIELD_bytes:
    case FIELD_json: return sizeof(C_text);
    case FIELD_state: return sizeof(unsigned);
    case FIELD_u64: return sizeof(C_u64);
    case FIELD_instant: return sizeof(C_instant);
    case FIELD_flag: return sizeof(C_flag);
    case FIELD_texts: return sizeof(C_texts);
    case FIELD_values: return sizeof(C_values);
    }
    impossible("a field of an undeclared type");
}

/* The owner is forgotten, and so is this, before it was ever written. The seal's
 * random hash is that of a ciphertext nobody has: readers find none and say so.
 * The folds must see now what a replay will see, so the event loses it as well. */
static void forget(const struct shape *shape, struct event *event)
{
    crypto_random(event->seal.nonce, sizeof event->seal.nonce);
    crypto_random(event->seal.ciphertext.bytes, sizeof event->seal.ciphertext.bytes);
    for (const struct field *f = shape->fields(); f->name; f++)
        if (f->personal) memset((char *)event + shape->offset + f->offset, 0, size_of(f->type));
    event->forgotten = true;
}

/* Of an owner who has no key: makes the first one, unless it was destroyed. An owner with a past
 * had a key; a new one would leave what was sealed unreadable and hide the loss. A vendor gets its
 * key by its second event, and in a log that came bare nobody has one. */
static struct status first_key(struct log *log, struct reader *reader, struct arena *scratch,
                               struct id owner, bool *destroyed)
{
    struct log_stream_head head;
    uint64_t               bare;

    TRY(vault_knows(log->vault, owner, destroyed));
    if (*destroyed) return OK;
    TRY(row_head_get(reader, owner, scratch, &head));
    TRY(log_bare(reader, &bare));
    if (head.version > 1 && !bare)
        return failed(STATUS_CORRUPT,
                      "the vault has lost a key: bring back the vault that belongs to this log");
    return vault_create_key(log->vault, owner);
}

static struct status seal_plain(struct log *log, struct arena *scratch, struct event *event,
                                struct slice *ciphertext)
{
    return vault_seal(log->vault, event->seal.owner, id_slice(&event->id),
                      buffer_slice(&log->plain), scratch, event->seal.nonce, ciphertext);
}

static struct status seal(struct log *log, struct reader *reader, const struct shape *shape,
                          struct arena *scratch, struct event *event, struct slice *ciphertext)
{
    bool destroyed = false;

    *ciphertext      = (struct slice){ 0 };
    event->forgotten = false;
    event->seal      = (struct seal){ .owner = event_owner(event) };
    if (!shape_has_personal(shape)) return OK;
    ensure(id_given(event->seal.owner));

    buffer_clear(&log->plain);
    event_encode_personal(event, &log->plain);
    struct status status = seal_plain(log, scratch, event, ciphertext);
    if (status.code == STATUS_NOT_FOUND) {
        status = first_key(log, reader, scratch, event->seal.owner, &destroyed);
        if (status.code == STATUS_OK && !destroyed)
            status = seal_plain(log, scratch, event, ciphertext);
    }
    crypto_wipe(log->plain.data, log->plain.size);
    if (status.code != STATUS_OK) return status;
    if (destroyed) forget(shape, event);
    else event->seal.ciphertext = crypto_sha256(*ciphertext);
    return OK;
}

/* -- the rows --------------------------------------------------------------- */

/* Into log->row: the hash comes first and is known last, so its room is kept. */
static struct hash encode(struct log *log, const struct event *event)
{
    static const char room[LEAF_SIZE];

    buffer_clear(&log->row);
    buffer_add(&log->row, SLICE_OF(room));
    event_encode(event, &log->row);
    struct hash leaf = hash_leaf(
        (struct slice){ log->row.data + LEAF_SIZE, log->row.size - LEAF_SIZE });
    memcpy(log->row.data, leaf.bytes, LEAF_SIZE);
    return leaf;
}

static bool is_indexed(const struct event *event, struct id id)
{
    enum id_kind kind = id_kind(id);

    return (kind == ID_device || kind == ID_network || kind == ID_vendor || kind == ID_account) &&
           !id_equal(id, event->stream);
}

/* To look for an id twice in a handful costs less than to put it twice. */
size_t log_index_ids(const struct event *event, struct id ids[LOG_INDEX_IDS_MAX])
{
    const struct shape *shape = event_shape(event->type);
    size_t              count = 0;

    for (const struct field *f = shape->fields(); f->name; f++) {
        if (f->type != FIELD_id || f->personal) continue;
        struct id id = *(const struct id *)((const char *)event_body(event, shape) + f->offset);
        size_t    at = 0;

        if (!is_indexed(event, id)) continue;
        while (at < count && !id_equal(ids[at], id)) at++;
        if (at < count) continue;
        ensure(count < LOG_INDEX_IDS_MAX);
        ids[count++] = id;
    }
    return count;
}

static void put_index(struct batch *batch, const struct event *event)
{
    struct id  ids[LOG_INDEX_IDS_MAX];
    size_t     count = log_index_ids(event, ids);
    struct key key   = row_type(batch_reader(batch), event->type);

    key_add_u64(&key, event->position);
    batch_put(batch, FAMILY_index, key_slice(&key), (struct slice){ 0 });
    for (size_t i = 0; i < count; i++) {
        key = row_id(batch_reader(batch), ids[i]);
        key_add_u64(&key, event->position);
        batch_put(batch, FAMILY_index, key_slice(&key), (struct slice){ 0 });
    }
}

static void put_stream(struct batch *batch, const struct event *event, struct hash leaf)
{
    struct log_stream_head head  = { event->version, leaf, event->position };
    struct key             key   = row_id(batch_reader(batch), event->stream);
    struct key             value = { .size = 0 };

    key_add_u64(&key, event->position);
    key_add_u64(&value, event->version);
    batch_put(batch, FAMILY_stream, key_slice(&key), key_slice(&value));
    row_head_put(batch, event->stream, &head);
}

/* The record's row is in log->row. */
static void put_rows(struct log *log, struct batch *batch, const struct event *event,
                     struct hash leaf, struct slice ciphertext)
{
    struct key key = row_position(batch_reader(batch), event->position);

    ensure(log->row.size - LEAF_SIZE <= ENVELOPE_MAX);
    batch_put(batch, FAMILY_log, key_slice(&key), buffer_slice(&log->row));
    if (ciphertext.data) batch_put(batch, FAMILY_personal, key_slice(&key), ciphertext);
    put_stream(batch, event, leaf);
    put_index(batch, event);
    merkle_add(log->tree, batch, &leaf);
    log->last    = event->position;
    log->last_at = event->recorded_at;
}

struct status log_append(struct log *log, struct batch *batch, int64_t now_us,
                         struct arena *scratch, struct event *event)
{
    const struct shape    *shape = event_shape(event->type);
    struct log_stream_head head;
    struct slice           ciphertext;

    ensure(shape != NULL && id_given(event->id) && id_given(event->stream) && !event->lacking);
    TRY(row_head_get(batch_reader(batch), event->stream, scratch, &head));
    event->position    = log->last + 1;
    event->schema      = EVENT_SCHEMA;
    event->version     = head.version + 1;
    event->previous    = head.leaf;
    event->recorded_at = now_us > log->last_at ? now_us : log->last_at + 1;
    TRY(seal(log, batch_reader(batch), shape, scratch, event, &ciphertext));

    struct hash leaf = encode(log, event);
    put_rows(log, batch, event, leaf, ciphertext);
    return OK;
}

void log_put_bare(struct batch *batch, uint64_t through)
{
    struct key key   = row_position(batch_reader(batch), 0);
    struct key value = { .size = 0 };

    key_add_u64(&value, through);
    batch_put(batch, FAMILY_personal, key_slice(&key), key_slice(&value));
}

struct status log_bare(struct reader *reader, uint64_t *through)
{
    struct key    key   = row_position(reader, 0);
    struct arena  arena = { 0 };
    struct slice  value;
    struct status status = reader_get(reader, FAMILY_personal, key_slice(&key), &arena, &value);

    *through = 0;
    if (status.code == STATUS_OK && value.data && !key_read_u64(&value, through))
        status = failed(STATUS_CORRUPT, "the row of a log without ciphertexts is not one of ours");
    arena_free(&arena);
    return status;
}

void log_forget(struct batch *batch, uint64_t position)
{
    struct key key = row_position(batch_reader(batch), position);

    batch_erase(batch, FAMILY_personal, key_slice(&key));
}

/* -- of another copy ---------------------------------------------------------- */

static struct status does_not_follow(const struct log_record *record, const char *why)
{
    return failed(STATUS_CORRUPT, "event %llu: %s", (unsigned long long)record->position, why);
}

static struct status check_follows(const struct log *log, const struct log_record *record,
                                   const struct event *event, const struct log_stream_head *head)
{
    if (record->envelope.size > ENVELOPE_MAX)
        return does_not_follow(record, "the envelope is larger than any can be");
    if (event->version != head->version + 1)
        return does_not_follow(record, "its version is not the next of its stream");
    if (memcmp(&event->previous, &head->leaf, sizeof head->leaf) != 0)
        return does_not_follow(record, "it does not name the event before it in its stream");
    if (event->recorded_at <= log->last_at)
        return does_not_follow(record, "it is not later than the event before it");
    return OK;
}

struct status log_append_record(struct log *log, struct batch *batch,
                                const struct log_record *record, struct arena *scratch,
                                struct event *event)
{
    struct log_stream_head head;
    struct hash            leaf;

    if (record->position != log->last + 1)
        return failed(STATUS_CORRUPT, "event %llu is missing", (unsigned long long)log->last + 1);
    TRY(log_record_event(record, NULL, scratch, event));
    TRY(row_head_get(batch_reader(batch), event->stream, scratch, &head));
    TRY(check_follows(log, record, event, &head));
    memcpy(leaf.bytes, record->leaf.data, LEAF_SIZE); /* it was checked */
    buffer_clear(&log->row);
    buffer_add(&log->row, record->leaf);
    buffer_add(&log->row, record->envelope);
    put_rows(log, batch, event, leaf, record->ciphertext);
    return OK;
}
