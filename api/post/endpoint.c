#include "api/post/endpoint.h"

#include <string.h>

#include "core/base/text.h"

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

static bool is_printable(struct slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~' || strchr("\"<>\\^`{|}#", text.data[i]))
            return false;
    return true;
}

const char *endpoint_why_not(struct slice url)
{
    bool         tls  = slice_starts(url, SLICE("https://"));
    size_t       skip = tls ? 8 : 7, host_size = 0;
    uint64_t     port = 443;
    struct slice host;

    if (!tls && !slice_starts(url, SLICE("http://"))) return "has to be an https URL";
    if (!is_printable(url)) return "has to be a URL without blanks, quotes or a fragment";
    struct slice rest = { url.data + skip, url.size - skip };
    while (host_size < rest.size && !strchr("/?", rest.data[host_size])) host_size++;
    host = (struct slice){ rest.data, host_size };
    if (memchr(host.data, '@', host.size)) return "has to be a URL without a user in it";
    for (size_t i = host.size; i > 0 && host.data[i - 1] != ']'; i--) {
        if (host.data[i - 1] != ':') continue;
        if (!text_u64((struct slice){ host.data + i, host.size - i }, &port)) port = 0;
        host.size = i - 1;
        break;
    }
    if (!is_host(host) || port < 1 || port > UINT16_MAX) return "has to be a URL with a valid host";
    if (!tls && !is_loopback(host)) return "has to be an https URL; http is for loopback only";
    return NULL;
}
