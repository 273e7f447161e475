/* Is a vendor's CloudEvent understood if, and only if, it is well formed, and does the
 * answer name the field that is not? And does it reach the stream that decides? */
#include "core/leases/leases.h"
#include "tests/world/checks.h"

#include "api/vendors/vendor_event.h"
#include "core/facts/names.h"
#include "core/vault/vault.h"
#include "projections/projection.h"

#define NOW (INT64_C(1795363387123) * MILLISECOND) /* 2026-11-22T16:03:07.123Z */

static const struct id GLOW = { "vglow" }, OTHER = { "vother" }, ALICE = { "aalice" };
static const struct id LAMP = { "dlamp" }, HOME = { "nhome" };
static const struct id COMMAND = { "mcommand" }, GRANT = { "cgrant" };

static struct world {
    struct arena        arena;
    struct store       *store;
    struct policy       policy;
    struct vendor_event incoming;
} world;

static int open_world(void **state)
{
    struct store_options options = { .path = NULL };

    (void)state;
    world = (struct world){ .policy = policy_default() };
    store_families_all(options.families);
    assert_int_equal(store_open(&world.store, &options).code, STATUS_OK);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    store_close(world.store);
    arena_free(&world.arena);
    return 0;
}

/* -- reading ------------------------------------------------------------------------------ */

#define HEAD                 "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/glow\","
#define EVENT_OF(type, data) "{" HEAD "\"type\":\"piot.v1." type "\",\"data\":" data "}"

#define SEEN "{\"observedAt\":\"2026-11-22T16:03:00Z\",\"ipv6Address\":\"2001:db8::1\"}"
#define DETECTION(observation)                                                        \
    EVENT_OF("device-detected", "{\"vendorDeviceId\":\"L1\",\"thingModel\":\"lamp\"," \
                                "\"observation\":" observation "}")
#define STATE(properties)                                                          \
    EVENT_OF("device-state-reported", "{\"vendorDeviceId\":\"L1\",\"observedAt\":" \
                                      "\"2026-11-22T16:03:00Z\",\"properties\":" properties "}")

static bool reads(const char *text)
{
    struct bad_field   bad;
    const struct node *node = node_parse(&world.arena, slice_text(text), &bad);

    if (!node) fail_msg("%s: %s", text, bad.why);
    vendor_event_read(node, SLICE("piot"), &world.arena, &world.incoming);
    return !world.incoming.wrong;
}

static void is_wrong(const char *text, const char *where, const char *why)
{
    assert_false(reads(text));
    assert_string_equal(world.incoming.bad.name, where);
    assert_string_equal(world.incoming.bad.why, why);
}

static void a_detection_is_read_whole(void **state)
{
    const struct report_detection *request = &world.incoming.intent.report_detection;

    (void)state;
    assert_true(reads("{" HEAD "\"type\":\"piot.v1.device-detected\",\"time\":"
                      "\"2026-11-22T16:03:01Z\",\"datacontenttype\":\"application/json\","
                      "\"subject\":\"L1\",\"sequence\":\"00000000000000000001\",\"partof\":7,"
                      "\"data\":{\"vendorDeviceId\":\"L1\",\"ownershipEpoch\":3,"
                      "\"thingModel\":\"lamp:1.0.0\",\"displayName\":\"Lamp\",\"observation\":"
                      "{\"observedAt\":\"2026-11-22T16:03:00Z\",\"protocol\":\"tcp\","
                      "\"ipv4Address\":{\"publicAddress\":\"192.0.2.7\",\"publicPort\":4711}}}}"));
    assert_slice(world.incoming.event.id, "1");
    assert_slice(world.incoming.event.source, "/glow");
    assert_int_equal(world.incoming.intent.type, INTENT_report_detection);
    assert_slice(request->vendor_device_id, "L1");
    assert_slice(request->thing_model, "lamp:1.0.0");
    assert_slice(request->display_name, "Lamp");
    assert_int_equal(request->ownership_epoch, 3);
    assert_int_equal(request->observed_at, NOW - 7123 * MILLISECOND);
    assert_int_equal(world.incoming.seen.family, 4);
    assert_memory_equal(world.incoming.seen.address, "\xC0\x00\x02\x07", 4);
    assert_true(world.incoming.seen.has_port && world.incoming.seen.port == 4711);
    assert_int_equal(world.incoming.seen.at, request->observed_at);
}

