#include "api/vendors/vendor_event.h"
#include "core/base/text.h"
#include "core/wire/address.h"

enum { PROTOCOL_MAX = 16, ERROR_CODE_MAX = 64, ERROR_MESSAGE_MAX = 256, ADDRESS_MAX = 45 };

static bool read_observation(const struct node *data, struct vendor_event *incoming);
static bool read_error(const struct node *data, struct vendor_event *incoming);

static const struct vendor_event_kind {
    const char       *name;
    enum intent_type  intent;
    const char *const others[2]; /* members that no field describes */
    bool (*read)(const struct node *data, struct vendor_event *incoming);
} kinds[] = {
#define MUST(type, name, meaning) name,
#define MAY(type, name, meaning)  name,
#define REPORT(type, intent, read, example, ...) \
    { type, INTENT_##intent, { __VA_ARGS__ NULL }, read },
#include "api/vendors/reports.def"
#undef REPORT
#undef MAY
#undef MUST
};

/* -- an observation ------------------------------------------------------------------ */

#define NOBODY_CALLS_FROM                                                               \
    "has to be the public address that the device called from: not a private, shared, " \
    "link-local, loopback, multicast or unspecified one"

static bool observation_read_ipv4(const struct node *node, struct observation *seen,
                                  struct bad_field *bad)
{
    static const char *const names[] = { "publicAddress", "publicPort", NULL };
    struct slice             text    = { NULL, 0 };
    uint64_t                 port    = 0;

    if (!json_only(node, names, bad) ||
        !json_read_text(node, "publicAddress", ADDRESS_MAX, REQUIRED, &text, bad) ||
        !json_read_u64(node, "publicPort", UINT16_MAX, OPTIONAL, &port, bad))
        return false;
    if (!text_ipv4(text, seen->address))
        return bad_field_say(bad, "publicAddress", "has to be an IPv4 address");
    if (!address_is_seen(address_class((struct slice){ (const char *)seen->address, 4 })))
        return bad_field_say(bad, "publicAddress", NOBODY_CALLS_FROM);
    seen->family   = 4;
    seen->has_port = port > 0;
    seen->port     = (uint16_t)port;
    return true;
}

static bool observation_read_address(const struct node *node, struct observation *seen,
                                     struct bad_field *bad)
{
    const struct node *ipv4 = node_member(node, "ipv4Address");
    const struct node *ipv6 = node_member(node, "ipv6Address");
    struct slice       text = { NULL, 0 };

    if (!ipv4 == !ipv6)
        return bad_field_say(bad, "", "has to have either ipv4Address or ipv6Address");
    if (ipv4)
        return observation_read_ipv4(ipv4, seen, bad) ? true
                                                      : bad_field_inside(bad, SLICE("ipv4Address"));
    if (!json_read_text(node, "ipv6Address", ADDRESS_MAX, REQUIRED, &text, bad)) return false;
    if (!text_ipv6(text, seen->address))
        return bad_field_say(bad, "ipv6Address", "has to be an IPv6 address");
    if (!address_is_seen(address_class(SLICE_OF(seen->address))))
        return bad_field_say(bad, "ipv6Address", NOBODY_CALLS_FROM);
    seen->family = 6;
    return true;
}

static bool read_observation(const struct node *data, struct vendor_event *incoming)
{
    static const char *const names[]  = { "observedAt", "protocol", "ipv4Address", "ipv6Address",
                                          NULL };
    const struct node       *node     = node_member(data, "observation");
    struct bad_field        *bad      = &incoming->bad;
    struct slice             protocol = { NULL, 0 };

    if (!node) return bad_field_say(bad, "observation", "is missing");
    if (!json_only(node, names, bad) ||
        !json_read_instant(node, "observedAt", REQUIRED, &incoming->seen.at, bad) ||
        !json_read_text(node, "protocol", PROTOCOL_MAX, OPTIONAL, &protocol, bad) ||
        !observation_read_address(node, &incoming->seen, bad))
        return bad_field_inside(bad, SLICE("observation"));
    incoming->intent.report_detection.observed_at = incoming->seen.at;
    return true;
}

/* -- an error -------------------------------------------------------------------------- */

static bool read_error(const struct node *data, struct vendor_event *incoming)
{
    static const char *const names[] = { "code", "message", NULL };
    const struct node       *node    = node_member(data, "error");
    struct record_outcome   *intent  = &incoming->intent.record_outcome;

    if (!node || node_kind(node) == NODE_NULL) return true;
    if (!json_only(node, names, &incoming->bad) ||
        !json_read_text(node, "code", ERROR_CODE_MAX, REQUIRED, &intent->error_code,
                        &incoming->bad) ||
        !json_read_text(node, "message", ERROR_MESSAGE_MAX, OPTIONAL, &intent->error_message,
                        &incoming->bad))
        return bad_field_inside(&incoming->bad, SLICE("error"));
    return true;
}

/* -- an event -------------------------------------------------------------------------- */

/* NULL: no vendor sends that. */
static const struct vendor_event_kind *vendor_event_kind(struct slice type, struct slice prefix)
{
    static const struct slice version = { ".v1.", 4 };

    if (!slice_starts(type, prefix)) return NULL;
    type = (struct slice){ type.data + prefix.size, type.size - prefix.size };
    if (!slice_starts(type, version)) return NULL;
    type = (struct slice){ type.data + version.size, type.size - version.size };
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (slice_equal(slice_text(kinds[i].name), type)) return &kinds[i];
    return NULL;
}

static bool vendor_event_read_data(const struct vendor_event_kind *kind, struct arena *arena,
                                   struct vendor_event *incoming)
{
    const struct shape *shape = intent_shape(kind->intent);
    const struct node  *data  = incoming->event.data;

    incoming->intent.type = kind->intent;
    if (json_read_intent(shape, data, kind->others, arena, intent_body(&incoming->intent, shape),
                         &incoming->bad) &&
        (!kind->read || kind->read(data, incoming)))
        return true;
    return bad_field_inside(&incoming->bad, SLICE("data"));
}

void vendor_event_read(const struct node *node, struct slice prefix, struct arena *arena,
                       struct vendor_event *incoming)
{
    const struct vendor_event_kind *kind;

    *incoming = (struct vendor_event){ .wrong = true };
    if (!cloudevent_read(node, &incoming->event, &incoming->bad)) return;
    kind = vendor_event_kind(incoming->event.type, prefix);
    if (!kind) bad_field_say(&incoming->bad, "type", "is not one that a vendor sends");
    else incoming->wrong = !vendor_event_read_data(kind, arena, incoming);
}
