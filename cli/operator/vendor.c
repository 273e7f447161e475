/* vendor.c -- piot vendor: from onboarding to parting. */
#include "cli/operator/operator.h"
#include "cli/tool/subcommands.h"

/* clang-format off */
static const struct column columns[] = {
    { "VENDOR",   "vendorId" },
    { "NAME",     "name" },
    { "STATUS",   "status" },
    { "ENDPOINT", "endpoint" },
    { NULL, NULL },
};

static const struct operator_verb verbs[] = {
    { "add",      "",       "POST", "vendors", .kept = { "signingSecret", "apiKey" },
      .meaning = "take a vendor on; its secrets are shown once" },
    { "list",     "",       "GET",  "vendors", .columns = columns, .meaning = "all vendors" },
    { "show",     "VENDOR", "GET",  "vendors", .meaning = "one of them" },
    { "approve",  "VENDOR", "POST", "vendors", .tail = "/approve",
      .meaning = "let it report devices" },
    { "suspend",  "VENDOR", "POST", "vendors", .tail = "/suspend",
      .meaning = "stop it until it is resumed" },
    { "resume",   "VENDOR", "POST", "vendors", .tail = "/resume", .meaning = "let it go on" },
    { "offboard", "VENDOR", "POST", "vendors", .tail = "/offboard",
      .meaning = "offboard it: it cannot come back" },
    { .name = NULL },
};

static const struct operator_option options[] = {
    { "name",     "NAME", "add", "name", "what people know it by",
      .needed = "what people know the vendor by" },
    { "endpoint", "URL",  "add", "endpoint", "where its webhooks go", .needed = NULL },
    { "reason",   "TEXT", "suspend offboard", "reason", "why; it stands in the log",
      .needed = NULL },
    { .name = NULL },
};
/* clang-format on */

enum ending piot_vendor(int count, char **words)
{
    static const struct operator_subcommand subcommand = {
        .verbs          = verbs,
        .options        = options,
        .manual.name    = "vendor",
        .manual.meaning = "take vendors on, approve them, stop them, offboard them",
        .manual.about =
            "A vendor is taken on, then approved: until then nothing it reports is taken.\n"
            "add prints a signing secret (whsec_…, for webhooks both ways) and an API key;\n"
            "the service keeps no copy it could print again. While a vendor is suspended\n"
            "no command reaches its devices. VENDOR is an id: vnd_….\n",
        .manual.examples =
            "  piot vendor add --name \"Acme Lights\" --endpoint https://acme.example/piot\n"
            "  piot vendor approve vnd_01kat8x1p5fwza4n4d8cq0y2mv\n"
            "  piot vendor list --json | jq -r '.[].name'\n",
    };

    return operator_run(&subcommand, count, words);
}
