#include "api/pushes/message.h"

#include <string.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/facts/names.h"
#include "core/wire/url.h"

/* -- sealing: RFC 8291, 3.4, and RFC 8188, 2 ----------------------------------------------- */

enum {
    RECORD_SIZE = 4096, /* of one record; there is one, and it is shorter */
    LAST_RECORD = 2,    /* what the plain text of the last record ends with */
    KEY_INFO    = 14 + 2 * P256_POINT_SIZE,
};

static void push_derive(const uint8_t point[P256_POINT_SIZE], const uint8_t own[P256_POINT_SIZE],
                        struct slice auth, struct slice secret, uint8_t key[SHA256_SIZE])
{
    uint8_t info[KEY_INFO] = "WebPush: info"; /* and a NUL, which belongs to it */

    memcpy(info + 14, point, P256_POINT_SIZE);
    memcpy(info + 14 + P256_POINT_SIZE, own, P256_POINT_SIZE);
    crypto_hkdf(auth, secret, SLICE_OF(info), key, SHA256_SIZE);
}

static void push_add_head(struct buffer *out, struct slice salt, struct slice own)
{
    buffer_add(out, salt);
    for (int shift = 24; shift >= 0; shift -= 8)
        buffer_add_byte(out, (char)(RECORD_SIZE >> shift & 0xff));
    buffer_add_byte(out, (char)own.size);
    buffer_add(out, own);
}

bool push_seal(const uint8_t point[P256_POINT_SIZE], const uint8_t auth[PUSH_AUTH_SIZE],
               const uint8_t sender[P256_KEY_SIZE], const uint8_t salt[PUSH_SALT_SIZE],
               struct slice plain, struct buffer *out)
{
    static const char key_info[]   = "Content-Encoding: aes128gcm"; /* with its NUL */
    static const char nonce_info[] = "Content-Encoding: nonce";
    struct slice      salted       = { (const char *)salt, PUSH_SALT_SIZE };
    uint8_t           own[P256_POINT_SIZE], secret[P256_KEY_SIZE], input[SHA256_SIZE];
    uint8_t           key[AES128_KEY_SIZE], nonce[AES_NONCE_SIZE];
    uint8_t           record[PUSH_PLAIN_MAX + 1], sealed[PUSH_PLAIN_MAX + 1 + AES_TAG_SIZE];

    ensure(plain.size <= PUSH_PLAIN_MAX);
    if (!crypto_p256_agree(sender, point, secret)) return false;
    crypto_p256_public(sender, own);
    push_derive(point, own, (struct slice){ (const char *)auth, PUSH_AUTH_SIZE }, SLICE_OF(secret),
                input);
    crypto_hkdf(salted, SLICE_OF(input), SLICE_OF(key_info), key, sizeof key);
    crypto_hkdf(salted, SLICE_OF(input), SLICE_OF(nonce_info), nonce, sizeof nonce);
    memcpy(record, plain.data, plain.size);
    record[plain.size] = LAST_RECORD;
    crypto_seal_once(key, nonce, (struct slice){ (const char *)record, plain.size + 1 }, sealed);
    push_add_head(out, salted, SLICE_OF(own));
    buffer_add(out, (struct slice){ (const char *)sealed, plain.size + 1 + AES_TAG_SIZE });
    crypto_wipe(secret, sizeof secret);
    crypto_wipe(input, sizeof input);
    crypto_wipe(key, sizeof key);
    crypto_wipe(record, sizeof record);
    return true;
}

bool push_can_seal_for(const uint8_t point[P256_POINT_SIZE])
{
    uint8_t key[P256_KEY_SIZE], secret[P256_KEY_SIZE];

    push_new_key(key);
    return crypto_p256_agree(key, point, secret);
}

/* -- our key ------------------------------------------------------------------------------- */

void push_new_key(uint8_t key[P256_KEY_SIZE])
{
    do crypto_random(key, P256_KEY_SIZE);
    while (!crypto_p256_is_key(key));
}

struct status push_own_key(struct vault *vault, uint8_t key[P256_KEY_SIZE])
{
    TRY(vault_derive(vault, name_system(), "piot: web push", key));
    while (!crypto_p256_is_key(key)) {
        struct hash next = crypto_sha256((struct slice){ (const char *)key, P256_KEY_SIZE });

        _Static_assert((int)SHA256_SIZE == (int)P256_KEY_SIZE, "a hash is as long as a key");
        memcpy(key, next.bytes, P256_KEY_SIZE);
        crypto_wipe(&next, sizeof next);
    }
    return OK;
}

struct slice push_public_text(struct arena *arena, const uint8_t key[P256_KEY_SIZE])
{
    uint8_t point[P256_POINT_SIZE];

    crypto_p256_public(key, point);
    return text_base64url(arena, SLICE_OF(point));
}

/* -- the token: RFC 8292, 2 and 3 ---------------------------------------------------------- */

static struct slice push_claims(struct arena *arena, struct slice endpoint, struct slice contact,
                                int64_t now_us)
{
    struct buffer claims = { 0 };
    struct json   json   = json_to(&claims);
    struct url    url;

    ensure(!url_read(endpoint, &url));
    json_object(&json);
    json_put_text(&json, "aud", url.server);
    json_put_u64(&json, "exp", (uint64_t)((now_us + PUSH_TOKEN_LIFE) / SECOND));
    if (contact.size) json_put_text(&json, "sub", contact);
    json_object_end(&json);
    struct slice text = text_base64url(arena, buffer_slice(&claims));
    buffer_free(&claims);
    return text;
}

struct slice push_authorization(struct arena *arena, const uint8_t key[P256_KEY_SIZE],
                                struct slice endpoint, struct slice contact, int64_t now_us)
{
    struct slice head   = text_base64url(arena, SLICE("{\"typ\":\"JWT\",\"alg\":\"ES256\"}"));
    struct slice claims = push_claims(arena, endpoint, contact, now_us);
    struct slice signs  = arena_print(arena, "%.*s.%.*s", (int)head.size, head.data,
                                      (int)claims.size, claims.data);
    struct slice own    = push_public_text(arena, key), signature;
    uint8_t      bytes[P256_SIGNATURE_SIZE];

    crypto_p256_sign(key, signs, bytes);
    signature = text_base64url(arena, SLICE_OF(bytes));
    return arena_print(arena, "vapid t=%.*s.%.*s, k=%.*s", (int)signs.size, signs.data,
                       (int)signature.size, signature.data, (int)own.size, own.data);
}
