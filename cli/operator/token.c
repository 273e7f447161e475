/* token.c -- piot token: bearer tokens of operators and auditors. */
#include "cli/tool/remote.h"
#include "cli/tool/subcommands.h"

static struct remote_options options;
static const char           *role, *name, *expires;
static bool                  personal;

static enum ending issue(const char *word)
{
    static const char *const kept[] = { "token", NULL };
    struct buffer            body   = { 0 };
    struct json              json   = json_to(&body);

    (void)word;
    if (!role) return misused("token", "issue needs --role: operator or auditor");
    if (!name) return misused("token", "issue needs --name TEXT: what you call it");
    json_object(&json);
    json_put_text(&json, "role", slice_text(role));
    json_put_text(&json, "name", slice_text(name));
    json_may_text(&json, "expiresAt", slice_text(expires));
    if (personal) json_put_flag(&json, "personal", true);
    json_object_end(&json);
    enum ending ending = remote_run(&(struct errand){ .name   = "token",
                                                      .method = "POST",
                                                      .path   = "/operator/v1/tokens",
                                                      .body   = buffer_slice(&body),
                                                      .kept   = kept },
                                    &options);
    buffer_free(&body);
    return ending;
}

static enum ending list(const char *word)
{
    static const struct column columns[] = {
        { "TOKEN", "tokenId" },     { "ROLE", "role" },         { "NAME", "name" },
        { "EXPIRES", "expiresAt" }, { "PERSONAL", "personal" },
    };

    (void)word;
    return remote_list("token", "/operator/v1/tokens?limit=200", columns, COUNT(columns), &options);
}

static enum ending revoke(const char *word)
{
    return remote_run(&(struct errand){ .name   = "token",
                                        .method = "DELETE",
                                        .path   = "/operator/v1/tokens/",
                                        .id     = word,
                                        .done   = "The token is good no longer." },
                      &options);
}

static const struct verb verbs[] = {
    { "issue", "", "hand one out; it is shown once", issue },
    { "list", "", "those that are good", list },
    { "revoke", "TOKEN", "end one, by its id", revoke },
    VERBS_END,
};

static const struct choice choices[] = {
    { "role", "ROLE", "issue", "operator or auditor", &role, NULL },
    { "name", "TEXT", "issue", "what you call it", &name, NULL },
    { "expires", "INSTANT", "issue", "until when: 2027-01-31T12:00:00Z; else for ever", &expires,
      NULL },
    { "personal", NULL, "issue", "an auditor's sees personal fields, too", NULL, &personal },
    CHOICES_OF_A_SERVER(&options.server, &options.token),
    CHOICE_JSON(&options.json),
    CHOICES_END,
};

enum ending piot_token(int count, char **words)
{
    static const struct manual manual = {
        .name     = "token",
        .meaning  = "hand out tokens to operators and auditors",
        .verbs    = verbs,
        .choices  = choices,
        .about    = "The service keeps a token's hash, so issue is the only time it can be seen.\n"
                    "revoke takes the id (tok_…) that list shows, not the token itself.\n"
                    "An auditor's token shows what happened without what is personal in it, "
                    "unless\n"
                    "it was issued with --personal. Either way each look at it is an event.\n",
        .examples = "  piot token issue --role auditor --name \"Audit 2027\" \\\n"
                    "      --expires 2027-12-31T23:59:59Z --json | jq -r .token > audit.token\n"
                    "  piot token revoke tok_01kat8x1p5fwza4n4d8cq0y2mv\n",
    };

    return arguments_run(&manual, count, words);
}
