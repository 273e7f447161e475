/* place.h -- somewhere for a test's store to be, and short ways to use it. */
#ifndef PIOT_WORLD_PLACE_H
#define PIOT_WORLD_PLACE_H

#include "core/store/store.h"

#include "tests/world/checks.h"
#include "tests/world/folder.h"

struct place {
    bool          memory;
    char          folder[FOLDER_MAX]; /* holds nothing but the store */
    char          path[96];
    struct store *store;
    struct arena  arena;
};
struct place        *place_new(bool memory); /* the store is not open yet */
void                 place_free(struct place *place);
struct store_options place_options(const struct place *place);
void                 place_open(struct place *place);
void                 place_close(struct place *place);

struct slice text(const char *bytes);
/* What `reader` says of `key`; NULL data when absent. */
struct slice look(struct place *place, struct reader *reader, enum family family, const char *key);
void         write_one(struct place *place, enum family family, const char *key, const char *value);

#endif
