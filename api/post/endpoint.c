#include "api/post/endpoint.h"

#include <string.h>

#include "api/post/address.h"
#include "core/base/text.h"
#include "core/wire/url.h"

static bool is_loopback(struct slice host)
{
    uint8_t address[4];

    return slice_equal(host, SLICE("localhost")) || slice_equal(host, SLICE("[::1]")) ||
           (text_ipv4(host, address) && address[0] == 127);
}

/* Letters, digits, "-" and "." (names are sent as they are: no others), or "[…]". */
static bool is_host(struct slice host)
{
    uint8_t address[16];

    if (host.size > 2 && host.data[0] == '[' && host.data[host.size - 1] == ']')
        return text_ipv6((struct slice){ host.data + 1, host.size - 2 }, address);
    for (size_t i = 0; i < host.size; i++) {
        char c = host.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '.'))
            return false;
    }
    return host.size > 0 && host.size <= 253;
}

const char *endpoint_why_not(struct slice text)
{
    struct url  url;
    const char *why = url_read(text, &url);

    if (why) return why;
    if (!is_host(url.host)) return "has to be a URL with a valid host";
    if (!url.tls && !is_loopback(url.host))
        return "has to be an https URL; http is for loopback only";
    return NULL;
}

/* Of a host that is an address, or names this machine. */
static bool host_leads(const struct url *url, enum address_class *class)
{
    struct slice host = url->host;
    uint8_t      bytes[16];
    size_t       size = 0;

    if (text_ipv4(host, bytes)) size = 4;
    else if (host.data[0] == '[' &&
             text_ipv6((struct slice){ host.data + 1, host.size - 2 }, bytes))
        size = 16;
    *class = size ? address_class((struct slice){ (const char *)bytes, size }) : ADDRESS_LOOPBACK;
    return size || url_is_loopback(url);
}

const char *endpoint_webhook_why_not(struct slice text, bool allow_private)
{
    enum address_class class;
    struct url  url;
    const char *why = endpoint_why_not(text);

    if (!why) why = url_read(text, &url);
    if (why) return why;
    if (memchr(url.path.data, '?', url.path.size)) return "has to be a URL without a query";
    if (!url.tls && !allow_private) return "has to be an https URL";
    if (host_leads(&url, &class) && !address_allowed(class, allow_private, !url.tls))
        return "has to be a URL at an address that webhooks may go to";
    return NULL;
}
