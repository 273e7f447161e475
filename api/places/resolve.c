#include "api/places/resolve.h"

#include <string.h>

#include "api/places/resolver.h"
#include "core/facts/names.h"
#include "projections/projection.h"

static const struct {
    const char *method;
    resolver   *find;
} resolvers[] = {
#define RESOLVER(name, method) { method, resolver_##name },
    RESOLVERS
#undef RESOLVER
};

/* -- the answer ------------------------------------------------------------------------------- */

static struct hash hash_of(struct vault *vault, const struct observation *observed)
{
    uint8_t bytes[19] = { (uint8_t)observed->family };

    memcpy(bytes + 1, observed->address, observed->family == 4 ? 4 : 16);
    if (observed->has_port) {
        bytes[17] = (uint8_t)(observed->port >> 8);
        bytes[18] = (uint8_t)(observed->port & 0xff);
    }
    return vault_keyed_hash(vault, "address", SLICE_OF(bytes));
}

struct resolution resolve(struct reader *reader, struct vault *vault, struct arena *arena,
                          const struct observation *observation)
{
    struct resolution   resolution = { .method = SLICE("none"), .confidence = CONFIDENCE_none };
    struct lease_holder holder     = { .found = false };
    const char         *method     = "none";
    struct gateway_row  gateway;

    for (size_t i = 0; i < COUNT(resolvers) && !holder.found; i++) {
        holder = resolvers[i].find(reader, observation);
        method = resolvers[i].method;
    }
    if (observation->family) resolution.address_hash = hash_of(vault, observation);
    /* Asked about nobody too, so that the time it takes tells nothing. */
    bool known = view_get_gateway(reader,
                                  holder.found ? holder.gateway : name_gateway(NULL, SLICE("")),
                                  NO_ID, arena, &gateway);
    if (!holder.found) return resolution;
    resolution.method = slice_text(method);
    if (holder.unsure || (known && gateway.shared)) {
        resolution.confidence = CONFIDENCE_ambiguous;
        return resolution;
    }
    if (!known || !id_given(gateway.account)) return resolution;
    resolution.confidence = CONFIDENCE_exact;
    resolution.gateway    = holder.gateway;
    resolution.account    = gateway.account;
    resolution.network    = gateway.network;
    return resolution;
}

struct id resolve_here(struct reader *reader, struct vault *vault, struct arena *arena,
                       struct peer peer, int64_t now_us)
{
    struct observation observed = {
        .family = peer.family, .has_port = peer.port != 0, .port = peer.port, .at = now_us
    };

    memcpy(observed.address, peer.address, sizeof observed.address);
    return resolve(reader, vault, arena, &observed).gateway;
}
