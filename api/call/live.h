/* live.h -- telling threads what has been committed.
 *
 * The writer puts each commit's events (position, type, stream, whom they concern) into a
 * ring; each reader has a place in it and is woken at most once until it has looked, however
 * busy its loop is. A reader that fell further behind than the ring is long is told so, and
 * looks into the log.
 *
 * THREADS   live_committed(): the writer. A reader's hooks run on its loop.
 */
#ifndef PIOT_API_CALL_LIVE_H
#define PIOT_API_CALL_LIVE_H

#include "api/call/loop.h"
#include "core/ledger/ledger.h"

enum {
    LIVE_RING      = 65536, /* events; a second of the fastest writing */
    LIVE_HOOKS_MAX = 8,     /* on one loop */
    LIVE_CHUNK     = 256,   /* events told at once */
};

struct live *live_open(uint64_t position);
void         live_close(struct live *live);
void         live_committed(struct live *live, const struct commit *commit);
uint64_t     live_position(const struct live *live); /* the last one committed; any thread */

/* What has happened since the last time, in order. */
struct news {
    const struct commit_event *events;
    size_t                     count;
    uint64_t                   last;   /* everything to here has been told now */
    bool                       missed; /* some before these were not told: read the log */
};
struct live_reader *live_reader_open(struct live *live, struct loop *loop);
/* Hears nothing more. Before its server closes. */
void live_reader_silence(struct live_reader *reader);
void live_reader_close(struct live_reader *reader); /* after its server */
/* On this loop, `tell` hears of every commit from now on. */
void live_tell(struct loop *loop, void (*tell)(void *context, const struct news *news),
               void        *context);

#endif
