/* gateway.c -- piot gateway: which gateway is whose. */
#include "cli/tool/remote.h"
#include "cli/tool/subcommands.h"

static struct remote_options options;
static const char           *account, *network;
static bool                  is_shared;

static enum ending add(const char *word)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);

    if (!account) return misused("gateway", "add needs --account ACCOUNT: whose gateway it is");
    json_object(&json);
    json_put_text(&json, "gatewayId", slice_text(word));
    json_put_text(&json, "accountId", slice_text(account));
    json_may_text(&json, "networkId", slice_text(network));
    if (is_shared) json_put_flag(&json, "shared", true);
    json_object_end(&json);
    enum ending ending = remote_run(&(struct errand){ .name   = "gateway",
                                                      .method = "POST",
                                                      .path   = "/operator/v1/gateways",
                                                      .body   = buffer_slice(&body) },
                                    &options);
    buffer_free(&body);
    return ending;
}

static enum ending list(const char *word)
{
    static const struct column columns[] = {
        { "GATEWAY", "gatewayId" },
        { "ACCOUNT", "accountId" },
        { "NETWORK", "networkId" },
        { "SHARED", "shared" },
    };

    (void)word;
    return remote_list("gateway", "/operator/v1/gateways?limit=200", columns, COUNT(columns),
                       &options);
}

static enum ending take_away(const char *word)
{
    return remote_run(&(struct errand){ .name   = "gateway",
                                        .method = "DELETE",
                                        .path   = "/operator/v1/gateways/",
                                        .id     = word,
                                        .done   = "The gateway belongs to nobody now." },
                      &options);
}

static const struct verb verbs[] = {
    { "add", "GATEWAY", "give a gateway to an account", add },
    { "list", "", "all gateways", list },
    { "remove", "GATEWAY", "take it from its account; devices stay", take_away },
    VERBS_END,
};

static const struct choice choices[] = {
    { "account", "ACCOUNT", "add", "whose it is: acc_…", &account, NULL },
    { "network", "NETWORK", "add", "the network it carries, if not the only one: net_…", &network,
      NULL },
    { "shared", NULL, "add", "many people hang on it (a café): it never prompts", NULL,
      &is_shared },
    CHOICES_OF_A_SERVER(&options.server, &options.token),
    CHOICE_JSON(&options.json),
    CHOICES_END,
};

enum ending piot_gateway(int count, char **words)
{
    static const struct manual manual = {
        .name    = "gateway",
        .meaning = "say which gateway is whose",
        .verbs   = verbs,
        .choices = choices,
        .about = "GATEWAY is your own name for a box or a UE. A device seen behind it belongs to\n"
                 "the network bound to it; leases say which addresses it holds.\n",
        .examples = "  piot gateway add box-4711 --account acc_01kat8x1p5fwza4n4d8cq0y2mv\n"
                    "  piot gateway remove box-4711\n",
    };

    return arguments_run(&manual, count, words);
}
