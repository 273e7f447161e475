/* registry.h -- what is true now, as far as decisions need to know.
 *
 * The registry is the first fold over the log, kept in a family of its own. It
 * is read through the turn's batch, so each decision sees what the ones before
 * it in the same turn have done. Nothing is folded at start and memory does not
 * grow with the number of devices: what is hot is in the store's bounded cache.
 *
 * This is the one part of the rules that knows the store.
 *
 * THREADS   The owner of the reader.
 * MEMORY    Records have their text and lists in the caller's arena.
 * ERRORS    As core/store/record.h.
 */
#ifndef PIOT_REGISTRY_H
#define PIOT_REGISTRY_H

#include "core/facts/states.h"
#include "core/store/record.h"

#define FIELD(type, name, meaning) FIELD_MEMBER(type, name)
#define STATE(type, name, meaning) STATE_MEMBER(type, name)
/* clang-format off */
#define RECORD(letter, name, keys, uses, ...)                            \
    struct name##_record { char none_[1]; __VA_ARGS__ };                      \
    uses(name)
#define GET(name)                                                             \
    bool registry_get_##name(struct reader *registry, struct id first, struct id second, \
                             struct arena *arena, struct name##_record *record);
#define PUT(name)   /* registry_write.h */
#define ERASE(name) /* the same */
#define LIST(name)                                                            \
    size_t registry_list_##name(struct reader *registry, struct id first, struct id after, \
                                struct id *seconds, size_t max);
/* clang-format on */
#include "core/rules/registry.def"
#undef LIST
#undef ERASE
#undef PUT
#undef GET
#undef RECORD
#undef STATE
#undef FIELD

/* The record type with that letter, for those who treat all records alike; NULL: none. */
const struct record_type *registry_type(char letter);

#endif
