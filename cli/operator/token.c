/* token.c -- piot token: bearer tokens of operators, their systems and auditors. */
#include "cli/operator/operator.h"
#include "cli/tool/subcommands.h"

/* clang-format off */
static const struct column columns[] = {
    { "TOKEN",    "tokenId" },
    { "ROLE",     "role" },
    { "NAME",     "name" },
    { "EXPIRES",  "expiresAt" },
    { "PERSONAL", "personal" },
    { NULL, NULL },
};

static const struct operator_verb verbs[] = {
    { "issue",  "",      "POST",   "tokens", .kept = { "token" },
      .meaning = "hand one out; it is shown once" },
    { "list",   "",      "GET",    "tokens", .columns = columns,
      .meaning = "those that are valid" },
    { "revoke", "TOKEN", "DELETE", "tokens", .done = "The token is valid no longer.",
      .meaning = "end one, by its id" },
    { .name = NULL },
};

static const struct operator_option options[] = {
    { "role",     "ROLE",    "issue", "role", "operator, feeder, support, reader or auditor",
      .needed = "operator, feeder, support, reader or auditor" },
    { "name",     "TEXT",    "issue", "name", "what you call it",
      .needed = "what you call it" },
    { "expires",  "INSTANT", "issue", "expiresAt",
      "until when: 2027-01-31T12:00:00Z; else forever", .needed = NULL },
    { "personal", NULL,      "issue", "personal", "an auditor's sees personal fields, too",
      .needed = NULL },
    { .name = NULL },
};
/* clang-format on */

enum ending piot_token(int count, char **words)
{
    static const struct operator_subcommand subcommand = {
        .verbs          = verbs,
        .options        = options,
        .manual.name    = "token",
        .manual.meaning = "hand out tokens to operators, their systems and auditors",
        .manual.about =
            "The service keeps a token's hash, so issue is the only time it can be seen.\n"
            "revoke takes the id (tok_…) that list shows, not the token itself.\n"
            "An operator's token may do all. A feeder's says who held which address; support's\n"
            "finds accounts and lets people in again; a reader's sees figures and health, and\n"
            "no person.\n"
            "An auditor's token shows what happened without what is personal in it, "
            "unless\n"
            "it was issued with --personal. Either way each look at it is an event.\n",
        .manual.examples =
            "  piot token issue --role auditor --name \"Audit 2027\" \\\n"
            "      --expires 2027-12-31T23:59:59Z --json | jq -r .token > audit.token\n"
            "  piot token revoke tok_01kat8x1p5fwza4n4d8cq0y2mv\n",
    };

    return operator_run(&subcommand, count, words);
}
