/* Which addresses can a device have called its vendor's server from?
 *
 * Planted bug that it caught: shared addresses (RFC 6598) let pass. */
#include "api/vendors/vendor_event.h"
#include "tests/world/checks.h"

#define DETECTION(address)                                                                         \
    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/"                                         \
    "glow\",\"type\":\"piot.v1.device-detected\","                                                 \
    "\"data\":{\"vendorDeviceId\":\"L1\",\"thingModel\":\"lamp\",\"observation\":{\"observedAt\":" \
    "\"2026-11-22T16:03:00Z\"," address "}}}"

static const char *const seen_4[]   = { "8.8.8.8", "192.0.2.7", "198.18.0.1", "203.0.113.9" };
static const char *const seen_6[]   = { "2001:db8::1", "2a00:1450:4001::1" };
static const char *const unseen_4[] = { "0.0.0.0",     "127.0.0.1",  "169.254.1.1",
                                        "224.0.0.1",   "10.0.0.1",   "172.16.0.1",
                                        "192.168.0.1", "100.64.0.1", "255.255.255.255" };
static const char *const unseen_6[] = { "::", "::1", "fe80::1", "ff02::1", "fd00::1" };

/* Is it taken? If not, the field is named. */
static bool takes(const char *form, const char *address, const char *field)
{
    struct arena        arena = { 0 };
    struct slice        text  = arena_print(&arena, form, address);
    struct vendor_event incoming;
    struct bad_field    bad;
    const struct node  *node = node_parse(&arena, text, &bad);

    assert_non_null(node);
    vendor_event_read(node, SLICE("piot"), &arena, &incoming);
    if (incoming.wrong) {
        assert_string_equal(incoming.bad.name, field);
        assert_string_equal(incoming.bad.why,
                            "has to be the public address that the device called from: not a "
                            "private, shared, link-local, loopback, multicast or unspecified one");
    }
    arena_free(&arena);
    return !incoming.wrong;
}

static bool takes_4(const char *address)
{
    return takes(DETECTION("\"ipv4Address\":{\"publicAddress\":\"%s\"}"), address,
                 "data.observation.ipv4Address.publicAddress");
}

static bool takes_6(const char *address)
{
    return takes(DETECTION("\"ipv6Address\":\"%s\""), address, "data.observation.ipv6Address");
}

static void an_address_that_somebody_calls_from_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(seen_4); i++) assert_true(takes_4(seen_4[i]));
    for (size_t i = 0; i < COUNT(seen_6); i++) assert_true(takes_6(seen_6[i]));
}

static void an_address_that_nobody_calls_from_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(unseen_4); i++) assert_false(takes_4(unseen_4[i]));
    for (size_t i = 0; i < COUNT(unseen_6); i++) assert_false(takes_6(unseen_6[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_that_somebody_calls_from_is_taken),
        cmocka_unit_test(an_address_that_nobody_calls_from_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
