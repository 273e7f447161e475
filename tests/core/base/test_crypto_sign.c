/* Does signing agree with RFC 8032, and is every altered byte noticed? */
#include "core/base/crypto.h"

#include "tests/world/checks.h"

#include "core/base/text.h"

/* RFC 8032, 7.1, tests 1 and 2: seed, public key, message, signature. */
static const struct {
    const char *seed, *public_key, *message, *signature;
} vectors[] = {
    { "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
      "b46bd25bf5f0595bbe24655141438e7a100b" },
    { "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
      "1d8c387b2eaeb4302aeeb00d291612bb0c00" },
};

static void unhex(const char *text, uint8_t *bytes, size_t size)
{
    assert_true(text_unhex(slice_text(text), bytes, size));
}

static void signatures_agree_with_rfc_8032(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        uint8_t seed[ED25519_KEY_SIZE], wanted[ED25519_KEY_SIZE], found[ED25519_KEY_SIZE];
        uint8_t message[1], signature[ED25519_SIGNATURE_SIZE], expected[ED25519_SIGNATURE_SIZE];
        size_t  size      = strlen(vectors[i].message) / 2;
        struct slice said = { (const char *)message, size };

        unhex(vectors[i].seed, seed, sizeof seed);
        unhex(vectors[i].public_key, wanted, sizeof wanted);
        unhex(vectors[i].message, message, size);
        unhex(vectors[i].signature, expected, sizeof expected);
        crypto_ed25519_public(seed, found);
        assert_memory_equal(found, wanted, sizeof found);
        crypto_ed25519_sign(seed, said, signature);
        assert_memory_equal(signature, expected, sizeof signature);
        assert_true(crypto_ed25519_verifies(found, said, signature));
    }
}

static void every_altered_bit_of_a_signature_is_noticed(void **state)
{
    uint8_t seed[ED25519_KEY_SIZE] = { 7 }, key[ED25519_KEY_SIZE];
    uint8_t signature[ED25519_SIGNATURE_SIZE];

    (void)state;
    crypto_ed25519_public(seed, key);
    crypto_ed25519_sign(seed, SLICE("said"), signature);
    assert_true(crypto_ed25519_verifies(key, SLICE("said"), signature));
    assert_false(crypto_ed25519_verifies(key, SLICE("sad"), signature));
    for (size_t bit = 0; bit < 8 * sizeof signature; bit++) {
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(crypto_ed25519_verifies(key, SLICE("said"), signature));
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_agree_with_rfc_8032),
        cmocka_unit_test(every_altered_bit_of_a_signature_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
