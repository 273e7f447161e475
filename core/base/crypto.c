/* crypto.c -- OpenSSL 3, with what is slow about it done once.
 *
 * Naming an algorithm makes OpenSSL search its providers, which costs more than
 * hashing a small message. So each algorithm is fetched once for the process and
 * each thread keeps ready contexts, in a `bench` that a destructor takes apart
 * when the thread ends. What was fetched stays until the process ends.
 */
#include "core/base/crypto.h"

#include "core/base/text.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { RANDOM_SIZE = 1024 }; /* random bytes a thread fetches at a time */

struct bench {
    EVP_MD_CTX     *sha256;
    EVP_MAC_CTX    *hmac;
    EVP_CIPHER_CTX *seal, *open;
    unsigned        forks; /* how often the process had forked when chance was filled */
    size_t          randomness_left;
    uint8_t         randomness[RANDOM_SIZE]; /* its last chance_left bytes are unused */
};

static struct {
    pthread_once_t once;
    pthread_key_t  key; /* only for its destructor */
    EVP_MD        *sha256;
    EVP_MAC       *hmac;
    EVP_CIPHER    *aes;
    atomic_uint    forks;
} fetched = { .once = PTHREAD_ONCE_INIT };

static _Thread_local struct bench *own_bench;

static void bench_free(void *own)
{
    struct bench *bench = own;

    EVP_MD_CTX_free(bench->sha256);
    EVP_MAC_CTX_free(bench->hmac);
    EVP_CIPHER_CTX_free(bench->seal);
    EVP_CIPHER_CTX_free(bench->open);
    OPENSSL_cleanse(bench, sizeof *bench);
    free(bench);
    own_bench = NULL;
}

static void forked(void) { atomic_fetch_add(&fetched.forks, 1); }

static void fetch_once(void)
{
    fetched.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    fetched.hmac   = EVP_MAC_fetch(NULL, "HMAC", NULL);
    fetched.aes    = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    ensure(fetched.sha256 && fetched.hmac && fetched.aes);
    ensure(pthread_key_create(&fetched.key, bench_free) == 0);
    ensure(pthread_atfork(NULL, NULL, forked) == 0);
}

static struct bench *bench_new(void)
{
    OSSL_PARAM digest[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char[]){ "SHA256" }, 0),
        OSSL_PARAM_construct_end(),
    };
    struct bench *bench = calloc(1, sizeof *bench);

    ensure(bench != NULL);
    ensure(pthread_once(&fetched.once, fetch_once) == 0);
    bench->sha256 = EVP_MD_CTX_new();
    bench->hmac   = EVP_MAC_CTX_new(fetched.hmac);
    bench->seal   = EVP_CIPHER_CTX_new();
    bench->open   = EVP_CIPHER_CTX_new();
    ensure(bench->sha256 && bench->hmac && bench->seal && bench->open);
    ensure(EVP_MAC_CTX_set_params(bench->hmac, digest));
    ensure(EVP_EncryptInit_ex2(bench->seal, fetched.aes, NULL, NULL, NULL));
    ensure(EVP_DecryptInit_ex2(bench->open, fetched.aes, NULL, NULL, NULL));
    ensure(pthread_setspecific(fetched.key, bench) == 0);
    return bench;
}

static struct bench *at_bench(void)
{
    if (!own_bench) own_bench = bench_new();
    return own_bench;
}

static const unsigned char *bytes_of(struct slice slice)
{
    /* OpenSSL takes a NULL key for "the one from before". */
    return (const unsigned char *)(slice.data ? slice.data : "");
}

static struct slice slice_of_hash(const struct hash *hash) { return SLICE_OF(hash->bytes); }

/* -- hashing -- */

struct hash crypto_sha256_all(const struct slice *parts, size_t count)
{
    EVP_MD_CTX *context = at_bench()->sha256;
    struct hash hash;

    ensure(EVP_DigestInit_ex2(context, fetched.sha256, NULL));
    for (size_t i = 0; i < count; i++)
        ensure(EVP_DigestUpdate(context, parts[i].data, parts[i].size));
    ensure(EVP_DigestFinal_ex(context, hash.bytes, NULL));
    return hash;
}

struct hashing *crypto_sha256_begin(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    ensure(context && EVP_DigestInit_ex2(context, fetched.sha256, NULL));
    return (struct hashing *)context;
}

void crypto_sha256_add(struct hashing *hashing, struct slice part)
{
    ensure(EVP_DigestUpdate((EVP_MD_CTX *)hashing, part.data, part.size));
}

struct hash crypto_sha256_end(struct hashing *hashing)
{
    struct hash hash;

    ensure(EVP_DigestFinal_ex((EVP_MD_CTX *)hashing, hash.bytes, NULL));
    EVP_MD_CTX_free((EVP_MD_CTX *)hashing);
    return hash;
}

struct hash crypto_sha256(struct slice bytes) { return crypto_sha256_all(&bytes, 1); }

