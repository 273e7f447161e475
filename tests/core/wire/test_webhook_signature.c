/* Is a delivery believed if, and only if, its vendor signed it now? And do our own
 * signatures follow the published standard? */
#include "tests/world/checks.h"

#include "core/base/text.h"
#include "core/wire/webhook_signature.h"

/* The vector that Standard Webhooks' own libraries are tested with. */
#define SECRET    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define ID        "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define STAMP     "1614265330"
#define BODY      "{\"test\": 2432232314}"
#define SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
#define NOW       (INT64_C(1614265330) * SECOND)
#define TOLERANCE (300 * SECOND)

static struct arena arena;

static int forget(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct secret secret_of(const char *text)
{
    struct secret secret;

    assert_true(secret_parse(slice_text(text), &secret));
    return secret;
}

static struct delivery_signed published(void)
{
    return (struct delivery_signed){ SLICE(ID), SLICE(STAMP), SLICE(SIGNATURE), SLICE(BODY) };
}

static enum signature_verdict verdict_at(struct delivery_signed delivery, int64_t now_us)
{
    struct secret secret = secret_of(SECRET);

    return signature_verify(&arena, &delivery, &secret, 1, now_us, TOLERANCE, NULL);
}
static enum signature_verdict verdict(struct delivery_signed delivery)
{
    return verdict_at(delivery, NOW);
}
static enum signature_verdict verdict_on(const char *signatures)
{
    struct delivery_signed delivery = published();

    delivery.signatures = slice_text(signatures);
    return verdict(delivery);
}

static void the_published_vector_is_good(void **state)
{
    (void)state;
    assert_int_equal(verdict(published()), SIGNATURE_GOOD);
}

static void we_sign_as_the_published_vector_does(void **state)
{
    struct secret secret = secret_of(SECRET);

    (void)state;
    assert_slice(signature_make(&arena, SLICE(ID), SLICE(STAMP), SLICE(BODY), &secret, 1),
                 SIGNATURE);
}

static void anything_altered_is_wrong(void **state)
{
    struct delivery_signed id = published(), stamp = published(), body = published(),
                           shorter = published();

    (void)state;
    id.id           = SLICE("msg_p5jXN8AQM9LWM0D4loKWxJel");
    stamp.timestamp = SLICE("1614265331");
    body.body       = SLICE("{\"test\": 2432232315}");
    shorter.body.size--;
    assert_int_equal(verdict(id), SIGNATURE_WRONG);
    assert_int_equal(verdict(stamp), SIGNATURE_WRONG);
    assert_int_equal(verdict(body), SIGNATURE_WRONG);
    assert_int_equal(verdict(shorter), SIGNATURE_WRONG);
}

static void every_flipped_bit_of_a_signature_is_wrong(void **state)
{
    char text[] = SIGNATURE;

    (void)state;
    for (size_t i = 0; i < 8 * (sizeof text - 1); i++) {
        text[i / 8] ^= (char)(1 << i % 8);
        struct delivery_signed delivery = published();
        delivery.signatures             = (struct slice){ text, sizeof text - 1 };
        assert_int_not_equal(verdict(delivery), SIGNATURE_GOOD);
        text[i / 8] ^= (char)(1 << i % 8);
    }
}

static void another_secret_is_wrong(void **state)
{
    struct secret          other    = secret_of("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX");
    struct delivery_signed delivery = published();

    (void)state;
    assert_int_equal(signature_verify(&arena, &delivery, &other, 1, NOW, TOLERANCE, NULL),
                     SIGNATURE_WRONG);
}

static void a_vendor_without_secrets_signs_nothing(void **state)
{
    struct delivery_signed delivery = published();

    (void)state;
    assert_int_equal(signature_verify(&arena, &delivery, NULL, 0, NOW, TOLERANCE, NULL),
                     SIGNATURE_WRONG);
}

static void while_secrets_change_either_will_do(void **state)
{
    struct secret          both[]   = { secret_of("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"),
                                        secret_of(SECRET) };
    struct delivery_signed delivery = published();
    size_t                 which    = 0;

    (void)state;
    assert_int_equal(signature_verify(&arena, &delivery, both, 2, NOW, TOLERANCE, &which),
                     SIGNATURE_GOOD);
    delivery.signatures = signature_make(&arena, delivery.id, delivery.timestamp, delivery.body,
                                         both, 2);
    assert_int_equal(which, 1);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(signature_verify(&arena, &delivery, &both[i], 1, NOW, TOLERANCE, NULL),
                         SIGNATURE_GOOD);
}

static void other_versions_and_rubbish_in_the_list_are_passed_over(void **state)
{
    (void)state;
    assert_int_equal(verdict_on("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFym"
                                "VJaA7AZdpXwVLPo3mNl8EM+m7TBAg== " SIGNATURE),
                     SIGNATURE_GOOD);
    assert_int_equal(
        verdict_on("v2,AAAA v1, v1 , rubbish v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/"
                   "9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=  " SIGNATURE " "),
        SIGNATURE_GOOD);
}

static void the_version_is_exactly_v1(void **state)
{
    (void)state;
    assert_int_equal(verdict_on("V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
                     SIGNATURE_WRONG);
    assert_int_equal(verdict_on("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
                     SIGNATURE_WRONG);
    assert_int_equal(verdict_on("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="), SIGNATURE_WRONG);
}

static void a_signature_has_one_spelling(void **state)
{
    (void)state;
    assert_int_equal(verdict_on("v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE="),
                     SIGNATURE_WRONG); /* the other alphabet */
    assert_int_equal(verdict_on("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF="),
                     SIGNATURE_WRONG); /* a stray bit past the end */
    assert_int_equal(verdict_on("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE"),
                     SIGNATURE_WRONG); /* no padding */
    assert_int_equal(verdict_on("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\t"),
                     SIGNATURE_WRONG);
}

static void a_long_list_is_read_only_so_far(void **state)
{
    struct buffer list = { 0 };

    (void)state;
    for (int i = 0; i < SIGNATURES_MAX; i++)
        buffer_print(&list, "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ");
    buffer_print(&list, SIGNATURE);
    struct delivery_signed delivery = published();
    delivery.signatures             = buffer_slice(&list);
    assert_int_equal(verdict(delivery), SIGNATURE_WRONG);
    buffer_free(&list);
}

static void a_timestamp_is_good_within_the_tolerance_only(void **state)
{
    (void)state;
    assert_int_equal(verdict_at(published(), NOW + TOLERANCE), SIGNATURE_GOOD);
    assert_int_equal(verdict_at(published(), NOW + TOLERANCE + 1), SIGNATURE_TOO_OLD);
    assert_int_equal(verdict_at(published(), NOW - TOLERANCE), SIGNATURE_GOOD);
    assert_int_equal(verdict_at(published(), NOW - TOLERANCE - 1), SIGNATURE_IN_FUTURE);
}

static void a_timestamp_is_canonical_decimal(void **state)
{
    static const char *const odd[] = {
        "01614265330",
        "+1614265330",
        "-1614265330",
        " 1614265330",
        "1614265330 ",
        "1614265330.0",
        "1.614265330e9",
        "0x6037B772",
        "1614265330000000000",
        "99999999999999999999999999",
        "now",
        "1614265330\n",
        "16142653３0",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(odd); i++) {
        struct delivery_signed delivery = published();
        delivery.timestamp              = slice_text(odd[i]);
        assert_int_equal(verdict(delivery), SIGNATURE_TIMESTAMP_MALFORMED);
    }
}

static void every_header_is_needed(void **state)
{
    struct delivery_signed without_id = published(), without_stamp = published(),
                           without_list = published();

    (void)state;
    without_id.id           = (struct slice){ NULL, 0 };
    without_stamp.timestamp = SLICE("");
    without_list.signatures = (struct slice){ NULL, 0 };
    assert_int_equal(verdict(without_id), SIGNATURE_HEADERS_MISSING);
    assert_int_equal(verdict(without_stamp), SIGNATURE_HEADERS_MISSING);
    assert_int_equal(verdict(without_list), SIGNATURE_HEADERS_MISSING);
    assert_int_equal(verdict_on("   "), SIGNATURE_WRONG);
}

static void an_id_is_short_and_visible(void **state)
{
    char                   longer[WEBHOOK_ID_MAX + 2] = "";
    struct delivery_signed blank = published(), much = published();

    (void)state;
    memset(longer, 'a', WEBHOOK_ID_MAX + 1);
    blank.id = SLICE("msg 1");
    much.id  = slice_text(longer);
    assert_int_equal(verdict(blank), SIGNATURE_ID_MALFORMED);
    assert_int_equal(verdict(much), SIGNATURE_ID_MALFORMED);
}

/* The same signed bytes, cut elsewhere. */
static void a_moved_border_does_not_make_another_good_delivery(void **state)
{
    struct secret          secret   = secret_of(SECRET);
    struct delivery_signed delivery = { SLICE("msg." STAMP), SLICE("1"), { NULL, 0 }, SLICE(BODY) };

    (void)state;
    delivery.signatures = signature_make(&arena, delivery.id, delivery.timestamp, delivery.body,
                                         &secret, 1);
    assert_int_equal(verdict(delivery), SIGNATURE_TOO_OLD);
    delivery.id        = SLICE("msg");
    delivery.timestamp = SLICE(STAMP);
    assert_int_equal(verdict(delivery), SIGNATURE_WRONG);
    delivery.body = SLICE("1." BODY); /* fits, and is no JSON */
    assert_int_equal(verdict(delivery), SIGNATURE_GOOD);
}

static void an_empty_body_can_be_signed(void **state)
{
    struct secret          secret   = secret_of(SECRET);
    struct delivery_signed delivery = { SLICE(ID), SLICE(STAMP), { NULL, 0 }, { NULL, 0 } };

    (void)state;
    delivery.signatures = signature_make(&arena, delivery.id, delivery.timestamp, delivery.body,
                                         &secret, 1);
    assert_int_equal(verdict(delivery), SIGNATURE_GOOD);
}

static void a_secret_is_24_to_64_bytes_in_strict_base64(void **state)
{
    struct secret secret;
    uint8_t       bytes[SECRET_SIZE_MAX + 2] = { 1, 2, 3 };

    (void)state;
    for (size_t size = 0; size <= SECRET_SIZE_MAX + 2; size++) {
        struct slice base64 = text_base64(&arena, (struct slice){ (char *)bytes, size });
        struct slice text   = arena_print(&arena, "whsec_%.*s", (int)base64.size, base64.data);
        bool         fits   = size >= SECRET_SIZE_MIN && size <= SECRET_SIZE_MAX;
        assert_int_equal(secret_parse(text, &secret), fits);
        if (!fits) continue;
        assert_true(slice_equal(secret_slice(&secret), (struct slice){ (char *)bytes, size }));
        assert_true(slice_equal(secret_text(&arena, secret_slice(&secret)), text));
    }
    assert_false(secret_parse(SLICE("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &secret));
    assert_false(secret_parse(SLICE("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"), &secret));
    assert_false(secret_parse(SLICE("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &secret));
    assert_false(secret_parse(SLICE("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS-"), &secret));
}

static void a_wiped_secret_is_gone(void **state)
{
    struct secret secret = secret_of(SECRET), nothing = { 0 };

    (void)state;
    secret_wipe(&secret);
    assert_memory_equal(&secret, &nothing, sizeof secret);
}

static void every_verdict_has_its_sentence(void **state)
{
    (void)state;
    for (int verdict_at_all = SIGNATURE_HEADERS_MISSING; verdict_at_all <= SIGNATURE_WRONG;
         verdict_at_all++)
        assert_true(strlen(signature_why((enum signature_verdict)verdict_at_all)) > 20);
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_published_vector_is_good),
        TEST(we_sign_as_the_published_vector_does),
        TEST(anything_altered_is_wrong),
        TEST(every_flipped_bit_of_a_signature_is_wrong),
        TEST(another_secret_is_wrong),
        TEST(a_vendor_without_secrets_signs_nothing),
        TEST(while_secrets_change_either_will_do),
        TEST(other_versions_and_rubbish_in_the_list_are_passed_over),
        TEST(the_version_is_exactly_v1),
        TEST(a_signature_has_one_spelling),
        TEST(a_long_list_is_read_only_so_far),
        TEST(a_timestamp_is_good_within_the_tolerance_only),
        TEST(a_timestamp_is_canonical_decimal),
        TEST(every_header_is_needed),
        TEST(an_id_is_short_and_visible),
        TEST(a_moved_border_does_not_make_another_good_delivery),
        TEST(an_empty_body_can_be_signed),
        TEST(a_secret_is_24_to_64_bytes_in_strict_base64),
        TEST(a_wiped_secret_is_gone),
        TEST(every_verdict_has_its_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
