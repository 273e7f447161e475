/* account.c -- piot account: subscribers' accounts. */
#include "cli/tool/remote.h"
#include "cli/tool/subcommands.h"

static struct remote_options options;
static const char           *login, *display_name, *phone_number;

static enum ending add(const char *word)
{
    static const char *const kept[] = { "activationCode", NULL };
    struct buffer            body   = { 0 };
    struct json              json   = json_to(&body);

    (void)word;
    if (!login) return misused("account", "add needs --login NAME: what is signed in with");
    json_object(&json);
    json_put_text(&json, "login", slice_text(login));
    json_may_text(&json, "displayName", slice_text(display_name));
    json_may_text(&json, "phoneNumber", slice_text(phone_number));
    json_object_end(&json);
    enum ending ending = remote_run(&(struct errand){ .name   = "account",
                                                      .method = "POST",
                                                      .path   = "/operator/v1/accounts",
                                                      .body   = buffer_slice(&body),
                                                      .kept   = kept },
                                    &options);
    buffer_free(&body);
    return ending;
}

static enum ending list(const char *word)
{
    static const struct column columns[] = {
        { "ACCOUNT", "accountId" },
        { "LOGIN", "login" },
        { "NAME", "displayName" },
        { "STATUS", "status" },
    };

    (void)word;
    return remote_list("account", "/operator/v1/accounts?limit=200", columns, COUNT(columns),
                       &options);
}

static enum ending show(const char *word)
{
    return remote_run(&(struct errand){ .name   = "account",
                                        .method = "GET",
                                        .path   = "/operator/v1/accounts/",
                                        .id     = word },
                      &options);
}

static const struct verb verbs[] = {
    { "add", "", "open one; its activation code is shown once", add },
    { "list", "", "all accounts", list },
    { "show", "ACCOUNT", "one of them", show },
    VERBS_END,
};

static const struct choice choices[] = {
    { "login", "NAME", "add", "what is signed in with", &login, NULL },
    { "name", "TEXT", "add", "how the subscriber is called", &display_name, NULL },
    { "phone", "NUMBER", "add", "E.164: +4915112345678", &phone_number, NULL },
    CHOICES_OF_A_SERVER(&options.server, &options.token),
    CHOICE_JSON(&options.json),
    CHOICES_END,
};

enum ending piot_account(int count, char **words)
{
    static const struct manual manual = {
        .name    = "account",
        .meaning = "open subscribers' accounts",
        .verbs   = verbs,
        .choices = choices,
        .about = "add prints an activation code. With it the subscriber chooses a password in the\n"
                 "app; a code is good once, and for 30 days unless piotd is set otherwise. Then\n"
                 "give the account its gateway: see `piot help gateway`.\n",
        .examples = "  piot account add --login anna@example.org --name Anna\n"
                    "  piot account list\n",
    };

    return arguments_run(&manual, count, words);
}
