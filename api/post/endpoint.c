#include "api/post/endpoint.h"

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
