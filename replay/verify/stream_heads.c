#include "replay/verify/stream_heads.h"

struct head *heads_of(struct heads *heads, struct id stream)
{
    uint64_t     hash = table_hash(0, id_slice(&stream));
    struct head *head;

    ensure(id_given(stream));
    for (size_t at = 0; (head = map_next(&heads->map, hash, &at)) != NULL;)
        if (id_equal(head->stream, stream)) return head;
    head         = arena_new(&heads->arena, struct head);
    head->stream = stream;
    map_add(&heads->map, hash, head);
    return head;
}

void heads_free(struct heads *heads)
{
    map_free(&heads->map);
    arena_free(&heads->arena);
}
