/* vendor.c -- piot vendor: from onboarding to parting. */
#include "cli/tool/remote.h"
#include "cli/tool/subcommands.h"

static struct remote_options options;
static const char           *name, *endpoint, *reason;

static enum ending add(const char *word)
{
    static const char *const kept[] = { "signingSecret", "apiKey", NULL };
    struct buffer            body   = { 0 };
    struct json              json   = json_to(&body);

    (void)word;
    if (!name) return misused("vendor", "add needs --name NAME: what people know the vendor by");
    json_object(&json);
    json_put_text(&json, "name", slice_text(name));
    json_may_text(&json, "endpoint", slice_text(endpoint));
    json_object_end(&json);
    enum ending ending = remote_run(&(struct errand){ .name   = "vendor",
                                                      .method = "POST",
                                                      .path   = "/operator/v1/vendors",
                                                      .body   = buffer_slice(&body),
                                                      .kept   = kept },
                                    &options);
    buffer_free(&body);
    return ending;
}

static enum ending list(const char *word)
{
    static const struct column columns[] = {
        { "VENDOR", "vendorId" },
        { "NAME", "name" },
        { "STATUS", "status" },
        { "ENDPOINT", "endpoint" },
    };

    (void)word;
    return remote_list("vendor", "/operator/v1/vendors?limit=200", columns, COUNT(columns),
                       &options);
}

static enum ending show(const char *word)
{
    return remote_run(&(struct errand){ .name   = "vendor",
                                        .method = "GET",
                                        .path   = "/operator/v1/vendors/",
                                        .id     = word },
                      &options);
}

static enum ending step(const char *vendor, const char *tail)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);

    json_object(&json);
    json_may_text(&json, "reason", slice_text(reason));
    json_object_end(&json);
    enum ending ending = remote_run(&(struct errand){ .name   = "vendor",
                                                      .method = "POST",
                                                      .path   = "/operator/v1/vendors/",
                                                      .id     = vendor,
                                                      .tail   = tail,
                                                      .body   = buffer_slice(&body) },
                                    &options);
    buffer_free(&body);
    return ending;
}

static enum ending approve(const char *word) { return step(word, "/approve"); }
static enum ending suspend(const char *word) { return step(word, "/suspend"); }
static enum ending resume(const char *word) { return step(word, "/resume"); }
static enum ending offboard(const char *word) { return step(word, "/offboard"); }

/* clang-format off */
static const struct verb verbs[] = {
    { "add",      "",       "take a vendor on; its secrets are shown once", add },
    { "list",     "",       "all vendors", list },
    { "show",     "VENDOR", "one of them", show },
    { "approve",  "VENDOR", "let it report devices", approve },
    { "suspend",  "VENDOR", "stop it until it is resumed", suspend },
    { "resume",   "VENDOR", "let it go on", resume },
    { "offboard", "VENDOR", "part with it for ever", offboard },
    VERBS_END,
};

static const struct choice choices[] = {
    { "name",     "NAME", "add", "what people know it by", &name, NULL },
    { "endpoint", "URL",  "add", "where its webhooks go", &endpoint, NULL },
    { "reason",   "TEXT", "suspend offboard", "why; it stands in the log", &reason, NULL },
    CHOICES_OF_A_SERVER(&options.server, &options.token),
    CHOICE_JSON(&options.json),
    CHOICES_END,
};
/* clang-format on */

enum ending piot_vendor(int count, char **words)
{
    static const struct manual manual = {
        .name    = "vendor",
        .meaning = "take vendors on, approve them, stop them, part with them",
        .verbs   = verbs,
        .choices = choices,
        .about   = "A vendor is taken on, then approved: until then nothing it reports is taken.\n"
                   "add prints a signing secret (whsec_…, for webhooks both ways) and an API key;\n"
                   "the service keeps no copy it could print again. While a vendor is suspended\n"
                   "no command reaches its devices. VENDOR is an id: vnd_….\n",
        .examples =
            "  piot vendor add --name \"Acme Lights\" --endpoint https://acme.example/piot\n"
            "  piot vendor approve vnd_01kat8x1p5fwza4n4d8cq0y2mv\n"
            "  piot vendor list --json | jq -r '.[].name'\n",
    };

    return arguments_run(&manual, count, words);
}
