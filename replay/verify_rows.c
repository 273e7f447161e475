/* verify_rows.c -- do the streams and the index lead to every event, and nowhere else?
 *
 *     rule          says
 *     stream-row    each event has its row in its stream, with its version
 *     index-row     each event has its rows in the index; no other row is there
 *
 * To look each row up would cost more than all else. So the rows that the events want
 * are summed up, and then those that are there: a hash of each under a key made for this
 * run, added, so that order does not matter. Equal sums are equal rows, unless somebody
 * guessed 128 random bits. Only when they differ is each row looked for, to name it.
 */
#include "replay/verify_rows.h"

#include "core/log/rows.h"
#include "replay/findings.h"

#include <stdlib.h>
#include <string.h>

enum { FINDINGS_MAX = 64 }; /* of one family; more tell nothing new */

struct sum {
    uint64_t lanes[2], count;
};

struct rows_walk {
    struct reader   *reader;
    struct findings *findings;
    uint64_t         key[2];
    struct sum       streams, index;
};

/* -- sums -------------------------------------------------------------------------- */

/* The finalizer of splitmix64: every bit of `x` moves about half of the result's. */
static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static uint64_t hashed(uint64_t key, struct slice bytes)
{
    uint64_t hash = mixed(key + bytes.size);

    for (size_t at = 0; at < bytes.size; at += sizeof(uint64_t)) {
        uint64_t word = 0;
        size_t   left = bytes.size - at;

        memcpy(&word, bytes.data + at, left < sizeof word ? left : sizeof word);
        hash = mixed((hash ^ word) + key);
    }
    return hash;
}

static void sum_add(const struct rows_walk *walk, struct sum *sum, struct slice key,
                    struct slice value)
{
    for (size_t lane = 0; lane < 2; lane++)
        sum->lanes[lane] += mixed(hashed(walk->key[lane], key) ^
                                  hashed(~walk->key[lane], value));
    sum->count++;
}

static bool sum_equal(const struct sum *a, const struct sum *b)
{
    return a->count == b->count && memcmp(a->lanes, b->lanes, sizeof a->lanes) == 0;
}

/* -- what an event wants ------------------------------------------------------------- */

struct wanted {
    struct key key;
    struct key value; /* made of the same parts as keys are */
};

static struct wanted stream_row(const struct event *event)
{
    struct wanted row = { .key = row_id(PARTITION_ONE, event->stream), .value = { .size = 0 } };

    key_add_u64(&row.key, event->position);
    key_add_u64(&row.value, event->version);
    return row;
}

enum { INDEX_ROWS_MAX = LOG_INDEX_IDS_MAX + 1 };

static size_t index_rows(const struct event *event, struct key rows[INDEX_ROWS_MAX])
{
    struct id ids[LOG_INDEX_IDS_MAX];
    size_t    count = log_index_ids(event, ids);

    for (size_t i = 0; i < count; i++) rows[i] = row_id(PARTITION_ONE, ids[i]);
    rows[count++] = row_type(PARTITION_ONE, event->type);
    for (size_t i = 0; i < count; i++) key_add_u64(&rows[i], event->position);
    return count;
}

void rows_walk_add(struct rows_walk *walk, const struct event *event)
{
    struct wanted row = stream_row(event);
    struct key    rows[INDEX_ROWS_MAX];
    size_t        count = index_rows(event, rows);

    sum_add(walk, &walk->streams, key_slice(&row.key), key_slice(&row.value));
    for (size_t i = 0; i < count; i++)
        sum_add(walk, &walk->index, key_slice(&rows[i]), (struct slice){ 0 });
}

/* -- what is there ---------------------------------------------------------------------- */

/* The position a row leads to; 0: a stream's head, or no row of ours. */
static uint64_t leads_to(struct slice key)
{
    uint64_t position = 0;

    if (key.size < sizeof position) return 0;
    key = (struct slice){ key.data + key.size - sizeof position, sizeof position };
    return key_read_u64(&key, &position) ? position : 0;
}

static struct status sum_family(struct rows_walk *walk, enum family family, struct sum *sum)
{
    struct key     prefix = key_new(PARTITION_ONE);
    struct cursor *rows   = cursor_open(walk->reader, family, key_slice(&prefix),
                                        (struct slice){ 0 });

    while (cursor_next(rows))
        if (family != FAMILY_stream || leads_to(cursor_key(rows)))
            sum_add(walk, sum, cursor_key(rows), cursor_value(rows));
    return cursor_close(rows);
}

