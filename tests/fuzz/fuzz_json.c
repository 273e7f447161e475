/* Can any body crash the reader, or become an intent that could not be kept?
 *
 * The first byte chooses the intent. What is JSON has one canonical text, which is JSON and
 * its own, and as many parts as items or members; the forgiving reader takes it for the same.
 * What is read into the intent's fields has to survive being stored.
 */
#include "core/facts/intent.h"
#include "core/wire/json_parts.h"
#include "core/wire/json_tree.h"
#include "tests/world/input.h"

enum {
    INTENTS = 0
#define INTENT(...) +1
#include "core/facts/intents.def"
#undef INTENT
};

static void check_canonical(const struct node *node, struct arena *arena)
{
    struct slice     text = node_canonical(arena, node);
    struct bad_field bad;

    node = node_parse(arena, text, &bad);
    ensure(node != NULL && slice_equal(node_canonical(arena, node), text));
}

/* All parts of whatever text it is. */
static size_t count_parts(struct slice text, char begin, bool *whole)
{
    struct json_parts parts = json_parts(text, begin);
    struct slice      part;
    size_t            count = 0;

    for (; json_next(&parts, &part); count++)
        ensure(part.data >= text.data && part.data + part.size <= text.data + text.size);
    *whole = parts.whole;
    return count;
}

static void check_parts(const struct node *node, struct slice text)
{
    bool   whole = false;
    size_t items = count_parts(text, '[', &whole);

    if (node && node_kind(node) == NODE_ARRAY) ensure(whole && items == node_count(node));
    items = count_parts(text, '{', &whole);
    if (node && node_kind(node) == NODE_OBJECT) ensure(whole && items == node_count(node));
}

static void check_forgiven(const struct node *node, struct slice text, struct arena *arena)
{
    struct bad_field   bad      = { .why = "" };
    const struct node *forgiven = node_parse_forgiving(arena, text, &bad);

    ensure(forgiven || *bad.why);
    if (node)
        ensure(forgiven &&
               slice_equal(node_canonical(arena, node), node_canonical(arena, forgiven)));
}

static void check_kept(const struct intent *intent, struct arena *arena)
{
    struct buffer stored = { 0 }, again = { 0 };
    struct intent read;

    intent_encode(intent, &stored);
    ensure(intent_decode(buffer_slice(&stored), arena, &read).code == STATUS_OK);
    intent_encode(&read, &again);
    ensure(slice_equal(buffer_slice(&stored), buffer_slice(&again)));
    buffer_free(&stored);
    buffer_free(&again);
}

static void fuzz_intent(const struct node *node, enum intent_type type, struct arena *arena)
{
    struct intent       intent = { .type = type };
    const struct shape *shape  = intent_shape(type);
    struct bad_field    bad    = { .why = "" };

    if (json_read_intent(shape, node, NULL, arena, intent_body(&intent, shape), &bad))
        check_kept(&intent, arena);
    else ensure(*bad.why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena       arena = { 0 };
    struct slice       rest  = input_of(data, size);
    enum intent_type   type  = (enum intent_type)(1 + input_byte(&rest) % INTENTS);
    struct bad_field   bad   = { .why = "" };
    const struct node *node  = node_parse(&arena, rest, &bad);

    check_parts(node, rest);
    check_forgiven(node, rest, &arena);
    if (node) {
        check_canonical(node, &arena);
        fuzz_intent(node, type, &arena);
    } else {
        ensure(*bad.why);
    }
    arena_free(&arena);
    return 0;
}
