#include "api/audit/trail.h"

#define NOWHERE UINT64_MAX

void trail_begin(struct trail *trail, uint64_t after, uint64_t until)
{
    ensure(after < NOWHERE && until < NOWHERE);
    *trail = (struct trail){ .next = after + 1, .until = until };
}

static struct trail_term *new_term(struct trail *trail)
{
    ensure(trail->term_count < TRAIL_TERMS_MAX);
    return &trail->terms[trail->term_count++];
}

void trail_about(struct trail *trail, struct id id)
{
    struct trail_term *term = new_term(trail);

    term->count    = 2;
    term->lists[0] = (struct trail_list){ .kind = TRAIL_STREAM, .id = id };
    term->lists[1] = (struct trail_list){ .kind = TRAIL_INDEX, .id = id };
}

void trail_of_type(struct trail *trail, enum event_type type)
{
    struct trail_term *term = new_term(trail);

    term->count    = 1;
    term->lists[0] = (struct trail_list){ .kind = TRAIL_TYPE, .type = type };
}

static struct status read_ahead(struct trail_list *list, struct reader *reader, uint64_t after)
{
    list->at = 0;
    switch (list->kind) {
    case TRAIL_STREAM:
        return log_stream_positions(reader, PARTITION_ONE, list->id, after, LOG_RISING,
                                    list->positions, TRAIL_AHEAD, &list->count);
    case TRAIL_INDEX:
        return log_index_positions(reader, PARTITION_ONE, list->id, after, LOG_RISING,
                                   list->positions, TRAIL_AHEAD, &list->count);
    case TRAIL_TYPE:
        return log_type_positions(reader, PARTITION_ONE, list->type, after, LOG_RISING,
                                  list->positions, TRAIL_AHEAD, &list->count);
    }
    impossible("a list of no kind");
}

/* The first position of the list that is not before `from`. */
static struct status seek(struct trail_list *list, struct reader *reader, uint64_t from,
                          uint64_t *position)
{
    while (list->at < list->count && list->positions[list->at] < from) list->at++;
    if (list->at == list->count && !list->ended) {
        TRY(read_ahead(list, reader, from - 1));
        list->ended = list->count < TRAIL_AHEAD;
    }
    *position = list->at < list->count ? list->positions[list->at] : NOWHERE;
    return OK;
}

struct status trail_step(struct trail *trail, struct reader *reader, enum trail_found *found,
                         uint64_t *position)
{
    uint64_t at = trail->next;

    *found = TRAIL_ENDED;
    for (size_t i = 0; i < trail->term_count && at <= trail->until; i++) {
        struct trail_term *term  = &trail->terms[i];
        uint64_t           first = NOWHERE;

        for (size_t n = 0; n < term->count; n++) {
            uint64_t there;
            TRY(seek(&term->lists[n], reader, at, &there));
            if (there < first) first = there;
        }
        at = first; /* never before where it was */
    }
    if (at > trail->until) return OK;
    *found      = at == trail->next ? TRAIL_HERE : TRAIL_FURTHER;
    *position   = at;
    trail->next = at + (*found == TRAIL_HERE);
    return OK;
}

struct status trail_since(struct reader *reader, int64_t at_us, uint64_t last,
                          uint64_t *position)
{
    struct arena  arena  = { 0 };
    struct status status = OK;
    uint64_t      low = 1, high = last + 1;

    while (status.code == STATUS_OK && low < high) {
        uint64_t     middle = low + (high - low) / 2;
        struct event event  = { 0 };

        status = log_read(reader, NULL, PARTITION_ONE, middle, &arena, &event);
        if (event.recorded_at >= at_us) high = middle;
        else low = middle + 1;
        arena_reset(&arena);
    }
    arena_free(&arena);
    *position = low;
    return status;
}
