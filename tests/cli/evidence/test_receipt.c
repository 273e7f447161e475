/* Is a receipt that somebody kept believed if it is whole, and never else?
 *
 * Planted bugs that this must notice, and did: a signature that is not looked at; a record
 * that is not compared with its events; a page that is not compared with its receipt. */
#include "cli/evidence/receipt.h"
#include "cli/tool/input.h"
#include "core/base/durable.h"
#include "tests/world/receipted.h"

enum { RULES_MAX = 16 };

struct found {
    char   rules[RULES_MAX][16];
    size_t count;
};

static void note(void *context, const struct finding *finding)
{
    struct found *found = context;

    assert_true(found->count < RULES_MAX);
    snprintf(found->rules[found->count++], sizeof found->rules[0], "%s", finding->rule);
}

static struct found check(struct receipted *with, struct slice text)
{
    struct found    found    = { .count = 0 };
    struct findings findings = { .found = note, .context = &found };
    struct kept     kept;

    kept_check(&kept, text, &with->signer.key, &findings);
    kept_close(&kept);
    return found;
}

#define assert_content(with, text) assert_int_equal(check((with), (text)).count, 0)
static void assert_found(struct receipted *with, struct slice text, const char *rule)
{
    struct found found = check(with, text);

    assert_int_equal(found.count, 1);
    assert_string_equal(found.rules[0], rule);
}

/* `from` becomes `to`, which has to be as long. */
static struct slice with_another(struct receipted *with, struct slice text, const char *from,
                                 const char *to)
{
    struct slice copy = arena_copy(&with->world->arena, text);
    char        *at   = memmem(copy.data, copy.size, from, strlen(from));

    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
    return copy;
}

static void a_whole_receipt_is_believed(void **state)
{
    struct receipted *with = *state;

    assert_content(with, receipt_of_the_grant(with));
    alice_withdraws(with);
    assert_content(with, receipt_of_the_grant(with));
}

/* What people keep has to be believed by every program after the one that wrote it, so
 * these files are never changed. PIOT_GOLDEN_WRITE=1 writes them where there are none. */
#define GOLDEN "tests/golden/v1.receipt"

static void write_golden(struct receipted *with)
{
    struct buffer key      = { 0 };
    struct slice  document = receipt_of_the_grant(with);

    note_key_text(&with->signer.key, &key);
    buffer_add_byte(&key, '\n');
    assert_ok(durable_write(GOLDEN ".json", document, DURABLE_NEW));
    assert_ok(durable_write(GOLDEN ".key", buffer_slice(&key), DURABLE_NEW));
    buffer_free(&key);
}

static void a_receipt_of_long_ago_is_believed(void **state)
{
    struct receipted *with = *state;
    struct buffer     text = { 0 };

    alice_withdraws(with);
    if (getenv("PIOT_GOLDEN_WRITE") && access(GOLDEN ".json", F_OK)) write_golden(with);
    assert_ok(checkpoint_key_read(GOLDEN ".key", &with->signer.key));
    assert_ok(input_read(GOLDEN ".json", RECEIPT_MAX, &text));
    assert_content(with, buffer_slice(&text));
    buffer_free(&text);
}

static void it_is_canonical_as_it_is_written(void **state)
{
    struct receipted *with     = *state;
    struct slice      document = receipt_of_the_grant(with);
    struct buffer     again    = { 0 };
    struct tree       tree     = { 0 };

    assert_ok(tree_read(&tree, document));
    assert_ok(node_write_signed(tree.root, &again));
    assert_true(slice_equal(buffer_slice(&again), document));
    buffer_clear(&again);
    node_write(tree.root, true, &again);
    assert_content(with, buffer_slice(&again)); /* blanks claim nothing */
    tree_close(&tree);
    buffer_free(&again);
}

/* Does it parse to the document that it was made from? */
static bool claims_the_same(struct slice text, struct slice document)
{
    struct buffer canonical = { 0 };
    struct tree   tree      = { 0 };
    bool          same      = false;

    if (tree_read(&tree, text).code == STATUS_OK)
        same = node_write_signed(tree.root, &canonical).code == STATUS_OK &&
               slice_equal(buffer_slice(&canonical), document);
    tree_close(&tree);
    buffer_free(&canonical);
    return same;
}

static void every_altered_byte_is_found(void **state)
{
    static const uint8_t flips[]  = { 0x01, 0x20, 0x80 };
    struct receipted    *with     = *state;
    struct slice         document = receipt_of_the_grant(with);
    struct slice         altered  = arena_copy(&with->world->arena, document);
    size_t               harmless = 0;

    for (size_t i = 0; i < document.size; i++)
        for (size_t n = 0; n < COUNT(flips); n++) {
            ((char *)altered.data)[i] ^= (char)flips[n];
            bool content = check(with, altered).count == 0;
            if (content && !claims_the_same(altered, document))
                fail_msg("byte %zu of %zu, altered by %02x, is not noticed", i, document.size,
                         flips[n]);
            harmless += content;
            ((char *)altered.data)[i] ^= (char)flips[n];
        }
    assert_int_equal(harmless, 0); /* it has no blank and no letter too many */
}

