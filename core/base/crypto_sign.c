/* crypto_sign.c -- Ed25519 and P-256, OpenSSL's. Signing is rare, so keys are made for each use. */
#include "core/base/crypto.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <limits.h>

/* -- Ed25519 -- */

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

/* -- P-256: OpenSSL's keys have both halves, ours the private one -- */

static EC_GROUP *p256_group(void)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);

    ensure(group != NULL);
    return group;
}

static BIGNUM *p256_number(const uint8_t key[P256_KEY_SIZE])
{
    BIGNUM *number = BN_bin2bn(key, P256_KEY_SIZE, NULL);

    ensure(number != NULL);
    return number;
}

bool crypto_p256_is_key(const uint8_t key[P256_KEY_SIZE])
{
    EC_GROUP *group  = p256_group();
    BIGNUM   *number = p256_number(key);
    bool      is     = !BN_is_zero(number) && BN_cmp(number, EC_GROUP_get0_order(group)) < 0;

    BN_clear_free(number);
    EC_GROUP_free(group);
    return is;
}

void crypto_p256_public(const uint8_t key[P256_KEY_SIZE], uint8_t point[P256_POINT_SIZE])
{
    EC_GROUP *group  = p256_group();
    EC_POINT *result = EC_POINT_new(group);
    BIGNUM   *number = p256_number(key);

    ensure(crypto_p256_is_key(key));
    ensure(result && EC_POINT_mul(group, result, number, NULL, NULL, NULL));
    ensure(EC_POINT_point2oct(group, result, POINT_CONVERSION_UNCOMPRESSED, point, P256_POINT_SIZE,
                              NULL) == P256_POINT_SIZE);
    BN_clear_free(number);
    EC_POINT_free(result);
    EC_GROUP_free(group);
}

/* `number` NULL: a public key. NULL: the point is not of the curve. */
static EVP_PKEY *p256_of(const BIGNUM *number, const uint8_t point[P256_POINT_SIZE])
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX   *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY       *key     = NULL;
    OSSL_PARAM     *parameters;

    ensure(builder && context && EVP_PKEY_fromdata_init(context) > 0);
    ensure(OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0));
    ensure(
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, P256_POINT_SIZE));
    ensure(!number || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, number));
    parameters = OSSL_PARAM_BLD_to_param(builder);
    ensure(parameters != NULL);
    if (EVP_PKEY_fromdata(context, &key, number ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                          parameters) <= 0)
        key = NULL;
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    return key;
}

static EVP_PKEY *p256_private(const uint8_t key[P256_KEY_SIZE])
{
    BIGNUM   *number = p256_number(key);
    uint8_t   point[P256_POINT_SIZE];
    EVP_PKEY *both;

    crypto_p256_public(key, point);
    both = p256_of(number, point);
    ensure(both != NULL);
    BN_clear_free(number);
    return both;
}

bool crypto_p256_agree(const uint8_t key[P256_KEY_SIZE], const uint8_t point[P256_POINT_SIZE],
                       uint8_t secret[P256_KEY_SIZE])
{
    EVP_PKEY     *theirs = p256_of(NULL, point), *ours;
    EVP_PKEY_CTX *context;
    size_t        size = P256_KEY_SIZE;

    if (!theirs) return false;
    ours    = p256_private(key);
    context = EVP_PKEY_CTX_new(ours, NULL);
    ensure(context && EVP_PKEY_derive_init(context) > 0);
    ensure(EVP_PKEY_derive_set_peer(context, theirs) > 0);
    ensure(EVP_PKEY_derive(context, secret, &size) > 0 && size == P256_KEY_SIZE);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(ours);
    EVP_PKEY_free(theirs);
    return true;
}

enum { DER_SIGNATURE_MAX = 72 }; /* two numbers of 33 bytes at most, and their heads */

void crypto_p256_sign(const uint8_t key[P256_KEY_SIZE], struct slice message,
                      uint8_t signature[P256_SIGNATURE_SIZE])
{
    EVP_PKEY            *both    = p256_private(key);
    EVP_MD_CTX          *context = EVP_MD_CTX_new();
    uint8_t              der[DER_SIGNATURE_MAX];
    const unsigned char *from = der;
    size_t               size = sizeof der;
    ECDSA_SIG           *numbers;

    ensure(context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, both) > 0);
    ensure(EVP_DigestSign(context, der, &size, (const unsigned char *)message.data, message.size) >
           0);
    numbers = d2i_ECDSA_SIG(NULL, &from, (long)size);
    ensure(numbers != NULL);
    ensure(BN_bn2binpad(ECDSA_SIG_get0_r(numbers), signature, P256_KEY_SIZE) == P256_KEY_SIZE);
    ensure(BN_bn2binpad(ECDSA_SIG_get0_s(numbers), signature + P256_KEY_SIZE, P256_KEY_SIZE) ==
           P256_KEY_SIZE);
    ECDSA_SIG_free(numbers);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(both);
}

/* -- sealing once: the thread's contexts of crypto.c are for the larger keys -- */

void crypto_seal_once(const uint8_t key[AES128_KEY_SIZE], const uint8_t nonce[AES_NONCE_SIZE],
                      struct slice plain, uint8_t *out)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int             size    = 0;

    ensure(context && plain.size <= INT_MAX);
    ensure(EVP_EncryptInit_ex2(context, EVP_aes_128_gcm(), key, nonce, NULL));
    ensure(
        EVP_EncryptUpdate(context, out, &size, (const unsigned char *)plain.data, (int)plain.size));
    ensure((size_t)size == plain.size);
    ensure(EVP_EncryptFinal_ex(context, out + plain.size, &size) && size == 0);
    ensure(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, AES_TAG_SIZE, out + plain.size));
    EVP_CIPHER_CTX_free(context);
}