static void every_type_a_vendor_sends_is_known(void **state)
{
    (void)state;
    assert_true(reads(DETECTION(SEEN)));
    assert_true(reads(STATE("{\"on\":true}")));
    assert_true(reads(EVENT_OF("device-connectivity-changed",
                               "{\"vendorDeviceId\":\"L1\",\"observedAt\":"
                               "\"2026-11-22T16:03:00Z\",\"online\":false,\"cause\":\"power\"}")));
    assert_true(reads(EVENT_OF("device-event-raised",
                               "{\"vendorDeviceId\":\"L1\",\"observedAt\":"
                               "\"2026-11-22T16:03:00Z\",\"name\":\"hot\",\"data\":null}")));
    assert_slice(world.incoming.intent.raise_device_event.data, "null");
    assert_true(reads(EVENT_OF("command-outcome",
                               "{\"commandId\":\"cmd_01h455vb4pex5vsknk084sn02q\",\"status\":"
                               "\"failed\",\"error\":{\"code\":\"E7\",\"message\":\"no\"}}")));
    assert_slice(world.incoming.intent.record_outcome.error_code, "E7");
    assert_slice(world.incoming.intent.record_outcome.error_message, "no");
    assert_true(reads(EVENT_OF("device-removed", "{\"vendorDeviceId\":\"L1\"}")));
    assert_true(reads(
        EVENT_OF("withdrawal-acknowledged", "{\"grantId\":\"con_01h455vb4pex5vsknk084sn02q\"}")));
}

static void other_types_are_not_a_vendors(void **state)
{
    static const char *const types[] = {
        "piot.v1.grant-created",    "piot.v2.device-detected", "piot.v1.",
        "device-detected",          "PIOT.v1.device-detected", "piotv1.device-detected",
        "piot.v1.device-detected2",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(types); i++)
        is_wrong(arena_print(&world.arena, "{" HEAD "\"type\":\"%s\",\"data\":{}}", types[i]).data,
                 "type", "is not one that a vendor sends");
}

static void the_envelope_is_a_cloudevent(void **state)
{
#define WITHOUT_ID "\"specversion\":\"1.0\",\"source\":\"/g\",\"type\":\"t\",\"data\":{}"
    (void)state;
    is_wrong("7", "", "has to be a CloudEvent, a JSON object");
    is_wrong("{" WITHOUT_ID "}", "id", "is missing");
    is_wrong("{" WITHOUT_ID ",\"id\":\"\"}", "id", "may not be empty");
    is_wrong("{" WITHOUT_ID ",\"id\":7}", "id", "has to be a text");
    assert_null(world.incoming.event.id.data);
    is_wrong("{\"id\":\"1\",\"source\":\"/g\",\"type\":\"t\",\"data\":{}}", "specversion",
             "is missing");
    is_wrong("{\"id\":\"1\",\"specversion\":\"0.3\",\"source\":\"/g\",\"type\":\"t\",\"data\":{}}",
             "specversion", "has to be 1.0");
    assert_slice(world.incoming.event.id, "1"); /* so that the answer can name it */
    is_wrong("{\"id\":\"1\",\"specversion\":\"1.0\",\"source\":\"a b\",\"type\":\"t\",\"data\":{}}",
             "source", "has to be a URI-reference");
    is_wrong("{" HEAD "\"type\":\"\",\"data\":{}}", "type", "may not be empty");
    is_wrong("{" HEAD "\"type\":\"t\"}", "data", "is missing");
    is_wrong("{" HEAD "\"type\":\"t\",\"data\":[]}", "data", "has to be a JSON object");
    is_wrong("{" HEAD "\"type\":\"t\",\"data_base64\":\"e30=\"}", "data_base64",
             "is not taken: data is JSON here");
    is_wrong("{" HEAD "\"type\":\"t\",\"time\":\"yesterday\",\"data\":{}}", "time",
             "has to be an instant such as 2026-01-31T12:00:00Z");
    is_wrong("{" HEAD "\"type\":\"t\",\"datacontenttype\":\"text/xml\",\"data\":{}}",
             "datacontenttype", "has to be application/json, or left out");
    is_wrong("{" HEAD "\"type\":\"t\",\"subject\":\"\",\"data\":{}}", "subject",
             "may not be empty");
}

