/* Is the chain from a vendor's report to a device told whole, in order, each link with the
 * one it follows from, and nothing of anybody else's?
 *
 * Planted bugs that it caught: the claim's stream left out; an event said to follow from
 * the first of its kind and not the latest.
 */
#include "tests/world/life.h"

static const char *why(struct life *life, struct id device, bool personal, struct status *status)
{
    struct past   past = past_of(life, personal);
    struct buffer text = { 0 };
    struct json   json = json_to(&text);

    *status          = replay_why(&past, device, &json);
    struct slice all = arena_print(&life->world->arena, "%.*s", (int)text.size,
                                   buffer_slice(&text).data);
    buffer_free(&text);
    store_close(past.nothing);
    return all.data;
}

/* "device-detected device-offered " … */
static const char *types_in(struct life *life, const char *text)
{
    static const char prefix[] = "\"type\":\"piot.v1.";
    struct slice      list     = SLICE("");

    while ((text = strstr(text, prefix)) != NULL) {
        text += sizeof prefix - 1;
        list = arena_print(&life->world->arena, "%.*s%.*s ", (int)list.size, list.data,
                           (int)strcspn(text, "\""), text);
    }
    return list.data;
}

/* The JSON of the first event of that type. */
static const char *part(struct life *life, const char *text, const char *type)
{
    struct slice prefix = arena_print(&life->world->arena, "\"type\":\"piot.v1.%s\"", type);
    const char  *begin  = strstr(text, prefix.data), *end;

    if (!begin) fail_msg("no %s in %s", type, text);
    end = strstr(begin, "\"time\"");
    return arena_print(&life->world->arena, "%.*s",
                       (int)(end ? (size_t)(end - begin) : strlen(begin)), begin)
        .data;
}

static void the_chain_is_told_from_the_report_to_the_device(void **state)
{
    struct life  *life = *state;
    struct status status;

    life_begins(life);
    const char *text = why(life, life->lamp, false, &status);
    assert_ok(status);
    assert_string_equal(
        types_in(life, text),
        "device-detected detection-resolved device-offered consent-requested consent-notified "
        "consent-granted device-added device-held ");
}

static void the_evidence_is_part_of_it(void **state)
{
    struct life  *life = *state;
    struct status status;

    life_begins(life);
    const char *seen = part(life, why(life, life->lamp, false, &status), "detection-resolved");
    assert_has(seen, "\"method\":\"lease\"");
    assert_has(seen, "\"confidence\":\"exact\"");
    assert_has(seen, "\"addressHash\":\"010203\"");
    assert_has(seen, "the address was resolved by lease, and the result is exact.");
    assert_has(seen, "\"actor\":{\"kind\":");
    assert_has(seen, "\"by\":\"detection\"");
}

static const char *follows(struct life *life, uint64_t position, const char *by)
{
    return arena_print(&life->world->arena, "\"follows\":{\"position\":\"1/%llu\",\"by\":\"%s\"}",
                       (unsigned long long)position, by)
        .data;
}

static void each_names_the_one_it_follows_from(void **state)
{
    struct life  *life = *state;
    struct status status;
    uint64_t      at[2];
    size_t        count;

    life_begins(life);
    const char *text = why(life, life->lamp, false, &status);
    assert_ok(log_type_positions(store_reader(life->world->store), EVENT_detection_resolved, 0,
                                 LOG_RISING, at, 2, &count));
    uint64_t resolved = at[0]; /* offered and requested come with it, in the same turn */
    assert_has(part(life, text, "device-offered"), follows(life, resolved, "detection"));
    assert_has(part(life, text, "consent-requested"), follows(life, resolved + 1, "causation"));
    assert_has(part(life, text, "consent-notified"), follows(life, resolved + 2, "consent"));
    assert_has(part(life, text, "consent-granted"), follows(life, resolved + 3, "consent"));
    assert_has(part(life, text, "device-added"), follows(life, resolved + 4, "consent"));
    assert_has(part(life, text, "device-held"), follows(life, resolved + 4, "causation"));
}

static void moves_and_the_end_are_part_of_it_and_what_it_did_is_not(void **state)
{
    struct life  *life = *state;
    struct status status;

    life_begins(life);
    life_goes_on(life);
    life_parts(life);
    const char *text = why(life, life->lamp, false, &status);
    assert_ok(status);
    assert_string_equal(
        types_in(life, text),
        "device-detected detection-resolved device-offered consent-requested consent-notified "
        "consent-granted device-added device-held device-moved "
        "consent-withdrawn device-removed device-released "
        "withdrawal-acknowledged ");
    assert_has_not(text, named(life, BOB));
    assert_has_not(text, "lamp-1");
    assert_has(why(life, life->lamp, true, &status), "\"vendorDeviceId\":\"lamp-1\"");
}

static void only_devices_have_a_why(void **state)
{
    struct life  *life = *state;
    struct status status;

    life_begins(life);
    assert_string_equal(why(life, ALICE, false, &status), "");
    assert_int_equal(status.code, STATUS_INVALID);
    assert_string_equal(why(life, (struct id){ "dnone" }, false, &status), "");
    assert_int_equal(status.code, STATUS_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, life_is_given, life_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_chain_is_told_from_the_report_to_the_device),
        TEST(the_evidence_is_part_of_it),
        TEST(each_names_the_one_it_follows_from),
        TEST(moves_and_the_end_are_part_of_it_and_what_it_did_is_not),
        TEST(only_devices_have_a_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
