/* demo.c -- piot demo: a vendor's cloud and a household against a running piotd, by nothing
 * but its public interfaces. */
#include "cli/demo/demo.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/demo/story.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "core/base/clock.h"
#include "core/base/crypto.h"

enum {
    LOOK_EVERY_MS  = 1000,
    MISSES_MAX     = 5,     /* in a row, until piotd counts as gone */
    START_WAIT_MS  = 10000, /* for a piotd that was started together with the demo */
    KNOCK_EVERY_MS = 100,   /* while it starts */
};

#define SERVER_USUAL "http://127.0.0.1:8080"
#define LETTERS      "abcdefghjkmnpqrstvwxyz0123456789" /* 32, none like another */

/* Who is to end at a signal; NULL: nobody. */
static struct demo *_Atomic playing;

static void demo_end(int signal)
{
    struct demo *demo = atomic_load(&playing); /* lock-free, so allowed here */

    (void)signal;
    if (demo) atomic_store(&demo->ending, true);
}

/* -- before it begins ------------------------------------------------------------------------ */

static bool has_models(const char *folder)
{
    char path[PATH_MAX];

    return snprintf(path, sizeof path, "%s/lamp.json", folder) < (int)sizeof path &&
           access(path, R_OK) == 0;
}

/* Where the program was built, where it is installed, or where we stand. */
static const char *find_models(struct demo *demo)
{
    static const char *const shadow[] = { "../../examples/models", "../share/piot/models" };
    char                     program[PATH_MAX];
    ssize_t                  size = readlink("/proc/self/exe", program, sizeof program - 1);

    if (has_models("examples/models")) return "examples/models";
    program[size > 0 ? size : 0] = '\0';
    char *slash                  = strrchr(program, '/');
    if (slash) *slash = '\0';
    for (size_t i = 0; i < COUNT(shadow); i++) {
        const char *path = arena_print(&demo->arena, "%s/%s", program, shadow[i]).data;
        if (has_models(path)) return path;
    }
    return NULL;
}

static enum ending demo_fill_in(struct demo *demo)
{
    uint8_t random[4];

    if (!demo->server) demo->server = getenv("PIOT_SERVER");
    if (!demo->server || !*demo->server) demo->server = SERVER_USUAL;
    if (!demo->token_file) demo->token_file = getenv("PIOT_TOKEN_FILE");
    if (!demo->token_file || !*demo->token_file)
        return misused("demo", "whose token? Say --token FILE or set PIOT_TOKEN_FILE; the first "
                               "one is in operator.token of piotd's data directory");
    if (!demo->models) demo->models = find_models(demo);
    if (!demo->models || !has_models(demo->models))
        return misused("demo",
                       "there are no thing models%s%s: --models DIR says where "
                       "lamp.json, thermostat.json and lock.json are",
                       demo->models ? " in " : "", demo->models ? demo->models : "");
    crypto_random(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) demo->run[i] = LETTERS[random[i] % 32];
    snprintf(demo->vendor, sizeof demo->vendor, "Acme %s", demo->run);
    return ENDED_WELL;
}

/* Asks again while piotd is not there or not ready yet. */
static struct status demo_knock(struct demo *demo, struct client *client, struct answer *answer)
{
    const struct question ready = { .method = "GET", .path = "/readyz" };
    int64_t               until = clock_monotonic_us() + START_WAIT_MS * MILLISECOND;
    struct status         status;

    for (;;) {
        status = client_send(client, &ready, answer);
        if (status.code == STATUS_OK && answer->status == 200) return OK;
        if (clock_monotonic_us() >= until || !demo_pause(demo, KNOCK_EVERY_MS)) return status;
        client_answer_free(answer);
    }
}

/* The vendor's endpoint is on this machine's loopback: so has piotd to be. */
static enum ending find_piotd(struct demo *demo)
{
    struct client *client;
    struct answer  answer = { 0 };
    struct status  status = client_open(&client, demo->server);

    if (status.code != STATUS_OK) return misused("demo", "--server: %s", status.text);
    status = demo_knock(demo, client, &answer);
    client_close(client);
    bool loopback = strncmp(answer.its_address, "127.", 4) == 0 ||
                    strcmp(answer.its_address, "::1") == 0;
    bool ready = answer.status == 200;
    client_answer_free(&answer);
    if (status.code != STATUS_OK) screen_complain("%s; is piotd running there?", status.text);
    else if (!ready) screen_complain("%s is not ready to serve", demo->server);
    else if (!loopback)
        screen_complain("the demo's vendor listens on loopback: piotd has to run on this machine, "
                        "and --server has to name it by a loopback address");
    return status.code == STATUS_OK && ready && loopback ? ENDED_WELL : ENDED_UNABLE;
}

/* -- after the story --------------------------------------------------------------------------- */

