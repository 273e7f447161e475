#include "cli/demo/house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"

#define OPERATOR "/operator/v1/"
#define APP      "/app/v1/"

struct status house_open(struct house *house, struct demo *demo)
{
    struct arena *arena = &demo->arena;
    uint8_t       random[6];

    crypto_random(random, sizeof random);
    *house = (struct house){
        .demo     = demo,
        .staff    = { .demo = demo },
        .anna     = { .demo = demo },
        .login    = arena_print(arena, "anna.%s@example.org", demo->run).data,
        .password = arena_print(arena, "correct-horse-%02x%02x", random[0], random[1]).data,
        .gateway  = arena_print(arena, "box-%s", demo->run).data,
        .prefix   = arena_print(arena, "2001:db8:%x:%x00::", 0x1000 + random[2] * 16,
                                1 + random[3] % 254)
                      .data,
        .ipv4      = arena_print(arena, "198.51.100.%u", 1 + random[4] % 254).data,
        .port_from = (uint16_t)(1024 * (1 + random[5] % 62)),
    };
    house->here[0]      = arena_print(arena, "X-Forwarded-For: %s2", house->prefix).data;
    house->anna.headers = house->here;
    TRY(client_read_token(demo->token_file, &house->operator_token));
    house->staff.bearer = house->operator_token;
    TRY(client_open(&house->staff.client, demo->server));
    return client_open(&house->anna.client, demo->server);
}

void house_close(struct house *house)
{
    client_close(house->staff.client);
    client_close(house->anna.client);
    free(house->operator_token);
}

/* A member of the answer that has to be there, kept. */
static const char *house_keep_needed(struct house *house, const struct node *tree, const char *path)
{
    const char *text = demo_keep(house->demo, tree, path);

    if (!*text) demo_differs(house->demo, "the answer has no %s", path);
    return text;
}

/* One call with a body, whose answer's `member` is kept (NULL: nothing). */
static const char *house_call(struct house *house, struct caller *caller, const char *path,
                              struct slice body, long wanted, const char *member)
{
    const struct call_plan plan = {
        .method = "POST", .path = path, .body = body, .wanted = wanted, .shown = member
    };

    struct tree tree = { 0 };
    const char *kept = "";
    bool        fine = demo_call(caller, &plan, &tree);

    if (fine && member) kept = house_keep_needed(house, tree.root, member);
    tree_close(&tree);
    return fine && (!member || *kept) ? kept : NULL;
}

/* -- moving in -------------------------------------------------------------------------- */

static const char *open_account(struct house *house)
{
    struct slice body = arena_print(&house->demo->arena,
                                    "{\"login\":\"%s\",\"displayName\":\"Anna\"}", house->login);
    struct tree  tree = { 0 };
    const char  *code = "";

    demo_say("Operator", "opens an account for Anna: %s", house->login);
    if (demo_call(&house->staff,
                  &(struct call_plan){ .method = "POST",
                                       .path   = OPERATOR "accounts",
                                       .body   = body,
                                       .wanted = 201,
                                       .shown  = "accountId" },
                  &tree)) {
        house->account = house_keep_needed(house, tree.root, "accountId");
        code           = house_keep_needed(house, tree.root, "activationCode");
    }
    tree_close(&tree);
    return *code ? code : NULL;
}

static bool sign_in(struct house *house, const char *code)
{
    struct arena *arena = &house->demo->arena;

    demo_say("Anna", "uses her activation code and chooses a password");
    struct slice body = arena_print(arena, "{\"code\":\"%s\",\"password\":\"%s\"}", code,
                                    house->password);
    if (!house_call(house, &house->anna, APP "activations", body, 201, "expiresAt")) return false;
    demo_say("Anna", "signs in");
    body             = arena_print(arena, "{\"login\":\"%s\",\"password\":\"%s\"}", house->login,
                                   house->password);
    struct tree tree = { 0 };
    if (demo_call(&house->anna,
                  &(struct call_plan){ .method = "POST",
                                       .path   = APP "sessions",
                                       .body   = body,
                                       .wanted = 201,
                                       .shown  = "expiresAt" },
                  &tree))
        house->anna.bearer = house_keep_needed(house, tree.root, "token");
    tree_close(&tree);
    return house->anna.bearer && *house->anna.bearer;
}

/* Leases begin a minute ago, so that no observation is older. */
static void put_lease(struct json *json, const struct house *house, const char *address,
                      uint16_t port_from)
{
    struct clock clock = clock_real();
    bool         ipv6  = strchr(address, ':') != NULL;

    json_object(json);
    json_put_text(json, "gatewayId", slice_text(house->gateway));
    json_put_text(json, ipv6 ? "ipv6Prefix" : "ipv4", slice_text(address));
    if (port_from) json_put_u64(json, "portFrom", port_from);
    if (port_from) json_put_u64(json, "portTo", port_from + 1023);
    json_put_instant(json, "from", clock_now(&clock) - MINUTE);
    json_object_end(json);
}

static bool tell_leases(struct house *house)
{
    struct arena *arena = &house->demo->arena;
    struct buffer body  = { 0 };
    struct json   json  = json_to(&body);

    json_array(&json);
    put_lease(&json, house, arena_print(arena, "%s/56", house->prefix).data, 0);
    put_lease(&json, house, house->ipv4, house->port_from);
    json_array_end(&json);
    demo_say("Operator", "tells which addresses %s holds: %s/56 and ports of %s", house->gateway,
             house->prefix, house->ipv4);
    bool fine = house_call(house, &house->staff, OPERATOR "leases", buffer_slice(&body), 200,
                           "recorded") != NULL;
    buffer_free(&body);
    return fine;
}

bool house_moves_in(struct house *house)
{
    struct arena *arena = &house->demo->arena;
    const char   *code  = open_account(house);

    if (!code || !sign_in(house, code)) return false;
    demo_say("Anna", "makes a network: Home");
    house->network = house_call(house, &house->anna, APP "networks", SLICE("{\"name\":\"Home\"}"),
                                201, "networkId");
    if (!house->network) return false;
    demo_say("Operator", "gives the gateway %s to Anna's network", house->gateway);
    struct slice body = arena_print(
        arena, "{\"gatewayId\":\"%s\",\"accountId\":\"%s\",\"networkId\":\"%s\"}", house->gateway,
        house->account, house->network);
    return house_call(house, &house->staff, OPERATOR "gateways", body, 201, "gatewayId") &&
           tell_leases(house);
}

const char *house_way_in(struct house *house)
{
    struct slice path = arena_print(&house->demo->arena, OPERATOR "accounts/%s/activation",
                                    house->account);

    demo_say("Operator", "has a new code made, as for somebody who lost the password");
    return house_call(house, &house->staff, path.data, SLICE("{}"), 201, "activationCode");
}
