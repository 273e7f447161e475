/* Can today's program still read what every release has written?
 *
 * v1.events holds a sample of every (type, schema), as blocks of lines:
 *
 *     event <name> <schema>
 *     leaf <hash, hex>
 *     envelope <bytes, hex>
 *     personal <the opened personal fields, hex; empty: none>
 *     public-json <the public fields as the wire has them>
 *     personal-json <the personal ones>
 *
 * A block is never changed. Its JSON must be what today's begins with: fields are
 * only added at the end. A type that got a field has a block for each number of
 * fields it ever had, for logs hold them all: a sample with all of today's is
 * missing until it is added, and the older ones stay. A type without a sample fails;
 * PIOT_GOLDEN_WRITE=1 adds what is missing, and only that.
 *
 * Planted bugs that this must notice, and did: two fields of an event swapped in
 * events.def, a field removed, a tag renumbered, a field's type changed, a field
 * added without a sample, an older sample encoded with all of today's fields.
 */
#include "core/base/text.h"
#include "core/rules/rules.h"
#include "projections/projection.h"
#include "tests/world/sample.h"

#include <stdio.h>
#include <stdlib.h>

static const char PATH[] = "tests/golden/v1.events"; /* tests run in the source folder */

static struct arena arena;

struct golden {
    struct slice name, schema, leaf, envelope, personal, public_json, personal_json;
};

struct list {
    struct golden *items;
    size_t         count;
};

/* -- the file --------------------------------------------------------------- */

static struct slice load(void)
{
    FILE         *file = fopen(PATH, "r");
    struct buffer text = { 0 };
    int           byte;

    while (file && (byte = fgetc(file)) != EOF) buffer_add_byte(&text, (char)byte);
    if (file) assert_int_equal(fclose(file), 0);
    struct slice copy = arena_copy(&arena, buffer_slice(&text));
    buffer_free(&text);
    return copy;
}

static struct slice take_until(struct slice *rest, char end)
{
    const char *at = rest->size ? memchr(rest->data, end, rest->size) : NULL;

    if (!at) fail_msg("%s is cut before '%.20s'", PATH, rest->size ? rest->data : "its end");
    struct slice taken = { rest->data, (size_t)(at - rest->data) };
    *rest              = (struct slice){ at + 1, rest->size - taken.size - 1 };
    return taken;
}

static struct slice take_line(struct slice *rest, const char *word)
{
    struct slice found = take_until(rest, ' ');

    if (!slice_equal(found, slice_text(word)))
        fail_msg("%s: '%.*s' stands where '%s' should", PATH, (int)found.size, found.data, word);
    return take_until(rest, '\n');
}

static struct slice unhex(struct slice text)
{
    uint8_t *bytes = arena_take(&arena, text.size / 2);

    assert_true(text_unhex(text, bytes, text.size / 2));
    return (struct slice){ (const char *)bytes, text.size / 2 };
}

static struct golden take_golden(struct slice *rest)
{
    struct golden golden;
    struct slice  head = take_line(rest, "event");

    golden.schema        = head;
    golden.name          = take_until(&golden.schema, ' ');
    golden.leaf          = unhex(take_line(rest, "leaf"));
    golden.envelope      = unhex(take_line(rest, "envelope"));
    golden.personal      = unhex(take_line(rest, "personal"));
    golden.public_json   = take_line(rest, "public-json");
    golden.personal_json = take_line(rest, "personal-json");
    return golden;
}

static struct list read_all(void)
{
    struct slice rest = load(), counted = rest;
    struct list  list = { 0 };

    while (counted.size) (void)take_golden(&counted), list.count++;
    list.items = arena_array(&arena, struct golden, list.count);
    for (size_t i = 0; i < list.count; i++) list.items[i] = take_golden(&rest);
    return list;
}

/* -- the fields as JSON ----------------------------------------------------- */

