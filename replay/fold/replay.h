/* replay.h -- folding history again: to check it, and to make views again.
 *
 * Whatever is not the log is a fold of it, so replay runs the very folds that
 * run live, from event 1, with nobody listening.
 *
 * THREADS   The caller's, start to end, and one or two that end with the call: what reads
 *           ahead, and what looks at rows beside the walk (read_ahead.h, verify_rows.c). A live
 *           store may be replayed through a snapshot while the writer goes on.
 * MEMORY    Bounded but for verification's table of stream heads: about 150 bytes
 *           a stream.
 * ERRORS    A status is the world's failure, and ends the work. What is wrong with
 *           the history itself is a finding, and the work goes on.
 */
#ifndef PIOT_REPLAY_FOLD_REPLAY_H
#define PIOT_REPLAY_FOLD_REPLAY_H

#include "core/log/checkpoint.h"
#include "core/log/log.h"
#include "core/store/fold.h"
#include "core/store/record.h"

/* Of a commit. The events of a large one mostly change rows that others in it did, which
 * then are read from the batch and written once. */
enum {
    REPLAY_BATCH       = 32768,
    REPLAY_BATCH_BYTES = 16 << 20,
    REPLAY_REPORT      = 4096, /* events between two words of progress */
};

/* Long work tells how far it is; NULL: nobody listens. */
struct progress {
    void (*tell)(void *context, const char *what, uint64_t done, uint64_t all);
    void *context;
};

/* -- folding ---------------------------------------------------------------- */

/* Runs the registry's fold and `folds` (ends at NULL) over every event `from` can
 * see, into `into`, whose families must be empty; unlogged, so flush it if it is to
 * stay. Personal fields are opened with `vault`. `count`: how many events. */
must_use struct status replay_fold(struct reader *from, struct vault *vault,
                                   const struct fold *const *folds, struct store *into,
                                   const struct progress *progress, uint64_t *count);

/* Empties the families of all folds in `store` and folds them again. While that
 * goes on the store is marked: replay_check_ready() refuses it, and another
 * replay_rebuild() mends it. Views in other versions are dropped at its end. */
must_use struct status replay_rebuild(struct store *store, struct vault *vault,
                                      const struct fold *const *folds,
                                      const struct progress *progress, uint64_t *count);
/* Marks a store whose views were left out, as one whose rebuild was cut short. */
must_use struct status replay_mark_unfolded(struct store *store);
/* Are the views those of these folds, in these versions, and whole? STATUS_CONFLICT:
 * they are another program's, or a rebuild was cut short; the sentence says to run
 * one. */
must_use struct status replay_check_ready(struct reader *reader, const struct fold *const *folds);
/* Are they whole, whichever program's? STATUS_CONFLICT: a rebuild was cut short. */
must_use struct status replay_check_whole(struct reader *reader);
/* The same before serving; a store without events is made ready. Views in other versions,
 * which nobody needs from here on, are dropped. */
must_use struct status replay_make_ready(struct store *store, const struct fold *const *folds);

/* -- checking --------------------------------------------------------------- */

/* One thing that is not as it must be. The rules are named in verify.c's head. */
struct finding {
    uint64_t    position; /* 0: of no event in particular */
    const char *rule;
    char        text[200];
};
struct findings {
    void (*found)(void *context, const struct finding *finding);
    void    *context;
    uint64_t count;
};

struct verification {
    uint64_t    events, streams, sealed, forgotten;
    uint64_t    head; /* the last position */
    uint64_t    bare; /* up to there the log came here without any ciphertext */
    uint64_t    size; /* of the tree: beyond `head` if only a part was there */
    struct hash root; /* of it */
};

/* What else the log is held against. */
struct replay_checks {
    const struct note_key   *key;     /* the log's; NULL: signatures are not checked */
    const struct checkpoint *earlier; /* that somebody kept; already opened */
    size_t                   earlier_count;
    bool                     older; /* the log may have gone on elsewhere, as after a backup:
                                         its archive may have a checkpoint beyond its end */
};

/* Checks the log `reader` can see by itself: envelopes, hashes, versions, times,
 * ciphertexts, the rows that lead to events, tiles and checkpoints; and what lies beside
 * its archived events. `checks` may be NULL. */
must_use struct status replay_verify_log(struct reader *reader, struct vault *vault,
                                         const struct replay_checks *checks,
                                         const struct progress *progress, struct findings *findings,
                                         struct verification *result);

/* The same of a copy, or of wherever else the records come from (source.h), as far as
 * it has what a store has. Ends the source. */
struct record_source;
must_use struct status replay_verify_source(const struct record_source *source, struct vault *vault,
                                            const struct replay_checks *checks,
                                            const struct progress      *progress,
                                            struct findings *findings, struct verification *result);

/* One row that a fresh fold gives otherwise than the store has it. Good until the next. */
struct difference {
    enum family               family;
    struct slice              key;
    const struct record_type *type;          /* NULL: no record of the tables, or not to be read */
    struct id                 first, second; /* the key's, as far as there are */
    bool                      in_live, in_fresh;
    const void               *live, *fresh; /* the rows; NULL: not there, or no `type` */
};
struct differences {
    void (*found)(void *context, const struct difference *difference);
    void *context;
};
/* {"kind","view","id","second","change","fields"}, as replay_diff() has them, from the live
 * row to the fresh one. `change` may also be "reencoded": it says the same in other bytes.
 * Internal fields, personal ones unless `personal`, and those of the registry go by name
 * alone: "hidden". What is no record has the hexadecimal "key". Returns the change. */
const char *difference_json(const struct difference *difference, bool personal, struct json *json);

/* Compares each family of the registry and of `folds`, as the two readers see it, byte for
 * byte. */
must_use struct status replay_compare(struct reader *live, struct reader *fresh,
                                      const struct fold *const *folds,
                                      const struct differences *differences);
/* Folds everything again into `scratch` (empty) and compares each family of the registry
 * and of `folds` with the live one, byte for byte. `count`: how many events were folded. */
must_use struct status replay_compare_views(struct reader *reader, struct vault *vault,
                                            const struct fold *const *folds, struct store *scratch,
                                            const struct progress    *progress,
                                            const struct differences *differences, uint64_t *count);
/* The same, and what differs are findings. */
must_use struct status replay_verify_views(struct reader *reader, struct vault *vault,
                                           const struct fold *const *folds, struct store *scratch,
                                           const struct progress *progress,
                                           struct findings       *findings);

#endif
