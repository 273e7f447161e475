/* verify_rows.c -- do the streams and the index lead to every event, and nowhere else?
 *
 *     rule          says
 *     stream-row    each event has its row in its stream, with its version
 *     index-row     each event has its rows in the index; no other row is there
 *
 * To look each row up would cost more than all else. So the rows that the events want
 * are summed up (row_sum.h), and beside the walk, on a thread of its own, those that are
 * there. Only when the sums differ is each row looked for, to name it.
 */
#include "replay/verify/verify_rows.h"

#include "core/log/rows.h"
#include "replay/fold/findings.h"
#include "replay/verify/row_sum.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { FINDINGS_MAX = 64 }; /* of one family; more tell nothing new */

struct heap {
    enum family    family;
    struct row_sum wanted, found;
    uint64_t       stream_heads; /* found */
};

struct rows_walk {
    struct reader   *reader;
    struct findings *findings;
    struct heap      streams, index;
    pthread_t        thread; /* that finds */
    bool             running;
    atomic_bool      unwanted;
    struct status    status; /* of the finding */
};

/* -- what an event wants ------------------------------------------------------------- */

struct wanted {
    struct key key;
    struct key value; /* made of the same parts as keys are */
};

static struct wanted stream_row(const struct reader *reader, const struct event *event)
{
    struct wanted row = { .key = row_id(reader, event->stream), .value = { .size = 0 } };

    key_add_u64(&row.key, event->position);
    key_add_u64(&row.value, event->version);
    return row;
}

enum { INDEX_ROWS_MAX = LOG_INDEX_IDS_MAX + 1 };

static size_t index_rows(const struct reader *reader, const struct event *event,
                         struct key rows[INDEX_ROWS_MAX])
{
    struct id ids[LOG_INDEX_IDS_MAX];
    size_t    count = log_index_ids(event, ids);

    for (size_t i = 0; i < count; i++) rows[i] = row_id(reader, ids[i]);
    rows[count++] = row_type(reader, event->type);
    for (size_t i = 0; i < count; i++) key_add_u64(&rows[i], event->position);
    return count;
}

void rows_walk_add(struct rows_walk *walk, const struct event *event)
{
    struct id      ids[LOG_INDEX_IDS_MAX];
    size_t         count = log_index_ids(event, ids);
    struct log_row row   = log_row_from_id(&event->stream, event->position, event->version);

    row_sum_add(&walk->streams.wanted, &row);
    row = log_row_from_type((uint32_t)event->type, event->position);
    row_sum_add(&walk->index.wanted, &row);
    for (size_t i = 0; i < count; i++) {
        row = log_row_from_id(&ids[i], event->position, 0);
        row_sum_add(&walk->index.wanted, &row);
    }
}

/* -- what is there ---------------------------------------------------------------------- */

/* The position a row leads to; 0: a stream's head, or what passes for one. */
static uint64_t leads_to(struct slice key)
{
    uint64_t position = 0;

    if (key.size < sizeof position) return 0;
    key = (struct slice){ key.data + key.size - sizeof position, sizeof position };
    return key_read_u64(&key, &position) ? position : 0;
}

static struct status find_rows(struct rows_walk *walk, struct heap *heap)
{
    struct key     prefix = reader_key(walk->reader);
    struct cursor *rows   = cursor_open(walk->reader, heap->family, key_slice(&prefix),
                                        (struct slice){ 0 });

    while (!atomic_load_explicit(&walk->unwanted, memory_order_relaxed) && cursor_next(rows)) {
        struct slice   key = cursor_key(rows);
        struct log_row row = log_row_stored(key, cursor_value(rows));

        if (heap->family == FAMILY_stream && leads_to(key) == 0) heap->stream_heads++;
        else row_sum_add(&heap->found, &row);
    }
    return cursor_close(rows);
}

static void *find_all(void *own)
{
    struct rows_walk *walk = own;

    walk->status = find_rows(walk, &walk->streams);
    if (walk->status.code == STATUS_OK) walk->status = find_rows(walk, &walk->index);
    return NULL;
}

