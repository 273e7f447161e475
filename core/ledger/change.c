#include "core/ledger/change.h"

static const struct change_shape shapes[] = {
#define IN(family) | UINT32_C(1) << FAMILY_##family
/* clang-format off */
#define CHANGE(name, whose, families, meaning) \
    [CHANGE_##name] = { #name, whose, 0 families, meaning },
/* clang-format on */
#include "core/ledger/changes.def"
#undef CHANGE
#undef IN
};

const struct change_shape *change_shape(enum change_type type)
{
    ensure(type > CHANGE_NONE);
    return type < COUNT(shapes) ? &shapes[type] : NULL;
}
