/* overview.c -- piot overview: how many of what there were, and whether all is well. */
#include "cli/tool/remote.h"
#include "cli/tool/subcommands.h"
#include "cli/tool/table.h"

static void add_row(struct table *table, struct slice group, struct slice name, struct slice figure)
{
    struct slice what = name.size ? arena_print(&table->arena, "%.*s %.*s", (int)group.size,
                                                group.data, (int)name.size, name.data)
                                  : group;

    table_add(table, (const struct slice[]){ what, figure });
}

/* An object's members a row each, an array's items likewise, else one row. */
static void add_member(struct table *table, const struct node_walk *member)
{
    const struct node *value = member->value;

    if (node_kind(value) == NODE_OBJECT) {
        for (struct node_walk each = node_walk(value); node_next(&each);)
            add_row(table, member->name, each.name, node_shown(each.value, "", &table->arena));
    } else if (node_kind(value) == NODE_ARRAY) {
        for (size_t i = 0; i < node_count(value); i++)
            add_row(table, member->name, (struct slice){ 0 },
                    node_shown(node_item(value, i), "", &table->arena));
    } else {
        add_row(table, member->name, (struct slice){ 0 }, node_shown(value, "", &table->arena));
    }
}

static void overview_show(const struct node *tree)
{
    static const char *const headings[] = { "WHAT", "FIGURE" };
    struct table             table;

    table_start(&table, headings, COUNT(headings));
    for (struct node_walk member = node_walk(tree); node_next(&member);)
        add_member(&table, &member);
    table_show(&table);
}

static enum ending overview_run(void *context, const struct verb *verb, const char *word)
{
    const struct remote_options *options = context;
    struct remote                remote;
    struct tree                  tree   = { 0 };
    enum ending                  ending = remote_open(&remote, "overview", options);

    (void)verb, (void)word;
    if (ending != ENDED_WELL) return ending;
    const struct question question = { .method = "GET", .path = "/operator/v1/overview" };
    ending                         = remote_call(&remote, &question, &tree);
    if (ending == ENDED_WELL && options->json) remote_show_json(tree.root);
    else if (ending == ENDED_WELL) overview_show(tree.root);
    tree_close(&tree);
    remote_close(&remote);
    return ending;
}

enum ending piot_overview(int count, char **words)
{
    static const struct verb verbs[] = {
        { "", "", "show it" },
        VERBS_END,
    };
    struct remote_options options = { 0 };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_SERVER(&options.server, &options.token),
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name     = "overview",
        .meaning  = "how many of what there were, and whether all is well",
        .about    = "Detections by what came of them and questions by their answers are counted\n"
                    "since the log began. A reader's token is enough: no person is shown.\n",
        .verbs    = verbs,
        .choices  = choices,
        .examples = "  piot overview --token reader.token\n"
                    "  piot overview --json | jq .questions.open\n",
        .run      = overview_run,
        .context  = &options,
    };

    return arguments_run(&manual, count, words);
}
