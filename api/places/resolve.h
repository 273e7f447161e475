/* resolve.h -- whose network an address leads to, at a moment.
 *
 * A chain of resolvers, the most exact first: the table in resolve.c, a file each. At the first
 * that finds somebody, one gateway is an answer, two are "ambiguous": nobody guesses about
 * whom to ask. A new way to resolve an address is a file and a row.
 *
 * THREADS   Any.
 * ERRORS    A failed read is noted with the reader, and resolves to nothing.
 */
#ifndef PIOT_API_PLACES_RESOLVE_H
#define PIOT_API_PLACES_RESOLVE_H

#include "api/http/request.h"
#include "core/facts/states.h"
#include "core/store/store.h"
#include "core/vault/vault.h"

struct observation {
    unsigned family; /* 4 or 6; 0: none was given */
    uint8_t  address[16];
    bool     has_port;
    uint16_t port;
    int64_t  at;
};
struct resolution {
    struct id       gateway, account, network; /* given if exact or corroborated */
    struct slice    method;                    /* "ipv6-prefix", "ipv4-port", "ipv4" or "none" */
    enum confidence confidence;
    struct hash     address_hash; /* keyed: cannot be guessed back */
};
/* Which gateway, whose, how sure. A shared gateway, or one that no account has,
 * is never an answer. `vault` keys the hash. */
struct resolution resolve(struct reader *reader, struct vault *vault, struct arena *arena,
                          const struct observation *observation);
/* The gateway an app is behind now, by the address it calls from; none if unsure. */
struct id resolve_here(struct reader *reader, struct vault *vault, struct arena *arena,
                       struct peer peer, int64_t now_us);

#endif
