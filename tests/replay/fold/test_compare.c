/* Is what a changed fold would make otherwise told row by row and field by field, with
 * what nobody is to see by name alone, and nothing else?
 *
 * Planted bugs that it caught: the live row taken for the fresh one; a row that only one
 * side has passed over; registry values told.
 */
#include "replay/fold/replay.h"
#include "tests/world/life.h"

struct vendor_event {
    struct arena  arena;
    struct buffer lines; /* each difference's JSON on a line */
    size_t        count;
    bool          personal;
};

static void tell(void *context, const struct difference *difference)
{
    struct vendor_event *told = context;
    struct json          json = json_to(&told->lines);

    difference_json(difference, told->personal, &json);
    buffer_add_byte(&told->lines, '\n');
    told->count++;
}

/* Folds the life again with these folds, beside what the real ones keep. */
static const char *tried(struct life *life, const struct fold *const *folds, bool personal,
                         size_t *count)
{
    struct vendor_event  told        = { .personal = personal };
    struct differences   differences = { tell, &told };
    struct store_options options     = { .path = NULL };
    struct store        *scratch;
    uint64_t             events;

    store_families_all(options.families);
    assert_ok(store_open(&scratch, &options));
    assert_ok(replay_compare_views(store_reader(life->world->store), life->world->vault, folds,
                                   scratch, NULL, &differences, &events));
    assert_int_equal(events, world_head(life->world));
    store_close(scratch);
    const char *text = arena_print(&life->world->arena, "%.*s", (int)told.lines.size,
                                   buffer_slice(&told.lines).data)
                           .data;
    buffer_free(&told.lines);
    *count = told.count;
    return text;
}

/* -- folds that are changed -------------------------------------------------------------- */

/* Rooms are no longer kept, and whoever was vendor is called otherwise. */
static void networks_without_rooms(struct batch *batch, struct arena *scratch,
                                   const struct event *event)
{
    struct network_row row;

    fold_networks.apply(batch, scratch, event);
    if (event->type != EVENT_network_changed) return;
    if (!view_get_network(batch_reader(batch), event->network_changed.network, NO_ID, scratch,
                          &row))
        return;
    row.rooms = (struct texts){ NULL, 0 };
    view_put_network(batch, event->network_changed.network, NO_ID, &row);
}

static void vendors_shout(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct vendor_row row;

    fold_vendors.apply(batch, scratch, event);
    if (!view_get_vendor(batch_reader(batch), event->stream, NO_ID, scratch, &row)) return;
    row.name = arena_print(scratch, "%.*s!", (int)row.name.size, row.name.data);
    if (event->type == EVENT_vendor_onboarded) view_put_vendor(batch, event->stream, NO_ID, &row);
}

static void nothing(struct batch *batch, struct arena *scratch, const struct event *event)
{
    (void)batch, (void)scratch, (void)event;
}

static const struct fold without_rooms = {
    .name         = "networks",
    .families     = { FAMILY_networks },
    .family_count = 1,
    .apply        = networks_without_rooms,
};
static const struct fold shouting = {
    .name         = "vendors",
    .families     = { FAMILY_vendors },
    .family_count = 1,
    .apply        = vendors_shout,
};
static const struct fold no_networks = {
    .name         = "networks",
    .families     = { FAMILY_networks },
    .family_count = 1,
    .apply        = nothing,
};

/* -- what is told ------------------------------------------------------------------------- */

static void the_same_folds_make_no_difference(void **state)
{
    struct life *life = *state;
    size_t       count;

    life_begins(life);
    life_goes_on(life);
    life_parts(life);
    assert_string_equal(tried(life, all_folds, true, &count), "");
    assert_int_equal(count, 0);
}

static void a_changed_field_is_told_before_and_after(void **state)
{
    const struct fold *const folds[] = { &shouting, NULL };
    struct life             *life    = *state;
    size_t                   count;

    life_begins(life);
    const char *text = tried(life, folds, false, &count);
    assert_int_equal(count, 2);
    assert_has(text, arena_print(&life->world->arena,
                                 "{\"kind\":\"vendor\",\"view\":\"vendors\",\"id\":\"%s\","
                                 "\"change\":\"changed\",\"fields\":[{\"name\":\"name\","
                                 "\"from\":\"Glow\",\"to\":\"Glow!\"}]}\n",
                                 named(life, GLOW))
                         .data);
}

static void personal_values_are_told_only_if_asked_for(void **state)
{
    const struct fold *const folds[] = { &without_rooms, NULL };
    struct life             *life    = *state;
    size_t                   count;

    life_begins(life);
    life_goes_on(life);
    const char *shut = tried(life, folds, false, &count);
    assert_int_equal(count, 1);
    assert_has(shut, "\"change\":\"changed\",\"fields\":[{\"name\":\"rooms\",\"hidden\":true}]}");
    assert_has(tried(life, folds, true, &count), "\"from\":[\"Kitchen\",\"Study\"]");
}

static void rows_that_would_come_or_go_are_told(void **state)
{
    const struct fold *const folds[] = { &no_networks, NULL };
    struct life             *life    = *state;
    size_t                   count;

    life_begins(life);
    const char *text = tried(life, folds, false, &count);
    assert_int_equal(count, 4); /* two networks, each also in its account's list */
    assert_has(text, arena_print(&life->world->arena,
                                 "{\"kind\":\"network\",\"view\":\"networks\",\"id\":\"%s\","
                                 "\"change\":\"removed\"",
                                 named(life, HOME))
                         .data);
    struct batch *batch = batch_open(life->world->store);
    view_erase_network(batch, HOME, NO_ID);
    assert_ok(batch_commit(batch, false));
    batch_close(batch);
    text = tried(life, all_folds, false, &count);
    assert_int_equal(count, 1);
    assert_has(text, "\"change\":\"added\"");
}

/* The row of Glow's, with other bytes. */
static void put_glow(struct life *life, enum family family, struct slice bytes)
{
    struct batch *batch = batch_open(life->world->store);
    struct key    key   = batch_key(batch);

    key_add_byte(&key, 'v');
    key_add_id(&key, GLOW);
    batch_put(batch, family, key_slice(&key), bytes);
    assert_ok(batch_commit(batch, false));
    batch_close(batch);
}

static void of_the_registry_only_names_are_told(void **state)
{
    struct life *life = *state;
    size_t       count;

    life_begins(life);
    put_glow(life, FAMILY_registry, SLICE("\x91\xa9suspended"));
    const char *text = tried(life, all_folds, true, &count);
    assert_int_equal(count, 1);
    assert_has(text, "\"view\":\"registry\"");
    assert_has(text, "{\"name\":\"status\",\"hidden\":true}");
    assert_has_not(text, "gone");
    assert_has_not(text, "\"from\"");
}

static void a_row_that_cannot_be_read_is_told_by_its_key(void **state)
{
    struct life *life = *state;
    size_t       count;

    life_begins(life);
    put_glow(life, FAMILY_vendors, SLICE("not MessagePack"));
    const char *text = tried(life, all_folds, true, &count);
    assert_int_equal(count, 1);
    assert_has(text, "{\"kind\":\"vendors\",\"view\":\"vendors\",\"key\":\"0000000176");
    assert_has(text, "\"change\":\"changed\"}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, life_is_given, life_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_folds_make_no_difference),
        TEST(a_changed_field_is_told_before_and_after),
        TEST(personal_values_are_told_only_if_asked_for),
        TEST(rows_that_would_come_or_go_are_told),
        TEST(of_the_registry_only_names_are_told),
        TEST(a_row_that_cannot_be_read_is_told_by_its_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
