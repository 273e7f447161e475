/* leases.c -- the operator tells which gateway held which addresses.
 *
 * A JSON array, or lines of JSON (application/x-ndjson), of
 *     {gatewayId, ipv6Prefix | ipv4, portFrom?, portTo?, from, to?}
 * All are taken or none; a mistake is named with its line or index. Telling a lease
 * again, with the same beginning, changes its end. The rows go beside the event that
 * says how many there were, in the same batch. */
#include "api/operator/operator.h"

#include <string.h>

#include "core/base/text.h"
#include "core/leases/leases.h"
#include "core/wire/address.h"
#include "core/wire/media_type.h"

struct leases {
    struct lease *items;
    size_t        count, max;
};

/* -- one lease ------------------------------------------------------------------------- */

static bool lease_read_ports(const struct node *node, struct lease *lease, struct bad_field *bad)
{
    uint64_t from = 0, to = UINT16_MAX;
    bool     has_from = node_member(node, "portFrom"), has_to = node_member(node, "portTo");

    if (!json_read_u64(node, "portFrom", UINT16_MAX, OPTIONAL, &from, bad) ||
        !json_read_u64(node, "portTo", UINT16_MAX, OPTIONAL, &to, bad))
        return false;
    if (has_from != has_to)
        return bad_field_say(bad, "portTo", "goes with portFrom, and it with portTo");
    if (from > to) return bad_field_say(bad, "portTo", "has to be portFrom or more");
    lease->port_from = (uint16_t)from;
    lease->port_to   = (uint16_t)to;
    return true;
}

#define NOBODY_HOLDS                                                             \
    "has to be an address that a gateway can have: not a link-local, multicast " \
    "or unspecified one"

/* A range is what its first address is: none of those kinds has fewer than 16 bits. */
static bool lease_check_prefix(const struct lease *lease, size_t prefix_min, struct bad_field *bad)
{
    if (lease->prefix < prefix_min)
        return bad_field_say(bad, "ipv6Prefix",
                             "is wider than the setting lease_prefix_min lets it be");
    if (!address_is_held(address_class(SLICE_OF(lease->address))))
        return bad_field_say(bad, "ipv6Prefix", NOBODY_HOLDS);
    return true;
}

static bool lease_read_address(const struct node *node, size_t prefix_min, struct lease *lease,
                               struct bad_field *bad)
{
    struct slice prefix = { 0 }, ipv4 = { 0 };

    if (!json_read_text(node, "ipv6Prefix", 64, OPTIONAL, &prefix, bad) ||
        !json_read_text(node, "ipv4", 16, OPTIONAL, &ipv4, bad))
        return false;
    if (!prefix.size == !ipv4.size)
        return bad_field_say(bad, "ipv4", "or ipv6Prefix has to be there, one of them");
    if (prefix.size) {
        lease->family  = 6;
        lease->port_to = UINT16_MAX;
        if (node_member(node, "portFrom") || node_member(node, "portTo"))
            return bad_field_say(bad, "portFrom", "goes with ipv4 only");
        if (!text_ipv6_prefix(prefix, lease->address, &lease->prefix))
            return bad_field_say(bad, "ipv6Prefix",
                                 "has to be a prefix such as 2001:db8::/56, "
                                 "its other bits zero");
        return lease_check_prefix(lease, prefix_min, bad);
    }
    lease->family = 4;
    if (!text_ipv4(ipv4, lease->address))
        return bad_field_say(bad, "ipv4", "has to be an address such as 192.0.2.1");
    if (!address_is_held(address_class((struct slice){ (const char *)lease->address, 4 })))
        return bad_field_say(bad, "ipv4", NOBODY_HOLDS);
    return lease_read_ports(node, lease, bad);
}

static bool read_lease(const struct call *call, const struct node *node, struct lease *lease,
                       struct bad_field *bad)
{
    static const char *const names[] = { "gatewayId", "ipv6Prefix", "ipv4", "portFrom",
                                         "portTo",    "from",       "to",   NULL };
    struct slice             gateway = { 0 };