/* -- naming what differs ------------------------------------------------------------------ */

static struct status look_for(struct rows_walk *walk, enum family family, const struct key *key,
                              struct slice value, uint64_t position, struct arena *arena)
{
    struct slice found;

    TRY(reader_get(walk->reader, family, key_slice(key), arena, &found));
    if (!found.data || !slice_equal(found, value))
        finding_add(walk->findings, position, family == FAMILY_stream ? "stream-row" : "index-row",
                    family == FAMILY_stream ? "its stream does not lead to it with its version"
                                            : "a row of the index that leads to it is missing");
    return OK;
}

static struct status look_for_all(struct rows_walk *walk, enum family family,
                                  const struct event *event, struct arena *arena)
{
    struct wanted row = stream_row(event);
    struct key    rows[INDEX_ROWS_MAX];

    if (family == FAMILY_stream)
        return look_for(walk, family, &row.key, key_slice(&row.value), event->position, arena);
    for (size_t i = index_rows(event, rows); i > 0; i--)
        TRY(look_for(walk, family, &rows[i - 1], (struct slice){ 0 }, event->position, arena));
    return OK;
}

static struct status name_missing(struct rows_walk *walk, enum family family)
{
    struct log_scan  *scan   = log_scan_open(walk->reader, PARTITION_ONE, 0);
    struct arena      arena  = { 0 };
    struct status     status = OK;
    uint64_t          before = walk->findings->count;
    struct log_record record;
    struct event      event;

    while (status.code == STATUS_OK && walk->findings->count - before < FINDINGS_MAX &&
           log_scan_next(scan, &record)) {
        arena_reset(&arena);
        if (log_record_event(&record, NULL, &arena, &event).code != STATUS_OK) continue;
        status = look_for_all(walk, family, &event, &arena);
    }
    arena_free(&arena);
    struct status ended = log_scan_close(scan);
    return status.code == STATUS_OK ? ended : status;
}

static bool is_wanted(enum family family, struct slice key, const struct event *event)
{
    struct wanted row = stream_row(event);
    struct key    rows[INDEX_ROWS_MAX];

    if (family == FAMILY_stream) return slice_equal(key, key_slice(&row.key));
    for (size_t i = index_rows(event, rows); i > 0; i--)
        if (slice_equal(key, key_slice(&rows[i - 1]))) return true;
    return false;
}

static struct status name_strays(struct rows_walk *walk, enum family family)
{
    struct key     prefix = key_new(PARTITION_ONE);
    struct cursor *rows   = cursor_open(walk->reader, family, key_slice(&prefix),
                                        (struct slice){ 0 });
    struct arena   arena  = { 0 };
    uint64_t       before = walk->findings->count;

    while (walk->findings->count - before < FINDINGS_MAX && cursor_next(rows)) {
        uint64_t     position = leads_to(cursor_key(rows));
        struct event event;

        if (family == FAMILY_stream && position == 0) continue;
        arena_reset(&arena);
        struct status status = position ? log_read(walk->reader, NULL, PARTITION_ONE, position,
                                                   &arena, &event)
                                        : failed(STATUS_NOT_FOUND, "it leads nowhere");
        if (status.code == STATUS_OK && is_wanted(family, cursor_key(rows), &event)) continue;
        finding_add(walk->findings, position,
                    family == FAMILY_stream ? "stream-row" : "index-row",
                    "a row leads to it that should not be there");
    }
    arena_free(&arena);
    return cursor_close(rows);
}

static struct status check(struct rows_walk *walk, enum family family, const struct sum *wanted)
{
    struct sum found = { .count = 0 };

    TRY(sum_family(walk, family, &found));
    if (sum_equal(&found, wanted)) return OK;
    TRY(name_missing(walk, family));
    return name_strays(walk, family);
}

/* -- the walk -------------------------------------------------------------------------------- */

struct rows_walk *rows_walk_open(struct reader *reader, struct findings *findings)
{
    struct rows_walk *walk = calloc(1, sizeof *walk);

    ensure(walk != NULL);
    walk->reader   = reader;
    walk->findings = findings;
    crypto_random(walk->key, sizeof walk->key);
    return walk;
}

struct status rows_walk_end(struct rows_walk *walk)
{
    TRY(check(walk, FAMILY_stream, &walk->streams));
    return check(walk, FAMILY_index, &walk->index);
}

void rows_walk_close(struct rows_walk *walk) { free(walk); }