static void extensions_have_lower_case_names_and_simple_values(void **state)
{
    (void)state;
    assert_true(reads("{" HEAD "\"a1\":\"x\",\"b\":1,\"c\":true,\"d\":null,"
                      "\"type\":\"piot.v1.device-removed\",\"data\":{\"vendorDeviceId\":\"L\"}}"));
    is_wrong("{" HEAD "\"type\":\"t\",\"traceParent\":\"x\",\"data\":{}}", "traceParent",
             "is no attribute: they have lower-case letters and digits only");
    is_wrong("{" HEAD "\"type\":\"t\",\"a-b\":\"x\",\"data\":{}}", "a-b",
             "is no attribute: they have lower-case letters and digits only");
    is_wrong("{" HEAD "\"type\":\"t\",\"list\":[1],\"data\":{}}", "list",
             "has to be a text, a number or a flag");
}

static void wrong_data_are_named_with_their_path(void **state)
{
    (void)state;
    is_wrong(EVENT_OF("device-removed", "{}"), "data.vendorDeviceId", "is missing");
    is_wrong(EVENT_OF("device-removed", "{\"vendorDeviceId\":\"L\",\"why\":1}"), "data.why",
             "is not known here");
    is_wrong(EVENT_OF("device-removed", "{\"vendorDeviceId\":\"L\",\"device\":\"x\"}"),
             "data.device", "is not known here"); /* ours to look up, never theirs to say */
    is_wrong(STATE("{}"), "data.properties", "has to be an object of 1 to 64 names and values");
    is_wrong(EVENT_OF("device-detected", "{\"vendorDeviceId\":\"L1\",\"thingModel\":\"lamp\"}"),
             "data.observation", "is missing");
    is_wrong(DETECTION("7"), "data.observation", "has to be a JSON object");
    is_wrong(DETECTION("{\"ipv6Address\":\"::1\"}"), "data.observation.observedAt", "is missing");
    is_wrong(EVENT_OF("command-outcome",
                      "{\"commandId\":\"cmd_01h455vb4pex5vsknk084sn02q\",\"status\":\"failed\","
                      "\"error\":{\"message\":\"no\"}}"),
             "data.error.code", "is missing");
}

#define AT "\"observedAt\":\"2026-11-22T16:03:00Z\","

static void an_observation_has_one_address(void **state)
{
    (void)state;
    is_wrong(DETECTION("{" AT "\"protocol\":\"udp\"}"), "data.observation",
             "has to have either ipv4Address or ipv6Address");
    is_wrong(DETECTION("{" AT "\"ipv6Address\":\"::1\",\"ipv4Address\":{\"publicAddress\":"
                       "\"192.0.2.1\"}}"),
             "data.observation", "has to have either ipv4Address or ipv6Address");
    is_wrong(DETECTION("{" AT "\"ipv6Address\":\"192.0.2.1\"}"), "data.observation.ipv6Address",
             "has to be an IPv6 address");
    is_wrong(DETECTION("{" AT "\"ipv4Address\":\"192.0.2.1\"}"), "data.observation.ipv4Address",
             "has to be a JSON object");
    is_wrong(DETECTION("{" AT "\"ipv4Address\":{\"publicAddress\":\"192.0.2.01\"}}"),
             "data.observation.ipv4Address.publicAddress", "has to be an IPv4 address");
    is_wrong(DETECTION("{" AT "\"ipv4Address\":{\"publicAddress\":\"192.0.2.1\","
                       "\"publicPort\":65536}}"),
             "data.observation.ipv4Address.publicPort", "has to be at most 65535");
    assert_true(reads(DETECTION("{" AT "\"ipv4Address\":{\"publicAddress\":\"192.0.2.1\"}}")));
    assert_false(world.incoming.seen.has_port);
}

