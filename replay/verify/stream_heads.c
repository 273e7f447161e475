#include "replay/verify/stream_heads.h"

struct head *stream_heads_of(struct stream_heads *stream_heads, struct id stream)
{
    uint64_t     hash = table_hash(0, id_slice(&stream));
    struct head *head;

    ensure(id_given(stream));
    for (size_t at = 0; (head = map_next(&stream_heads->map, hash, &at)) != NULL;)
        if (id_equal(head->stream, stream)) return head;
    head         = arena_new(&stream_heads->arena, struct head);
    head->stream = stream;
    map_add(&stream_heads->map, hash, head);
    return head;
}

void stream_heads_free(struct stream_heads *stream_heads)
{
    map_free(&stream_heads->map);
    map_free(&stream_heads->detections);
    arena_free(&stream_heads->arena);
}
