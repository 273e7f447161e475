#include "core/log/rows.h"

#include <string.h>

enum { HEAD_SIZE = 8 + LEAF_SIZE + 8 };

static struct key head_key(const struct reader *reader, struct id stream)
{
    struct key key = row_id(reader, stream);

    key_add_u64(&key, 0);
    return key;
}

void row_head_put(struct batch *batch, struct id stream, const struct log_stream_head *head)
{
    struct key key   = head_key(batch_reader(batch), stream);
    struct key value = { .size = 0 }; /* built from the same parts as keys are */

    key_add_u64(&value, head->version);
    key_add_bytes(&value, SLICE_OF(head->leaf.bytes));
    key_add_u64(&value, head->position);
    batch_put(batch, FAMILY_stream, key_slice(&key), key_slice(&value));
}

struct status row_head_get(struct reader *reader, struct id stream, struct arena *arena,
                           struct log_stream_head *head)
{
    struct key   key = head_key(reader, stream);
    struct slice value;

    *head = (struct log_stream_head){ 0 };
    TRY(reader_get(reader, FAMILY_stream, key_slice(&key), arena, &value));
    if (!value.data) return OK;
    if (value.size != HEAD_SIZE || !key_read_u64(&value, &head->version))
        return failed(STATUS_CORRUPT, "the head of a stream has %zu bytes", value.size);
    memcpy(head->leaf.bytes, value.data, LEAF_SIZE);
    value = (struct slice){ value.data + LEAF_SIZE, value.size - LEAF_SIZE };
    ensure(key_read_u64(&value, &head->position));
    return OK;
}

struct status row_record(uint64_t position, struct slice value, struct log_record *record)
{
    if (value.size <= LEAF_SIZE)
        return failed(STATUS_CORRUPT, "event %llu has %zu bytes", (unsigned long long)position,
                      value.size);
    *record = (struct log_record){
        .position = position,
        .leaf     = { value.data, LEAF_SIZE },
        .envelope = { value.data + LEAF_SIZE, value.size - LEAF_SIZE },
    };
    return OK;
}
