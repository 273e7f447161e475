/* expiry_rows.c -- which reports of an account can go, and the rows that remember it. */
#include <string.h>

#include "api/chores/expiry_internal.h"

static const char LEAD[] = "reports";

static struct key row_of(const struct reader *reader, struct id account)
{
    struct key key = reader_key(reader);

    key_add_bytes(&key, SLICE_OF(LEAD));
    key_add_id(&key, account);
    return key;
}

/* Is there something that files hold still? */
static struct key row_of_unwiped(const struct reader *reader)
{
    struct key key = reader_key(reader);

    key_add_bytes(&key, SLICE("reports-unwiped"));
    return key;
}

static struct key row_of_kept(const struct reader *reader, struct id account, uint64_t position)
{
    struct key key = row_of(reader, account);

    key_add_u64(&key, position);
    return key;
}

/* -- one report ------------------------------------------------------------------------ */

enum verdict {
    VERDICT_YOUNG,
    VERDICT_NONE, /* nothing is to be done about it, now and later */
    VERDICT_NEEDED,
    VERDICT_GOES,
};

static struct status judge(struct reader *reader, struct vault *vault, uint64_t position,
                           int64_t until_us, struct arena *arena, enum verdict *verdict)
{
    struct log_record record;
    struct event      event;

    arena_reset(arena);
    TRY(log_read_record(reader, position, arena, &record));
    TRY(log_record_event(&record, vault, arena, &event));
    if (event.recorded_at > until_us) *verdict = VERDICT_YOUNG;
    else if (!event_passes(event.type) || event.forgotten) *verdict = VERDICT_NONE;
    else *verdict = view_needs_report(reader, &event, arena) ? VERDICT_NEEDED : VERDICT_GOES;
    return reader_failure(reader);
}

static bool is_full(const struct expiry_look *look)
{
    return look->drop_count == EXPIRY_AT_ONCE || look->keep_count == EXPIRY_AT_ONCE ||
           look->read == EXPIRY_READ;
}

/* -- what was kept before, then what came since ---------------------------------------- */

static struct status look_at_kept(struct reader *reader, struct vault *vault,
                                  struct expiry_look *look, struct arena *arena)
{
    struct key     prefix = row_of(reader, look->account);
    struct key     from   = row_of_kept(reader, look->account, look->kept_after + 1);
    struct cursor *rows   = cursor_open(reader, FAMILY_meta, key_slice(&prefix), key_slice(&from));
    struct status  status = OK;
    enum verdict   verdict;

    look->past_kept = true;
    while (status.code == STATUS_OK && cursor_next(rows)) {
        struct slice rest = cursor_key(rows);

        if (is_full(look)) look->past_kept = false;
        if (!look->past_kept) break;
        rest = (struct slice){ rest.data + prefix.size, rest.size - prefix.size };
        if (!key_read_u64(&rest, &look->kept_after)) {
            status = failed(STATUS_CORRUPT, "a row of reports that are kept is not one of ours");
            break;
        }
        status = judge(reader, vault, look->kept_after, look->until_us, arena, &verdict);
        if (status.code == STATUS_OK && verdict == VERDICT_GOES)
            look->drop[look->drop_count++] = look->kept_after;
        look->read++;
    }
    struct status closed = cursor_close(rows);
    return status.code == STATUS_OK ? closed : status;
}

static struct status seen_before(struct reader *reader, struct expiry_look *look,
                                 struct arena *arena)
{
    struct key   key = row_of(reader, look->account);
    struct slice value;

    if (look->seen) return OK; /* in the look before */
    TRY(reader_get(reader, FAMILY_meta, key_slice(&key), arena, &value));
    if (value.data && !key_read_u64(&value, &look->seen))
        return failed(STATUS_CORRUPT, "the row of reports of an account has %zu bytes", value.size);
    return OK;
}

