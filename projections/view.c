/* view.c -- the functions that projections/views.def promises. */
#include "projections/projection.h"

/* clang-format off */
#define FIELD(type, name, meaning) FIELD_ROW(type, name, false, FROM_US, 0, meaning)
#define PERSONAL(type, name, meaning) FIELD_ROW(type, name, true, FROM_US, 0, meaning)
#define INTERNAL(type, name, meaning) FIELD_ROW_INTERNAL(type, name, meaning)
#define STATE(type, name, meaning) STATE_ROW(type, name, false, FROM_US, 0, meaning)
#define PERSONAL_STATE(type, name, meaning) STATE_ROW(type, name, true, FROM_US, 0, meaning)
#define VIEW(family, letter, name, keys, uses, ...) FIELDS_FUNCTION(name##_row, __VA_ARGS__)
/* clang-format on */
#include "projections/views.def"
#undef VIEW
#undef PERSONAL_STATE
#undef STATE
#undef INTERNAL
#undef PERSONAL
#undef FIELD

/* clang-format off */
#define VIEW(family_name, letter, name, keys, uses, ...)                      \
    static const struct record_type name##_type = {                                \
        FAMILY_##family_name, letter,                                              \
        { #name, keys, 0, 0, sizeof(struct name##_row), name##_row_fields }        \
    };                                                                             \
    uses(name)
#define GET(name)                                                                  \
    bool view_get_##name(struct reader *reader, struct id first, struct id second, \
                         struct arena *arena, struct name##_row *row)              \
    {                                                                              \
        *row = (struct name##_row){ .none_ = { 0 } };                              \
        return record_get(reader, &name##_type, first, second, arena, row);        \
    }
#define PUT(name)                                                                  \
    void view_put_##name(struct batch *batch, struct id first, struct id second,   \
                         const struct name##_row *row)                             \
    {                                                                              \
        record_put(batch, &name##_type, first, second, row);                       \
    }
#define ERASE(name)                                                                \
    void view_erase_##name(struct batch *batch, struct id first, struct id second) \
    {                                                                              \
        record_erase(batch, &name##_type, first, second);                          \
    }
#define LIST(name)                                                                 \
    size_t view_list_##name(struct reader *reader, struct id first, struct id after, \
                            struct id *seconds, size_t max)                        \
    {                                                                              \
        return record_list(reader, &name##_type, first, after, seconds, max);      \
    }
#define FALL(name)                                                                 \
    size_t view_fall_##name(struct reader *reader, struct id first, struct id before, \
                            struct id *seconds, size_t max)                        \
    {                                                                              \
        return record_list_falling(reader, &name##_type, first, before, seconds, max); \
    }
/* clang-format on */
#include "projections/views.def"
#undef FALL
#undef LIST
#undef ERASE
#undef PUT
#undef GET
#undef VIEW

const struct record_type *view_type(enum family family, char letter)
{
    switch ((unsigned)family << 8 | (unsigned char)letter) {
/* Two views of one family with one letter do not compile. */
#define VIEW(family_name, letter, name, keys, uses, ...) \
    case FAMILY_##family_name << 8 | letter:             \
        return &name##_type;
#include "projections/views.def"
#undef VIEW
    default: return NULL;
    }
}

const struct fold *const all_folds[] = {
    &fold_accounts, &fold_networks, &fold_devices, &fold_consents, &fold_commands, &fold_vendors,
    &fold_tokens,   &fold_figures,  &fold_outbox,  &fold_timers,   NULL,
};