static void join(struct rows_walk *walk)
{
    if (walk->running) ensure(pthread_join(walk->thread, NULL) == 0);
    walk->running = false;
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
    struct wanted row = stream_row(walk->reader, event);
    struct key    rows[INDEX_ROWS_MAX];

    if (family == FAMILY_stream)
        return look_for(walk, family, &row.key, key_slice(&row.value), event->position, arena);
    for (size_t i = index_rows(walk->reader, event, rows); i > 0; i--)
        TRY(look_for(walk, family, &rows[i - 1], (struct slice){ 0 }, event->position, arena));
    return OK;
}

static struct status name_missing(struct rows_walk *walk, enum family family)
{
    struct log_scan  *scan   = log_scan_open(walk->reader, 0);
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

static bool is_wanted(const struct rows_walk *walk, enum family family, struct slice key,
                      const struct event *event)
{
    struct wanted row = stream_row(walk->reader, event);
    struct key    rows[INDEX_ROWS_MAX];

    if (family == FAMILY_stream) return slice_equal(key, key_slice(&row.key));
    for (size_t i = index_rows(walk->reader, event, rows); i > 0; i--)
        if (slice_equal(key, key_slice(&rows[i - 1]))) return true;
    return false;
}

static struct status name_strays(struct rows_walk *walk, enum family family)
{
    struct key     prefix = reader_key(walk->reader);
    struct cursor *rows   = cursor_open(walk->reader, family, key_slice(&prefix),
                                        (struct slice){ 0 });
    struct arena   arena  = { 0 };
    uint64_t       before = walk->findings->count;

    while (walk->findings->count - before < FINDINGS_MAX && cursor_next(rows)) {
        uint64_t     position = leads_to(cursor_key(rows));
        struct event event;

        if (family == FAMILY_stream && position == 0) continue;
        arena_reset(&arena);
        struct status status = position ? log_read(walk->reader, NULL, position, &arena, &event)
                                        : failed(STATUS_NOT_FOUND, "it leads nowhere");
        if (status.code == STATUS_OK && is_wanted(walk, family, cursor_key(rows), &event)) continue;
        finding_add(walk->findings, position, family == FAMILY_stream ? "stream-row" : "index-row",
                    "a row leads to it that should not be there");
    }
    arena_free(&arena);
    return cursor_close(rows);
}

static struct status check(struct rows_walk *walk, const struct heap *heap)
{
    if (row_sum_equal(&heap->found, &heap->wanted)) return OK;
    TRY(name_missing(walk, heap->family));
    return name_strays(walk, heap->family);
}

/* -- the walk -------------------------------------------------------------------------------- */

static struct heap heap_new(enum family family)
{
    const struct row_sum sum = { .key = row_sum_key_new() };

    return (struct heap){ family, sum, sum, 0 };
}

struct rows_walk *rows_walk_open(struct reader *reader, struct findings *findings)
{
    struct rows_walk *walk = calloc(1, sizeof *walk);

    ensure(walk != NULL);
    walk->reader   = reader;
    walk->findings = findings;
    walk->streams  = heap_new(FAMILY_stream);
    walk->index    = heap_new(FAMILY_index);
    walk->running  = pthread_create(&walk->thread, NULL, find_all, walk) == 0;
    return walk;
}

struct status rows_walk_end(struct rows_walk *walk, uint64_t streams)
{
    if (!walk->running) find_all(walk); /* no thread was left for it */
    join(walk);
    TRY(walk->status);
    if (walk->streams.stream_heads > streams)
        finding_add(walk->findings, 0, "stream-row", "%llu streams have a head and no event",
                    (unsigned long long)(walk->streams.stream_heads - streams));
    TRY(check(walk, &walk->streams));
    return check(walk, &walk->index);
}

void rows_walk_close(struct rows_walk *walk)
{
    if (!walk) return;
    atomic_store_explicit(&walk->unwanted, true, memory_order_relaxed);
    join(walk);
    free(walk);
}
