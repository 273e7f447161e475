#include "core/log/bundle.h"

#include "core/log/log.h"

enum { ENTRY_LENGTH_BYTES = 2, CIPHERTEXT_LENGTH_BYTES = 4 };

static size_t length_bytes(enum bundle_kind kind)
{
    return kind == BUNDLE_ENTRIES ? ENTRY_LENGTH_BYTES : CIPHERTEXT_LENGTH_BYTES;
}

void bundle_add(struct buffer *bundle, enum bundle_kind kind, struct slice entry)
{
    ensure(entry.size <= (kind == BUNDLE_ENTRIES ? ENVELOPE_MAX : UINT32_MAX));
    for (size_t i = length_bytes(kind); i--;)
        buffer_add_byte(bundle, (char)(uint8_t)(entry.size >> 8 * i));
    if (entry.size) buffer_add(bundle, entry);
}

bool bundle_take(struct slice *rest, enum bundle_kind kind, struct slice *entry)
{
    size_t lead = length_bytes(kind), size = 0;

    if (rest->size < lead) return false;
    for (size_t i = 0; i < lead; i++) size = size << 8 | (uint8_t)rest->data[i];
    if (rest->size - lead < size) return false;
    *entry = (struct slice){ size ? rest->data + lead : NULL, size };
    *rest  = (struct slice){ rest->data + lead + size, rest->size - lead - size };
    return true;
}
