/* Does a thread find the thing models that were published, and no others, however many
 * there are? */
#include "tests/world/checks.h"

#include "api/things/schema.h"
#include "core/facts/names.h"
#include "projections/projection.h"

static struct arena arena;

static void the_book_finds_published_models_and_forgets_the_oldest(void **state)
{
    struct store        *store;
    struct store_options options = { .families = { [FAMILY_vendors] = true } };
    struct id            vendor  = id_derive(ID_vendor, SLICE("a"), SLICE(""), SLICE(""));
    struct id            other   = id_derive(ID_vendor, SLICE("b"), SLICE(""), SLICE(""));

    (void)state;
    assert_int_equal(store_open(&store, &options).code, STATUS_OK);
    struct batch *batch = batch_open(store);
    for (int i = 0; i < SCHEMA_BOOK_MAX + 10; i++) {
        struct slice name = arena_print(&arena, "lamp:1.0.%d", i);
        struct slice text = arena_print(&arena, "{\"properties\":{\"p%d\":{}}}", i);
        view_put_thing_model(batch, vendor, name_model(name),
                             &(struct thing_model_row){ .model = name, .definition = text });
    }
    assert_int_equal(batch_commit(batch, true).code, STATUS_OK);
    struct reader *reader = store_reader(store);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < SCHEMA_BOOK_MAX + 10; i++) {
            const struct definition *found = schema_find(reader, vendor,
                                                         arena_print(&arena, "lamp:1.0.%d", i));
            assert_non_null(found);
            assert_slice(definition_names(found).items[0], arena_print(&arena, "p%d", i).data);
        }
    const struct definition *last = schema_find(reader, vendor, SLICE("lamp:1.0.9"));
    assert_ptr_equal(schema_find(reader, vendor, SLICE("lamp:1.0.9")), last);
    assert_null(schema_find(reader, other, SLICE("lamp:1.0.9")));
    assert_null(schema_find(reader, vendor, SLICE("lamp:2.0.0")));
    batch_close(batch);
    store_close(store);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_book_finds_published_models_and_forgets_the_oldest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
