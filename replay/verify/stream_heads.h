/* stream_heads.h -- where each stream stands while a log is walked, and what is gone of its owner's
 * sealed fields: in memory. */
#ifndef PIOT_REPLAY_VERIFY_STREAM_HEADS_H
#define PIOT_REPLAY_VERIFY_STREAM_HEADS_H

#include "core/base/arena.h"
#include "core/base/crypto.h"
#include "core/base/tables.h"

struct head {
    struct id   stream;
    uint64_t    version, position;
    struct hash leaf;
    /* verify_lost.c's: the last event whose ciphertext is gone, the last report that is so
     * (0: none), how many reports are, how many its stream says are. */
    uint64_t lost, lost_report, lost_reports, expired;
    uint64_t sealed; /* the last event that has a ciphertext under this owner's key */
    bool     erased;
};
/* verify_lost.c's: a report of a device that connected, whose ciphertext is gone. */
struct lost_detection {
    struct id detection;
    uint64_t  position;
    bool      led; /* to an account, which has lost it then */
};
struct stream_heads {
    struct map   map;        /* of struct head */
    struct map   detections; /* of struct lost_detection */
    struct arena arena;
};
/* The stream's head, made with version 0 when it is new. */
struct head *stream_heads_of(struct stream_heads *stream_heads, struct id stream);
void         stream_heads_free(struct stream_heads *stream_heads);

#endif
