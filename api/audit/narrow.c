#include "api/audit/narrow.h"

#define NOWHERE UINT64_MAX

void narrow_begin(struct narrow *narrow, uint64_t after, uint64_t until)
{
    ensure(after < NOWHERE && until < NOWHERE);
    *narrow = (struct narrow){ .next = after + 1, .until = until };
}

static struct narrow_term *narrow_new_term(struct narrow *narrow)
{
    ensure(narrow->term_count < NARROW_TERMS_MAX);
    return &narrow->terms[narrow->term_count++];
}

void narrow_about(struct narrow *narrow, struct id id)
{
    struct narrow_term *term = narrow_new_term(narrow);

    term->count    = 2;
    term->lists[0] = (struct narrow_list){ .kind = NARROW_STREAM, .id = id };
    term->lists[1] = (struct narrow_list){ .kind = NARROW_INDEX, .id = id };
}

void narrow_of_type(struct narrow *narrow, enum event_type type)
{
    struct narrow_term *term = narrow_new_term(narrow);

    term->count    = 1;
    term->lists[0] = (struct narrow_list){ .kind = NARROW_TYPE, .type = type };
}

static struct status narrow_list_read_ahead(struct narrow_list *list, struct reader *reader,
                                            uint64_t after)
{
    list->at = 0;
    switch (list->kind) {
    case NARROW_STREAM:
        return log_stream_positions(reader, list->id, after, LOG_RISING, list->positions,
                                    NARROW_AHEAD, &list->count);
    case NARROW_INDEX:
        return log_index_positions(reader, list->id, after, LOG_RISING, list->positions,
                                   NARROW_AHEAD, &list->count);
    case NARROW_TYPE:
        return log_type_positions(reader, list->type, after, LOG_RISING, list->positions,
                                  NARROW_AHEAD, &list->count);
    }
    impossible("a list of no kind");
}

/* The first position of the list that is not before `from`. */
static struct status narrow_list_seek(struct narrow_list *list, struct reader *reader,
                                      uint64_t from, uint64_t *position)
{
    while (list->at < list->count && list->positions[list->at] < from) list->at++;
    if (list->at == list->count && !list->ended) {
        TRY(narrow_list_read_ahead(list, reader, from - 1));
        list->ended = list->count < NARROW_AHEAD;
    }
    *position = list->at < list->count ? list->positions[list->at] : NOWHERE;
    return OK;
}

struct status narrow_step(struct narrow *narrow, struct reader *reader, enum narrow_found *found,
                          uint64_t *position)
{
    uint64_t at = narrow->next;

    *found = NARROW_ENDED;
    for (size_t i = 0; i < narrow->term_count && at <= narrow->until; i++) {
        struct narrow_term *term  = &narrow->terms[i];
        uint64_t            first = NOWHERE;

        for (size_t n = 0; n < term->count; n++) {
            uint64_t there;
            TRY(narrow_list_seek(&term->lists[n], reader, at, &there));
            if (there < first) first = there;
        }
        at = first; /* never before where it was */
    }
    if (at > narrow->until) return OK;
    *found       = at == narrow->next ? NARROW_HERE : NARROW_FURTHER;
    *position    = at;
    narrow->next = at + (*found == NARROW_HERE);
    return OK;
}