static void every_beginning_of_one_is_found(void **state)
{
    struct receipted *with     = *state;
    struct slice      document = receipt_of_the_grant(with);

    for (size_t size = 0; size < document.size; size += 7)
        assert_found(with, (struct slice){ document.data, size }, "form");
}

/* Each of these claims what its own evidence denies. */
static void a_record_that_says_what_its_events_do_not_is_found(void **state)
{
    struct receipted *with     = *state;
    struct slice      document = receipt_of_the_grant(with);

    assert_found(with,
                 with_another(with, document, "\"dpv:hasPersonalData\":[\"on\"]",
                              "\"dpv:hasPersonalData\":[\"of\"]"),
                 "record");
    assert_found(with,
                 with_another(with, document, "\"piot:position\":\"1/3\"",
                              "\"piot:position\":\"1/2\""),
                 "record");
    assert_found(with, with_another(with, document, "consent-granted", "consent-renewed"),
                 "record");
    assert_found(with, with_another(with, document, "by the person", "by the parson"), "record");
    assert_found(with, with_another(with, document, "\"piot:device\":", "\"piot:devise\":"),
                 "record");
    assert_found(with, with_another(with, document, "\"dct:date\":\"2026", "\"dct:date\":\"2025"),
                 "record");
}

static void what_no_event_says_is_vouched_for_by_the_signature(void **state)
{
    struct receipted *with     = *state;
    struct slice      document = receipt_of_the_grant(with);

    assert_found(with, with_another(with, document, "Söhne", "Sühne"), "signature");
    assert_found(with, with_another(with, document, "\"EU\"", "\"US\""), "signature");
}

static void another_log_s_key_believes_nothing(void **state)
{
    struct receipted *with     = *state;
    struct slice      document = receipt_of_the_grant(with);

    note_signer_new(&with->signer, SLICE("example.net/log"), NOTE_ED25519);
    struct found found = check(with, document);
    assert_int_equal(found.count, 2);
    assert_string_equal(found.rules[0], "signature");
    assert_string_equal(found.rules[1], "checkpoint");
}

static void what_is_no_receipt_is_told_so(void **state)
{
    static const char *const others[] = {
        "",
        "{}",
        "[]",
        "null",
        "7",
        "\"receipt\"",
        "<html></html>",
        "{\"@type\":\"dpv:ConsentReceipt\"}",
        "{\"@type\":\"dpv:ConsentReceipt\",\"piot:format\":2}",
        "{\"@type\":\"dpv:ConsentReceipt\",\"piot:format\":1,\"dct:created\":\"now\"}",
        ("{\"@type\":\"dpv:ConsentReceipt\",\"piot:format\":1,"
         "\"dct:created\":\"2026-01-01T00:00:00Z\"}"),
        "{\"@type\":\"dpv:ConsentReceipt\",\"piot:format\":1.5}",
        "{\"@type\":\"dpv:ConsentReceipt\",\"piot:format\":-1}",
        "{\"\xC3\xA4\":1}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    };

    for (size_t i = 0; i < COUNT(others); i++) assert_found(*state, slice_text(others[i]), "form");
}

/* -- pages ------------------------------------------------------------------------- */

static void a_page_is_a_receipt_too(void **state)
{
    struct receipted *with     = *state;
    struct slice      document = receipt_of_the_grant(with), found;
    struct buffer     page     = { 0 };

    receipt_page(&with->receipt, document, &page);
    assert_content(with, buffer_slice(&page));
    assert_null(memmem(page.data, page.size, "<b>", 3)); /* of the notice */
    assert_non_null(memmem(page.data, page.size, "Lamp &amp; &lt;b&gt;co", 22));
    assert_true(receipt_in_page(buffer_slice(&page), &found));
    assert_true(found.size > document.size); /* "<" is written longer */
    assert_null(memchr(found.data, '<', found.size));
    buffer_free(&page);
}

static void a_page_that_says_something_else_is_found(void **state)
{
    struct receipted *with     = *state;
    struct slice      document = receipt_of_the_grant(with);
    struct buffer     page     = { 0 };

    receipt_page(&with->receipt, document, &page);
    assert_found(with, with_another(with, buffer_slice(&page), "is in force", "lasts forev"),
                 "page");
    buffer_add(&page, SLICE("<p>Signed.</p>"));
    assert_found(with, buffer_slice(&page), "page");
    buffer_free(&page);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, receipted_begins, receipted_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_whole_receipt_is_believed),
        TEST(a_receipt_of_long_ago_is_believed),
        TEST(it_is_canonical_as_it_is_written),
        TEST(every_altered_byte_is_found),
        TEST(every_beginning_of_one_is_found),
        TEST(a_record_that_says_what_its_events_do_not_is_found),
        TEST(what_no_event_says_is_vouched_for_by_the_signature),
        TEST(another_log_s_key_believes_nothing),
        TEST(what_is_no_receipt_is_told_so),
        TEST(a_page_is_a_receipt_too),
        TEST(a_page_that_says_something_else_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