struct hash crypto_sha256_two(struct slice first, struct slice second)
{
    return crypto_sha256_all((struct slice[]){ first, second }, 2);
}

struct hash crypto_hmac_sha256(struct slice key, struct slice first, struct slice second,
                               struct slice third)
{
    EVP_MAC_CTX *context = at_bench()->hmac;
    struct hash  hash;
    size_t       size;

    ensure(EVP_MAC_init(context, bytes_of(key), key.size, NULL));
    ensure(EVP_MAC_update(context, bytes_of(first), first.size));
    ensure(EVP_MAC_update(context, bytes_of(second), second.size));
    ensure(EVP_MAC_update(context, bytes_of(third), third.size));
    ensure(EVP_MAC_final(context, hash.bytes, &size, sizeof hash.bytes));
    ensure(size == sizeof hash.bytes);
    return hash;
}

/* One block of output needs one step of expansion, so HKDF is two HMACs; an
 * absent salt is the same HMAC key as an empty one. */
void crypto_hkdf(struct slice salt, struct slice key, struct slice info, uint8_t *out, size_t size)
{
    static const char  counter[] = { 1 };
    const struct slice none      = { 0 };
    struct hash        extract   = crypto_hmac_sha256(salt, key, none, none);
    struct hash expand = crypto_hmac_sha256(slice_of_hash(&extract), info, SLICE_OF(counter), none);

    ensure(size <= SHA256_SIZE);
    memcpy(out, expand.bytes, size);
    crypto_wipe(&extract, sizeof extract);
    crypto_wipe(&expand, sizeof expand);
}

void crypto_derive(struct slice key, const char *label, uint8_t out[AES_KEY_SIZE])
{
    crypto_hkdf((struct slice){ 0 }, key, slice_text(label), out, AES_KEY_SIZE);
}

bool crypto_equal(struct slice a, struct slice b)
{
    return a.size == b.size && CRYPTO_memcmp(bytes_of(a), bytes_of(b), a.size) == 0;
}

void crypto_wipe(void *bytes, size_t size) { OPENSSL_cleanse(bytes, size); }

/* -- chance -- */

static void from_kernel(uint8_t *bytes, size_t size)
{
    while (size) {
        ssize_t got = getrandom(bytes, size, 0);

        ensure(got > 0 || errno == EINTR);
        if (got < 0) continue;
        bytes += got;
        size -= (size_t)got;
    }
}

void crypto_random(void *bytes, size_t size)
{
    struct bench *bench = at_bench();
    unsigned      forks = atomic_load_explicit(&fetched.forks, memory_order_relaxed);
    uint8_t      *next;

    if (size > RANDOM_SIZE / 4) {
        from_kernel(bytes, size);
        return;
    }
    if (bench->randomness_left < size || bench->forks != forks) {
        from_kernel(bench->randomness, RANDOM_SIZE);
        bench->randomness_left = RANDOM_SIZE;
        bench->forks           = forks;
    }
    next = bench->randomness + RANDOM_SIZE - bench->randomness_left;
    memcpy(bytes, next, size);
    OPENSSL_cleanse(next, size); /* it may have become a key */
    bench->randomness_left -= size;
}

/* -- sealing -- */

void crypto_seal(const uint8_t key[AES_KEY_SIZE], const uint8_t nonce[AES_NONCE_SIZE],
                 struct slice aad, struct slice plain, uint8_t *out)
{
    EVP_CIPHER_CTX *context = at_bench()->seal;
    int             size    = 0;

    ensure(plain.size <= INT_MAX && aad.size <= INT_MAX);
    ensure(EVP_EncryptInit_ex2(context, NULL, key, nonce, NULL));
    ensure(EVP_EncryptUpdate(context, NULL, &size, bytes_of(aad), (int)aad.size));
    ensure(EVP_EncryptUpdate(context, out, &size, bytes_of(plain), (int)plain.size));
    ensure((size_t)size == plain.size);
    ensure(EVP_EncryptFinal_ex(context, out + plain.size, &size) && size == 0);
    ensure(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, AES_TAG_SIZE, out + plain.size));
}

bool crypto_open(const uint8_t key[AES_KEY_SIZE], const uint8_t nonce[AES_NONCE_SIZE],
                 struct slice aad, struct slice sealed, uint8_t *out)
{
    EVP_CIPHER_CTX *context = at_bench()->open;
    uint8_t         tag[AES_TAG_SIZE];
    size_t          plain_size;
    int             size = 0;

    if (sealed.size < AES_TAG_SIZE || sealed.size > INT_MAX) return false;
    ensure(aad.size <= INT_MAX);
    plain_size = sealed.size - AES_TAG_SIZE;
    memcpy(tag, sealed.data + plain_size, AES_TAG_SIZE);
    ensure(EVP_DecryptInit_ex2(context, NULL, key, nonce, NULL));
    ensure(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, AES_TAG_SIZE, tag));
    ensure(EVP_DecryptUpdate(context, NULL, &size, bytes_of(aad), (int)aad.size));
    ensure(EVP_DecryptUpdate(context, out, &size, bytes_of(sealed), (int)plain_size));
    ensure((size_t)size == plain_size);
    if (EVP_DecryptFinal_ex(context, out + plain_size, &size) > 0) return true;
    crypto_wipe(out, plain_size); /* nobody vouches for it */
    return false;
}

