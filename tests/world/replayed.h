/* replayed.h -- is everything that is kept a fold of the log, and nothing else?
 *
 * Asked after every long test: the log is verified by itself, folded again from its
 * first event into a store of its own, and the registry and every view compared with
 * the live ones, byte for byte. Turns commit where they like and a replay every few
 * hundred events, events come from memory or from the log, lists are absent or
 * empty: none of it may show.
 *
 * Tried against a fold that counts how often it runs: tests/model/test_replayed.c.
 */
#ifndef PIOT_WORLD_REPLAYED_H
#define PIOT_WORLD_REPLAYED_H

#include "replay/fold/replay.h"

struct replayed {
    uint64_t       events, differences;
    struct finding first; /* if there are any */
};
/* `folds` ends at NULL; the registry's is added. Fails the test on a failing disk. */
struct replayed replayed(struct reader *live, struct vault *vault, const struct fold *const *folds);

/* Fails the test unless all of our views agree; how many events there were. */
uint64_t assert_replayed(struct reader *live, struct vault *vault);
/* The same of a service that has ended: where its store and its vault are. */
uint64_t assert_replayed_at(const char *store_path, const char *vault_path);

#endif