static struct slice json_of(const struct shape *shape, const struct event *event,
                            enum shape_part part)
{
    struct buffer out  = { 0 };
    struct json   json = json_to(&out);

    json_object(&json);
    shape_json(shape, event_body(event, shape), part, &json);
    json_object_end(&json);
    struct slice copy = arena_copy(&arena, buffer_slice(&out));
    buffer_free(&out);
    return copy;
}

/* All of `wanted` but its closing brace. */
static void assert_begins(struct slice found, struct slice wanted, const char *name)
{
    wanted.size--;
    if (!slice_starts(found, wanted)) fail_msg("%s is now %.*s", name, (int)found.size, found.data);
}

/* -- writing what is missing ------------------------------------------------ */

static struct event event_of(const struct golden *golden)
{
    struct event event;

    assert_ok(event_decode(golden->envelope, &arena, &event));
    if (golden->personal.size) assert_ok(event_decode_personal(golden->personal, &arena, &event));
    return event;
}

/* Was it written with all the fields its type has today? */
static bool is_whole(const struct golden *golden)
{
    struct event        event = event_of(golden);
    const struct shape *shape = event_shape(event.type);
    struct buffer       again = { 0 };
    bool                same;

    if (shape_has_personal(shape)) event_encode_personal(&event, &again);
    same = slice_equal(buffer_slice(&again), golden->personal);
    buffer_free(&again);
    return same && !event.lacking;
}

static bool has(const struct list *list, const struct shape *shape)
{
    struct slice schema = arena_print(&arena, "%u", (unsigned)EVENT_SCHEMA);

    for (size_t i = 0; i < list->count; i++)
        if (slice_equal(list->items[i].name, slice_text(shape->name)) &&
            slice_equal(list->items[i].schema, schema) && is_whole(&list->items[i]))
            return true;
    return false;
}

static void print_hex(FILE *file, const char *word, struct slice bytes)
{
    char *text = arena_take(&arena, 2 * bytes.size + 1);

    text_hex(bytes, text);
    fprintf(file, "%s %s\n", word, text);
}

static void write_golden(FILE *file, const struct shape *shape)
{
    static const char leaf[]   = { 0 };
    struct event      event    = sample_logged(&arena, shape);
    struct buffer     envelope = { 0 }, personal = { 0 };

    event_encode(&event, &envelope);
    if (shape_has_personal(shape)) event_encode_personal(&event, &personal);
    struct hash  hash    = crypto_sha256_two(SLICE_OF(leaf), buffer_slice(&envelope));
    struct slice open    = json_of(shape, &event, SHAPE_PUBLIC);
    struct slice private = json_of(shape, &event, SHAPE_PERSONAL);
    fprintf(file, "event %s %u\n", shape->name, (unsigned)EVENT_SCHEMA);
    print_hex(file, "leaf", SLICE_OF(hash.bytes));
    print_hex(file, "envelope", buffer_slice(&envelope));
    print_hex(file, "personal", buffer_slice(&personal));
    fprintf(file, "public-json %.*s\npersonal-json %.*s\n", (int)open.size, open.data,
            (int)private.size, private.data);
    buffer_free(&envelope);
    buffer_free(&personal);
}

static int add_missing(void **state)
{
    const char         *asked = getenv("PIOT_GOLDEN_WRITE");
    const struct shape *shape;

    (void)state;
    if (!asked || strcmp(asked, "1") != 0) return 0;
    struct list list = read_all();
    FILE       *file = fopen(PATH, "a");
    if (!file) return -1;
    for (size_t i = 0; (shape = event_shape_at(i)) != NULL; i++)
        if (!has(&list, shape)) write_golden(file, shape);
    return fclose(file);
}

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* -- the questions ---------------------------------------------------------- */

static void every_type_of_event_has_a_sample(void **state)
{
    struct list         list = read_all();
    const struct shape *shape;

    (void)state;
    for (size_t i = 0; (shape = event_shape_at(i)) != NULL; i++)
        if (!has(&list, shape))
            fail_msg("no sample of %s with all its fields in %s: PIOT_GOLDEN_WRITE=1 adds one",
                     shape->name, PATH);
}

