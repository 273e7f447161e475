/* account.c -- piot account: subscribers' accounts. */
#include "cli/operator/operator.h"
#include "cli/tool/subcommands.h"

/* clang-format off */
static const struct column columns[] = {
    { "ACCOUNT", "accountId" },
    { "LOGIN",   "login" },
    { "NAME",    "displayName" },
    { "STATUS",  "status" },
    { NULL, NULL },
};

static const struct operator_verb verbs[] = {
    { "add",  "",        "POST", "accounts", .kept = { "activationCode" },
      .meaning = "open one; its activation code is shown once" },
    { "list", "",        "GET",  "accounts", .columns = columns, .meaning = "all accounts" },
    { "show", "ACCOUNT", "GET",  "accounts", .meaning = "one of them" },
    { .name = NULL },
};

static const struct operator_option options[] = {
    { "login", "NAME",   "add", "login", "what is signed in with", "what is signed in with" },
    { "name",  "TEXT",   "add", "displayName", "how the subscriber is called", NULL },
    { "phone", "NUMBER", "add", "phoneNumber", "E.164: +4915112345678", NULL },
    { .name = NULL },
};
/* clang-format on */

enum ending piot_account(int count, char **words)
{
    static const struct operator_subcommand subcommand = {
        .verbs          = verbs,
        .options        = options,
        .manual.name    = "account",
        .manual.meaning = "open subscribers' accounts",
        .manual.about =
            "add prints an activation code. With it the subscriber chooses a password in the\n"
            "app; a code is good once, and for 30 days unless piotd is set otherwise. Then\n"
            "give the account its gateway: see `piot help gateway`.\n",
        .manual.examples = "  piot account add --login anna@example.org --name Anna\n"
                           "  piot account list\n",
    };

    return operator_run(&subcommand, count, words);
}
