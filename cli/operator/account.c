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
    { "find", "[LOGIN]", "POST", "accounts/find", .member = "login", .columns = columns,
      .meaning = "by a login, or by --number, --gateway or --address" },
    { "change", "ACCOUNT", "PATCH", "accounts", .meaning = "its login, name or number" },
    { "activation", "ACCOUNT", "POST", "accounts", .tail = "/activation",
      .kept = { "activationCode" },
      .meaning = "a new activation code, also to set a new password" },
    { "unlock", "ACCOUNT", "POST", "accounts", .tail = "/unlock",
      .meaning = "lift the lock that wrong passwords have put on it" },
    { "end-sessions", "ACCOUNT", "POST", "accounts", .tail = "/end-sessions",
      .meaning = "end all its sessions" },
    { .name = NULL },
};

static const struct operator_option options[] = {
    { "login", "NAME", "add change", "login", "what is signed in with",
      .needed = "what is signed in with", .by = "add" },
    { "name",  "TEXT", "add change", "displayName", "how the subscriber is called",
      .needed = NULL },
    { "phone", "NUMBER", "add change", "phoneNumber", "E.164: +4915112345678", .needed = NULL },
    { "number", "NUMBER", "find", "phone", "a subscriber's: +4915112345678", .needed = NULL },
    { "gateway", "GATEWAY", "find", "gatewayId", "your name for the gateway", .needed = NULL },
    { "address", "ADDRESS", "find", "address", "an address that its gateway held", .needed = NULL },
    { "port", "PORT", "find", "port", "with --address: of a shared one", .number = true },
    { "at",   "INSTANT", "find", "at", "with --address: when; now if absent", .needed = NULL },
    { .name = NULL },
};
/* clang-format on */

enum ending piot_account(int count, char **words)
{
    static const struct operator_subcommand subcommand = {
        .verbs          = verbs,
        .options        = options,
        .manual.name    = "account",
        .manual.meaning = "open subscribers' accounts, find them, let people in again",
        .manual.about =
            "add prints an activation code. With it the subscriber chooses a password in the\n"
            "app; a code is good once, and for 30 days unless piotd is set otherwise. Then\n"
            "give the account its gateway: see `piot help gateway`.\n"
            "activation prints another code, for who has lost the password or the code: those\n"
            "before it are good no longer. Using it sets a new password and ends all sessions.\n"
            "Whoever is found, shown or listed can see it in the access log of their app.\n",
        .manual.examples = "  piot account add --login anna@example.org --name Anna\n"
                           "  piot account find anna@example.org\n"
                           "  piot account find --address 192.0.2.7 --port 4711\n"
                           "  piot account activation acc_01kat8x1p5fwza4n4d8cq0y2mv\n",
    };

    return operator_run(&subcommand, count, words);
}
