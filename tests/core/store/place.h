/* place.h -- somewhere for a test's store to be, and short ways to use it. */
#ifndef PIOT_TEST_PLACE_H
#define PIOT_TEST_PLACE_H

#include "core/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct place {
    bool          memory;
    char          folder[64]; /* holds nothing but the store */
    char          path[96];
    struct store *store;
    struct arena  arena;
};

static inline struct store_options place_options(const struct place *place)
{
    struct store_options options = { .path = place->memory ? NULL : place->path };
    store_families_all(options.families);
    return options;
}

static inline void place_open(struct place *place)
{
    struct store_options options = place_options(place);
    struct status        status  = store_open(&place->store, &options);
    if (status.code != STATUS_OK) fail_msg("%s", status.text);
}

static inline void place_close(struct place *place)
{
    store_close(place->store);
    place->store = NULL;
}

static inline struct place *place_new(bool memory)
{
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    place->memory = memory;
    snprintf(place->folder, sizeof place->folder, "/tmp/piot-store-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/main", place->folder);
    return place;
}

static inline void place_free(struct place *place)
{
    char command[128];
    place_close(place);
    arena_free(&place->arena);
    snprintf(command, sizeof command, "rm -rf '%s'", place->folder);
    assert_int_equal(system(command), 0);
    free(place);
}

static inline struct slice text(const char *bytes) { return slice_text(bytes); }

/* clang-format off */
#define assert_ok(call)                                                          \
    do {                                                                         \
        struct status status_ = (call);                                          \
        if (status_.code != STATUS_OK)                                           \
            fail_msg("%s: %s", #call, status_.text);                             \
    } while (0)
/* clang-format on */

static inline void assert_text(struct slice got, const char *want)
{
    if (!got.data || !slice_equal(got, text(want)))
        fail_msg("'%.*s' is not '%s'", (int)got.size, got.data ? got.data : "", want);
}

/* What `reader` says of `key`; NULL data when absent. */
static inline struct slice look(struct place *place, struct reader *reader, enum family family,
                                const char *key)
{
    struct slice value;
    assert_ok(reader_get(reader, family, text(key), &place->arena, &value));
    return value;
}

static inline void write_one(struct place *place, enum family family, const char *key,
                             const char *value)
{
    struct batch *batch = batch_open(place->store);
    batch_put(batch, family, text(key), text(value));
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
}

#endif
