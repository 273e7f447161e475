/* verify.c -- is the log what was written, whole and in order?
 *
 *     rule          says
 *     gap           positions count 1, 2, 3 …
 *     envelope      the bytes are an envelope, and encoding it again gives them
 *     leaf          the stored leaf hash is that of the envelope
 *     version       versions of a stream count 1, 2, 3 …
 *     previous      each event names the leaf hash of its stream's previous one
 *     time          recorded-at rises strictly
 *     ciphertext    sealed fields that still exist match the hash in the envelope,
 *                   and open under their owner's key if there still is one
 *     stray         there is no ciphertext without an event that sealed it
 *     stream-row    each event has its row in its stream, with its version
 *     stream-head   each stream's head is its last event
 *
 * and those of verify_tree.c.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/log/proof.h"
#include "replay/findings.h"
#include "replay/heads.h"
#include "replay/verify_tree.h"

struct walk {
    struct reader       *reader;
    struct vault        *vault;
    struct findings     *findings;
    struct verification *result;
    struct heads         heads;
    struct tree_walk    *tree;
    struct arena         arena;
    struct buffer        again; /* the envelope, encoded once more */
    int64_t              last_us;
};

void finding_add(struct findings *findings, uint64_t position, const char *rule,
                 const char *format, ...)
{
    struct finding finding = { .position = position, .rule = rule };
    va_list        args;

    va_start(args, format);
    vsnprintf(finding.text, sizeof finding.text, format, args);
    va_end(args);
    findings->count++;
    if (findings->found) findings->found(findings->context, &finding);
}

static bool same_hash(struct slice stored, const struct hash *hash)
{
    return slice_equal(stored, SLICE_OF(hash->bytes));
}

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
    struct head *head = heads_of(&walk->heads, event->stream);

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

static void check_sealed(struct walk *walk, const struct log_record *record,
                         const struct event *event)
{
    struct event opened;
    bool         sealed = id_given(event->seal.owner);

    walk->result->sealed += sealed;
    walk->result->forgotten += sealed && !record->ciphertext.data;
    if (!record->ciphertext.data) return;
    if (!sealed) {
        finding_add(walk->findings, record->position, "stray",
                    "a ciphertext stands beside an event that sealed none");
        return;
    }
    struct hash hash = crypto_sha256(record->ciphertext);
    if (memcmp(&hash, &event->seal.ciphertext, sizeof hash) != 0) {
        finding_add(walk->findings, record->position, "ciphertext",
                    "the sealed fields are not those that were sealed");
        return;
    }
    if (!walk->vault) return;
    struct status status = log_record_event(record, walk->vault, &walk->arena, &opened);
    if (status.code != STATUS_OK)
        finding_add(walk->findings, record->position, "ciphertext", "%s", status.text);
}

static struct status check_stream_row(struct walk *walk, uint64_t position,
                                      const struct event *event)
{
    struct key   key = key_new(PARTITION_ONE);
    struct slice value;
    uint64_t     version;

    key_add_id(&key, event->stream);
    key_add_u64(&key, position);
    TRY(reader_get(walk->reader, FAMILY_stream, key_slice(&key), &walk->arena, &value));
    if (!value.data || !key_read_u64(&value, &version) || version != event->version)
        finding_add(walk->findings, position, "stream-row",
                    "its stream does not lead to it with its version");
    return OK;
}

static struct status check_record(struct walk *walk, const struct log_record *record,
                                  uint64_t expected)
{
    struct event event;
    struct hash  leaf = hash_leaf(record->envelope);

    if (record->position != expected)
        finding_add(walk->findings, expected, "gap", "the next event stands at %llu",
                    (unsigned long long)record->position);
    if (!same_hash(record->leaf, &leaf))
        finding_add(walk->findings, record->position, "leaf",
                    "the envelope does not hash to the stored leaf hash");
    TRY(tree_walk_add(walk->tree, &leaf));
    struct status status = log_record_event(record, NULL, &walk->arena, &event);
    if (status.code != STATUS_OK) {
        finding_add(walk->findings, record->position, "envelope", "%s", status.text);
        return OK;
    }
    check_envelope(walk, record, &event);
    check_stream(walk, record->position, &leaf, &event);
    check_sealed(walk, record, &event);
    walk->result->head = record->position;
    return check_stream_row(walk, record->position, &event);
}

static struct status check_heads(struct walk *walk)
{
    for (size_t i = 0; i < walk->heads.room; i++) {
        const struct head     *head = &walk->heads.places[i];
        struct log_stream_head stored;

        if (!id_given(head->stream)) continue;
        TRY(log_stream_head(walk->reader, PARTITION_ONE, head->stream, &stored));
        if (stored.version != head->version || stored.position != head->position ||
            memcmp(&stored.leaf, &head->leaf, sizeof head->leaf) != 0)
            finding_add(walk->findings, head->position, "stream-head",
                        "the stream's head is not its last event");
    }
    walk->result->streams = walk->heads.count;
    return OK;
}

static struct status walk_log(struct walk *walk, const struct progress *progress)
{
    struct log_scan  *scan     = log_scan_open(walk->reader, PARTITION_ONE, 0);
    struct status     status   = OK;
    uint64_t          expected = 1, all = 0;
    struct log_record record;

    status = log_head(walk->reader, PARTITION_ONE, &all);
    while (status.code == STATUS_OK && log_scan_next(scan, &record)) {
        status   = check_record(walk, &record, expected);
        expected = record.position + 1;
        arena_reset(&walk->arena);
        if (++walk->result->events % REPLAY_REPORT == 0 && progress && progress->tell)
            progress->tell(progress->context, "verifying", walk->result->events, all);
    }
    struct status ended = log_scan_close(scan);
    if (status.code == STATUS_OK) status = ended;
    return status;
}

struct status replay_verify_log(struct reader *reader, struct vault *vault,
                                const struct replay_checks *checks,
                                const struct progress *progress, struct findings *findings,
                                struct verification *result)
{
    struct walk   walk = { .reader   = reader,
                           .vault    = vault,
                           .findings = findings,
                           .result   = result,
                           .tree     = tree_walk_open(reader, checks, findings) };
    struct status status;

    *result = (struct verification){ 0 };
    status  = walk_log(&walk, progress);
    if (status.code == STATUS_OK) status = tree_walk_end(walk.tree, &result->root);
    if (status.code == STATUS_OK) status = check_heads(&walk);
    tree_walk_close(walk.tree);
    heads_free(&walk.heads);
    arena_free(&walk.arena);
    buffer_free(&walk.again);
    return status;
}
