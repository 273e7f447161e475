/* source.h -- where a log comes from that is to be checked or copied.
 *
 * A store has rows besides its records, which are held against them; a copy in the
 * layout of C2SP tlog-tiles (published.h) has tiles, also of the right edge.
 *
 * THREADS   One at a time.
 * MEMORY    A record is valid until the next; hashes as long as the arena, or until the
 *           next call.
 */
#ifndef PIOT_REPLAY_VERIFY_SOURCE_H
#define PIOT_REPLAY_VERIFY_SOURCE_H

#include "core/log/log.h"
#include "core/log/tile_path.h"

struct record_source {
    struct reader *reader; /* a store's; NULL: it is a copy */
    uint64_t       count;  /* records to come, for the word of progress */
    uint64_t       size;   /* of the tree: more than `count` where the later records are
                              elsewhere, and only tiles lead on (archived.h) */
    bool           bare;   /* a copy without ciphertexts: they are not forgotten */
    /* As log_scan_next() and log_scan_close(); `end` may be asked once. */
    bool (*next)(void *context, struct log_record *record);
    struct status (*end)(void *context);
    /* What it has at that path; data NULL: nothing. */
    struct status (*tile)(void *context, const struct tile_path *path, struct arena *arena,
                          struct slice *hashes);
    void *context;
};

/* The log that `reader` can see. */
struct store_source {
    struct reader   *reader;
    struct log_scan *scan;
};
must_use struct status source_of_store(struct store_source *store, struct reader *reader,
                                       struct record_source *source);

#endif
