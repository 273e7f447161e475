#include "tests/world/place.h"

struct store_options place_options(const struct place *place)
{
    struct store_options options = { .path = place->memory ? NULL : place->path };
    store_families_all(options.families);
    return options;
}

void place_open(struct place *place)
{
    struct store_options options = place_options(place);

    assert_ok(store_open(&place->store, &options));
}

void place_close(struct place *place)
{
    store_close(place->store);
    place->store = NULL;
}

struct place *place_new(bool memory)
{
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    place->memory = memory;
    folder_new(place->folder, "store");
    snprintf(place->path, sizeof place->path, "%s/main", place->folder);
    return place;
}

void place_free(struct place *place)
{
    place_close(place);
    arena_free(&place->arena);
    folder_remove(place->folder);
    free(place);
}

struct slice text(const char *bytes) { return slice_text(bytes); }

struct slice look(struct place *place, struct reader *reader, enum family family, const char *key)
{
    struct slice value;
    assert_ok(reader_get(reader, family, text(key), &place->arena, &value));
    return value;
}

void write_one(struct place *place, enum family family, const char *key, const char *value)
{
    struct batch *batch = batch_open(place->store);
    batch_put(batch, family, text(key), text(value));
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
}
