/* verify.c -- is the log what was written, whole and in order?
 *
 *     rule          says
 *     gap           positions count 1, 2, 3 … and each event can be read
 *     envelope      the bytes are an envelope, and encoding it again gives them
 *     leaf          the stored leaf hash is that of the envelope
 *     version       versions of a stream count 1, 2, 3 …
 *     previous      each event names the leaf hash of its stream's previous one
 *     time          recorded-at rises strictly
 *     ciphertext    sealed fields that still exist match the hash in the envelope,
 *                   and open under their owner's key if it was not destroyed
 *     stray         there is no ciphertext without an event that sealed it
 *     stream-head   each stream's head is its last event
 *
 * and those of verify_rows.c, verify_tiles.c and verify_archive.c. What stands behind a gap
 * is not read.
 */
#include <string.h>

#include "core/log/proof.h"
#include "replay/fold/findings.h"
#include "replay/fold/read_ahead.h"
#include "replay/verify/source.h"
#include "replay/verify/stream_heads.h"
#include "replay/verify/verify_archive.h"
#include "replay/verify/verify_lost.h"
#include "replay/verify/verify_rows.h"
#include "replay/verify/verify_tiles.h"

struct walk {
    const struct record_source *source;
    struct reader              *reader; /* NULL: there are no rows to hold it against */
    struct vault               *vault;
    struct findings            *findings;
    struct verification        *result;
    struct stream_heads         stream_heads;
    struct rows_walk           *rows;
    struct tree_walk           *tree;
    struct arena                arena;
    struct buffer               again; /* the envelope, encoded once more */
    int64_t                     last_us;
};

static void check_envelope(struct walk *walk, const struct log_record *record,
                           const struct event *event)
{
    buffer_clear(&walk->again);
    event_encode(event, &walk->again);
    if (!slice_equal(buffer_slice(&walk->again), record->envelope))
        finding_add(walk->findings, record->position, "envelope",
                    "encoding it again gives other bytes");
    if (event->recorded_at <= walk->last_us)
        finding_add(walk->findings, record->position, "time",
                    "it is not later than the event before it");
    walk->last_us = event->recorded_at;
}

static void check_stream(struct walk *walk, uint64_t position, const struct hash *leaf,
                         const struct event *event)
{
    struct head *head = stream_heads_of(&walk->stream_heads, event->stream);

    if (event->version != head->version + 1)
        finding_add(walk->findings, position, "version", "version %llu follows %llu",
                    (unsigned long long)event->version, (unsigned long long)head->version);
    if (memcmp(&event->previous, &head->leaf, sizeof head->leaf) != 0)
        finding_add(walk->findings, position, "previous",
                    "it does not name the event before it in its stream (at %llu)",
                    (unsigned long long)head->position);
    head->version  = event->version;
    head->position = position;
    head->leaf     = *leaf;
}

static struct status opens(struct walk *walk, const struct log_record *record, struct event *event)
{
    struct slice  plain;
    struct status status = vault_unseal(walk->vault, event->seal.owner, id_slice(&event->id),
                                        event->seal.nonce, record->ciphertext, &walk->arena,
                                        &plain);

    if (status.code == STATUS_NOT_FOUND) { /* the key was destroyed */
        walk->result->forgotten++;
        return OK;
    }
    TRY(status);
    return event_decode_personal(plain, &walk->arena, event);
}

static void check_sealed(struct walk *walk, const struct log_record *record, struct event *event)
{
    bool          sealed = id_given(event->seal.owner);
    struct hash   hash;
    struct status status = OK;

    walk->result->sealed += sealed;
    if (!record->ciphertext.data) {
        if (sealed && !walk->source->bare && event->position > walk->result->bare)
            lost_note(&walk->stream_heads, event);
        walk->result->forgotten += sealed && !walk->source->bare;
        return;
    }
    if (event->position <= walk->result->bare)
        finding_add(walk->findings, event->position, "stray",
                    "a ciphertext is there, in a part of the log that came without any");
    if (!sealed) {
        finding_add(walk->findings, record->position, "stray",
                    "a ciphertext stands beside an event that sealed none");
        return;
    }
    lost_note_sealed(&walk->stream_heads, event);
    hash = crypto_sha256(record->ciphertext);
    if (!hash_equal(&hash, &event->seal.ciphertext))
        status = failed(STATUS_CORRUPT, "the sealed fields are not those that were sealed");
    else if (walk->vault) status = opens(walk, record, event);
    if (status.code != STATUS_OK)
        finding_add(walk->findings, record->position, "ciphertext", "%s", status.text);
}

static void unpack(void *context, struct arena *arena, struct read_ahead_item *item)
{
    (void)context;
    item->leaf   = hash_leaf(item->record.envelope);
    item->status = event_decode(item->record.envelope, arena, &item->event);
}

static struct status check_item(struct walk *walk, struct read_ahead_item *item)
{
    const struct log_record *record = &item->record;
    struct event            *event  = &item->event;

