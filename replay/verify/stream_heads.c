#include "replay/verify/stream_heads.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 1024 };

/* Ids end in random or hashed bytes, which spread well as they are. */
static size_t place_of(const struct heads *heads, struct id stream)
{
    uint64_t spread;

    memcpy(&spread, stream.bytes + ID_SIZE - sizeof spread, sizeof spread);
    size_t at = (size_t)(spread ^ stream.bytes[0]) & (heads->room - 1);
    while (id_given(heads->places[at].stream) && !id_equal(heads->places[at].stream, stream))
        at = (at + 1) & (heads->room - 1);
    return at;
}

static void grow(struct heads *heads)
{
    struct heads larger = { .room = heads->room ? 2 * heads->room : ROOM_FIRST };

    larger.places = calloc(larger.room, sizeof *larger.places);
    ensure(larger.places != NULL);
    for (size_t i = 0; i < heads->room; i++)
        if (id_given(heads->places[i].stream))
            larger.places[place_of(&larger, heads->places[i].stream)] = heads->places[i];
    larger.count = heads->count;
    free(heads->places);
    *heads = larger;
}

struct head *heads_of(struct heads *heads, struct id stream)
{
    ensure(id_given(stream));
    if (4 * (heads->count + 1) > 3 * heads->room) grow(heads);
    struct head *head = &heads->places[place_of(heads, stream)];
    if (!id_given(head->stream)) {
        head->stream = stream;
        heads->count++;
    }
    return head;
}

void heads_free(struct heads *heads)
{
    free(heads->places);
    *heads = (struct heads){ 0 };
}
