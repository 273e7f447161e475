/* rows.h -- the keys and small values of the log's families, for this room.
 *
 * THREADS   As the reader's or batch's.
 */
#ifndef PIOT_LOG_ROWS_H
#define PIOT_LOG_ROWS_H

#include "core/log/log.h"

enum { INDEX_TYPE = 'T' }; /* no kind of id has this letter */

/* Of log and personal. */
static inline struct key row_position(const struct reader *reader, uint64_t position)
{
    struct key key = reader_key(reader);

    key_add_u64(&key, position);
    return key;
}
/* What the keys of one stream, of one id of the index, of one type begin with;
 * a position follows. */
static inline struct key row_id(const struct reader *reader, struct id id)
{
    struct key key = reader_key(reader);

    key_add_id(&key, id);
    return key;
}
static inline struct key row_type(const struct reader *reader, enum event_type type)
{
    struct key key = reader_key(reader);

    key_add_byte(&key, INDEX_TYPE);
    key_add_u32(&key, (uint32_t)type);
    return key;
}

void row_head_put(struct batch *batch, struct id stream, const struct log_stream_head *head);
must_use struct status row_head_get(struct reader *reader, struct id stream, struct arena *arena,
                                    struct log_stream_head *head);

/* Takes a log family's value apart; the slices borrow from it. */
must_use struct status row_record(uint64_t position, struct slice value, struct log_record *record);

#endif