static struct status look_at_new(struct reader *reader, struct vault *vault,
                                 struct expiry_look *look, struct arena *arena)
{
    uint64_t     positions[EXPIRY_AT_ONCE];
    size_t       count   = COUNT(positions);
    enum verdict verdict = VERDICT_NONE;

    TRY(seen_before(reader, look, arena));
    while (verdict != VERDICT_YOUNG && count == COUNT(positions) && !is_full(look)) {
        TRY(log_stream_positions(reader, look->account, look->seen, LOG_RISING, positions,
                                 COUNT(positions), &count));
        for (size_t i = 0; i < count && !is_full(look); i++) {
            TRY(judge(reader, vault, positions[i], look->until_us, arena, &verdict));
            if (verdict == VERDICT_YOUNG) break;
            if (verdict == VERDICT_NEEDED) look->keep[look->keep_count++] = positions[i];
            if (verdict == VERDICT_GOES) look->drop[look->drop_count++] = positions[i];
            look->seen = positions[i];
            look->read++;
            look->fresh++;
        }
    }
    look->more = is_full(look);
    return OK;
}

struct status expiry_rows_look(struct reader *reader, struct vault *vault, struct expiry_look *look)
{
    struct arena  arena  = { 0 };
    struct status status = OK;

    look->drop_count = look->keep_count = look->read = look->fresh = 0;
    if (!look->past_kept) status = look_at_kept(reader, vault, look, &arena);
    look->more = !look->past_kept;
    if (status.code == STATUS_OK && look->past_kept)
        status = look_at_new(reader, vault, look, &arena);
    arena_free(&arena);
    return status;
}

bool expiry_rows_worth(const struct expiry_look *look)
{
    return look->drop_count || look->keep_count || look->fresh >= EXPIRY_AT_ONCE;
}

bool expiry_rows_unwiped(struct reader *reader)
{
    struct key   key   = row_of_unwiped(reader);
    struct arena arena = { 0 };
    struct slice value = { 0 };

    reader_note(reader, reader_get(reader, FAMILY_meta, key_slice(&key), &arena, &value));
    arena_free(&arena);
    return value.data != NULL;
}

void expiry_rows_wiped(struct batch *batch)
{
    struct key key = row_of_unwiped(batch_reader(batch));

    batch_erase(batch, FAMILY_meta, key_slice(&key));
}

void expiry_rows_put(const struct expiry_look *look, struct batch *batch)
{
    struct reader *reader = batch_reader(batch);
    struct key     key    = row_of(reader, look->account);
    struct key     value  = { .size = 0 };

    key_add_u64(&value, look->seen);
    if (look->seen) batch_put(batch, FAMILY_meta, key_slice(&key), key_slice(&value));
    for (size_t i = 0; i < look->keep_count; i++) {
        key = row_of_kept(reader, look->account, look->keep[i]);
        batch_put(batch, FAMILY_meta, key_slice(&key), (struct slice){ "", 0 });
    }
    for (size_t i = 0; i < look->drop_count; i++) {
        key = row_of_kept(reader, look->account, look->drop[i]);
        batch_erase(batch, FAMILY_meta, key_slice(&key));
        log_forget(batch, look->drop[i]);
    }
    key = row_of_unwiped(reader);
    if (look->drop_count) batch_put(batch, FAMILY_meta, key_slice(&key), (struct slice){ "", 0 });
}

size_t expiry_rows_forget(struct batch *batch, struct id account, size_t max)
{
    struct key     prefix = row_of(batch_reader(batch), account);
    struct cursor *rows   = cursor_open(batch_reader(batch), FAMILY_meta, key_slice(&prefix),
                                        (struct slice){ 0 });
    size_t         erased = 0;

    for (; erased < max && cursor_next(rows); erased++)
        batch_erase(batch, FAMILY_meta, cursor_key(rows));
    reader_note(batch_reader(batch), cursor_close(rows));
    return erased;
}
