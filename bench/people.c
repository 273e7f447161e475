/* people.c -- a vendor and a household, made through the public interfaces. */
#include <stdio.h>
#include <string.h>

#include "bench/place.h"
#include "core/base/crypto.h"
#include "core/base/text.h"

static const char MODEL[] =
    "{\"@context\":\"https://www.w3.org/2022/wot/td/v1.1\",\"@type\":\"tm:ThingModel\","
    "\"title\":\"Lamp\",\"version\":{\"model\":\"1.0.0\"},\"properties\":{"
    "\"on\":{\"type\":\"boolean\"},"
    "\"brightness\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":100}}}";

static struct slice text_of(const char *text) { return slice_text(text); }

static struct slice post(struct place *place, const char *path, struct slice token,
                         struct slice body, struct arena *arena)
{
    return client_call(place->port, "POST", path, token, body, arena);
}

static struct slice kept(struct arena *arena, struct slice json, const char *field)
{
    return arena_copy(arena, client_field(json, field));
}

static void make_vendor(struct place *place, struct people *people, struct arena *arena)
{
    struct slice token = text_of(place->operator_token);
    struct slice made  = post(place, "/operator/v1/vendors", token, SLICE("{\"name\":\"Acme\"}"),
                              arena);
    char         path[256];

    people->vendor   = kept(arena, made, "vendorId");
    people->secret   = kept(arena, made, "signingSecret");
    struct slice key = kept(arena, made, "apiKey");
    snprintf(path, sizeof path, "/operator/v1/vendors/%.*s/approve", (int)people->vendor.size,
             people->vendor.data);
    post(place, path, token, SLICE("{}"), arena);
    snprintf(path, sizeof path, "/vendor/v1/%.*s/thing-models/lamp", (int)people->vendor.size,
             people->vendor.data);
    client_call(place->port, "PUT", path, key, text_of(MODEL), arena);
}

static void make_household(struct place *place, struct people *people, struct arena *arena)
{
    struct slice token   = text_of(place->operator_token);
    struct slice made    = post(place, "/operator/v1/accounts", token,
                                SLICE("{\"login\":\"kim@example.org\"}"), arena);
    struct slice account = kept(arena, made, "accountId");
    struct slice body    = arena_print(arena, "{\"code\":\"%.*s\",\"password\":\"correct horse\"}",
                                       (int)client_field(made, "activationCode").size,
                                       client_field(made, "activationCode").data);

    people->session = kept(arena,
                           post(place, "/app/v1/activations", (struct slice){ 0 }, body, arena),
                           "token");
    people->network = kept(arena,
                           post(place, "/app/v1/networks", people->session,
                                SLICE("{\"name\":\"Home\"}"), arena),
                           "networkId");
    body            = arena_print(arena,
                                  "{\"gatewayId\":\"gw-1\",\"accountId\":\"%.*s\","
                                             "\"networkId\":\"%.*s\"}",
                                  (int)account.size, account.data, (int)people->network.size,
                                  people->network.data);
    post(place, "/operator/v1/gateways", token, body, arena);
    post(place, "/operator/v1/leases", token,
         SLICE("[{\"gatewayId\":\"gw-1\",\"ipv6Prefix\":\"2001:db8:1::/48\","
               "\"from\":\"2020-01-01T00:00:00Z\"}]"),
         arena);
}

static void now_text(char text[INSTANT_TEXT_MAX])
{
    struct clock clock = clock_real();

    instant_text(clock_now(&clock), text);
}

static void sign(const struct people *people, const char *type, uint64_t number, struct slice event,
                 struct buffer *out)
{
    struct arena arena = { 0 };
    struct slice secret, id = arena_print(&arena, "msg_%llu", (unsigned long long)number);
    struct clock clock = clock_real();
    struct slice stamp = arena_print(&arena, "%lld", (long long)(clock_now(&clock) / SECOND));

    if (!text_unbase64(&arena, (struct slice){ people->secret.data + 6, people->secret.size - 6 },
                       &secret))
        bench_die("the signing secret is not base64");
    struct slice head = arena_print(&arena, "%.*s.%.*s.", (int)id.size, id.data, (int)stamp.size,
                                    stamp.data);
    struct hash  mac  = crypto_hmac_sha256(secret, head, event, (struct slice){ 0 });
    struct slice text = text_base64(&arena, SLICE_OF(mac.bytes));
    buffer_print(out,
                 "POST /vendor/v1/%.*s/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                 "Content-Type: %s\r\nwebhook-id: %.*s\r\n"
                 "webhook-timestamp: %.*s\r\nwebhook-signature: v1,%.*s\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 (int)people->vendor.size, people->vendor.data, type, (int)id.size, id.data,
                 (int)stamp.size, stamp.data, (int)text.size, text.data, event.size);
    buffer_add(out, event);
    arena_free(&arena);
}

void place_signed_event(const struct people *people, uint64_t number, struct slice event,
                        struct buffer *out)
{
    sign(people, "application/cloudevents+json", number, event, out);
}

void place_signed_batch(const struct people *people, uint64_t number, struct slice events,
                        struct buffer *out)
{
    sign(people, "application/cloudevents-batch+json", number, events, out);
}

void place_detection(const struct people *people, uint64_t number, struct buffer *out)
{
    struct arena arena = { 0 };
    char         now[INSTANT_TEXT_MAX];

    now_text(now);
    struct slice event = arena_print(
        &arena,
        "{\"specversion\":\"1.0\",\"id\":\"det-%llu\",\"source\":\"https://acme.example\","
        "\"type\":\"piot.v1.device-detected\",\"data\":{\"vendorDeviceId\":\"lamp-%llu\","
        "\"thingModel\":\"lamp\",\"observation\":{\"observedAt\":\"%s\","
        "\"ipv6Address\":\"2001:db8:1::%llx\"}}}",
        (unsigned long long)number, (unsigned long long)number, now,
        (unsigned long long)number + 1);
    place_signed_event(people, number, event, out);
    arena_free(&arena);
}

static void grant_open(struct place *place, struct people *people, struct arena *arena)
{
    static const char name[] = "\"consentId\":\"";
    struct slice inbox = client_call(place->port, "GET", "/app/v1/inbox?limit=200", people->session,
                                     (struct slice){ 0 }, arena);
    const char  *at    = inbox.data;
    const char  *end   = inbox.data + inbox.size;

    while ((at = memmem(at, (size_t)(end - at), name, sizeof name - 1))) {
        char path[256];
        at += sizeof name - 1;
        snprintf(path, sizeof path, "/app/v1/inbox/%.30s/decision", at);
        struct slice consent = post(place, path, people->session, SLICE("{\"decision\":\"grant\"}"),
                                    arena);
        people->devices[people->count++] = kept(arena, consent, "deviceId");
    }
}

enum { AT_ONCE = 64 }; /* detections before anybody answers */

struct people place_people(struct place *place, unsigned devices, struct arena *arena)
{
    struct people people = { .devices = arena_array(arena, struct slice, devices + AT_ONCE) };

    make_vendor(place, &people, arena);
    make_household(place, &people, arena);
    for (uint64_t number = 0; people.count < devices;) {
        for (unsigned i = 0; i < AT_ONCE; i++, number++) {
            struct buffer out = { 0 };
            place_detection(&people, number, &out);
            client_send(place->port, buffer_slice(&out), arena);
            buffer_free(&out);
        }
        place_await_resolution(place);
        grant_open(place, &people, arena);
    }
    return people;
}
