#include "api/post/address.h"

#include <netinet/in.h>
#include <string.h>

enum address_class address_class_of(const struct sockaddr *address)
{
    struct sockaddr_in  four;
    struct sockaddr_in6 six;

    switch (address->sa_family) {
    case AF_INET:
        memcpy(&four, address, sizeof four);
        return address_class((struct slice){ (const char *)&four.sin_addr, sizeof four.sin_addr });
    case AF_INET6:
        memcpy(&six, address, sizeof six);
        return address_class(SLICE_OF(six.sin6_addr.s6_addr));
    default: return ADDRESS_RESERVED;
    }
}

bool address_allowed(enum address_class class, bool allow_private, bool plain)
{
    if (plain) return allow_private && class == ADDRESS_LOOPBACK;
    switch (class) {
    /* clang-format off */
    case ADDRESS_PUBLIC:      return true;
    case ADDRESS_LOOPBACK:
    case ADDRESS_PRIVATE:
    case ADDRESS_SHARED:      return allow_private;
    case ADDRESS_LINK_LOCAL:
    case ADDRESS_MULTICAST:
    case ADDRESS_UNSPECIFIED:
    case ADDRESS_RESERVED:    return false;
        /* clang-format on */
    }
    impossible("an address of no class");
}
