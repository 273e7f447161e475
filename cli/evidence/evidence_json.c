#include "cli/evidence/evidence_json.h"

#include <string.h>

#include "cli/tool/screen.h"
#include "core/base/text.h"

static struct status evidence_wrong(const char *name, const char *what)
{
    return failed(STATUS_INVALID, "this is no proof: %s has to be %s", name, what);
}

static struct status evidence_read_number(const struct node *tree, const char *name,
                                          struct arena *arena, uint64_t *number)
{
    return text_u64(node_shown(tree, name, arena), number) ? OK
                                                           : evidence_wrong(name, "a whole number");
}

static struct status evidence_read_hash(const struct node *tree, const char *name, const char *path,
                                        struct arena *arena, struct hash *hash)
{
    struct slice text = node_shown(tree, path, arena), bytes;

    if (!text.data || !text_unbase64(arena, text, &bytes) || bytes.size != SHA256_SIZE)
        return evidence_wrong(name, "the base64 of 32 bytes");
    memcpy(hash->bytes, bytes.data, SHA256_SIZE);
    return OK;
}

static struct status evidence_read_hashes(const struct node *tree, struct arena *arena,
                                          struct proof *proof)
{
    const struct node *list = node_at(tree, "hashes");

    if (!node_is_array(list) || node_count(list) > PROOF_MAX)
        return evidence_wrong("hashes", "a list of hashes, no longer than a proof can be");
    for (proof->count = 0; proof->count < node_count(list); proof->count++)
        TRY(evidence_read_hash(node_item(list, proof->count), "hashes", "", arena,
                               &proof->hashes[proof->count]));
    return OK;
}

struct status evidence_read(const struct node *tree, struct arena *arena, struct evidence *evidence)
{
    bool            inclusion = node_at(tree, "index") != NULL;
    struct position stands    = { 0 };

    *evidence = (struct evidence){ .kind = inclusion ? EVIDENCE_INCLUSION : EVIDENCE_CONSISTENCY };
    if (inclusion) {
        TRY(evidence_read_number(tree, "index", arena, &evidence->index));
        if (position_parse(node_shown(tree, "position", arena), &stands))
            evidence->partition = stands.partition;
        TRY(evidence_read_number(tree, "size", arena, &evidence->size));
        TRY(evidence_read_hash(tree, "leaf", "leaf", arena, &evidence->leaf));
    } else {
        TRY(evidence_read_number(tree, "from", arena, &evidence->from));
        TRY(evidence_read_number(tree, "to", arena, &evidence->size));
        TRY(evidence_read_hash(tree, "fromRoot", "fromRoot", arena, &evidence->from_root));
    }
    TRY(evidence_read_hashes(tree, arena, &evidence->proof));
    TRY(evidence_read_hash(tree, "root", "root", arena, &evidence->root));
    evidence->checkpoint = node_shown(tree, "checkpoint", arena);
    return OK;
}

static void evidence_say_hash(const char *name, const struct hash *hash, struct buffer *out)
{
    struct arena arena = { 0 };
    struct slice text  = text_base64(&arena, SLICE_OF(hash->bytes));

    buffer_print(out, "%-11s%.*s\n", name, (int)text.size, text.data);
    arena_free(&arena);
}

void evidence_say(const struct evidence *evidence, struct buffer *out)
{
    bool inclusion = evidence->kind == EVIDENCE_INCLUSION;

    if (inclusion)
        buffer_print(out, "event %llu is in the log of %llu events\n",
                     (unsigned long long)evidence->index + 1, (unsigned long long)evidence->size);
    else
        buffer_print(out, "the log of %llu events is the beginning of the one of %llu\n",
                     (unsigned long long)evidence->from, (unsigned long long)evidence->size);
    evidence_say_hash(inclusion ? "leaf" : "from root",
                      inclusion ? &evidence->leaf : &evidence->from_root, out);
    for (size_t i = 0; i < evidence->proof.count; i++)
        evidence_say_hash(i ? "" : "hashes", &evidence->proof.hashes[i], out);
    evidence_say_hash("root", &evidence->root, out);
    struct slice rest = evidence->checkpoint;
    if (!rest.size) buffer_add(out, SLICE("checkpoint none of this size\n"));
    for (bool first = true; rest.size; first = false) {
        const char *end  = memchr(rest.data, '\n', rest.size);
        size_t      size = end ? (size_t)(end - rest.data) : rest.size;
        if (size) buffer_print(out, "%-11s", first ? "checkpoint" : "");
        screen_sanitize(out, (struct slice){ rest.data, size });
        buffer_add_byte(out, '\n');
        size += end != NULL;
        rest = (struct slice){ rest.data + size, rest.size - size };
    }
}
