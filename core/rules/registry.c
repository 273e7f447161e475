/* registry.c -- the functions that registry.def promises. */
#include "core/rules/registry_write.h"

#define FIELD(type, name, meaning)            FIELD_ROW(type, name, false, FROM_US, 0, meaning)
#define STATE(type, name, meaning)            STATE_ROW(type, name, false, FROM_US, 0, meaning)
#define RECORD(letter, name, keys, uses, ...) FIELDS_FUNCTION(name##_record, __VA_ARGS__)
#include "core/rules/registry.def"
#undef RECORD
#undef STATE
#undef FIELD

/* clang-format off */
#define RECORD(letter, name, keys, uses, ...)                                       \
    static const struct record_type name##_type = {                                      \
        FAMILY_registry, letter,                                                         \
        { #name, keys, 0, 0, sizeof(struct name##_record), name##_record_fields }        \
    };                                                                                   \
    uses(name)
#define GET(name)                                                                        \
    bool registry_get_##name(struct reader *registry, struct id first, struct id second, \
                             struct arena *arena, struct name##_record *record)          \
    {                                                                                    \
        *record = (struct name##_record){ .none_ = { 0 } };                              \
        return record_get(registry, &name##_type, first, second, arena, record);         \
    }
#define PUT(name)                                                                        \
    void registry_put_##name(struct batch *batch, struct id first, struct id second,     \
                             const struct name##_record *record)                         \
    {                                                                                    \
        record_put(batch, &name##_type, first, second, record);                          \
    }
#define ERASE(name)                                                                      \
    void registry_erase_##name(struct batch *batch, struct id first, struct id second)   \
    {                                                                                    \
        record_erase(batch, &name##_type, first, second);                                \
    }
#define LIST(name)                                                                       \
    size_t registry_list_##name(struct reader *registry, struct id first, struct id after, \
                                struct id *seconds, size_t max)                          \
    {                                                                                    \
        return record_list(registry, &name##_type, first, after, seconds, max);          \
    }
/* clang-format on */
#include "core/rules/registry.def"
#undef LIST
#undef ERASE
#undef PUT
#undef GET
#undef RECORD

const struct record_type *registry_type(char letter)
{
    switch (letter) { /* a letter that is taken twice does not compile */
/* clang-format off */
#define RECORD(letter, name, keys, uses, ...) case letter: return &name##_type;
/* clang-format on */
#include "core/rules/registry.def"
#undef RECORD
    }
    return NULL;
}
