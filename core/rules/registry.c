/* registry.c -- reading the registry. */
#include "core/rules/registry_write.h"

#define FIELD(type, name, meaning)      FIELD_ROW(type, name, false, FROM_US, 0, meaning)
#define STATE(type, name, meaning)      STATE_ROW(type, name, false, FROM_US, 0, meaning)
#define RECORD(letter, name, keys, ...) FIELDS_FUNCTION(name##_record, __VA_ARGS__)
#include "core/rules/registry.def"
#undef RECORD
#undef STATE
#undef FIELD

/* clang-format off */
#define RECORD(letter, name, keys, ...)                                                  \
    static const struct record_type name##_type = {                                      \
        FAMILY_registry, letter,                                                         \
        { #name, keys, 0, 0, sizeof(struct name##_record), name##_record_fields }        \
    };                                                                                   \
    bool registry_get_##name(struct reader *registry, struct id first, struct id second, \
                             struct arena *arena, struct name##_record *record)          \
    {                                                                                    \
        *record = (struct name##_record){ .none_ = { 0 } };                              \
        return record_get(registry, &name##_type, first, second, arena, record);         \
    }                                                                                    \
    void registry_put_##name(struct batch *batch, struct id first, struct id second,     \
                             const struct name##_record *record)                         \
    {                                                                                    \
        record_put(batch, &name##_type, first, second, record);                          \
    }                                                                                    \
    void registry_erase_##name(struct batch *batch, struct id first, struct id second)   \
    {                                                                                    \
        record_erase(batch, &name##_type, first, second);                                \
    }                                                                                    \
    size_t registry_list_##name(struct reader *registry, struct id first, struct id after, \
                                struct id *seconds, size_t max)                          \
    {                                                                                    \
        return record_list(registry, &name##_type, first, after, seconds, max);          \
    }
/* clang-format on */
#include "core/rules/registry.def"
#undef RECORD

const struct record_type *registry_type(char letter)
{
    static const struct record_type *const types[] = {
#define RECORD(letter, name, keys, ...) &name##_type,
#include "core/rules/registry.def"
#undef RECORD
    };

    for (size_t i = 0; i < COUNT(types); i++)
        if (types[i]->letter == letter) return types[i];
    return NULL;
}
