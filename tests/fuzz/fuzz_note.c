/* Can any bytes be a note that a log or a witness signed, though neither did?
 *
 * The input is a line, read as a verifier key, and a note, opened with keys whose seeds are
 * here. What opens has to hold the line that signing its text gives: signatures of Ed25519
 * have one form. What is read as a checkpoint has to begin as one is written. A planted
 * bug that the corpus found: any signature of a key's id was good.
 */
#include "core/base/text.h"
#include "core/log/checkpoint.h"
#include "tests/world/input.h"

static const char LOG_KEY[] =
    "PRIVATE+KEY+example.net/log+4bc31339+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
static const char WITNESS_KEY[] =
    "PRIVATE+KEY+w1.example+c244f014+BAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC";

static void fuzz_key(struct slice text)
{
    struct buffer   written = { 0 };
    struct note_key key, again;

    if (note_key_parse(text, &key).code != STATUS_OK) return;
    note_key_text(&key, &written);
    ensure(note_key_parse(buffer_slice(&written), &again).code == STATUS_OK);
    ensure(memcmp(&key, &again, sizeof key) == 0);
    ensure(written.size == text.size); /* but for the case of the hexadecimal id */
    buffer_free(&written);
}

static void read_signer(const char *text, struct note_signer *signer)
{
    ensure(note_signer_parse(slice_text(text), signer).code == STATUS_OK);
}

static void fuzz_log(struct slice note, const struct note_signer *signer)
{
    struct buffer ours = { 0 };
    struct slice  text;
    uint64_t      time_s;

    if (note_open(note, &signer->key, &text, &time_s).code != STATUS_OK) return;
    note_sign(signer, text, &ours);
    ensure(time_s == 0);
    ensure(
        slice_holds(note, (struct slice){ ours.data + text.size + 1, ours.size - text.size - 1 }));
    buffer_free(&ours);
}

static void fuzz_witness(struct slice note, const struct note_signer *signer)
{
    struct buffer ours = { 0 };
    struct slice  text;
    uint64_t      time_s;

    if (note_open(note, &signer->key, &text, &time_s).code != STATUS_OK) return;
    note_cosign(signer, text, time_s, &ours);
    ensure(slice_holds(note, buffer_slice(&ours)));
    buffer_free(&ours);
}

static void fuzz_checkpoint(struct slice text)
{
    struct arena      arena = { 0 };
    struct checkpoint head;

    if (checkpoint_parse(text, &head).code == STATUS_OK) {
        struct slice root  = text_base64(&arena, SLICE_OF(head.root.bytes));
        struct slice begin = arena_print(&arena, "%.*s\n%llu\n%.*s\n", (int)head.origin.size,
                                         head.origin.data, (unsigned long long)head.size,
                                         (int)root.size, root.data);
        ensure(slice_starts(text, begin) || memchr(head.origin.data, '\0', head.origin.size));
    }
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice       rest = input_of(data, size), text, lines;
    struct note_signer log, witness;

    read_signer(LOG_KEY, &log);
    read_signer(WITNESS_KEY, &witness);
    fuzz_key(input_line(&rest));
    fuzz_log(rest, &log);
    fuzz_witness(rest, &witness);
    if (note_split(rest, &text, &lines).code == STATUS_OK) fuzz_checkpoint(text);
    return 0;
}
