/* folding.h -- tests of folds read as sentences: this happened, so this row says that.
 *
 * A test folds into a store in memory that has the fold's own families and no
 * other, so a fold that touched another's would stop the program. Rows are read
 * through the batch, half of the events committed and half of them not.
 */
#ifndef PIOT_FOLDING_H
#define PIOT_FOLDING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "projections/projection.h"

#include <string.h>

static const struct id NO_ID;
static const struct id ALICE = { "aalice" }, BOB = { "abob" };
static const struct id HOME = { "nhome" }, OFFICE = { "noffice" };
static const struct id LAMP = { "dlamp" }, LAMP_CLAIM = { "plamp" };
static const struct id GLOW = { "vglow" }, GRANT = { "cgrant" };

/* Events are recorded a second apart, the first a second after this:
 * 2026-11-22T16:03:07.123Z. */
#define START (INT64_C(1795363387123) * MILLISECOND)

struct folding {
    const struct fold *fold;
    struct store      *store;
    struct batch      *batch;
    struct reader     *reader;
    struct arena       scratch, rows;
    uint64_t           position; /* of the last event */
};
static struct folding now;

static inline int64_t recorded_at(uint64_t position) { return START + (int64_t)position * SECOND; }

/* The name of the event at that position. */
static inline struct id event_at(uint64_t position)
{
    struct id id = { { ID_event } };

    for (int i = 0; i < 8; i++) id.bytes[ID_SIZE - 1 - i] = (uint8_t)(position >> 8 * i);
    return id;
}

static inline void fold_event(struct event event)
{
    now.position++;
    event.position    = now.position;
    event.id          = event_at(now.position);
    event.recorded_at = recorded_at(now.position);
    now.fold->apply(now.batch, &now.scratch, &event);
    arena_reset(&now.scratch);
    if (now.position % 2) assert_int_equal(batch_commit(now.batch, false).code, STATUS_OK);
}

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
#define assert_id(found, wanted) assert_true(id_equal(found, wanted))

static inline void assert_says(struct slice found, const char *wanted)
{
    assert_int_equal(found.size, strlen(wanted));
    if (found.size) assert_memory_equal(found.data, wanted, found.size);
}

/* Fails the test unless both have the same rows, byte for byte; how many. */
static inline size_t rows_that_agree(struct store *one, struct store *other, enum family family)
{
    const struct slice all  = SLICE("");
    struct cursor     *a    = cursor_open(store_reader(one), family, all, all);
    struct cursor     *b    = cursor_open(store_reader(other), family, all, all);
    size_t             rows = 0;

    for (; cursor_next(a); rows++) {
        assert_true(cursor_next(b));
        assert_true(slice_equal(cursor_key(a), cursor_key(b)));
        assert_true(slice_equal(cursor_value(a), cursor_value(b)));
    }
    assert_false(cursor_next(b));
    assert_int_equal(cursor_close(a).code, STATUS_OK);
    assert_int_equal(cursor_close(b).code, STATUS_OK);
    return rows;
}

static inline int fold_alone(const struct fold *fold)
{
    struct store_options options = { .path = NULL };

    for (size_t i = 0; i < fold->family_count; i++) options.families[fold->families[i]] = true;
    now = (struct folding){ .fold = fold };
    assert_int_equal(store_open(&now.store, &options).code, STATUS_OK);
    now.batch  = batch_open(now.store);
    now.reader = batch_reader(now.batch);
    return 0;
}

static inline int forget(void **state)
{
    (void)state;
    assert_int_equal(reader_failure(now.reader).code, STATUS_OK);
    batch_close(now.batch);
    store_close(now.store);
    arena_free(&now.scratch);
    arena_free(&now.rows);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, empty, forget)

#endif
