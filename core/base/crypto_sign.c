/* crypto_sign.c -- Ed25519, OpenSSL's. Signing is rare, so keys are made for each use. */
#include "core/base/crypto.h"

#include <openssl/evp.h>

static EVP_PKEY *signing_key(const uint8_t seed[ED25519_KEY_SIZE])
{
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, ED25519_KEY_SIZE);

    ensure(key != NULL);
    return key;
}

void crypto_ed25519_public(const uint8_t seed[ED25519_KEY_SIZE], uint8_t out[ED25519_KEY_SIZE])
{
    EVP_PKEY *key  = signing_key(seed);
    size_t    size = ED25519_KEY_SIZE;

    ensure(EVP_PKEY_get_raw_public_key(key, out, &size) && size == ED25519_KEY_SIZE);
    EVP_PKEY_free(key);
}

void crypto_ed25519_sign(const uint8_t seed[ED25519_KEY_SIZE], struct slice message,
                         uint8_t signature[ED25519_SIGNATURE_SIZE])
{
    EVP_PKEY   *key     = signing_key(seed);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t      size    = ED25519_SIGNATURE_SIZE;

    ensure(context && EVP_DigestSignInit(context, NULL, NULL, NULL, key));
    ensure(EVP_DigestSign(context, signature, &size, (const unsigned char *)message.data,
                          message.size) &&
           size == ED25519_SIGNATURE_SIZE);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
}

bool crypto_ed25519_verifies(const uint8_t public_key[ED25519_KEY_SIZE], struct slice message,
                             const uint8_t signature[ED25519_SIGNATURE_SIZE])
{
    EVP_PKEY   *key     = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key,
                                                      ED25519_KEY_SIZE);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool        good;

    ensure(key && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key));
    good = EVP_DigestVerify(context, signature, ED25519_SIGNATURE_SIZE,
                            (const unsigned char *)message.data, message.size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return good;
}
