/* Do the primitives agree with their standards, in every thread and after a fork,
 * and is every altered byte noticed? */
#include "core/base/crypto.h"

#include "tests/world/checks.h"

#include "core/base/text.h"

#include <pthread.h>
#include <stdlib.h>

static const struct slice none = { 0 };

static void assert_hash(struct hash found, const char *wanted)
{
    char text[2 * SHA256_SIZE + 1];

    text_hex(SLICE_OF(found.bytes), text);
    assert_string_equal(text, wanted);
}

static struct slice repeated(char byte, size_t size)
{
    static char bytes[256];

    memset(bytes, byte, size);
    return (struct slice){ bytes, size };
}

static void sha256_agrees_with_fips_180(void **state)
{
    static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    (void)state;
    assert_hash(crypto_sha256(none),
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash(crypto_sha256(SLICE("abc")), abc);
    assert_hash(crypto_sha256_two(SLICE("a"), SLICE("bc")), abc);
    assert_hash(crypto_sha256_two(none, SLICE("abc")), abc);
    assert_hash(crypto_sha256_all((struct slice[]){ SLICE("a"), SLICE("b"), SLICE("c") }, 3), abc);
    struct hashing *hashing = crypto_sha256_begin();
    crypto_sha256_add(hashing, SLICE("ab"));
    crypto_sha256_add(hashing, none);
    crypto_sha256_add(hashing, SLICE("c"));
    assert_hash(crypto_sha256_end(hashing), abc);
    assert_hash(crypto_sha256(SLICE("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void hmac_agrees_with_rfc_4231(void **state)
{
    static const char counting[] = { 1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13,
                                     14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25 };
    char              data[50];

    (void)state;
    assert_hash(crypto_hmac_sha256(repeated(0x0B, 20), SLICE("Hi "), SLICE("The"), SLICE("re")),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_hash(crypto_hmac_sha256(SLICE("Jefe"), SLICE("what do ya want "), SLICE("for nothing?"),
                                   none),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(data, 0xDD, sizeof data);
    assert_hash(crypto_hmac_sha256(repeated((char)0xAA, 20), SLICE_OF(data), none, none),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    memset(data, 0xCD, sizeof data);
    assert_hash(crypto_hmac_sha256(SLICE_OF(counting), none, none, SLICE_OF(data)),
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    assert_hash(crypto_hmac_sha256(repeated((char)0xAA, 131),
                                   SLICE("Test Using Larger Than Block-Size Key - Hash Key First"),
                                   none, none),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void a_key_of_no_bytes_is_not_the_key_before(void **state)
{
    struct hash with_a_key = crypto_hmac_sha256(SLICE("secret"), SLICE("x"), none, none);
    struct hash with_none  = crypto_hmac_sha256(none, SLICE("x"), none, none);
    struct hash with_zeros = crypto_hmac_sha256(repeated(0, 64), SLICE("x"), none, none);

    (void)state;
    assert_memory_not_equal(with_a_key.bytes, with_none.bytes, SHA256_SIZE);
    assert_memory_equal(with_zeros.bytes, with_none.bytes, SHA256_SIZE); /* RFC 2104: padded */
}

static void derived_keys_agree_with_rfc_5869(void **state)
{
    struct hash one, other;

    (void)state;
    crypto_derive(repeated(0x0B, 22), "", one.bytes); /* A.3: no salt, no info */
    assert_hash(one, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    crypto_derive(SLICE("key"), "pairwise", one.bytes);
    crypto_derive(SLICE("key"), "vault", other.bytes);
    assert_memory_not_equal(one.bytes, other.bytes, SHA256_SIZE);
}

static void equal_means_every_byte(void **state)
{
    (void)state;
    assert_true(crypto_equal(SLICE("secret"), SLICE("secret")));
    assert_true(crypto_equal(none, SLICE("")));
    assert_false(crypto_equal(SLICE("secret"), SLICE("secreu")));
    assert_false(crypto_equal(SLICE("secret"), SLICE("tecret")));
    assert_false(crypto_equal(SLICE("secret"), SLICE("secrets")));
}

static void wiped_bytes_are_zero(void **state)
{
    char secret[] = "secret";

    (void)state;
    crypto_wipe(secret, sizeof secret);
    assert_memory_equal(secret, "\0\0\0\0\0\0", sizeof secret);
}

/* -- sealing -- */

static void check_sealing(const char *key, const char *nonce, const char *aad, const char *plain,
                          const char *sealed)
{
    uint8_t     bytes[5][96], out[96];
    size_t      size[5];
    const char *texts[5] = { key, nonce, aad, plain, sealed };

    for (size_t i = 0; i < 5; i++) {
        size[i] = strlen(texts[i]) / 2;
        assert_true(text_unhex(slice_text(texts[i]), bytes[i], size[i]));
    }
    crypto_seal(bytes[0], bytes[1], (struct slice){ (char *)bytes[2], size[2] },
                (struct slice){ (char *)bytes[3], size[3] }, out);
    assert_memory_equal(out, bytes[4], size[4]);
    assert_true(crypto_open(bytes[0], bytes[1], (struct slice){ (char *)bytes[2], size[2] },
                            (struct slice){ (char *)bytes[4], size[4] }, out));
    assert_memory_equal(out, bytes[3], size[3]);
}

static void sealing_agrees_with_the_gcm_specification(void **state)
{
    static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

    (void)state; /* its test cases 13, 14 and 16 */
    check_sealing(zeros, "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b");
    check_sealing(zeros, "000000000000000000000000", "", "00000000000000000000000000000000",
                  "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
    check_sealing("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
                  "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                  "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
                  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                  "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                  "76fc6ece0f4e1768cddf8853bb2d551b");
}

static void every_altered_bit_is_noticed(void **state)
{
    uint8_t      key[AES_KEY_SIZE] = { 1 }, nonce[AES_NONCE_SIZE] = { 2 };
    uint8_t      sealed[4 + AES_TAG_SIZE], out[4];
    struct slice whole = SLICE_OF(sealed);

    (void)state;
    crypto_seal(key, nonce, SLICE("about"), SLICE("lamp"), sealed);
    for (size_t bit = 0; bit < 8 * sizeof sealed; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        memset(out, 'x', sizeof out);
        assert_false(crypto_open(key, nonce, SLICE("about"), whole, out));
        assert_memory_equal(out, "\0\0\0\0", sizeof out); /* unvouched text is not left there */
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_false(crypto_open(key, nonce, SLICE("abouT"), whole, out));
    assert_false(crypto_open(key, nonce, none, whole, out));
    for (size_t size = 0; size < sizeof sealed; size++)
        assert_false(
            crypto_open(key, nonce, SLICE("about"), (struct slice){ (char *)sealed, size }, out));
    nonce[0]++;
    assert_false(crypto_open(key, nonce, SLICE("about"), whole, out));
    nonce[0]--;
    key[0]++;
    assert_false(crypto_open(key, nonce, SLICE("about"), whole, out));
    key[0]--;
    assert_true(crypto_open(key, nonce, SLICE("about"), whole, out)); /* none of it sticks */
    assert_memory_equal(out, "lamp", 4);
}

/* -- chance -- */

static int by_bytes(const void *a, const void *b) { return memcmp(a, b, 16); }

static void chance_does_not_repeat(void **state)
{
    static uint8_t taken[4000][16]; /* many times what is fetched in advance */

    (void)state;
    for (size_t i = 0; i < COUNT(taken); i++) crypto_random(taken[i], 16);
    qsort(taken, COUNT(taken), 16, by_bytes);
    for (size_t i = 1; i < COUNT(taken); i++) assert_memory_not_equal(taken[i - 1], taken[i], 16);
}

static void chance_fills_any_size_to_the_last_byte(void **state)
{
    static const size_t sizes[] = { 1, 7, 255, 256, 257, 1000, 1024, 1025, 5000 };
    uint8_t             bytes[5001];

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        bool changed = false;

        for (int attempt = 0; attempt < 100 && !changed; attempt++) { /* it may come up zero */
            memset(bytes, 0, sizeof bytes);
            crypto_random(bytes, sizes[i]);
            changed = bytes[sizes[i] - 1] != 0;
        }
        assert_true(changed);
        assert_int_equal(bytes[sizes[i]], 0);
    }
    crypto_random(bytes, 0);
}

static void a_child_has_chances_of_its_own(void **state)
{
    uint8_t ours[32], theirs[32];
    int     ends[2], outcome;
    pid_t   child;

    (void)state;
    crypto_random(ours, 1); /* so that bytes are waiting when the process splits */
    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        crypto_random(theirs, sizeof theirs);
        _exit(write(ends[1], theirs, sizeof theirs) != sizeof theirs);
    }
    crypto_random(ours, sizeof ours);
    assert_int_equal(read(ends[0], theirs, sizeof theirs), sizeof theirs);
    assert_int_equal(waitpid(child, &outcome, 0), child);
    assert_int_equal(outcome, 0);
    assert_memory_not_equal(ours, theirs, sizeof ours);
    close(ends[0]);
    close(ends[1]);
}

/* -- threads -- */

static void *seal_and_hash(void *argument)
{
    uint8_t      key[AES_KEY_SIZE], sealed[4 + AES_TAG_SIZE], out[4];
    struct slice number = { argument, 4 };

    for (int i = 0; i < 500; i++) {
        struct hash first = crypto_hmac_sha256(number, SLICE("x"), none, none);

        crypto_derive(number, "thread", key);
        crypto_seal(key, key, number, number, sealed);
        if (!crypto_open(key, key, number, SLICE_OF(sealed), out) || memcmp(out, argument, 4))
            return NULL;
        struct hash again = crypto_hmac_sha256(number, SLICE("x"), none, none);
        if (memcmp(first.bytes, again.bytes, SHA256_SIZE)) return NULL;
    }
    return argument;
}

static void threads_do_not_disturb_each_other(void **state)
{
    static char numbers[8][5] = { "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008" };
    pthread_t   threads[COUNT(numbers)];
    void       *result;

    (void)state;
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, seal_and_hash, numbers[i]), 0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_ptr_equal(result, numbers[i]);
    }
}

/* -- passwords -- */

static void a_password_matches_its_own_text_only(void **state)
{
    struct arena arena  = { 0 };
    struct slice stored = crypto_password(&arena, SLICE("correct horse"));

    (void)state;
    assert_true(slice_starts(stored, SLICE("$scrypt$ln=15,r=8,p=1$")));
    assert_true(crypto_password_matches(SLICE("correct horse"), stored));
    assert_false(crypto_password_matches(SLICE("correct horsf"), stored));
    assert_false(crypto_password_matches(none, stored));
    assert_false(slice_equal(stored, crypto_password(&arena, SLICE("correct horse")))); /* salt */
    arena_free(&arena);
}

#define SALT "U29kaXVtQ2hsb3JpZGU=" /* SodiumChloride */
#define HASH "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI="

static void stored_passwords_agree_with_rfc_7914(void **state)
{
    (void)state; /* its third and second vector, of which we keep 32 bytes */
    assert_true(crypto_password_matches(SLICE("pleaseletmein"),
                                        SLICE("$scrypt$ln=14,r=8,p=1$" SALT "$" HASH)));
    assert_true(crypto_password_matches(SLICE("password"),
                                        SLICE("$scrypt$ln=10,r=8,p=16$TmFDbA==$"
                                              "/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI=")));
}

static void a_damaged_or_greedy_stored_text_never_matches(void **state)
{
    static const char *texts[] = { "",
                                   "$",
                                   "$scrypt$",
                                   "$scrypt$ln=14",
                                   "$scrypt$ln=14,r=8,p=1",
                                   "$scrypt$ln=14,r=8,p=1$",
                                   "$scrypt$ln=14,r=8,p=1$" SALT,
                                   "$scrypt$ln=14,r=8,p=1$" SALT "$",
                                   "$scrypt$ln=14,r=8,p=1$" SALT "$" HASH "$",
                                   "$scrypt$ln=14,r=8,p=1$" SALT "$cCO9yw==",
                                   "$scrypt$ln=14,r=8,p=1$$" HASH,
                                   "$scrypt$ln=014,r=8,p=1$" SALT "$" HASH,
                                   "$SCRYPT$ln=14,r=8,p=1$" SALT "$" HASH,
                                   "scrypt$ln=14,r=8,p=1$" SALT "$" HASH,
                                   "$scrypt$ln=0,r=8,p=1$" SALT "$" HASH,
                                   "$scrypt$ln=14,r=0,p=1$" SALT "$" HASH,
                                   "$scrypt$ln=14,r=8,p=0$" SALT "$" HASH,
                                   "$scrypt$ln=14,r=8,p=17$" SALT
                                   "$" HASH,                               /* would take too long */
                                   "$scrypt$ln=17,r=8,p=1$" SALT "$" HASH, /* 128 MiB */
                                   "$scrypt$ln=64,r=8,p=1$" SALT "$" HASH, /* past any number */
                                   "$scrypt$ln=16,r=1,p=1$" SALT
                                   "$" HASH, /* forbidden by RFC 7914, 6 */
                                   "$scrypt$ln=1,r=18446744073709551615,p=1$" SALT "$" HASH };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_false(crypto_password_matches(SLICE("pleaseletmein"), slice_text(texts[i])));
    assert_false(crypto_password_matches(SLICE("pleaseletmein"), none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_agrees_with_fips_180),
        cmocka_unit_test(hmac_agrees_with_rfc_4231),
        cmocka_unit_test(a_key_of_no_bytes_is_not_the_key_before),
        cmocka_unit_test(derived_keys_agree_with_rfc_5869),
        cmocka_unit_test(equal_means_every_byte),
        cmocka_unit_test(wiped_bytes_are_zero),
        cmocka_unit_test(sealing_agrees_with_the_gcm_specification),
        cmocka_unit_test(every_altered_bit_is_noticed),
        cmocka_unit_test(chance_does_not_repeat),
        cmocka_unit_test(chance_fills_any_size_to_the_last_byte),
        cmocka_unit_test(a_child_has_chances_of_its_own),
        cmocka_unit_test(threads_do_not_disturb_each_other),
        cmocka_unit_test(a_password_matches_its_own_text_only),
        cmocka_unit_test(stored_passwords_agree_with_rfc_7914),
        cmocka_unit_test(a_damaged_or_greedy_stored_text_never_matches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