static void tell_what_to_try(const struct demo *demo, const struct house *house,
                             const struct story_end *end, const char *code)
{
    const char *bearer = house->anna.bearer;

    demo_heading("The household lives on; try it from a shell");
    printf("address   %s\nlogin     %s\npassword  %s\n\n", demo->server, house->login,
           house->password);
    printf("1  what Anna has:\n"
           "curl -sS '%s/app/v1/devices' -H 'Authorization: Bearer %s'\n\n",
           demo->server, bearer);
    printf("2  turn the heating up (watch %s here do it):\n"
           "curl -sS -X PUT '%s/app/v1/devices/%s/properties/targetTemperature' "
           "-H 'Authorization: Bearer %s' -H 'Content-Type: application/json' -d 22.5\n\n",
           demo->vendor, demo->server, end->thermostat, bearer);
    printf("3  follow what happens, as the app does; Ctrl-C ends it:\n"
           "curl -sSN '%s/app/v1/stream' -H 'Authorization: Bearer %s'\n\n",
           demo->server, bearer);
    demo_heading("… or look in on it; now and then a device connects and Anna is asked");
    printf("app       %s/#activate=%s\n"
           "          good once, for whoever wants to be Anna: it ends the password above\n"
           "operator  %s/operator/\n"
           "          with the token in %s\n\n"
           "Ctrl-C ends the demo.\n\n",
           demo->server, code, demo->server, demo->token_file);
    fflush(stdout);
}

static enum ending demo_live(struct demo *demo, struct house *house, struct cloud *cloud,
                             const struct story_end *end)
{
    const char *code   = house_way_in(house);
    int         misses = 0;

    if (!code) return ENDED_REFUSED;
    tell_what_to_try(demo, house, end, code);
    cloud_live(cloud, house->prefix);
    while (demo_pause(demo, LOOK_EVERY_MS)) {
        misses = house_looks_up(house) ? 0 : misses + 1;
        if (misses < MISSES_MAX) continue;
        screen_complain("piotd is gone");
        return ENDED_UNABLE;
    }
    demo_heading("The demo ends");
    return ENDED_WELL;
}

static enum ending demo_play(struct demo *demo, struct house *house, struct cloud *cloud)
{
    struct story_end end  = { 0 };
    bool             fine = demo_story(demo, house, cloud, &end);

    if (!fine) {
        bool ended = atomic_load(&demo->ending) && !atomic_load(&demo->differed);
        demo_heading(ended ? "The demo was ended before it was over"
                           : "Not everything was as it should be: see above");
        return ENDED_REFUSED;
    }
    if (!demo->once) return demo_live(demo, house, cloud, &end);
    demo_heading("Everything was as it should be");
    printf("address   %s\nlogin     %s\npassword  %s\n", demo->server, house->login,
           house->password);
    return ENDED_WELL;
}

static enum ending demo_run(void *context, const struct verb *verb, const char *word)
{
    struct demo  *demo   = context;
    struct house  house  = { 0 };
    struct cloud *cloud  = NULL;
    enum ending   ending = demo_fill_in(demo);

    (void)verb;
    (void)word;
    if (ending == ENDED_WELL) ending = find_piotd(demo);
    if (ending == ENDED_WELL) {
        atomic_store(&playing, demo);
        signal(SIGINT, demo_end);
        signal(SIGTERM, demo_end);
        struct status status = house_open(&house, demo);
        if (status.code == STATUS_OK) status = cloud_open(&cloud, demo);
        if (status.code == STATUS_OK) ending = demo_play(demo, &house, cloud);
        else {
            screen_complain("%s", status.text);
            ending = ENDED_UNABLE;
        }
        cloud_close(cloud);
        house_close(&house);
        atomic_store(&playing, NULL);
    }
    arena_free(&demo->arena);
    return ending;
}

enum ending piot_demo(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct demo              demo    = { .server = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        { "once", NULL, NULL, "play it once and end, instead of living on", NULL, &demo.once },
        { "pull", NULL, NULL, "the vendor fetches what it is owed, and has no endpoint", NULL,
          &demo.pull },
        { "models", "DIR", NULL, "where lamp.json, thermostat.json and lock.json are", &demo.models,
          NULL },
        CHOICES_OF_A_SERVER(&demo.server, &demo.token_file),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "demo",
        .meaning = "play a vendor and a household against a running piotd",
        .verbs   = verbs,
        .choices = choices,
        .run     = demo_run,
        .context = &demo,
        .about =
            "Takes a vendor on, which listens on a loopback port for piotd's signed webhooks;\n"
            "opens an account for Anna; lets a lamp, a thermostat and a lock connect; says\n"
            "yes for her; switches the lamp and waits until that was seen to work. Each\n"
            "step tells who did what, which call it was, and what was answered.\n"
            "Then it lives on until Ctrl-C: temperatures drift, commands are obeyed, and now\n"
            "and then a device connects. It leaves what it made in piotd, so use one that\n"
            "is for trying; each run has names of its own.\n"
            "With --once it ends with 0 if all was as it should be, else with 1.\n"
            "It waits up to 10 s for a piotd that is still starting. That has to run on this\n"
            "machine, to allow endpoints at private addresses, as the demo's vendor has one,\n"
            "and to believe X-Forwarded-For, as Anna's app is at home by the demo's word.\n",
        .examples = "  piotd --data ./var --set allow_private_endpoints=yes \\\n"
                    "    --set trust_forwarded=yes &\n"
                    "  piot demo --token ./var/operator.token\n",
    };

    return arguments_run(&manual, count, words);
}