    walk->result->head = record->position;
    if (!slice_equal(record->leaf, SLICE_OF(item->leaf.bytes)))
        finding_add(walk->findings, record->position, "leaf",
                    "the envelope does not hash to the stored leaf hash");
    TRY(tree_walk_add(walk->tree, &item->leaf));
    if (item->status.code != STATUS_OK) {
        finding_add(walk->findings, record->position, "envelope", "%s", item->status.text);
        return OK;
    }
    event->position = record->position;
    check_envelope(walk, record, event);
    check_stream(walk, record->position, &item->leaf, event);
    check_sealed(walk, record, event);
    lost_reason(&walk->stream_heads, event);
    if (walk->rows) rows_walk_add(walk->rows, event);
    return OK;
}

/* Beside the events a scan sees all ciphertexts; this is for those beyond the last. */
static struct status check_beyond(struct walk *walk)
{
    struct key     prefix = reader_key(walk->reader), from = prefix;
    struct cursor *rows;

    key_add_u64(&from, walk->result->head + 1);
    rows = cursor_open(walk->reader, FAMILY_personal, key_slice(&prefix), key_slice(&from));
    if (cursor_next(rows))
        finding_add(walk->findings, 0, "stray", "a ciphertext stands beyond the last event");
    return cursor_close(rows);
}

static struct status check_heads(struct walk *walk)
{
    const struct head *head;

    for (size_t at = 0; (head = map_each(&walk->stream_heads.map, &at)) != NULL;) {
        struct log_stream_head stored;

        TRY(log_stream_head(walk->reader, head->stream, &stored));
        if (stored.version != head->version || stored.position != head->position ||
            memcmp(&stored.leaf, &head->leaf, sizeof head->leaf) != 0)
            finding_add(walk->findings, head->position, "stream-head",
                        "the stream's head is not its last event");
    }
    return OK;
}

static struct status walk_items(struct walk *walk, const struct progress *progress)
{
    struct read_ahead_source source     = { .next    = walk->source->next,
                                            .context = walk->source->context,
                                            .prepare = unpack,
                                            .max     = UINT64_MAX,
                                            .alone   = !walk->reader }; /* a copy's tiles */
    struct read_ahead       *read_ahead = read_ahead_open(&source);
    struct status            status     = OK;
    struct read_ahead_item  *item;

    while (status.code == STATUS_OK && (item = read_ahead_next(read_ahead))) {
        status = check_item(walk, item);
        arena_reset(&walk->arena);
        if (++walk->result->events % REPLAY_REPORT == 0 && progress && progress->tell)
            progress->tell(progress->context, "verifying", walk->result->events,
                           walk->source->count);
    }
    read_ahead_close(read_ahead);
    return status;
}

/* It ends where a position is missing or cannot be read; `whole`: it did not. */
static struct status walk_log(struct walk *walk, const struct progress *progress, bool *whole)
{
    struct reader *reader = walk->reader;
    struct status  status = reader ? log_bare(reader, &walk->result->bare) : OK;

    if (status.code == STATUS_OK) status = walk_items(walk, progress);
    struct status ended = walk->source->end(walk->source->context);

    *whole = ended.code == STATUS_OK;
    if (ended.code == STATUS_CORRUPT)
        finding_add(walk->findings, walk->result->head + 1, "gap", "%s", ended.text);
    else if (status.code == STATUS_OK) status = ended;
    return status;
}

static struct status check_rest(struct walk *walk)
{
    TRY(tree_walk_end(walk->tree, &walk->result->root));
    TRY(lost_check(&walk->stream_heads, walk->vault, walk->findings));
    walk->result->streams = walk->stream_heads.map.count;
    if (!walk->reader) return OK;
    TRY(check_beyond(walk));
    TRY(rows_walk_end(walk->rows, walk->stream_heads.map.count));
    return check_heads(walk);
}

struct status replay_verify_source(const struct record_source *source, struct vault *vault,
                                   const struct replay_checks *checks,
                                   const struct progress *progress, struct findings *findings,
                                   struct verification *result)
{
    struct reader *reader = source->reader;
    struct walk    walk   = { .source   = source,
                              .reader   = reader,
                              .vault    = vault,
                              .findings = findings,
                              .result   = result,
                              .rows     = reader ? rows_walk_open(reader, findings) : NULL,
                              .tree     = tree_walk_open(source, checks, findings) };
    struct status  status;
    bool           whole;

    *result = (struct verification){ .size = source->size };
    status  = walk_log(&walk, progress, &whole);
    if (status.code == STATUS_OK && whole) status = check_rest(&walk);
    rows_walk_close(walk.rows);
    tree_walk_close(walk.tree);
    stream_heads_free(&walk.stream_heads);
    arena_free(&walk.arena);
    buffer_free(&walk.again);
    return status;
}

struct status replay_verify_log(struct reader *reader, struct vault *vault,
                                const struct replay_checks *checks, const struct progress *progress,
                                struct findings *findings, struct verification *result)
{
    struct store_source  store;
    struct record_source source;

    TRY(source_of_store(&store, reader, &source));
    TRY(replay_verify_source(&source, vault, checks, progress, findings, result));
    return verify_archive(reader, checks, findings);
}
