/* Does a signed note say who signed it, and does every altered one say no?
 *
 * The note, its key and its signature of the first test are those that the signed-note
 * text of C2SP and Go's sumdb/note show. */
#include "core/log/note.h"

#include "tests/world/checks.h"
#include "tests/world/sample.h"

static const char PETER[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char PETERS_NOTE[] = "If you think cryptography is the answer to your problem,\n"
                                  "then you don't know what your problem is.\n"
                                  "\n"
                                  "\xe2\x80\x94 PeterNeumann "
                                  "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ"
                                  "SNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

static struct buffer note;

static void a_published_note_verifies(void **state)
{
    struct note_key key;
    struct slice    text;
    uint64_t        time_s;

    (void)state;
    assert_ok(note_key_parse(slice_text(PETER), &key));
    assert_string_equal(key.name, "PeterNeumann");
    assert_ok(note_open(slice_text(PETERS_NOTE), &key, &text, &time_s));
    assert_true(slice_starts(text, SLICE("If you think")));
    assert_true(text.data[text.size - 1] == '\n' && text.data[text.size - 2] == '.');
}

static struct note_signer fresh(const char *name, enum note_algorithm algorithm)
{
    struct note_signer signer;

    note_signer_new(&signer, slice_text(name), algorithm);
    return signer;
}

static void keys_are_read_back_from_their_text(void **state)
{
    struct note_signer signer = fresh("example.net/log", NOTE_ED25519), again;
    struct note_key    key;
    struct buffer      text = { 0 };

    (void)state;
    note_signer_text(&signer, &text);
    assert_ok(note_signer_parse(buffer_slice(&text), &again));
    assert_memory_equal(&again, &signer, sizeof again);
    buffer_clear(&text);
    note_key_text(&signer.key, &text);
    assert_ok(note_key_parse(buffer_slice(&text), &key));
    assert_memory_equal(&key, &signer.key, sizeof key);
    for (size_t i = 0; i < text.size; i++) { /* no letter of it may be another */
        text.data[i] ^= 1;
        assert_status(note_key_parse(buffer_slice(&text), &key), STATUS_INVALID);
        text.data[i] ^= 1;
    }
    buffer_free(&text);
}

static void names_with_blanks_or_plus_are_no_names(void **state)
{
    (void)state;
    assert_true(note_name_is_good(SLICE("example.net/log")));
    assert_false(note_name_is_good(SLICE("")));
    assert_false(note_name_is_good(SLICE("two words")));
    assert_false(note_name_is_good(SLICE("a+b")));
    assert_false(note_name_is_good(SLICE("a\nb")));
}

static void every_altered_bit_of_a_note_is_noticed(void **state)
{
    struct note_signer signer = fresh("log", NOTE_ED25519);
    struct slice       text;
    uint64_t           time_s;

    (void)state;
    buffer_clear(&note);
    note_sign(&signer, SLICE("log\n7\nroot\n"), &note);
    assert_ok(note_open(buffer_slice(&note), &signer.key, &text, &time_s));
    assert_slice(text, "log\n7\nroot\n");
    for (size_t bit = 0; bit < 8 * note.size; bit++) {
        note.data[bit / 8] ^= (char)(1 << bit % 8);
        assert_status(note_open(buffer_slice(&note), &signer.key, &text, &time_s), STATUS_CORRUPT);
        note.data[bit / 8] ^= (char)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < note.size; cut++)
        assert_status(note_open((struct slice){ note.data, cut }, &signer.key, &text, &time_s),
                      STATUS_CORRUPT);
}

static void another_key_of_the_same_name_did_not_sign_it(void **state)
{
    struct note_signer signer = fresh("log", NOTE_ED25519), other = fresh("log", NOTE_ED25519);
    struct slice       text;
    uint64_t           time_s;

    (void)state;
    buffer_clear(&note);
    note_sign(&signer, SLICE("text\n"), &note);
    assert_status(note_open(buffer_slice(&note), &other.key, &text, &time_s), STATUS_CORRUPT);
}

static void a_witness_says_when_and_its_line_stands_beside_the_first(void **state)
{
    struct note_signer signer = fresh("log", NOTE_ED25519), witness = fresh("w", NOTE_COSIGNATURE);
    struct slice       text;
    uint64_t           time_s;

    (void)state;
    buffer_clear(&note);
    note_sign(&signer, SLICE("log\n7\nroot\n"), &note);
    note_cosign(&witness, SLICE("log\n7\nroot\n"), 1700000000, &note);
    assert_ok(note_open(buffer_slice(&note), &signer.key, &text, &time_s));
    assert_ok(note_open(buffer_slice(&note), &witness.key, &text, &time_s));
    assert_int_equal(time_s, 1700000000);
    note.data[0] ^= 1;
    assert_status(note_open(buffer_slice(&note), &witness.key, &text, &time_s), STATUS_CORRUPT);
}

static void a_text_may_have_empty_lines_of_its_own(void **state)
{
    struct note_signer signer = fresh("log", NOTE_ED25519);
    struct slice       text;
    uint64_t           time_s;

    (void)state;
    buffer_clear(&note);
    note_sign(&signer, SLICE("one\n\ntwo\n"), &note);
    assert_ok(note_open(buffer_slice(&note), &signer.key, &text, &time_s));
    assert_slice(text, "one\n\ntwo\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_published_note_verifies),
        cmocka_unit_test(keys_are_read_back_from_their_text),
        cmocka_unit_test(names_with_blanks_or_plus_are_no_names),
        cmocka_unit_test(every_altered_bit_of_a_note_is_noticed),
        cmocka_unit_test(another_key_of_the_same_name_did_not_sign_it),
        cmocka_unit_test(a_witness_says_when_and_its_line_stands_beside_the_first),
        cmocka_unit_test(a_text_may_have_empty_lines_of_its_own),
    };
    int failures = cmocka_run_group_tests(tests, NULL, NULL);

    buffer_free(&note);
    return failures;
}
