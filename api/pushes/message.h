/* message.h -- one push as its push service takes it: sealed for the browser, and signed so
 * that the service knows whose it is.
 *
 *     RFC 8291  the body: sealed for the browser's key pair and secret, in the content coding
 *               aes128gcm of RFC 8188, in one record
 *     RFC 8292  the header Authorization: a token (JWT, ES256) for the service's origin, signed
 *               with a key of ours (VAPID) that the browser was given when it subscribed
 *
 * The key is derived from the system's in the vault, so it is in each of the vault's copies and
 * outlives the master key. A browser takes a push from no other key: with a new one every
 * subscription would be dead.
 *
 * THREADS   Any.
 * MEMORY    What is returned is in the caller's arena, or added to the caller's buffer.
 */
#ifndef PIOT_API_PUSHES_MESSAGE_H
#define PIOT_API_PUSHES_MESSAGE_H

#include "core/base/buffer.h"
#include "core/base/clock.h"
#include "core/vault/vault.h"

enum {
    PUSH_AUTH_SIZE = 16,   /* a browser's secret: RFC 8291, 3.2 */
    PUSH_SALT_SIZE = 16,   /* RFC 8188, 2.1 */
    PUSH_PLAIN_MAX = 3993, /* bytes that fit into the 4096 which every service takes: RFC 8291, 4 */
};
#define PUSH_TOKEN_LIFE (12 * HOUR) /* of a token; RFC 8292, 2 has a day at most */

/* Adds the sealed body to `out`. `sender` is a private key for this one message, and `salt` is
 * random. False: the browser's key is not a point of the curve. */
must_use bool push_seal(const uint8_t point[P256_POINT_SIZE], const uint8_t auth[PUSH_AUTH_SIZE],
                        const uint8_t sender[P256_KEY_SIZE], const uint8_t salt[PUSH_SALT_SIZE],
                        struct slice plain, struct buffer *out);

/* Is that a browser's key, a point of the curve? */
bool push_can_seal_for(const uint8_t point[P256_POINT_SIZE]);

/* A private key nobody has had. */
void push_new_key(uint8_t key[P256_KEY_SIZE]);

/* The private key that our tokens are signed with, always the same of one vault. */
must_use struct status push_own_key(struct vault *vault, uint8_t key[P256_KEY_SIZE]);
/* The public one in base64url, as browsers and services take it. */
struct slice push_public_text(struct arena *arena, const uint8_t key[P256_KEY_SIZE]);

/* "vapid t=…, k=…" for the origin of `endpoint`, a URL. `contact` is where the service may
 * complain, a mailto: or https: URL; nothing: not said. */
struct slice push_authorization(struct arena *arena, const uint8_t key[P256_KEY_SIZE],
                                struct slice endpoint, struct slice contact, int64_t now_us);

#endif
