/* registry_write.h -- changing the registry: for its own fold alone. */
#ifndef PIOT_REGISTRY_WRITE_H
#define PIOT_REGISTRY_WRITE_H

#include "core/rules/registry.h"

#define RECORD(letter, name, keys, uses, ...) uses(name)
#define GET(name)                             /* registry.h */
#define PUT(name)                                                                    \
    void registry_put_##name(struct batch *batch, struct id first, struct id second, \
                             const struct name##_record *record);
#define ERASE(name) \
    void registry_erase_##name(struct batch *batch, struct id first, struct id second);
#define LIST(name) /* registry.h */
#include "core/rules/registry.def"
#undef LIST
#undef ERASE
#undef PUT
#undef GET
#undef RECORD

#endif
