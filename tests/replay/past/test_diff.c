/* Is what changed between two moments told, all of it and nothing else?
 *
 * Planted bugs that it caught: rows compared by their place in the list and not by id;
 * the first moment taken for the second.
 */
#include "tests/world/life.h"

static const char *diff(struct life *life, struct id subject, uint64_t from, uint64_t to,
                        bool personal, struct status *why)
{
    struct past   past = past_of(life, personal);
    struct buffer text = { 0 };
    struct json   json = json_to(&text);

    *why              = replay_diff(&past, subject, (struct moment){ .position.number = from },
                                    (struct moment){ .position.number = to }, &json);
    struct slice kept = arena_print(&life->world->arena, "%.*s", (int)text.size,
                                    buffer_slice(&text).data);
    buffer_free(&text);
    store_close(past.nothing);
    return kept.data;
}

/* What the question changed for Alice, which is all that changed. */
static const char *changed_by(struct life *life, struct question asked)
{
    uint64_t      before = world_head(life->world);
    struct status why;

    does(life, asked);
    const char *text = diff(life, ALICE, before, world_head(life->world), true, &why);
    assert_ok(why);
    return strstr(text, "\"changes\":");
}

static struct slice change(struct life *life, const char *kind, struct id id, const char *rest)
{
    return arena_print(&life->world->arena, "\"changes\":[{\"kind\":\"%s\",\"id\":\"%s\",%s}]}",
                       kind, named(life, id), rest);
}

static void a_device_that_moved_tells_whence_and_whither(void **state)
{
    struct life *life = *state;

    life_begins(life);
    DOES(life, ALICE, create_network, .network = OFFICE, .name = SLICE("Office"));
    struct slice fields = arena_print(&life->world->arena,
                                      "\"change\":\"changed\",\"fields\":[{\"name\":\"network\","
                                      "\"from\":\"%s\",\"to\":\"%s\"}]",
                                      named(life, HOME), named(life, OFFICE));
    assert_string_equal(changed_by(life, ASKING(ALICE, change_device, .device = life->lamp,
                                                .network_id = OFFICE)),
                        change(life, "device", life->lamp, fields.data).data);
}

static void what_came_has_no_from_and_what_went_no_to(void **state)
{
    struct life *life = *state;

    life_begins(life);
    DOES(life, ALICE, change_device, .device = life->lamp, .room = SLICE("Study"));
    const char *made = changed_by(life, ASKING(ALICE, create_network, .network = OFFICE,
                                               .name = SLICE("Office")));
    assert_has(made, "\"change\":\"added\",\"fields\":[");
    assert_has(made, "{\"name\":\"name\",\"to\":\"Office\"}");
    assert_has_not(made, "\"from\"");
    const char *gone = changed_by(life, ASKING(ALICE, delete_network, .network = OFFICE));
    assert_has(gone, "\"change\":\"removed\"");
    assert_has(gone, "{\"name\":\"name\",\"from\":\"Office\"}");
    assert_has_not(gone, "\"to\"");
    const char *cleared = changed_by(life, ASKING(ALICE, change_network, .network = HOME,
                                                  .name = SLICE("Home")));
    assert_string_equal(cleared, "\"changes\":[]}");
}

/* It comes before the other in every list. */
static void rows_are_matched_by_their_names(void **state)
{
    const struct id attic = { "nattic" };
    struct life    *life  = *state;

    life_begins(life);
    const char *made = changed_by(life, ASKING(ALICE, create_network, .network = attic,
                                               .name = SLICE("Attic")));
    assert_has(made, named(life, attic));
    assert_has_not(made, named(life, HOME));
}

static void a_vendors_new_name_is_a_change_for_its_customers(void **state)
{
    struct life *life = *state;

    life_begins(life);
    assert_string_equal(changed_by(life, ASKING(GLOW, change_vendor, .name = SLICE("Gleam"))),
                        change(life, "vendor", GLOW,
                               "\"change\":\"changed\",\"fields\":["
                               "{\"name\":\"name\",\"from\":\"Glow\",\"to\":\"Gleam\"}]")
                            .data);
    assert_string_equal(changed_by(life, ASKING(ACME, change_vendor, .name = SLICE("Acne"))),
                        "\"changes\":[]}");
}

static void a_device_that_was_removed_is_told_so_when_asked_for_itself(void **state)
{
    struct life  *life = *state;
    struct status why;
    uint64_t      before;

    life_begins(life);
    before = world_head(life->world);
    DOES(life, ALICE, withdraw_consent, .consent = life->question, .reason = SLICE("no"));
    const char *text = diff(life, life->lamp, before, world_head(life->world), false, &why);
    assert_ok(why);
    assert_has(text, "\"change\":\"removed\",\"fields\":[{\"name\":\"status\",\"from\":\"active\","
                     "\"to\":\"removed\"}");
    assert_has(text, "{\"name\":\"status\",\"from\":\"granted\",\"to\":\"withdrawn\"}");
}

static void without_the_vault_personal_changes_are_not_told(void **state)
{
    struct life  *life = *state;
    struct status why;
    uint64_t      before;

    life_begins(life);
    before = world_head(life->world);
    life_goes_on(life);
    const char *shut = diff(life, ALICE, before, world_head(life->world), false, &why);
    assert_ok(why);
    assert_has_not(shut, "Study");
    assert_has_not(shut, "Reading");
    assert_has_not(shut, "reported");
    assert_has(diff(life, ALICE, before, world_head(life->world), true, &why), "Reading lamp");
}

static void moments_come_in_their_order_and_the_subject_is_there_at_one(void **state)
{
    struct life  *life = *state;
    struct status why;

    life_begins(life);
    assert_string_equal(diff(life, ALICE, 9, 8, false, &why), "");
    assert_int_equal(why.code, STATUS_INVALID);
    assert_string_equal(diff(life, life->lamp, 1, 2, false, &why), "");
    assert_int_equal(why.code, STATUS_NOT_FOUND);
    assert_has(diff(life, life->lamp, 1, world_head(life->world), false, &why),
               "\"change\":\"added\"");
    assert_ok(why);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, life_is_given, life_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_device_that_moved_tells_whence_and_whither),
        TEST(what_came_has_no_from_and_what_went_no_to),
        TEST(rows_are_matched_by_their_names),
        TEST(a_vendors_new_name_is_a_change_for_its_customers),
        TEST(a_device_that_was_removed_is_told_so_when_asked_for_itself),
        TEST(without_the_vault_personal_changes_are_not_told),
        TEST(moments_come_in_their_order_and_the_subject_is_there_at_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