/* -- passwords -- */

enum {
    COST_LOG2       = 15, /* N, the header says what it costs */
    BLOCK_SIZE      = 8,  /* r */
    PARALLEL        = 1,  /* p */
    PARALLEL_MAX    = 16, /* a damaged text may not keep a thread busy for minutes */
    SALT_SIZE       = 16,
    SALT_SIZE_MAX   = 64,
    SCRYPT_SIZE_MAX = 64 << 20, /* 128 × N × r of a stored text */
};

struct scrypt {
    uint64_t     cost_log2, block_size, parallel;
    struct slice salt, hash;
};

/* Also RFC 7914, 6: N is less than 2^(128 × r / 8). */
static bool affordable(const struct scrypt *scrypt)
{
    return scrypt->cost_log2 >= 1 && scrypt->cost_log2 <= 20 && scrypt->block_size >= 1 &&
           scrypt->block_size <= SCRYPT_SIZE_MAX && scrypt->parallel >= 1 &&
           scrypt->parallel <= PARALLEL_MAX && scrypt->cost_log2 < 16 * scrypt->block_size &&
           (UINT64_C(128) << scrypt->cost_log2) * scrypt->block_size <= SCRYPT_SIZE_MAX;
}

static struct hash run_scrypt(const struct scrypt *scrypt, struct slice password)
{
    struct hash hash;

    /* OpenSSL counts a little more than 128 × N × r against the limit. */
    ensure(EVP_PBE_scrypt((const char *)bytes_of(password), password.size, bytes_of(scrypt->salt),
                          scrypt->salt.size, UINT64_C(1) << scrypt->cost_log2, scrypt->block_size,
                          scrypt->parallel, 2 * (uint64_t)SCRYPT_SIZE_MAX, hash.bytes,
                          sizeof hash.bytes));
    return hash;
}

struct slice crypto_password(struct arena *arena, struct slice password)
{
    uint8_t       salt[SALT_SIZE];
    struct scrypt scrypt = { COST_LOG2, BLOCK_SIZE, PARALLEL, SLICE_OF(salt), { 0 } };
    struct slice  salt_text, hash_text;
    struct hash   hash;

    crypto_random(salt, sizeof salt);
    hash      = run_scrypt(&scrypt, password);
    salt_text = text_base64(arena, scrypt.salt);
    hash_text = text_base64(arena, slice_of_hash(&hash));
    return arena_print(arena, "$scrypt$ln=%d,r=%d,p=%d$%.*s$%.*s", COST_LOG2, BLOCK_SIZE, PARALLEL,
                       (int)salt_text.size, salt_text.data, (int)hash_text.size, hash_text.data);
}

/* Takes `before`, then everything up to `until` (nothing: to the end). */
static bool take_part(struct slice *rest, struct slice before, char until, struct slice *part)
{
    if (!rest->data || !slice_starts(*rest, before)) return false;
    const char *start = rest->data + before.size, *end = rest->data + rest->size, *stop = end;

    if (until) stop = memchr(start, until, (size_t)(end - start));
    if (!stop) return false;
    *part = (struct slice){ start, (size_t)(stop - start) };
    *rest = (struct slice){ stop, (size_t)(end - stop) };
    return true;
}

static bool parse_scrypt(struct arena *arena, struct slice stored, struct scrypt *scrypt)
{
    struct slice rest = stored, cost, block, parallel, salt, hash;

    return take_part(&rest, SLICE("$scrypt$ln="), ',', &cost) &&
           take_part(&rest, SLICE(",r="), ',', &block) &&
           take_part(&rest, SLICE(",p="), '$', &parallel) &&
           take_part(&rest, SLICE("$"), '$', &salt) && take_part(&rest, SLICE("$"), 0, &hash) &&
           text_u64(cost, &scrypt->cost_log2) && text_u64(block, &scrypt->block_size) &&
           text_u64(parallel, &scrypt->parallel) && text_unbase64(arena, salt, &scrypt->salt) &&
           text_unbase64(arena, hash, &scrypt->hash) && scrypt->salt.size >= 1 &&
           scrypt->salt.size <= SALT_SIZE_MAX && scrypt->hash.size == SHA256_SIZE &&
           affordable(scrypt);
}

bool crypto_password_matches(struct slice password, struct slice stored)
{
    struct arena  arena = { 0 };
    struct scrypt scrypt;
    bool          same = false;

    if (parse_scrypt(&arena, stored, &scrypt)) {
        struct hash hash = run_scrypt(&scrypt, password);

        same = crypto_equal(slice_of_hash(&hash), scrypt.hash);
        crypto_wipe(&hash, sizeof hash);
    }
    arena_free(&arena);
    return same;
}
