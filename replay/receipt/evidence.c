#include "replay/receipt/evidence.h"

#include "core/base/text.h"
#include "core/log/tile_path.h"

#include <string.h>

/* -- making -------------------------------------------------------------------------- */

/* From the tree's own lowest level: no event has to be read. */
static struct status leaf_at(struct merkle *tree, struct reader *reader, uint64_t index,
                             struct hash *leaf)
{
    struct hash hashes[TILE_WIDTH];
    unsigned    at = (unsigned)(index % TILE_WIDTH);

    TRY(merkle_tile(tree, reader, 0, index / TILE_WIDTH, at + 1, hashes));
    *leaf = hashes[at];
    return OK;
}

struct status evidence_inclusion(struct merkle *tree, struct reader *reader, uint64_t position,
                                 uint64_t size, struct evidence *evidence)
{
    *evidence = (struct evidence){ .kind = EVIDENCE_INCLUSION, .size = size };
    if (position < 1 || position > size)
        return failed(STATUS_INVALID, "position %llu is not among the first %llu events",
                      (unsigned long long)position, (unsigned long long)size);
    evidence->partition = reader_partition(reader);
    evidence->index     = position - 1;
    TRY(merkle_inclusion(tree, reader, evidence->index, size, &evidence->proof));
    TRY(leaf_at(tree, reader, evidence->index, &evidence->leaf));
    return merkle_root(tree, reader, size, &evidence->root);
}

struct status evidence_consistency(struct merkle *tree, struct reader *reader, uint64_t from,
                                   uint64_t to, struct evidence *evidence)
{
    *evidence = (struct evidence){ .kind = EVIDENCE_CONSISTENCY, .from = from, .size = to };
    TRY(merkle_consistency(tree, reader, from, to, &evidence->proof));
    TRY(merkle_root(tree, reader, from, &evidence->from_root));
    return merkle_root(tree, reader, to, &evidence->root);
}

/* -- writing -------------------------------------------------------------------------- */

static void put_hash(struct json *json, const char *name, const struct hash *hash)
{
    struct arena arena = { 0 };

    if (name) json_name(json, name);
    json_text(json, text_base64(&arena, SLICE_OF(hash->bytes)));
    arena_free(&arena);
}

void evidence_write(const struct evidence *evidence, struct json *json)
{
    bool inclusion = evidence->kind == EVIDENCE_INCLUSION;

    json_object(json);
    if (inclusion) {
        json_put_position(json, "position",
                          (struct position){ evidence->partition, evidence->index + 1 });
        json_put_u64(json, "index", evidence->index);
    } else json_put_u64(json, "from", evidence->from);
    json_put_u64(json, inclusion ? "size" : "to", evidence->size);
    put_hash(json, inclusion ? "leaf" : "fromRoot",
             inclusion ? &evidence->leaf : &evidence->from_root);
    json_name(json, "hashes");
    json_array(json);
    for (size_t i = 0; i < evidence->proof.count; i++)
        put_hash(json, NULL, &evidence->proof.hashes[i]);
    json_array_end(json);
    put_hash(json, "root", &evidence->root);
    json_may_text(json, "checkpoint", evidence->checkpoint);
    json_object_end(json);
}

/* -- checking -------------------------------------------------------------------------- */

static bool leads_to_root(const struct evidence *it)
{
    if (it->kind == EVIDENCE_INCLUSION)
        return proof_includes(&it->proof, &it->leaf, it->index, it->size, &it->root);
    return proof_is_consistent(&it->proof, it->from, &it->from_root, it->size, &it->root);
}

struct status evidence_check(const struct evidence *evidence, const struct note_key *key,
                             struct slice note)
{
    struct checkpoint head;

    if (!leads_to_root(evidence))
        return failed(STATUS_CORRUPT, "the hashes do not lead to the root: this is no proof");
    if (!note.data) note = evidence->checkpoint;
    if (!note.data || !note.size)
        return failed(STATUS_CORRUPT,
                      "nobody has signed the root of %llu events: bring the "
                      "checkpoint of that size",
                      (unsigned long long)evidence->size);
    TRY(checkpoint_open(note, key, &head));
    if (head.size != evidence->size)
        return failed(STATUS_CORRUPT, "the checkpoint is of %llu events, the proof of %llu",
                      (unsigned long long)head.size, (unsigned long long)evidence->size);
    return hash_equal(&head.root, &evidence->root)
               ? OK
               : failed(STATUS_CORRUPT, "the root is not the one that was signed");
}
