/* row_sum.h -- do two heaps of the log's rows hold the same?
 *
 * A row is taken as the few numbers that it says, so that one that an event wants need not
 * be written out first. Each is hashed under a key made for the occasion, and the hashes
 * are added, so that order does not matter. Other rows give an equal sum about once in 2^60
 * occasions, and nobody who does not know the key can choose which.
 *
 * THREADS   One at a time for each sum.
 */
#ifndef PIOT_REPLAY_VERIFY_ROW_SUM_H
#define PIOT_REPLAY_VERIFY_ROW_SUM_H

#include "core/store/store.h"

enum { ROW_WORDS = 5 };
struct log_row {
    uint64_t words[ROW_WORDS];
};
/* What leads from a stream or an id of the index to a position; `version`: of a stream's
 * row, 0: of the index. */
struct log_row log_row_from_id(const struct id *id, uint64_t position, uint64_t version);
struct log_row log_row_from_type(uint32_t type, uint64_t position);
/* As it is stored. One that says nothing of that kind differs from all that do. */
struct log_row log_row_stored(struct slice key, struct slice value);

struct row_sum_key {
    uint64_t halves[2];
};
struct row_sum_key row_sum_key_new(void);

struct row_sum { /* starts as { .key = … } */
    struct row_sum_key key;
    uint64_t           total, count;
};
void row_sum_add(struct row_sum *sum, const struct log_row *row);
/* Of sums under the same key. */
bool row_sum_equal(const struct row_sum *a, const struct row_sum *b);

#endif
