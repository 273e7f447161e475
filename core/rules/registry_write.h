/* registry_write.h -- changing the registry: for its own fold alone. */
#ifndef PIOT_REGISTRY_WRITE_H
#define PIOT_REGISTRY_WRITE_H

#include "core/rules/registry.h"

#define RECORD(letter, name, keys, ...)                                              \
    void registry_put_##name(struct batch *batch, struct id first, struct id second, \
                             const struct name##_record *record);                    \
    void registry_erase_##name(struct batch *batch, struct id first, struct id second);
#include "core/rules/registry.def"
#undef RECORD

#endif
