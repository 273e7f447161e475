#include "core/log/note.h"

#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

enum {
    TIME_SIZE = 8,
    BLOB_MAX  = NOTE_KEY_ID_SIZE + TIME_SIZE + ED25519_SIGNATURE_SIZE,
};
static const char DASH[]    = "\xe2\x80\x94 "; /* an em dash and a blank */
static const char PRIVATE[] = "PRIVATE+KEY+";

/* -- keys ------------------------------------------------------------------------ */

bool note_name_is_good(struct slice name)
{
    if (!name.size || name.size > NOTE_NAME_MAX || !text_plain(name)) return false;
    return !memchr(name.data, ' ', name.size) && !memchr(name.data, '+', name.size);
}

static void name_key(struct note_key *key)
{
    uint8_t     algorithm = (uint8_t)key->algorithm;
    struct hash hash      = crypto_sha256_all((struct slice[]){ slice_text(key->name),
                                                                SLICE("\n"),
                                                                { (const char *)&algorithm, 1 },
                                                                SLICE_OF(key->public_key) },
                                              4);

    memcpy(key->id, hash.bytes, NOTE_KEY_ID_SIZE);
}

static void take_name(struct note_key *key, struct slice name)
{
    memcpy(key->name, name.data, name.size);
    key->name[name.size] = '\0';
}

void note_signer_new(struct note_signer *signer, struct slice name, enum note_algorithm algorithm)
{
    ensure(note_name_is_good(name));
    *signer = (struct note_signer){ .key = { .algorithm = algorithm } };
    take_name(&signer->key, name);
    crypto_random(signer->seed, sizeof signer->seed);
    crypto_ed25519_public(signer->seed, signer->key.public_key);
    name_key(&signer->key);
}

static void add_base64(struct buffer *out, struct slice bytes)
{
    struct arena arena = { 0 };

    buffer_add(out, text_base64(&arena, bytes));
    arena_free(&arena);
}

static void key_text(const struct note_key *key, const uint8_t bytes[ED25519_KEY_SIZE],
                     struct buffer *out)
{
    char    id[2 * NOTE_KEY_ID_SIZE + 1];
    uint8_t coded[1 + ED25519_KEY_SIZE] = { (uint8_t)key->algorithm };

    text_hex(SLICE_OF(key->id), id);
    memcpy(coded + 1, bytes, ED25519_KEY_SIZE);
    buffer_print(out, "%s+%s+", key->name, id);
    add_base64(out, SLICE_OF(coded));
    crypto_wipe(coded, sizeof coded);
}

void note_key_text(const struct note_key *key, struct buffer *out)
{
    key_text(key, key->public_key, out);
}

void note_signer_text(const struct note_signer *signer, struct buffer *out)
{
    buffer_add(out, slice_text(PRIVATE));
    key_text(&signer->key, signer->seed, out);
}

/* "name+hex+base64" taken apart: the name and id into `key`, the 32 bytes apart. */
static bool parse_parts(struct slice text, struct note_key *key, uint8_t bytes[ED25519_KEY_SIZE])
{
    struct arena arena = { 0 };
    const char  *plus  = text.size ? memchr(text.data, '+', text.size) : NULL;
    struct slice name = { text.data, plus ? (size_t)(plus - text.data) : 0 }, coded = { 0 };
    bool         good = note_name_is_good(name);

    if (good) {
        struct slice rest = { plus + 1, text.size - name.size - 1 };
        size_t       hex  = 2 * NOTE_KEY_ID_SIZE;

        good = rest.size > hex + 1 && rest.data[hex] == '+' &&
               text_unhex((struct slice){ rest.data, hex }, key->id, NOTE_KEY_ID_SIZE) &&
               text_unbase64(&arena, (struct slice){ rest.data + hex + 1, rest.size - hex - 1 },
                             &coded) &&
               coded.size == 1 + ED25519_KEY_SIZE &&
               (coded.data[0] == NOTE_ED25519 || coded.data[0] == NOTE_COSIGNATURE);
    }
    if (good) {
        take_name(key, name);
        key->algorithm = (enum note_algorithm)coded.data[0];
        memcpy(bytes, coded.data + 1, ED25519_KEY_SIZE);
    }
    arena_free(&arena);
    return good;
}

/* Does the id in the text belong to the key? */
static struct status check_id(struct note_key *key)
{
    uint8_t said[NOTE_KEY_ID_SIZE];

    memcpy(said, key->id, sizeof said);
    name_key(key);
    return memcmp(said, key->id, sizeof said) == 0
               ? OK
               : failed(STATUS_INVALID, "the key of %s is not the one its id names", key->name);
}

struct status note_key_parse(struct slice text, struct note_key *key)
{
    *key = (struct note_key){ .name = { 0 } };
    if (!parse_parts(text, key, key->public_key))
        return failed(STATUS_INVALID, "not a verifier key: name+id+key is expected");
    return check_id(key);
}

struct status note_signer_parse(struct slice text, struct note_signer *signer)
{
    size_t lead = sizeof PRIVATE - 1;

    *signer = (struct note_signer){ .key = { .name = { 0 } } };
    if (!slice_starts(text, slice_text(PRIVATE)) ||
        !parse_parts((struct slice){ text.data + lead, text.size - lead }, &signer->key,
                     signer->seed))
        return failed(STATUS_INVALID, "not a signer key: PRIVATE+KEY+name+id+key is expected");
    crypto_ed25519_public(signer->seed, signer->key.public_key);
    return check_id(&signer->key);
}

/* -- signing ------------------------------------------------------------------------ */