static void every_sample_has_its_leaf_hash(void **state)
{
    static const char leaf[] = { 0 };
    struct list       list   = read_all();

    (void)state;
    for (size_t i = 0; i < list.count; i++) {
        struct hash hash = crypto_sha256_two(SLICE_OF(leaf), list.items[i].envelope);

        assert_true(slice_equal(SLICE_OF(hash.bytes), list.items[i].leaf));
    }
}

static void every_sample_still_says_what_it_said(void **state)
{
    struct list list = read_all();

    (void)state;
    for (size_t i = 0; i < list.count; i++) {
        struct golden      *golden = &list.items[i];
        struct event        event  = event_of(golden);
        const struct shape *shape  = event_shape(event.type);

        if (!slice_equal(slice_text(shape->name), golden->name))
            fail_msg("%.*s is now called %s", (int)golden->name.size, golden->name.data,
                     shape->name);
        assert_begins(json_of(shape, &event, SHAPE_PUBLIC), golden->public_json, shape->name);
        assert_begins(json_of(shape, &event, SHAPE_PERSONAL), golden->personal_json, shape->name);
    }
}

/* Verifying a log encodes every envelope again, however old it is. */
static void every_sample_encodes_to_the_same_bytes(void **state)
{
    struct list list = read_all();

    (void)state;
    for (size_t i = 0; i < list.count; i++) {
        struct event  event = event_of(&list.items[i]);
        struct buffer again = { 0 };

        event_encode(&event, &again);
        if (!slice_equal(buffer_slice(&again), list.items[i].envelope))
            fail_msg("%s is encoded differently today", event_shape(event.type)->name);
        buffer_free(&again);
    }
}

static void a_token_from_before_there_was_a_choice_sees_nothing_personal(void **state)
{
    struct list list   = read_all();
    size_t      before = 0;

    (void)state;
    for (size_t i = 0; i < list.count; i++) {
        struct event event = event_of(&list.items[i]);
        if (event.type != EVENT_token_issued || !event.lacking) continue;
        assert_false(event.token_issued.personal);
        before++;
    }
    assert_int_equal(before, 1);
}

/* A sample is of no story, so the registry says of many that they do not follow from the
 * ones before; that apart, none is corrupt to any fold. */
static void every_sample_is_folded(void **state)
{
    struct list          list    = read_all();
    struct store_options options = { .path = NULL };
    struct store        *store;
    struct arena         scratch = { 0 };

    (void)state;
    store_families_all(options.families);
    assert_ok(store_open(&store, &options));
    struct batch *batch = batch_open(store);
    for (size_t i = 0; i < list.count; i++) {
        struct event event = event_of(&list.items[i]);

        event.position = i + 1;
        fold_registry.apply(batch, &scratch, &event);
        for (const struct fold *const *fold = all_folds; *fold; fold++)
            (*fold)->apply(batch, &scratch, &event);
        arena_reset(&scratch);
        struct status found = reader_failure(batch_reader(batch));
        if (found.code == STATUS_OK) assert_ok(batch_commit(batch, false));
        else if (strstr(found.text, "does not follow")) batch_clear(batch);
        else fail_msg("%s: %s", event_shape(event.type)->name, found.text);
    }
    batch_close(batch);
    store_close(store);
    arena_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_of_event_has_a_sample),
        cmocka_unit_test(every_sample_has_its_leaf_hash),
        cmocka_unit_test(every_sample_still_says_what_it_said),
        cmocka_unit_test(every_sample_encodes_to_the_same_bytes),
        cmocka_unit_test(a_token_from_before_there_was_a_choice_sees_nothing_personal),
        cmocka_unit_test(every_sample_is_folded),
    };
    return cmocka_run_group_tests(tests, add_missing, free_arena);
}