    *lease = (struct lease){ .until = LEASE_OPEN, .recorded_at = call->now_us };
    if (!json_only(node, names, bad) ||
        !json_read_text(node, "gatewayId", 128, REQUIRED, &gateway, bad) ||
        !lease_read_address(node, (size_t)call->ground->settings->lease_prefix_min, lease, bad) ||
        !json_read_instant(node, "from", REQUIRED, &lease->from, bad) ||
        !json_read_instant(node, "to", OPTIONAL, &lease->until, bad))
        return false;
    lease->gateway = name_gateway(call->ground->names, gateway);
    if (lease->from <= 0) return bad_field_say(bad, "from", "has to be after 1970");
    return lease->from < lease->until ? true : bad_field_say(bad, "to", "has to be after from");
}

/* -- all of them --------------------------------------------------------------------------- */

/* `where` is "line" or "item", `number` which, from 1. */
static bool leases_add(struct call *call, struct leases *leases, const struct node *node,
                       const char *where, size_t number, struct bad_field *bad)
{
    struct slice sentence;

    if (leases->count == leases->max) {
        call_fail(call, PROBLEM_out_of_range, "One request takes at most %zu leases.", leases->max);
        return false;
    }
    if (node && read_lease(call, node, &leases->items[leases->count], bad)) {
        leases->count++;
        return true;
    }
    sentence = bad_field_sentence(call->arena, bad, "It");
    call_fail(call, PROBLEM_invalid_argument, "In %s %zu: %.*s None were taken.", where, number,
              (int)sentence.size, sentence.data);
    return false;
}

static bool leases_read_array(struct call *call, struct leases *leases)
{
    struct bad_field   bad;
    const struct node *root;

    if (!call_takes_json(call)) return false;
    root = node_parse(call->arena, call->request->body, &bad);
    if (root && node_kind(root) != NODE_ARRAY) {
        bad_field_say(&bad, "", "has to be a JSON array of leases");
        root = NULL;
    }
    if (!root) {
        call_fail_field(call, &bad);
        return false;
    }
    for (size_t i = 0; i < node_count(root); i++)
        if (!leases_add(call, leases, node_item(root, i), "item", i + 1, &bad)) return false;
    return true;
}

static bool leases_read_lines(struct call *call, struct leases *leases)
{
    struct slice     rest = call->request->body;
    struct bad_field bad;
    size_t           number = 0;

    while (rest.size) {
        const char  *end  = memchr(rest.data, '\n', rest.size);
        size_t       size = end ? (size_t)(end - rest.data) : rest.size;
        struct slice line = { rest.data, size };

        size += end ? 1 : 0;
        rest = (struct slice){ rest.data + size, rest.size - size };
        number++;
        if (line.size && line.data[line.size - 1] == '\r') line.size--;
        if (!line.size) continue;
        if (!leases_add(call, leases, node_parse(call->arena, line, &bad), "line", number, &bad))
            return false;
    }
    return true;
}

static bool leases_are_lines(const struct call *call)
{
    struct slice type = http_header(call->request->head, "Content-Type");

    return media_type_is(type, "application/x-ndjson") || media_type_is(type, "application/ndjson");
}

static void leases_put_rows(struct submission *submission, struct batch *batch)
{
    const struct leases *leases = submission->context;

    for (size_t i = 0; i < leases->count; i++) lease_put(batch, &leases->items[i]);
}

static void leases_write_count(struct submission *submission, struct reader *reader,
                               struct reply *reply)
{
    const struct leases *leases = submission->context;
    struct json          json   = json_to(&reply->body);

    (void)reader;
    json_object(&json);
    json_put_u64(&json, "recorded", leases->count);
    json_object_end(&json);
}

void operator_post_leases(struct call *call)
{
    size_t             max    = (size_t)call->ground->settings->leases_max;
    struct leases     *leases = arena_new(call->arena, struct leases);
    struct submission *submission;

    *leases = (struct leases){ arena_array(call->arena, struct lease, max), 0, max };
    if (!(leases_are_lines(call) ? leases_read_lines(call, leases)
                                 : leases_read_array(call, leases)))
        return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_record_leases, name_system())->record_leases.leases =
        leases->count;
    submission->context        = leases;
    submission->request.change = CHANGE_record_leases;
    submission->make           = leases_put_rows;
    submission->write          = leases_write_count;
    submit_send(submission);
}
