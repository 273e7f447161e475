/* Is a push sealed and signed as RFC 8291 and RFC 8292 have it, so that browsers and push
 * services of others take it?
 *
 * Tried with planted bugs: the last record ended like one before it; r and s changed places; the
 * token was for the whole endpoint.
 */
#include "api/pushes/message.h"

#include "tests/world/checks.h"

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "core/base/text.h"
#include "core/facts/names.h"

#define NOW (INT64_C(1795363387123) * MILLISECOND)

/* RFC 8291, appendix A. */
#define PLAIN  "When I grow up, I want to be a watermelon"
#define SENDER "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
#define POINT                                                                \
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8" \
    "pZGH6SRpkNtoIAiw4"
#define AUTH "BTBZMqHH6r4Tts7J_aSIgg"
#define SALT "DGv6ra1nlYgDCS1FRnbzlw"
#define SEALED                                                               \
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZI" \
    "IgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXz" \
    "tLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"

static struct arena arena;

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct slice bytes_of(struct slice text)
{
    struct slice bytes;

    assert_true(text_unbase64url(&arena, text, &bytes));
    return bytes;
}

static const uint8_t *bytes(const char *text)
{
    return (const uint8_t *)bytes_of(slice_text(text)).data;
}

static void the_example_of_rfc_8291_comes_out_byte_for_byte(void **state)
{
    struct buffer sealed = { 0 };

    (void)state;
    assert_true(
        push_seal(bytes(POINT), bytes(AUTH), bytes(SENDER), bytes(SALT), SLICE(PLAIN), &sealed));
    assert_slice(text_base64url(&arena, buffer_slice(&sealed)), SEALED);
    buffer_free(&sealed);
}

static void a_key_that_is_no_point_of_the_curve_gets_nothing(void **state)
{
    struct buffer sealed = { 0 };
    uint8_t       point[P256_POINT_SIZE];

    (void)state;
    memcpy(point, bytes(POINT), sizeof point);
    point[P256_POINT_SIZE - 1] ^= 1;
    assert_false(push_seal(point, bytes(AUTH), bytes(SENDER), bytes(SALT), SLICE(PLAIN), &sealed));
    memset(point, 0, sizeof point);
    assert_false(push_seal(point, bytes(AUTH), bytes(SENDER), bytes(SALT), SLICE(PLAIN), &sealed));
    assert_int_equal(sealed.size, 0);
}

static void the_longest_push_is_what_every_service_takes(void **state)
{
    static char   plain[PUSH_PLAIN_MAX];
    struct buffer sealed = { 0 };

    (void)state;
    assert_true(
        push_seal(bytes(POINT), bytes(AUTH), bytes(SENDER), bytes(SALT), SLICE_OF(plain), &sealed));
    assert_int_equal(sealed.size, 4096);
    buffer_free(&sealed);
}

static void only_numbers_below_the_order_of_the_curve_are_keys(void **state)
{
    uint8_t order[P256_KEY_SIZE], key[P256_KEY_SIZE] = { 0 };

    (void)state;
    assert_true(
        text_unhex(SLICE("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"), order,
                   sizeof order));
    assert_false(crypto_p256_is_key(key));
    assert_false(crypto_p256_is_key(order));
    order[P256_KEY_SIZE - 1]--;
    assert_true(crypto_p256_is_key(order));
}

/* -- the token ----------------------------------------------------------------------------- */

/* What stands between `before` and the first `until` after it. */
static struct slice between(struct slice text, const char *before, char until)
{
    const char *from = memmem(text.data, text.size, before, strlen(before));

    assert_non_null(from);
    from += strlen(before);
    const char *end = memchr(from, until, (size_t)(text.data + text.size - from));
    return (struct slice){ from, (size_t)((end ? end : text.data + text.size) - from) };
}