static void add_line(const struct note_key *key, struct slice blob, struct buffer *out)
{
    buffer_print(out, "%s%s ", DASH, key->name);
    add_base64(out, blob);
    buffer_add_byte(out, '\n');
}

void note_sign(const struct note_signer *signer, struct slice text, struct buffer *note)
{
    uint8_t blob[NOTE_KEY_ID_SIZE + ED25519_SIGNATURE_SIZE];

    ensure(signer->key.algorithm == NOTE_ED25519);
    ensure(text.size && text.data[text.size - 1] == '\n');
    memcpy(blob, signer->key.id, NOTE_KEY_ID_SIZE);
    crypto_ed25519_sign(signer->seed, text, blob + NOTE_KEY_ID_SIZE);
    buffer_add(note, text);
    buffer_add_byte(note, '\n');
    add_line(&signer->key, SLICE_OF(blob), note);
}

static void cosigned_message(struct slice text, uint64_t time_s, struct buffer *message)
{
    buffer_print(message, "cosignature/v1\ntime %llu\n", (unsigned long long)time_s);
    buffer_add(message, text);
}

void note_cosign(const struct note_signer *signer, struct slice text, uint64_t time_s,
                 struct buffer *line)
{
    uint8_t       blob[BLOB_MAX];
    struct buffer message = { 0 };

    ensure(signer->key.algorithm == NOTE_COSIGNATURE);
    memcpy(blob, signer->key.id, NOTE_KEY_ID_SIZE);
    for (unsigned i = 0; i < TIME_SIZE; i++)
        blob[NOTE_KEY_ID_SIZE + i] = (uint8_t)(time_s >> (8 * (TIME_SIZE - 1 - i)));
    cosigned_message(text, time_s, &message);
    crypto_ed25519_sign(signer->seed, buffer_slice(&message), blob + NOTE_KEY_ID_SIZE + TIME_SIZE);
    buffer_free(&message);
    add_line(&signer->key, SLICE_OF(blob), line);
}

/* -- opening -------------------------------------------------------------------------- */

/* The text ends at the last empty line: it may have some of its own. */
struct status note_split(struct slice note, struct slice *text, struct slice *signatures)
{
    size_t end = 0;

    if (note.size > NOTE_MAX || !text_utf8(note))
        return failed(STATUS_CORRUPT, "a signed note is too long or not UTF-8");
    for (size_t i = note.size; i > 1 && !end; i--)
        if (note.data[i - 1] == '\n' && note.data[i - 2] == '\n') end = i - 1;
    if (!end || end + 1 >= note.size || note.data[note.size - 1] != '\n')
        return failed(STATUS_CORRUPT, "not a signed note: it has no signatures");
    *text       = (struct slice){ note.data, end };
    *signatures = (struct slice){ note.data + end + 1, note.size - end - 1 };
    return OK;
}

/* Is the line one by this key? Then its bytes. */
static bool read_line(struct slice line, const struct note_key *key, struct arena *arena,
                      struct slice *blob)
{
    size_t lead = sizeof DASH - 1, name = strlen(key->name);

    if (!slice_starts(line, slice_text(DASH)) || line.size < lead + name + 2) return false;
    line = (struct slice){ line.data + lead, line.size - lead };
    if (!slice_starts(line, slice_text(key->name)) || line.data[name] != ' ') return false;
    line = (struct slice){ line.data + name + 1, line.size - name - 1 };
    return text_unbase64(arena, line, blob) && blob->size > NOTE_KEY_ID_SIZE &&
           memcmp(blob->data, key->id, NOTE_KEY_ID_SIZE) == 0;
}

static bool verifies(struct slice text, const struct note_key *key, struct slice blob,
                     uint64_t *time_s)
{
    const uint8_t *at      = (const uint8_t *)blob.data + NOTE_KEY_ID_SIZE;
    struct buffer  message = { 0 };
    bool           good;

    *time_s = 0;
    if (key->algorithm == NOTE_ED25519)
        return blob.size == NOTE_KEY_ID_SIZE + ED25519_SIGNATURE_SIZE &&
               crypto_ed25519_verifies(key->public_key, text, at);
    if (blob.size != BLOB_MAX) return false;
    for (unsigned i = 0; i < TIME_SIZE; i++) *time_s = *time_s << 8 | at[i];
    cosigned_message(text, *time_s, &message);
    good = crypto_ed25519_verifies(key->public_key, buffer_slice(&message), at + TIME_SIZE);
    buffer_free(&message);
    return good;
}

struct status note_open(struct slice note, const struct note_key *key, struct slice *text,
                        uint64_t *time_s)
{
    struct arena  arena = { 0 };
    struct slice  lines, blob;
    bool          found = false, good = false;
    struct status status = note_split(note, text, &lines);

    for (unsigned i = 0; status.code == STATUS_OK && lines.size && i < NOTE_SIGNATURES_MAX; i++) {
        const char  *end  = memchr(lines.data, '\n', lines.size);
        struct slice line = { lines.data, (size_t)(end - lines.data) };

        if (!slice_starts(line, slice_text(DASH)))
            status = failed(STATUS_CORRUPT, "a line below a signed note is no signature");
        else if (read_line(line, key, &arena, &blob)) {
            found = true;
            good  = good || verifies(*text, key, blob, time_s);
        }
        lines = (struct slice){ end + 1, lines.size - line.size - 1 };
    }
    arena_free(&arena);
    if (status.code != STATUS_OK || good) return status;
    return failed(STATUS_CORRUPT, found ? "the signature of %s is wrong" : "%s did not sign it",
                  key->name);
}