/* -- placing ------------------------------------------------------------------------------ */

#define LAMP_MODEL "{\"properties\":{\"on\":{\"type\":\"boolean\"}},\"events\":{\"hot\":{}}}"

static void put_views(struct batch *batch)
{
    struct id claim = name_claim(NULL, GLOW, SLICE("L1"));

    view_put_newest_model(batch, GLOW, name_model(SLICE("lamp")),
                          &(struct newest_model_row){ .model = SLICE("lamp:1.2.0") });
    view_put_thing_model(batch, GLOW, name_model(SLICE("lamp:1.2.0")),
                         &(struct thing_model_row){ .model      = SLICE("lamp:1.2.0"),
                                                    .definition = SLICE(LAMP_MODEL) });
    view_put_claim(batch, claim, NO_ID, &(struct claim_row){ .account = ALICE, .device = LAMP });
    view_put_device(batch, LAMP, NO_ID,
                    &(struct device_row){ .account = ALICE,
                                          .network = HOME,
                                          .vendor  = GLOW,
                                          .model   = SLICE("lamp:1.2.0"),
                                          .status  = DEVICE_active });
    view_put_command(batch, COMMAND, NO_ID,
                     &(struct command_row){ .account = ALICE, .vendor = GLOW });
    view_put_consent(batch, GRANT, NO_ID,
                     &(struct consent_row){ .account = ALICE, .vendor = GLOW });
}

static int open_views(void **state)
{
    open_world(state);
    struct batch *batch = batch_open(world.store);
    put_views(batch);
    assert_int_equal(batch_commit(batch, false).code, STATUS_OK);
    batch_close(batch);
    return 0;
}

static void place_for(struct id vendor, const char *text)
{
    struct placing placing = {
        store_reader(world.store), &world.arena, &world.policy, NULL, NOW, vendor
    };

    if (!reads(text)) fail_msg("%s %s", world.incoming.bad.name, world.incoming.bad.why);
    vendor_event_place(&placing, &world.incoming);
    assert_int_equal(reader_failure(store_reader(world.store)).code, STATUS_OK);
}
static void place(const char *text) { place_for(GLOW, text); }

static void is_placed_at(struct id stream)
{
    assert_false(world.incoming.wrong);
    assert_int_equal(world.incoming.refusal, ACCEPTED);
    assert_true(id_equal(world.incoming.intent.stream, stream));
}

#define FROM(address) \
    DETECTION("{" AT "\"ipv4Address\":{\"publicAddress\":\"" address "\",\"publicPort\":9}}")

static void a_detection_goes_to_its_claim_whoever_held_the_address(void **state)
{
    const struct report_detection *request = &world.incoming.intent.report_detection;

    (void)state;
    place(FROM("192.0.2.7"));
    is_placed_at(name_claim(NULL, GLOW, SLICE("L1")));
    assert_slice(request->model, "lamp:1.2.0"); /* the newest */
    assert_int_equal(world.incoming.intent.occurred_at, request->observed_at);
    place(FROM("192.0.2.8"));
    is_placed_at(name_claim(NULL, GLOW, SLICE("L1")));
}

