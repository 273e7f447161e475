#include "tests/world/folding.h"

struct folding now;

int64_t recorded_at(uint64_t position) { return START + (int64_t)position * SECOND; }

struct id event_at(uint64_t position)
{
    struct id id = { { ID_event } };

    for (int i = 0; i < 8; i++) id.bytes[ID_SIZE - 1 - i] = (uint8_t)(position >> 8 * i);
    return id;
}

void fold_event(struct event event)
{
    now.position++;
    event.position    = now.position;
    event.id          = event_at(now.position);
    event.recorded_at = recorded_at(now.position);
    now.fold->apply(now.batch, &now.scratch, &event);
    arena_reset(&now.scratch);
    if (now.position % 2) assert_ok(batch_commit(now.batch, false));
}

void assert_stopped(const char *condition)
{
    struct status why = reader_failure(now.reader);

    assert_int_equal(why.code, STATUS_CORRUPT);
    if (!strstr(why.text, condition)) fail_msg("%s, not %s", why.text, condition);
    assert_int_equal(batch_commit(now.batch, false).code, STATUS_CORRUPT);
    batch_clear(now.batch);
}

size_t rows_that_agree(struct store *one, struct store *other, enum family family)
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
    assert_ok(cursor_close(a));
    assert_ok(cursor_close(b));
    return rows;
}

int fold_alone(const struct fold *fold)
{
    struct store_options options = { .path = NULL };

    for (size_t i = 0; i < fold->family_count; i++) options.families[fold->families[i]] = true;
    now = (struct folding){ .fold = fold };
    assert_ok(store_open(&now.store, &options));
    now.batch  = batch_open(now.store);
    now.reader = batch_reader(now.batch);
    return 0;
}

int forget(void **state)
{
    (void)state;
    assert_ok(reader_failure(now.reader));
    batch_close(now.batch);
    store_close(now.store);
    arena_free(&now.scratch);
    arena_free(&now.rows);
    return 0;
}
