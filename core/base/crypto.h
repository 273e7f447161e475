/* crypto.h -- the one face of OpenSSL's libcrypto.
 *
 * THREADS   Any thread; contexts are kept per thread, until it ends.
 * MEMORY    Callers own every buffer. Secrets a caller is done with go through
 *           crypto_wipe(). A thread's context holds the last key it used until
 *           the next, or until the thread ends.
 * ERRORS    A primitive that fails is a broken library or machine: ensure().
 *           Only those that give a bool can say "no".
 */
#ifndef PIOT_CRYPTO_H
#define PIOT_CRYPTO_H

#include "core/base/arena.h"
#include "core/base/base.h"

enum {
    SHA256_SIZE            = 32,
    AES_KEY_SIZE           = 32,
    AES_NONCE_SIZE         = 12,
    AES_TAG_SIZE           = 16,
    ED25519_KEY_SIZE       = 32, /* the seed of a private key, and a public key */
    ED25519_SIGNATURE_SIZE = 64,
    AES128_KEY_SIZE        = 16,
    P256_KEY_SIZE          = 32, /* a private key, big endian */
    P256_POINT_SIZE        = 65, /* a public key, uncompressed: 4, x, y */
    P256_SIGNATURE_SIZE    = 64, /* r and s, as JWS has them */
};

struct hash {
    uint8_t bytes[SHA256_SIZE];
};
struct hashing;

struct hash crypto_sha256(struct slice bytes);
/* SHA-256 over all parts, or `first` and `second`, without joining them. */
struct hash crypto_sha256_all(const struct slice *parts, size_t count);
struct hash crypto_sha256_two(struct slice first, struct slice second);
/* The same of what comes piece by piece; ending it frees it. */
struct hashing *crypto_sha256_begin(void);
void            crypto_sha256_add(struct hashing *hashing, struct slice part);
struct hash     crypto_sha256_end(struct hashing *hashing);
struct hash     crypto_hmac_sha256(struct slice key, struct slice first, struct slice second,
                                   struct slice third); /* over the three joined */
/* HKDF-SHA256 without salt (RFC 5869); `label` is its info. */
void crypto_derive(struct slice key, const char *label, uint8_t out[AES_KEY_SIZE]);
/* The same with a salt; gives the first `size` bytes, at most SHA256_SIZE. */
void crypto_hkdf(struct slice salt, struct slice key, struct slice info, uint8_t *out, size_t size);

bool crypto_equal(struct slice a, struct slice b); /* constant time in the contents */
void crypto_wipe(void *bytes, size_t size);
/* From the kernel, fetched in advance per thread; never the same after a fork. */
void crypto_random(void *bytes, size_t size);

/* AES-256-GCM (NIST SP 800-38D). `out` has room for plain.size + AES_TAG_SIZE. */
void crypto_seal(const uint8_t key[AES_KEY_SIZE], const uint8_t nonce[AES_NONCE_SIZE],
                 struct slice aad, struct slice plain, uint8_t *out);
/* `out` has room for sealed.size - AES_TAG_SIZE; false, and `out` wiped, if anything
 * was altered. */
must_use bool crypto_open(const uint8_t key[AES_KEY_SIZE], const uint8_t nonce[AES_NONCE_SIZE],
                          struct slice aad, struct slice sealed, uint8_t *out);

/* AES-128-GCM, under a key that seals this and nothing else. `out` as above. */
void crypto_seal_once(const uint8_t key[AES128_KEY_SIZE], const uint8_t nonce[AES_NONCE_SIZE],
                      struct slice plain, uint8_t *out);

/* P-256 (NIST SP 800-186, 3.2.1.3). Is the number a private key, from 1 to the order less 1?
 * All but one in four billion random ones are, and the other calls take no others. */
bool crypto_p256_is_key(const uint8_t key[P256_KEY_SIZE]);
void crypto_p256_public(const uint8_t key[P256_KEY_SIZE], uint8_t point[P256_POINT_SIZE]);
/* ECDH (NIST SP 800-56A, 5.7.1.2). False: the other's is not a point of the curve. */
must_use bool crypto_p256_agree(const uint8_t key[P256_KEY_SIZE],
                                const uint8_t point[P256_POINT_SIZE],
                                uint8_t       secret[P256_KEY_SIZE]);
/* ES256 (RFC 7518, 3.4): ECDSA over SHA-256. */
void crypto_p256_sign(const uint8_t key[P256_KEY_SIZE], struct slice message,
                      uint8_t signature[P256_SIGNATURE_SIZE]);

/* Ed25519 (RFC 8032, 5.1). A private key is its seed. */
void crypto_ed25519_public(const uint8_t seed[ED25519_KEY_SIZE], uint8_t out[ED25519_KEY_SIZE]);
void crypto_ed25519_sign(const uint8_t seed[ED25519_KEY_SIZE], struct slice message,
                         uint8_t signature[ED25519_SIGNATURE_SIZE]);
must_use bool crypto_ed25519_verifies(const uint8_t public_key[ED25519_KEY_SIZE],
                                      struct slice  message,
                                      const uint8_t signature[ED25519_SIGNATURE_SIZE]);

/* scrypt (RFC 7914), N=2^15 r=8 p=1, a 16-byte salt: about 0.1 s and
 * 32 MiB, so never on a loop thread. The text holds its own parameters:
 * "$scrypt$ln=15,r=8,p=1$<base64 salt>$<base64 hash>". Other parameters match too,
 * up to 64 MiB, so that they may be raised later. A text that is not one never matches. */
struct slice crypto_password(struct arena *arena, struct slice password);
bool         crypto_password_matches(struct slice password, struct slice stored);

#endif
