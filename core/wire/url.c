#include "core/wire/url.h"

#include <string.h>

#include "core/base/text.h"
#include "core/wire/address.h"

static bool is_printable(struct slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~' || strchr("\"<>\\^`{|}#", text.data[i]))
            return false;
    return true;
}

/* "host:port" or "[::1]:port"; the port stays as it is if none is said. */
static bool read_authority(struct slice authority, struct slice *host, uint16_t *port)
{
    uint64_t number;

    *host = authority;
    for (size_t i = authority.size; i > 0 && authority.data[i - 1] != ']'; i--) {
        if (authority.data[i - 1] != ':') continue;
        struct slice digits = { authority.data + i, authority.size - i };
        if (!text_u64(digits, &number) || number > UINT16_MAX) return false;
        *port      = (uint16_t)number;
        host->size = i - 1;
        break;
    }
    return host->size > 0;
}

const char *url_read(struct slice text, struct url *url)
{
    const struct slice https = SLICE("https://"), http = SLICE("http://");
    size_t             skip, size;

    *url = (struct url){ .tls = slice_starts(text, https) };
    if (!url->tls && !slice_starts(text, http)) return "has to be an https URL";
    if (!is_printable(text)) return "has to be a URL without blanks, quotes or a fragment";
    skip = size = url->tls ? https.size : http.size;
    while (size < text.size && text.data[size] != '/' && text.data[size] != '?') size++;
    struct slice authority = { text.data + skip, size - skip };
    url->server            = (struct slice){ text.data, size };
    url->path              = (struct slice){ text.data + size, text.size - size };
    url->port              = url->tls ? 443 : 80;
    if (memchr(authority.data, '@', authority.size)) return "has to be a URL without a user in it";
    if (!read_authority(authority, &url->host, &url->port) || !url->port)
        return "has to be a URL with a valid host";
    return NULL;
}

bool url_is_same_origin(const struct url *a, const struct url *b)
{
    return a->tls == b->tls && a->port == b->port && text_same_word(a->host, b->host);
}

bool url_is_loopback(const struct url *url)
{
    struct slice host = url->host;
    uint8_t      bytes[16];

    if (text_same_word(host, SLICE("localhost"))) return true;
    if (text_ipv4(host, bytes))
        return address_class((struct slice){ (const char *)bytes, 4 }) == ADDRESS_LOOPBACK;
    if (host.size < 2 || host.data[0] != '[') return false;
    host = (struct slice){ host.data + 1, host.size - 2 };
    return text_ipv6(host, bytes) && address_class(SLICE_OF(bytes)) == ADDRESS_LOOPBACK;
}

bool url_listen_address(const char *text, char address[LISTEN_ADDRESS_MAX], uint16_t *port)
{
    struct slice whole = slice_text(text), host;
    uint8_t      bytes[16];

    if (!read_authority(whole, &host, port) || host.size == whole.size) return false;
    bool bracketed = host.size > 2 && host.data[0] == '[' && host.data[host.size - 1] == ']';
    if (bracketed) host = (struct slice){ host.data + 1, host.size - 2 };
    if (!(bracketed ? text_ipv6(host, bytes) : text_ipv4(host, bytes))) return false;
    if (host.size >= LISTEN_ADDRESS_MAX) return false;
    memcpy(address, host.data, host.size);
    address[host.size] = '\0';
    return true;
}