static void a_report_goes_to_the_account_that_holds_the_device(void **state)
{
    (void)state;
    place(STATE("{\"on\":true}"));
    is_placed_at(ALICE);
    assert_true(id_equal(world.incoming.intent.report_state.device, LAMP));
    assert_true(id_equal(world.incoming.intent.report_state.vendor, GLOW));
    place(EVENT_OF("device-removed", "{\"vendorDeviceId\":\"L1\"}"));
    is_placed_at(ALICE);
}

static void nobody_consented_to_a_device_without_a_holder(void **state)
{
    (void)state;
    place_for(OTHER, STATE("{\"on\":true}")); /* L1 of another vendor is another device */
    assert_int_equal(world.incoming.refusal, REFUSED_consent_required);
    place(EVENT_OF("device-removed", "{\"vendorDeviceId\":\"L2\"}"));
    assert_int_equal(world.incoming.refusal, REFUSED_consent_required);
}

static void values_are_held_against_the_thing_model(void **state)
{
    (void)state;
    place(STATE("{\"on\":7}"));
    assert_true(world.incoming.wrong);
    assert_string_equal(world.incoming.bad.name, "data.properties.on");
    assert_string_equal(world.incoming.bad.why, "has to be true or false");
    place(STATE("{\"off\":true}"));
    assert_true(world.incoming.wrong);
    assert_string_equal(world.incoming.bad.why, "is no property of the thing model");
    place(EVENT_OF("device-event-raised", "{\"vendorDeviceId\":\"L1\"," AT "\"name\":\"cold\"}"));
    assert_true(world.incoming.wrong);
    place(EVENT_OF("device-event-raised", "{\"vendorDeviceId\":\"L1\"," AT "\"name\":\"hot\"}"));
    is_placed_at(ALICE);
}

static void a_report_from_the_future_is_refused(void **state)
{
    (void)state;
    place(EVENT_OF("device-connectivity-changed",
                   "{\"vendorDeviceId\":\"L1\",\"observedAt\":\"2026-11-22T16:03:37.2Z\","
                   "\"online\":true}"));
    assert_int_equal(world.incoming.refusal, REFUSED_observation_in_future);
}

static void others_commands_and_grants_are_unknown(void **state)
{
    char command[ID_TEXT_MAX], grant[ID_TEXT_MAX];

    (void)state;
    id_text(COMMAND, command);
    id_text(GRANT, grant);
    struct slice outcome = arena_print(
        &world.arena, EVENT_OF("command-outcome", "{\"commandId\":\"%s\",\"status\":\"accepted\"}"),
        command);
    struct slice known = arena_print(&world.arena,
                                     EVENT_OF("withdrawal-acknowledged", "{\"grantId\":\"%s\"}"),
                                     grant);
    place(outcome.data);
    is_placed_at(ALICE);
    place(known.data);
    is_placed_at(ALICE);
    place_for(OTHER, outcome.data);
    assert_int_equal(world.incoming.refusal, REFUSED_command_unknown);
    place_for(OTHER, known.data);
    assert_int_equal(world.incoming.refusal, REFUSED_grant_unknown);
}

#define READS(name)  cmocka_unit_test_setup_teardown(name, open_world, close_world)
#define PLACES(name) cmocka_unit_test_setup_teardown(name, open_views, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        READS(a_detection_is_read_whole),
        READS(every_type_a_vendor_sends_is_known),
        READS(other_types_are_not_a_vendors),
        READS(the_envelope_is_a_cloudevent),
        READS(extensions_have_lower_case_names_and_simple_values),
        READS(wrong_data_are_named_with_their_path),
        READS(an_observation_has_one_address),
        PLACES(a_detection_goes_to_its_claim_whoever_held_the_address),
        PLACES(a_report_goes_to_the_account_that_holds_the_device),
        PLACES(nobody_consented_to_a_device_without_a_holder),
        PLACES(values_are_held_against_the_thing_model),
        PLACES(a_report_from_the_future_is_refused),
        PLACES(others_commands_and_grants_are_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
