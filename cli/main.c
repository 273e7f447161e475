/* main.c -- piot: a table of subcommands, a file each. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"

#define PIOT_VERSION "0.1.0"

enum needs { PIOTD, DATA, ALONE, NEEDS_COUNT };

struct subcommand {
    const char *name;
    enum needs  needs;
    const char *meaning;
    enum ending (*run)(int count, char **words);
};

static enum ending help(int count, char **words);
static enum ending version(int count, char **words);

static const struct subcommand subcommands[] = {
#define SUBCOMMAND(name, needs, meaning) { #name, needs, meaning, piot_##name },
    SUBCOMMANDS
#undef SUBCOMMAND
    { "version", ALONE, "which piot this is", version },
    { "help", ALONE, "this, or more about one subcommand: piot help NAME", help },
};

static const char *const groups[NEEDS_COUNT] = {
    [PIOTD] = "talk to a running piotd: --server URL, --token FILE",
    [DATA]  = "look into a data directory, or make one: --data DIR",
    [ALONE] = "need neither",
};

/* As it is typed: a function's name cannot have a dash. */
static const char *typed(const struct subcommand *subcommand)
{
    static char name[16];
    size_t      size = 0;

    for (const char *c = subcommand->name; *c; c++) {
        ensure(size + 1 < sizeof name);
        name[size++] = *c == '_' ? '-' : *c;
    }
    name[size] = '\0';
    return name;
}

static const struct subcommand *find_subcommand(const char *name)
{
    for (size_t i = 0; i < COUNT(subcommands); i++)
        if (strcmp(typed(&subcommands[i]), name) == 0) return &subcommands[i];
    return NULL;
}

static enum ending version(int count, char **words)
{
    if (count > 1 && strcmp(words[1], "--help") != 0) return misused("version", "it takes nothing");
    puts("piot " PIOT_VERSION);
    return ENDED_WELL;
}

static enum ending unknown(const char *name)
{
    screen_complain("there is no subcommand \"%s\"; `piot help` lists them", name);
    return ENDED_MISUSED;
}

static void list_subcommands(enum needs needs)
{
    printf("%s\n", groups[needs]);
    for (size_t i = 0; i < COUNT(subcommands); i++)
        if (subcommands[i].needs == needs)
            printf("  %-9s %s\n", typed(&subcommands[i]), subcommands[i].meaning);
    printf("\n");
}

static enum ending help(int count, char **words)
{
    if (count > 1) {
        const struct subcommand *subcommand = find_subcommand(words[1]);
        char                    *asked[]    = { words[1], (char[]){ "--help" }, NULL };
        if (!subcommand) return unknown(words[1]);
        if (subcommand->run != help) return subcommand->run(2, asked);
    }
    printf("piot -- look after a PIoT service, and look into it\n\n"
           "%susage:%s piot SUBCOMMAND [option]…\n\n",
           screen_paint(stdout, PAINT_BOLD), screen_paint(stdout, PAINT_NONE));
    for (enum needs needs = 0; needs < NEEDS_COUNT; needs++) list_subcommands(needs);
    printf("PIOT_SERVER and PIOT_TOKEN_FILE do instead of --server and --token.\n"
           "prove, rebuild and backup can ask a running piotd, too: --server without --data.\n"
           "verify also looks at a URL, at an export, and, with the log's key alone, at a\n"
           "proof or a receipt.\n\n"
           "Each has a --help. It ends with 0 when all is well, 1 when the answer is no,\n"
           "2 when the command line is wrong, 3 when it could not be tried.\n");
    return ENDED_WELL;
}

int main(int count, char **words)
{
    const struct subcommand *subcommand;

    signal(SIGPIPE, SIG_DFL); /* piot events | head */
    if (count < 2) {
        help(1, words);
        return ENDED_MISUSED;
    }
    if (strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0) return help(1, words);
    if (strcmp(words[1], "--version") == 0) return version(1, words);
    subcommand = find_subcommand(words[1]);
    if (!subcommand) return unknown(words[1]);
    enum ending ending = subcommand->run(count - 1, words + 1);
    screen_put(stdout, SLICE("")); /* a verdict nobody could read is none */
    return ending;
}
