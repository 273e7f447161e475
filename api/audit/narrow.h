/* narrow.h -- where in the log the events stand that somebody asked for.
 *
 *     narrow_begin(&narrow, after, until);
 *     narrow_about(&narrow, account);
 *     narrow_of_type(&narrow, EVENT_device_added);
 *     while (… narrow_step(&narrow, reader, &found, &position) …)
 *
 * Each narrowing is a sorted list of positions that the log keeps anyhow: a stream, the
 * index of an id, the index of a type. An event has to be in all of them, and is found
 * by skipping: whichever list is ahead says where the others go on. So the work is that
 * of the shortest list, whichever it is, and nobody has to guess which. Without any
 * narrowing every position is on the narrow.
 *
 * A step is a small piece of work, a look into each list at most, whether it finds
 * something or not: who takes steps may stop after any of them and go on later, with
 * nothing held open between. What is appended in the meantime lies beyond `until`.
 *
 * THREADS   One at a time.
 * MEMORY    A few KiB, all in the struct.
 * ERRORS    A status is the store's failure.
 */
#ifndef PIOT_AUDIT_NARROW_H
#define PIOT_AUDIT_NARROW_H

#include "core/log/log.h"

enum {
    NARROW_AHEAD     = 32, /* positions read of a list at a time */
    NARROW_TERMS_MAX = 5,  /* narrowings: four kinds of ids and the type */
};

/* One sorted list, and the part of it that was read last. */
struct narrow_list {
    enum { NARROW_STREAM, NARROW_INDEX, NARROW_TYPE } kind;
    struct id       id; /* of a stream, or in the index */
    enum event_type type;
    uint64_t        positions[NARROW_AHEAD];
    size_t          count, at;
    bool            ended; /* there are no more behind these */
};
/* A narrowing: an event has to be in one of these. */
struct narrow_term {
    struct narrow_list lists[2];
    size_t             count;
};
struct narrow {
    uint64_t           next, until; /* positions not looked at yet: both included */
    struct narrow_term terms[NARROW_TERMS_MAX];
    size_t             term_count;
};

/* Everything after `after`, up to and with `until`. */
void narrow_begin(struct narrow *narrow, uint64_t after, uint64_t until);
/* Only what stands in the stream of that id or names it. */
void narrow_about(struct narrow *narrow, struct id id);
void narrow_of_type(struct narrow *narrow, enum event_type type);

enum narrow_found { NARROW_HERE, NARROW_FURTHER, NARROW_ENDED };
/* HERE: an event stands at `position`, and the trail goes on behind it. FURTHER: nothing
 * yet. ENDED: there is no more up to `until`. */
must_use struct status narrow_step(struct narrow *narrow, struct reader *reader,
                                   enum narrow_found *found, uint64_t *position);

#endif
