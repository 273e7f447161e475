#include "cli/demo/story.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    MODEL_MAX       = 64 * 1024, /* bytes of a thing model */
    WEBHOOK_WAIT_MS = 5000,      /* for the first one; a second try comes within that */
    WEBHOOK_LOOK_MS = 50,
};

/* -- the vendor ---------------------------------------------------------------------------- */

struct vendor_papers {
    const char *vendor, *api_key;
};

static bool vendor_onboard(struct demo *demo, struct house *house, struct cloud *cloud,
                           struct vendor_papers *papers)
{
    struct slice body = demo->pull ? arena_print(&demo->arena, "{\"name\":\"%s\"}", demo->vendor)
                                   : arena_print(&demo->arena,
                                                 "{\"name\":\"%s\",\"endpoint\":"
                                                 "\"http://127.0.0.1:%u/piot\"}",
                                                 demo->vendor, cloud_port(cloud));
    struct tree  tree = { 0 };

    if (demo->pull)
        demo_say("Operator", "takes the vendor \"%s\" on; its cloud fetches what it is owed",
                 demo->vendor);
    else
        demo_say("Operator", "takes the vendor \"%s\" on; its cloud listens on 127.0.0.1:%u",
                 demo->vendor, cloud_port(cloud));
    bool fine = demo_call(&house->staff,
                          &(struct call_plan){ .method = "POST",
                                               .path   = "/operator/v1/vendors",
                                               .body   = body,
                                               .wanted = 201,
                                               .shown  = "vendorId" },
                          &tree);
    if (fine) {
        papers->vendor       = demo_keep(demo, tree.root, "vendorId");
        papers->api_key      = demo_keep(demo, tree.root, "apiKey");
        struct slice  secret = node_shown(tree.root, "signingSecret", &demo->arena);
        struct status status = cloud_start(cloud, papers->vendor, secret, papers->api_key);
        if (status.code != STATUS_OK) fine = demo_differs(demo, "%s", status.text);
    }
    tree_close(&tree);
    return fine;
}

static bool vendor_approve(struct demo *demo, struct house *house, const char *vendor)
{
    struct tree tree = { 0 };

    demo_say("Operator", "approves it");
    bool fine = demo_call(
        &house->staff,
        &(struct call_plan){
            .method = "POST",
            .path   = arena_print(&demo->arena, "/operator/v1/vendors/%s/approve", vendor).data,
            .body   = SLICE("{}"),
            .wanted = 200,
            .shown  = "status",
        },
        &tree);
    tree_close(&tree);
    return fine;
}

static bool read_model(struct demo *demo, const char *name, char *text, size_t *size)
{
    const char *path = arena_print(&demo->arena, "%s/%s.json", demo->models, name).data;
    FILE       *file = fopen(path, "re");

    if (!file) return demo_differs(demo, "cannot read %s: %s", path, strerror(errno));
    *size = fread(text, 1, MODEL_MAX, file);
    fclose(file);
    return *size > 0 || demo_differs(demo, "%s is empty", path);
}

static bool model_publish(struct demo *demo, struct caller *vendor, const char *id,
                          const char *name)
{
    static char text[MODEL_MAX];
    struct tree tree = { 0 };
    size_t      size = 0;

    if (!read_model(demo, name, text, &size)) return false;
    bool fine = demo_call(
        vendor,
        &(struct call_plan){
            .method = "PUT",
            .path   = arena_print(&demo->arena, "/vendor/v1/%s/thing-models/%s", id, name).data,
            .body   = { text, size },
            .wanted = 201,
            .shown  = "thingModel",
        },
        &tree);
    tree_close(&tree);
    return fine;
}

/* piotd calls no loopback address unless it was told to: better to learn that now. */
static bool try_endpoint(struct demo *demo, struct caller *vendor, const char *id,
                         struct cloud *cloud)
{
    struct tree tree = { 0 };

    demo_say(demo->vendor, "asks piotd for a webhook, to try its endpoint");
    bool fine = demo_call(
        vendor,
        &(struct call_plan){
            .method = "POST",
            .path   = arena_print(&demo->arena, "/vendor/v1/%s/test-notification", id).data,
            .body   = SLICE("{}"),
            .wanted = 200,
        },
        &tree);
    tree_close(&tree);
    for (int waited = 0; fine && !cloud_was_tried(cloud); waited += WEBHOOK_LOOK_MS) {
        if (waited >= WEBHOOK_WAIT_MS)
            return demo_differs(demo, "no webhook came; piotd calls a vendor on loopback only if "
                                      "it runs with --set allow_private_endpoints=yes");
        fine = demo_pause(demo, WEBHOOK_LOOK_MS);
    }
    return fine;
}

static bool vendor_arrives(struct demo *demo, struct house *house, struct cloud *cloud)
{
    struct vendor_papers papers = { NULL, NULL };
    struct caller        vendor = house->staff; /* its own key, the same line */

    if (!vendor_onboard(demo, house, cloud, &papers) || !vendor_approve(demo, house, papers.vendor))
        return false;
    vendor.bearer = papers.api_key;
    demo_say(demo->vendor, "publishes what it makes: a lamp, a thermostat, a lock");
    for (enum thing_kind kind = 0; kind < THING_KINDS; kind++)
        if (!model_publish(demo, &vendor, papers.vendor, thing_model_name(kind))) return false;
    return demo->pull || try_endpoint(demo, &vendor, papers.vendor, cloud);
}

/* -- the devices ----------------------------------------------------------------------------- */

static bool device_arrives(struct house *house, struct cloud *cloud, enum thing_kind kind,
                           const char *name, const char **device)
{
    struct arena *arena = &house->demo->arena;
    const char   *id =
        arena_print(arena, "acme-%s-%s-1", thing_model_name(kind), house->demo->run).data;
    const char *ipv6 = arena_print(arena, "%s%x", house->prefix, 0x10 + (unsigned)kind).data;

    demo_heading("The %s is plugged in", thing_model_name(kind));
    /* One sits behind the IPv4 address that the household shares with others. */
    if (kind == THING_THERMOSTAT)
        cloud_connect(cloud, kind, id, name, house->ipv4, (uint16_t)(house->port_from + 77));
    else cloud_connect(cloud, kind, id, name, ipv6, 0);
    return house_grants(house, name, device) && house_sees(house, *device);
}

static bool devices_arrive(struct house *house, struct cloud *cloud, struct story_end *end)
{
    if (!device_arrives(house, cloud, THING_LAMP, "Kitchen lamp", &end->lamp) ||
        !device_arrives(house, cloud, THING_THERMOSTAT, "Hall thermostat", &end->thermostat))
        return false;
    if (!device_arrives(house, cloud, THING_LOCK, "Front door", &end->lock)) {
        demo_note("that the app is at home is the demo's word, which piotd takes only if it runs "
                  "with --set trust_forwarded=yes");
        return false;
    }
    demo_note("a lock is granted only by somebody on its network: the app's address led to %s",
              house->gateway);
    return true;
}

/* -- the whole -------------------------------------------------------------------------------- */

bool demo_story(struct demo *demo, struct house *house, struct cloud *cloud, struct story_end *end)
{
    demo_heading("A vendor joins");
    if (!vendor_arrives(demo, house, cloud)) return false;
    demo_heading("A household moves in");
    if (!house_moves_in(house)) return false;
    if (!devices_arrive(house, cloud, end)) return false;
    demo_heading("The lamp is switched on");
    if (!house_switches(house, end->lamp, "on", SLICE("true"))) return false;
    demo_heading("What happened");
    return house_reads_history(house, end->lamp) && !atomic_load(&demo->differed);
}