/* By OpenSSL's own means, which start from the text. */
static bool verifies(struct slice point, struct slice message, struct slice signature)
{
    EVP_PKEY_CTX *context  = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_MD_CTX   *digest   = EVP_MD_CTX_new();
    EVP_PKEY     *key      = NULL;
    ECDSA_SIG    *numbers  = ECDSA_SIG_new();
    uint8_t      *der      = NULL;
    OSSL_PARAM    parts[3] = {
           OSSL_PARAM_construct_utf8_string("group", (char[]){ "P-256" }, 0),
           OSSL_PARAM_construct_octet_string("pub", (char *)point.data, point.size),
           OSSL_PARAM_construct_end(),
    };

    assert_int_equal(signature.size, 64);
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parts), 1);
    ECDSA_SIG_set0(numbers, BN_bin2bn((const uint8_t *)signature.data, 32, NULL),
                   BN_bin2bn((const uint8_t *)signature.data + 32, 32, NULL));
    int size = i2d_ECDSA_SIG(numbers, &der);
    assert_int_equal(EVP_DigestVerifyInit(digest, NULL, EVP_sha256(), NULL, key), 1);
    bool good = EVP_DigestVerify(digest, der, (size_t)size, (const uint8_t *)message.data,
                                 message.size) == 1;
    OPENSSL_free(der);
    ECDSA_SIG_free(numbers);
    EVP_MD_CTX_free(digest);
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(context);
    return good;
}

static void a_token_is_for_the_origin_of_the_endpoint_and_signed_with_our_key(void **state)
{
    uint8_t      key[P256_KEY_SIZE];
    struct slice line, token, point, claims;

    (void)state;
    push_new_key(key);
    line   = push_authorization(&arena, key, SLICE("https://push.example:8443/send/abc?d=e"),
                                SLICE("mailto:push@piot.example"), NOW);
    token  = between(line, "vapid t=", ',');
    point  = bytes_of(between(line, ", k=", '\0'));
    claims = bytes_of(between(token, ".", '.'));
    assert_slice(bytes_of(between(token, "", '.')), "{\"typ\":\"JWT\",\"alg\":\"ES256\"}");
    assert_slice(claims, "{\"aud\":\"https://push.example:8443\",\"exp\":1795406587,"
                         "\"sub\":\"mailto:push@piot.example\"}");
    assert_true(slice_equal(push_public_text(&arena, key), text_base64url(&arena, point)));
    struct slice signature = bytes_of(between(between(token, ".", '\0'), ".", '\0'));
    struct slice signs     = { token.data, token.size - 87 };
    assert_int_equal(signs.data[signs.size], '.');
    assert_true(verifies(point, signs, signature));
    assert_false(verifies(point, (struct slice){ signs.data, signs.size - 1 }, signature));
}

static void a_token_without_a_contact_names_none(void **state)
{
    uint8_t      key[P256_KEY_SIZE];
    struct slice line;

    (void)state;
    push_new_key(key);
    line = push_authorization(&arena, key, SLICE("https://push.example"), SLICE(""), NOW);
    assert_slice(bytes_of(between(line, ".", '.')),
                 "{\"aud\":\"https://push.example\",\"exp\":1795406587}");
}

static void a_vault_has_one_key_for_ever(void **state)
{
    struct vault *vault;
    uint8_t       first[P256_KEY_SIZE], again[P256_KEY_SIZE];

    (void)state;
    assert_int_equal(vault_open(&vault, NULL, false).code, STATUS_OK);
    assert_int_equal(push_own_key(vault, first).code, STATUS_NOT_FOUND);
    assert_int_equal(vault_create_key(vault, name_system()).code, STATUS_OK);
    assert_int_equal(push_own_key(vault, first).code, STATUS_OK);
    assert_int_equal(vault_rotate_master(vault).code, STATUS_OK);
    assert_int_equal(push_own_key(vault, again).code, STATUS_OK);
    assert_memory_equal(first, again, sizeof first);
    vault_close(vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_rfc_8291_comes_out_byte_for_byte),
        cmocka_unit_test(a_key_that_is_no_point_of_the_curve_gets_nothing),
        cmocka_unit_test(the_longest_push_is_what_every_service_takes),
        cmocka_unit_test(only_numbers_below_the_order_of_the_curve_are_keys),
        cmocka_unit_test(a_token_is_for_the_origin_of_the_endpoint_and_signed_with_our_key),
        cmocka_unit_test(a_token_without_a_contact_names_none),
        cmocka_unit_test(a_vault_has_one_key_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, tear_down);
}
