/* url.h -- URLs of http and https, and the address a server listens at, taken apart.
 * (Percent-encoding is the business of core/base/text.h.)
 *
 * THREADS   Pure.
 * MEMORY    What is read points into what was given.
 */
#ifndef PIOT_CORE_WIRE_URL_H
#define PIOT_CORE_WIRE_URL_H

#include "core/base/base.h"

struct url {
    bool         tls;
    struct slice server; /* scheme and authority: "https://piot.example:8443" */
    struct slice host;   /* a name, an address, or an IPv6 address in its brackets */
    uint16_t     port;   /* that of the scheme if none is said */
    struct slice path;   /* with its query, percent-encoded; empty if there is none */
};
/* NULL: it is one; else why not, "has to be …". http or https, in small letters; a host,
 * not empty; no user, no fragment, no blanks or quotes. */
const char *url_read(struct slice text, struct url *url);

/* Same scheme, host and port: the same origin, as RFC 6454, 5, has it. */
bool url_is_same_origin(const struct url *a, const struct url *b);
/* Does it lead to the machine of whoever follows it? "localhost", 127.0.0.0/8, [::1]. */
bool url_is_loopback(const struct url *url);

enum { LISTEN_ADDRESS_MAX = 64 }; /* bytes, with the NUL */
/* "127.0.0.1:8080" or "[::1]:8080" apart; no names. */
must_use bool url_listen_address(const char *text, char address[LISTEN_ADDRESS_MAX],
                                 uint16_t *port);

#endif
