/* as_of.c -- piot as-of: an account, a network or a device as it was at a moment. */
#include <stdio.h>

#include "cli/past/inquiry.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "cli/tool/table.h"

struct as_of_options {
    struct directory_options directory;
    const char              *at;
    bool                     json, personal;
};

struct as_of_question {
    struct id     subject;
    struct moment at;
};

static struct status as_of_answer(const struct past *past, const void *context, struct json *json)
{
    const struct as_of_question *question = context;

    return replay_as_of(past, question->subject, question->at, json);
}

/* -- for people -------------------------------------------------------------------------- */

/* Where the rows are in the answer (an object, or a list of them), and which of their
 * members make the columns. In a pipe the kind comes first, for grep. */
static const struct as_of_section {
    const char *kind, *path;
    const char *headings[TABLE_COLUMNS_MAX], *members[TABLE_COLUMNS_MAX];
} sections[] = {
/* clang-format off */
#define ACCOUNT { "", "ACCOUNT", "STATUS", "LOGIN", "NAME", "PHONE", "OPENED" },            \
                { NULL, "accountId", "status", "login", "displayName", "phoneNumber", "openedAt" }
#define NETWORK { "", "NETWORK", "NAME", "ROOMS", "CREATED" },                              \
                { NULL, "networkId", "name", "rooms", "createdAt" }
#define DEVICE  { "", "DEVICE", "NAME", "STATUS", "NETWORK", "ROOM", "MODEL", "REPORTED" }, \
                { NULL, "deviceId", "name", "status", "network", "room", "model", "reported" }
    /* clang-format on */
    { "account", "account", ACCOUNT },
    { "network", "network", NETWORK },
    { "device", "device", DEVICE },
    { "network", "networks", NETWORK },
    { "gateway",
      "gateways",
      { "", "GATEWAY", "NAME", "NETWORK" },
      { NULL, "gateway", "gatewayId", "network" } },
    { "device", "devices", DEVICE },
    { "consent",
      "consents",
      { "", "CONSENT", "STATUS", "DEVICE", "VENDOR", "REQUESTED", "GRANTED", "ENDED" },
      { NULL, "consentId", "status", "device", "vendor", "requestedAt", "grantedAt", "endedAt" } },
    { "command",
      "commands",
      { "", "COMMAND", "DEVICE", "OPERATION", "NAME", "INPUT", "STATUS", "REQUESTED" },
      { NULL, "commandId", "device", "operation", "name", "input", "status", "requestedAt" } },
    { "vendor",
      "vendors",
      { "", "VENDOR", "NAME", "STATUS", "ONBOARDED" },
      { NULL, "vendorId", "name", "status", "onboardedAt" } },
};

static void section_add_row(struct table *table, const struct as_of_section *section, size_t first,
                            const struct node *row)
{
    struct arena arena = { 0 };
    struct slice cells[TABLE_COLUMNS_MAX];

    for (size_t i = first; i < first + table->columns; i++)
        cells[i - first] = section->members[i] ? node_shown(row, section->members[i], &arena)
                                               : slice_text(section->kind);
    table_add(table, cells);
    arena_free(&arena);
}

static void show_section(const struct node *answer, const struct as_of_section *section)
{
    const struct node *rows    = node_at(answer, section->path);
    bool               people  = screen_is_terminal(stdout);
    size_t             columns = 0, first = people ? 1 : 0;
    struct table       table;

    if (!rows || (node_is_array(rows) && !node_count(rows))) return;
    while (columns < TABLE_COLUMNS_MAX && section->headings[columns]) columns++;
    if (people) printf("\n");
    table_start(&table, section->headings + first, columns - first);
    if (!node_is_array(rows)) section_add_row(&table, section, first, rows);
    for (size_t i = 0; i < node_count(rows); i++)
        section_add_row(&table, section, first, node_item(rows, i));
    table_show(&table);
}

static void as_of_show(const struct node *answer)
{
    struct arena arena    = { 0 };
    struct slice position = node_shown(answer, "position", &arena);
    struct slice moment   = node_shown(answer, "at", &arena);
    const char  *form     = screen_is_terminal(stdout) ? "as of %.*s, recorded %.*s\n"
                                                       : "as-of\t%.*s\t%.*s\n";

    printf(form, (int)position.size, position.data, (int)moment.size, moment.data);
    for (size_t i = 0; i < COUNT(sections); i++) show_section(answer, &sections[i]);
    arena_free(&arena);
}

/* -- being asked --------------------------------------------------------------------------- */

static enum ending as_of_run(void *context, const struct verb *verb, const char *word)
{
    const struct as_of_options *options = context;
    struct as_of_question       question;
    struct inquiry              inquiry = { .name      = "as-of",
                                            .directory = &options->directory,
                                            .personal  = options->personal,
                                            .as_json   = options->json,
                                            .ask       = as_of_answer,
                                            .show      = as_of_show,
                                            .context   = &question };

    (void)verb;
    if (!inquiry_subject("as-of", word, &question.subject)) return ENDED_MISUSED;
    if (!inquiry_moment("as-of", "at", options->at, &question.at)) return ENDED_MISUSED;
    return inquiry_run(&inquiry);
}

enum ending piot_as_of(int count, char **words)
{
    static const struct verb verbs[] = { { "", "ID", "" }, VERBS_END };
    struct as_of_options     options = { .at = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.directory),
        { "at", "WHEN", NULL, "a position (1/123) or an instant; the last event if absent",
          &options.at, NULL },
        { "personal", NULL, NULL, "open personal fields, too", NULL, &options.personal },
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "as-of",
        .meaning = "show an account, a network or a device as it was",
        .verbs   = verbs,
        .choices = choices,
        .run     = as_of_run,
        .context = &options,
        .about =
            "ID is acc_…, net_… or dev_…. Its events up to that moment are folded again with\n"
            "the code that runs live; views are not asked. An instant means the last event\n"
            "recorded then or before, and the answer says which that is. Personal fields stay\n"
            "shut unless asked for. Reads only; may run beside piotd.\n"
            "Ends with 1 if there was no such thing then.\n",
        .examples =
            "  piot as-of --data /var/lib/piot acc_01kat8x1p5fwza4n4d8cq0y2mv\n"
            "  piot as-of --data /var/lib/piot --at 2026-11-22T16:00:00Z dev_01kat8x1p5fwza4n4d8cq"
            "0y2mv\n"
            "  piot as-of --data /var/lib/piot --at 1/4711 --json net_01kat8x1p5fwza4n4d8cq0y2mv\n",
    };

    return arguments_run(&manual, count, words);
}
