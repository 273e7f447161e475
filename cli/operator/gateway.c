/* gateway.c -- piot gateway: which gateway is whose. */
#include "cli/operator/operator.h"
#include "cli/tool/subcommands.h"

/* clang-format off */
static const struct column columns[] = {
    { "GATEWAY", "gatewayId" },
    { "ACCOUNT", "accountId" },
    { "NETWORK", "networkId" },
    { "SHARED",  "shared" },
    { NULL, NULL },
};

static const struct operator_verb verbs[] = {
    { "add",    "GATEWAY", "POST",   "gateways", .member = "gatewayId",
      .meaning = "give a gateway to an account" },
    { "list",   "",        "GET",    "gateways", .columns = columns, .meaning = "all gateways" },
    { "remove", "GATEWAY", "DELETE", "gateways", .done = "The gateway belongs to nobody now.",
      .meaning = "take it from its account; devices stay" },
    { .name = NULL },
};

static const struct operator_option options[] = {
    { "account", "ACCOUNT", "add", "accountId", "whose it is: acc_…",
      .needed = "whose gateway it is" },
    { "network", "NETWORK", "add", "networkId",
      "the network it carries, if not the only one: net_…", .needed = NULL },
    { "shared",  NULL,      "add", "shared",
      "many people hang on it (a café): it never prompts", .needed = NULL },
    { .name = NULL },
};
/* clang-format on */

enum ending piot_gateway(int count, char **words)
{
    static const struct operator_subcommand subcommand = {
        .verbs          = verbs,
        .options        = options,
        .manual.name    = "gateway",
        .manual.meaning = "say which gateway is whose",
        .manual.about =
            "GATEWAY is your own name for a box or a UE. A device seen behind it belongs to\n"
            "the network bound to it; leases say which addresses it holds.\n",
        .manual.examples = "  piot gateway add box-4711 --account acc_01kat8x1p5fwza4n4d8cq0y2mv\n"
                           "  piot gateway remove box-4711\n",
    };

    return operator_run(&subcommand, count, words);
}
