/* May a vendor's word make us connect there? Only where anybody could. */
#include <netinet/in.h>

#include "api/post/address.h"
#include "tests/world/checks.h"

static void socket_addresses_are_judged_by_their_address(void **state)
{
    struct sockaddr_in  four  = { .sin_family = AF_INET, .sin_addr = { htonl(0x7f000001) } };
    struct sockaddr_in6 six   = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    struct sockaddr     other = { .sa_family = AF_UNIX };

    (void)state;
    assert_int_equal(address_class_of((struct sockaddr *)&four), ADDRESS_LOOPBACK);
    assert_int_equal(address_class_of((struct sockaddr *)&six), ADDRESS_LOOPBACK);
    assert_int_equal(address_class_of(&other), ADDRESS_RESERVED);
    four.sin_addr.s_addr = htonl(0x08080808);
    assert_int_equal(address_class_of((struct sockaddr *)&four), ADDRESS_PUBLIC);
}

static void only_public_addresses_are_called_unless_the_operator_allows_more(void **state)
{
    (void)state;
    for (int class = ADDRESS_PUBLIC; class <= ADDRESS_RESERVED; class ++) {
        bool ours = class == ADDRESS_LOOPBACK || class == ADDRESS_PRIVATE ||
                    class == ADDRESS_SHARED;
        assert_int_equal(address_allowed(class, false, false), class == ADDRESS_PUBLIC);
        assert_int_equal(address_allowed(class, true, false), class == ADDRESS_PUBLIC || ours);
    }
}

static void without_tls_only_this_machine_is_called_and_only_if_allowed(void **state)
{
    (void)state;
    for (int class = ADDRESS_PUBLIC; class <= ADDRESS_RESERVED; class ++) {
        assert_false(address_allowed(class, false, true));
        assert_int_equal(address_allowed(class, true, true), class == ADDRESS_LOOPBACK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(socket_addresses_are_judged_by_their_address),
        cmocka_unit_test(only_public_addresses_are_called_unless_the_operator_allows_more),
        cmocka_unit_test(without_tls_only_this_machine_is_called_and_only_if_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
