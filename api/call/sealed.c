#include "api/call/sealed.h"

#include "core/base/text.h"

struct slice sealed_text(struct arena *arena, const uint8_t key[AES_KEY_SIZE], struct slice plain)
{
    size_t   size  = AES_NONCE_SIZE + plain.size + AES_TAG_SIZE;
    uint8_t *bytes = arena_array(arena, uint8_t, size);

    crypto_random(bytes, AES_NONCE_SIZE);
    crypto_seal(key, bytes, (struct slice){ 0 }, plain, bytes + AES_NONCE_SIZE);
    return text_base64url(arena, (struct slice){ (const char *)bytes, size });
}

bool sealed_open(struct arena *arena, const uint8_t key[AES_KEY_SIZE], struct slice text,
                 void *plain, size_t size)
{
    struct slice bytes, sealed;

    if (!text_unbase64url(arena, text, &bytes) ||
        bytes.size != AES_NONCE_SIZE + size + AES_TAG_SIZE)
        return false;
    sealed = (struct slice){ bytes.data + AES_NONCE_SIZE, bytes.size - AES_NONCE_SIZE };
    return crypto_open(key, (const uint8_t *)bytes.data, (struct slice){ 0 }, sealed, plain);
}
