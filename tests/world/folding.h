/* folding.h -- tests of folds read as sentences: this happened, so this row says that.
 *
 * A test folds into a store in memory that has the fold's own families and no
 * other, so a fold that touched another's would stop the program. Rows are read
 * through the batch, half of the events committed and half of them not.
 */
#ifndef PIOT_WORLD_FOLDING_H
#define PIOT_WORLD_FOLDING_H

#include "projections/projection.h"
#include "tests/world/checks.h"
#include "tests/world/people.h"

struct folding {
    const struct fold *fold;
    struct store      *store;
    struct batch      *batch;
    struct reader     *reader;
    struct arena       scratch, rows;
    uint64_t           position; /* of the last event */
};
extern struct folding now;

/* Events are recorded a second apart, the first a second after START. */
int64_t recorded_at(uint64_t position);
/* The name of the event at that position. */
struct id event_at(uint64_t position);
void      fold_event(struct event event);

/* clang-format off */
#define happened_at(when, where, what, ...)                                   \
    fold_event((struct event){ .type = EVENT_##what, .stream = (where),       \
                               .occurred_at = (when), .what = { __VA_ARGS__ } })
/* clang-format on */
#define happened(where, what, ...) happened_at(0, where, what, __VA_ARGS__)
/* An event without fields, or one whose fields are all forgotten or none. */
#define happened_plainly(where, what) \
    fold_event((struct event){ .type = EVENT_##what, .stream = (where) })

#define assert_row(name, first, second, row) \
    assert_true(view_get_##name(now.reader, first, second, &now.rows, row))
#define assert_no_row(name, first, second)                                           \
    do {                                                                             \
        struct name##_row none_;                                                     \
        assert_false(view_get_##name(now.reader, first, second, &now.rows, &none_)); \
    } while (0)
#define assert_listed(name, first, second)       \
    do {                                         \
        struct name##_row none_;                 \
        assert_row(name, first, second, &none_); \
    } while (0)

/* The last event stopped the fold, which said that this does not hold: a status, noted with
 * its reader. It is forgotten then, with what the batch held. */
void assert_stopped(const char *condition);

/* Fails the test unless both have the same rows, byte for byte; how many. */
size_t rows_that_agree(struct store *one, struct store *other, enum family family);

/* For cmocka: a test file's `empty` begins a fold alone; its end. */
int fold_alone(const struct fold *fold);
int forget(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, empty, forget)

#endif
