/* trail.h -- where in the log the events stand that somebody asked for.
 *
 *     trail_begin(&trail, after, until);
 *     trail_about(&trail, account);
 *     trail_of_type(&trail, EVENT_device_added);
 *     while (… trail_step(&trail, reader, &found, &position) …)
 *
 * Each narrowing is a sorted list of positions that the log keeps anyhow: a stream, the
 * index of an id, the index of a type. An event has to be in all of them, and is found
 * by skipping: whichever list is ahead says where the others go on. So the work is that
 * of the shortest list, whichever it is, and nobody has to guess which. Without any
 * narrowing every position is on the trail.
 *
 * A step is a small piece of work, a look into each list at most, whether it finds
 * something or not: who takes steps may stop after any of them and go on later, with
 * nothing held open between. What is appended in the meantime lies beyond `until`.
 *
 * THREADS   One at a time.
 * MEMORY    A few KiB, all in the struct.
 * ERRORS    A status is the store's failure.
 */
#ifndef PIOT_AUDIT_TRAIL_H
#define PIOT_AUDIT_TRAIL_H

#include "core/log/log.h"

enum {
    TRAIL_AHEAD     = 32, /* positions read of a list at a time */
    TRAIL_TERMS_MAX = 5,  /* narrowings: four kinds of ids and the type */
};

/* One sorted list, and the part of it that was read last. */
struct trail_list {
    enum { TRAIL_STREAM, TRAIL_INDEX, TRAIL_TYPE } kind;
    struct id       id;   /* of a stream, or in the index */
    enum event_type type;
    uint64_t        positions[TRAIL_AHEAD];
    size_t          count, at;
    bool            ended; /* there are no more behind these */
};
/* A narrowing: an event has to be in one of these. */
struct trail_term {
    struct trail_list lists[2];
    size_t            count;
};
struct trail {
    uint64_t          next, until; /* positions not looked at yet: both included */
    struct trail_term terms[TRAIL_TERMS_MAX];
    size_t            term_count;
};

/* Everything after `after`, up to and with `until`. */
void trail_begin(struct trail *trail, uint64_t after, uint64_t until);
/* Only what stands in the stream of that id or names it. */
void trail_about(struct trail *trail, struct id id);
void trail_of_type(struct trail *trail, enum event_type type);

enum trail_found { TRAIL_HERE, TRAIL_FURTHER, TRAIL_ENDED };
/* HERE: an event stands at `position`, and the trail goes on behind it. FURTHER: nothing
 * yet. ENDED: there is no more up to `until`. */
must_use struct status trail_step(struct trail *trail, struct reader *reader,
                                  enum trail_found *found, uint64_t *position);

/* The first position recorded at `at_us` or later; last + 1: none is. Recorded-at rises
 * with the position, so this takes some twenty reads. `last`: the log's last position. */
must_use struct status trail_since(struct reader *reader, int64_t at_us, uint64_t last,
                                   uint64_t *position);

#endif
