#include "api/vendors/sequence.h"

#include <string.h>

#include "core/base/buffer.h"
#include "core/store/key.h"

/* -- numbers ------------------------------------------------------------------------------- */

static void gap_remove(struct sequence *sequence, size_t index)
{
    sequence->count--;
    memmove(&sequence->gaps[index], &sequence->gaps[index + 1],
            (sequence->count - index) * sizeof *sequence->gaps);
}

static void gap_add(struct sequence *sequence, struct gap gap)
{
    if (sequence->count == GAPS_MAX) sequence->gaps[GAPS_MAX - 1].to = gap.to;
    else sequence->gaps[sequence->count++] = gap;
}

/* Of what was missing one has come; without room to split the gap it stays. */
static void gap_fill(struct sequence *sequence, size_t index, uint64_t number)
{
    struct gap *gap = &sequence->gaps[index];

    if (gap->from == gap->to) {
        gap_remove(sequence, index);
    } else if (number == gap->from) {
        gap->from++;
    } else if (number == gap->to) {
        gap->to--;
    } else if (sequence->count < GAPS_MAX) {
        memmove(gap + 1, gap, (sequence->count++ - index) * sizeof *gap);
        gap[0].to   = number - 1;
        gap[1].from = number + 1;
    }
}

void sequence_take(struct sequence *sequence, uint64_t number, int64_t now_us)
{
    if (sequence->begun && number <= sequence->last) {
        for (size_t i = 0; i < sequence->count; i++)
            if (number >= sequence->gaps[i].from && number <= sequence->gaps[i].to) {
                gap_fill(sequence, i, number);
                return;
            }
        return;
    }
    if (sequence->begun && number - sequence->last > 1)
        gap_add(sequence, (struct gap){ sequence->last + 1, number - 1, now_us });
    sequence->begun = true;
    sequence->last  = number;
}

void sequence_drop(struct sequence *sequence, uint64_t from, uint64_t to)
{
    for (size_t i = sequence->count; i > 0; i--)
        if (sequence->gaps[i - 1].from >= from && sequence->gaps[i - 1].to <= to)
            gap_remove(sequence, i - 1);
}

/* -- rows ---------------------------------------------------------------------------------- */

static struct key sequence_key(const struct reader *reader, struct id vendor)
{
    struct key key = reader_key(reader);

    key_add_id(&key, vendor);
    return key;
}

static bool gap_read(struct slice *rest, struct gap *gap)
{
    uint64_t since;

    if (!key_read_u64(rest, &gap->from) || !key_read_u64(rest, &gap->to) ||
        !key_read_u64(rest, &since))
        return false;
    gap->since = (int64_t)since;
    return gap->from <= gap->to;
}

static struct status sequence_read(struct slice row, struct sequence *sequence)
{
    bool good = key_read_u64(&row, &sequence->last);

    sequence->begun = true;
    sequence->count = 0;
    while (good && row.size && sequence->count < GAPS_MAX)
        good = gap_read(&row, &sequence->gaps[sequence->count++]);
    return good && !row.size ? OK : failed(STATUS_CORRUPT, "a vendor's numbers are not as written");
}

struct status sequence_get(struct reader *reader, struct id vendor, struct arena *arena,
                           struct sequence *sequence)
{
    struct key   key = sequence_key(reader, vendor);
    struct slice row;

    *sequence = (struct sequence){ .begun = false };
    TRY(reader_get(reader, FAMILY_sequences, key_slice(&key), arena, &row));
    return row.data ? sequence_read(row, sequence) : OK;
}

void sequence_put(struct batch *batch, struct id vendor, const struct sequence *sequence)
{
    struct key    key = sequence_key(batch_reader(batch), vendor), part = { .size = 0 };
    struct buffer row = { 0 };

    key_add_u64(&part, sequence->last);
    buffer_add(&row, key_slice(&part));
    for (size_t i = 0; i < sequence->count; i++) {
        part.size = 0;
        key_add_u64(&part, sequence->gaps[i].from);
        key_add_u64(&part, sequence->gaps[i].to);
        key_add_u64(&part, (uint64_t)sequence->gaps[i].since);
        buffer_add(&row, key_slice(&part));
    }
    batch_put(batch, FAMILY_sequences, key_slice(&key), buffer_slice(&row));
    buffer_free(&row);
}

struct cursor *sequence_open(struct reader *reader)
{
    struct key prefix = reader_key(reader);

    return cursor_open(reader, FAMILY_sequences, key_slice(&prefix), (struct slice){ NULL, 0 });
}

bool sequence_next(struct cursor *cursor, struct id *vendor, struct sequence *sequence,
                   struct status *status)
{
    uint32_t partition;

    if (status->code != STATUS_OK || !cursor_next(cursor)) return false;
    struct slice key = cursor_key(cursor);
    if (!key_read_u32(&key, &partition) || !key_read_id(&key, vendor) || key.size)
        *status = failed(STATUS_CORRUPT, "a key of sequences is not one of ours");
    else *status = sequence_read(cursor_value(cursor), sequence);
    return status->code == STATUS_OK;
}
