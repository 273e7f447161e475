#include "replay/past/trail.h"

#include <stdlib.h>

enum { AT_ONCE = 256 }; /* positions read in one go */

typedef struct status positions_of(struct reader *reader, struct id id, uint64_t from,
                                   enum log_order order, uint64_t *positions, size_t max,
                                   size_t *count);

struct source {
    positions_of *read;
    struct id     id;
    uint64_t      positions[AT_ONCE];
    size_t        at, count;
    bool          ended;
};

struct trail {
    struct reader *reader;
    uint64_t       until, count_max, given;
    struct source *sources;
    size_t         count, room;
};

struct trail *trail_open(struct reader *reader, uint64_t until, uint64_t count_max)
{
    struct trail *trail = calloc(1, sizeof *trail);

    ensure(trail != NULL);
    trail->reader    = reader;
    trail->until     = until;
    trail->count_max = count_max;
    return trail;
}

void trail_close(struct trail *trail)
{
    if (!trail) return;
    free(trail->sources);
    free(trail);
}

static void add(struct trail *trail, positions_of *read, struct id id)
{
    for (size_t i = 0; i < trail->count; i++)
        if (trail->sources[i].read == read && id_equal(trail->sources[i].id, id)) return;
    if (trail->count == trail->room) {
        trail->room    = trail->room ? 2 * trail->room : 4;
        trail->sources = realloc(trail->sources, trail->room * sizeof *trail->sources);
        ensure(trail->sources != NULL);
    }
    struct source *source = &trail->sources[trail->count++];
    source->read          = read;
    source->id            = id;
    source->at = source->count = 0;
    source->ended              = false;
}

void trail_add_stream(struct trail *trail, struct id stream)
{
    add(trail, log_stream_positions, stream);
}

void trail_add_index(struct trail *trail, struct id id) { add(trail, log_index_positions, id); }

/* The source's next position; UINT64_MAX: it has none. */
static struct status peek(struct trail *trail, struct source *source, uint64_t *position)
{
    if (source->at == source->count && !source->ended) {
        uint64_t last = source->count ? source->positions[source->count - 1] : 0;
        TRY(source->read(trail->reader, source->id, last, LOG_RISING, source->positions, AT_ONCE,
                         &source->count));
        source->at    = 0;
        source->ended = source->count == 0;
    }
    *position = source->ended ? UINT64_MAX : source->positions[source->at];
    if (*position > trail->until) *position = UINT64_MAX; /* which is no event's */
    return OK;
}

struct status trail_next(struct trail *trail, uint64_t *position)
{
    uint64_t least = UINT64_MAX, here;

    for (size_t i = 0; i < trail->count; i++) {
        TRY(peek(trail, &trail->sources[i], &here));
        if (here < least) least = here;
    }
    for (size_t i = 0; i < trail->count && least != UINT64_MAX; i++) {
        struct source *source = &trail->sources[i];
        if (!source->ended && source->positions[source->at] == least) source->at++;
    }
    *position = least == UINT64_MAX ? 0 : least;
    if (*position && trail->count_max && ++trail->given > trail->count_max)
        return failed(STATUS_LIMIT,
                      "more than %llu events tell of it: ask piot, which takes "
                      "the time",
                      (unsigned long long)trail->count_max);
    return OK;
}
