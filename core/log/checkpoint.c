#include "core/log/checkpoint.h"

#include "core/base/text.h"
#include "core/log/log.h"

#include <string.h>

void checkpoint_sign(const struct note_signer *signer, uint64_t size, const struct hash *root,
                     struct buffer *note)
{
    struct arena  arena = { 0 };
    struct slice  hash  = text_base64(&arena, SLICE_OF(root->bytes));
    struct buffer text  = { 0 };

    buffer_print(&text, "%s\n%llu\n%.*s\n", signer->key.name, (unsigned long long)size,
                 (int)hash.size, hash.data);
    note_sign(signer, buffer_slice(&text), note);
    buffer_free(&text);
    arena_free(&arena);
}

static bool take_line(struct slice *rest, struct slice *line)
{
    const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;

    if (!end) return false;
    *line = (struct slice){ rest->data, (size_t)(end - rest->data) };
    *rest = (struct slice){ end + 1, rest->size - line->size - 1 };
    return true;
}

/* Extension lines may follow; nothing is known of them. */
struct status checkpoint_parse(struct slice text, struct checkpoint *checkpoint)
{
    struct arena arena = { 0 };
    struct slice rest  = text, size, root, bytes;
    bool         good  = take_line(&rest, &checkpoint->origin) && checkpoint->origin.size > 0 &&
                take_line(&rest, &size) && text_u64(size, &checkpoint->size) &&
                take_line(&rest, &root) && text_unbase64(&arena, root, &bytes) &&
                bytes.size == SHA256_SIZE;

    if (good) memcpy(checkpoint->root.bytes, bytes.data, SHA256_SIZE);
    arena_free(&arena);
    return good ? OK
                : failed(STATUS_CORRUPT, "not a checkpoint: origin, size and root are "
                                         "expected, each on a line");
}

struct status checkpoint_open(struct slice note, const struct note_key *key,
                              struct checkpoint *checkpoint)
{
    struct slice text;
    uint64_t     time_s;

    TRY(note_open(note, key, &text, &time_s));
    TRY(checkpoint_parse(text, checkpoint));
    if (key->algorithm == NOTE_ED25519 && !slice_equal(checkpoint->origin, slice_text(key->name)))
        return failed(STATUS_CORRUPT, "the checkpoint is of another log than %s", key->name);
    return OK;
}

struct status checkpoint_check(struct reader *reader, const struct checkpoint *checkpoint)
{
    uint64_t       head, size = checkpoint->size;
    struct merkle *tree;
    struct hash    root;

    TRY(log_head(reader, &head));
    if (head < size)
        return failed(STATUS_CORRUPT,
                      "the log ends at %llu, but it had come to %llu: %llu events are missing",
                      (unsigned long long)head, (unsigned long long)size,
                      (unsigned long long)(size - head));
    TRY(merkle_open(&tree, reader));
    struct status status = merkle_root(tree, reader, size, &root);
    merkle_close(tree);
    TRY(status);
    return hash_equal(&root, &checkpoint->root)
               ? OK
               : failed(STATUS_CORRUPT,
                        "the first %llu events are not those that stood there: their root is "
                        "another than the checkpoint's",
                        (unsigned long long)size);
}

/* -- rows -------------------------------------------------------------------------- */

void checkpoint_put(struct batch *batch, uint64_t size, struct slice note)
{
    struct key key = batch_key(batch);

    key_add_u64(&key, size);
    batch_put(batch, FAMILY_checkpoints, key_slice(&key), note);
}

struct status checkpoint_last(struct reader *reader, struct arena *arena, struct slice *note)
{
    struct key     prefix = reader_key(reader);
    struct cursor *cursor = cursor_open(reader, FAMILY_checkpoints, key_slice(&prefix),
                                        (struct slice){ 0 });

    *note = (struct slice){ 0 };
    if (cursor_previous(cursor)) *note = arena_copy(arena, cursor_value(cursor));
    return cursor_close(cursor);
}
