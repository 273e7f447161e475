/* Is an address what IANA's registries say, and does that tell whether a gateway can have it,
 * and whether a server on the Internet can have seen somebody call from it?
 *
 * Planted bug that it caught: shared addresses among those that are seen. */
#include "core/base/text.h"
#include "core/wire/address.h"
#include "tests/world/checks.h"

static enum address_class class_of(const char *text)
{
    uint8_t four[4], six[16];

    if (text_ipv4(slice_text(text), four)) return address_class(SLICE_OF(four));
    assert_true(text_ipv6(slice_text(text), six));
    return address_class(SLICE_OF(six));
}

static void assert_class(enum address_class class, const char *const *texts)
{
    for (; *texts; texts++)
        if (class_of(*texts) != class) fail_msg("%s is %d", *texts, class_of(*texts));
}
#define assert_all(class, ...) assert_class(class, (const char *const[]){ __VA_ARGS__, NULL })

static void ipv4_addresses_are_what_iana_says(void **state)
{
    (void)state;
    assert_all(ADDRESS_PUBLIC, "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255",
               "100.128.0.0", "126.255.255.255", "128.0.0.0", "172.15.255.255", "172.32.0.0",
               "192.0.1.0", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255");
    assert_all(ADDRESS_LOOPBACK, "127.0.0.1", "127.1.2.3", "127.255.255.255");
    assert_all(ADDRESS_PRIVATE, "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255",
               "192.168.0.0", "192.168.255.255");
    assert_all(ADDRESS_SHARED, "100.64.0.0", "100.127.255.255");
    assert_all(ADDRESS_LINK_LOCAL, "169.254.0.0", "169.254.169.254", "169.254.255.255");
    assert_all(ADDRESS_MULTICAST, "224.0.0.1", "239.255.255.255", "255.255.255.255");
    assert_all(ADDRESS_UNSPECIFIED, "0.0.0.0", "0.0.0.1", "0.255.255.255");
    assert_all(ADDRESS_RESERVED, "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.0",
               "198.19.255.255", "198.51.100.7", "203.0.113.9", "240.0.0.1", "255.255.255.254");
}

static void ipv6_addresses_are_what_iana_says(void **state)
{
    (void)state;
    assert_all(ADDRESS_PUBLIC, "2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888",
               "2001:200::1", "3ffe::1", "2000::1", "3fff:1000::1");
    assert_all(ADDRESS_LOOPBACK, "::1");
    assert_all(ADDRESS_PRIVATE, "fc00::1", "fdff:ffff::1", "fec0::1", "feff::1");
    assert_all(ADDRESS_LINK_LOCAL, "fe80::1", "febf:ffff::1");
    assert_all(ADDRESS_MULTICAST, "ff00::", "ff02::1", "ffff::1");
    assert_all(ADDRESS_UNSPECIFIED, "::");
    assert_all(ADDRESS_RESERVED, "2001::1", "2001:1ff:ffff::1", "2001:db8::1",
               "2002:7f00:1::", "2002:808:808::1", "3fff:fff::1", "100::1", "64:ff9b:1::1", "::2",
               "::127.0.0.1", "4000::1", "5f00::1", "1fff::1", "fb00::1", "fe00::1");
}

static void an_ipv4_address_in_disguise_is_what_it_is(void **state)
{
    (void)state;
    assert_all(ADDRESS_PUBLIC, "::ffff:8.8.8.8", "64:ff9b::8.8.8.8");
    assert_all(ADDRESS_LOOPBACK, "::ffff:127.0.0.1", "64:ff9b::127.0.0.1");
    assert_all(ADDRESS_PRIVATE, "::ffff:10.1.2.3", "64:ff9b::192.168.1.1");
    assert_all(ADDRESS_SHARED, "::ffff:100.64.0.1");
    assert_all(ADDRESS_LINK_LOCAL, "::ffff:169.254.169.254", "64:ff9b::169.254.169.254");
    assert_all(ADDRESS_UNSPECIFIED, "::ffff:0.0.0.0");
    assert_all(ADDRESS_RESERVED, "::fffe:8.8.8.8", "64:ff9b:0:0:0:1:808:808");
}

static void what_a_gateway_cannot_have_is_told(void **state)
{
    static const char *const not_held[] = { "0.0.0.0",     "127.0.0.1", "127.9.9.9",         "::1",
                                            "169.254.1.1", "224.0.0.1", "255.255.255.255",   "::",
                                            "fe80::1",     "ff02::1",   "::ffff:169.254.1.1" };
    static const char *const held[] = { "8.8.8.8",     "10.1.2.3",    "100.64.0.1", "192.168.1.1",
                                        "203.0.113.9", "2001:db8::1", "fc00::1" };

    (void)state;
    for (size_t i = 0; i < COUNT(not_held); i++)
        if (address_is_held(class_of(not_held[i]))) fail_msg("%s is held", not_held[i]);
    for (size_t i = 0; i < COUNT(held); i++)
        if (!address_is_held(class_of(held[i]))) fail_msg("%s is not held", held[i]);
}

static void what_nobody_on_the_internet_sees_is_told(void **state)
{
    static const char *const not_seen[] = { "0.0.0.0",
                                            "127.0.0.1",
                                            "169.254.1.1",
                                            "224.0.0.1",
                                            "10.0.0.1",
                                            "172.31.0.1",
                                            "192.168.0.1",
                                            "100.64.0.1",
                                            "100.127.255.255",
                                            "::",
                                            "::1",
                                            "fe80::1",
                                            "ff02::1",
                                            "fc00::1",
                                            "fd12:3456::1",
                                            "::ffff:10.0.0.1",
                                            "64:ff9b::192.168.1.1" };
    static const char *const seen[]     = { "8.8.8.8",          "192.0.2.1",   "198.18.0.1",
                                            "198.51.100.7",     "203.0.113.9", "2001:db8::1",
                                            "2a00:1450:4001::1" };

    (void)state;
    for (size_t i = 0; i < COUNT(not_seen); i++)
        if (address_is_seen(class_of(not_seen[i]))) fail_msg("%s is seen", not_seen[i]);
    for (size_t i = 0; i < COUNT(seen); i++)
        if (!address_is_seen(class_of(seen[i]))) fail_msg("%s is not seen", seen[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ipv4_addresses_are_what_iana_says),
        cmocka_unit_test(ipv6_addresses_are_what_iana_says),
        cmocka_unit_test(an_ipv4_address_in_disguise_is_what_it_is),
        cmocka_unit_test(what_a_gateway_cannot_have_is_told),
        cmocka_unit_test(what_nobody_on_the_internet_sees_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
