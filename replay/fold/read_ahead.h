/* read_ahead.h -- records read and made events of ahead of whoever works through them.
 *
 * Reading, hashing and unpacking a record costs about as much as what is then done with
 * the event, so a thread of its own does that, some chunks ahead.
 *
 * THREADS   ahead_open() to ahead_close(): one. `next` and `prepare` run on the other, and
 *           what they use is theirs meanwhile, unless they are asked to be alone.
 * MEMORY    AHEAD_CHUNKS chunks of AHEAD_RECORDS records, or of AHEAD_BYTES and one more. An
 *           item is valid until the next.
 */
#ifndef PIOT_REPLAY_FOLD_READ_AHEAD_H
#define PIOT_REPLAY_FOLD_READ_AHEAD_H

#include "core/log/log.h"

enum { READ_AHEAD_CHUNKS = 4, READ_AHEAD_RECORDS = 256, READ_AHEAD_BYTES = 1 << 20 };

struct read_ahead_item {
    struct log_record record;
    struct hash       leaf; /* these three are prepare()'s, as far as its user looks */
    struct event      event;
    struct status     status;
};
struct read_ahead_source {
    /* As log_scan_next(): a record that is valid until the next; false: there is no more. */
    bool (*next)(void *context, struct log_record *record);
    void *context;
    /* `item->record` is filled in and stays; what else it needs goes into the arena. */
    void (*prepare)(void *prepare_context, struct arena *arena, struct read_ahead_item *item);
    void    *prepare_context;
    uint64_t max;   /* records at most */
    bool     alone; /* `next` shares something with the user: no thread, nothing ahead */
};

struct read_ahead;
struct read_ahead *read_ahead_open(const struct read_ahead_source *source);
/* The next one, in order; NULL: there is no more. */
struct read_ahead_item *read_ahead_next(struct read_ahead *read_ahead);
/* Also before the last; `next` is not called any more afterwards. */
void read_ahead_close(struct read_ahead *read_ahead);

#endif
