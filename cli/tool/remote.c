#include "cli/tool/remote.h"

#include <stdlib.h>
#include <string.h>

#include "cli/tool/screen.h"
#include "cli/tool/table.h"

enum { FIELDS_MAX = 32 }; /* of a resource that is shown */

#define SERVER_USUAL "http://127.0.0.1:8080"

static enum ending complain(struct status status)
{
    screen_complain("%s", status.text);
    return status.code == STATUS_INVALID ? ENDED_MISUSED : ENDED_UNABLE;
}

static const char *first_of(const char *option, const char *variable, const char *usual)
{
    const char *value = option ? option : getenv(variable);

    return value && *value ? value : usual;
}

enum ending remote_open(struct remote *remote, const char *name,
                        const struct remote_options *options)
{
    const char   *token = first_of(options->token, "PIOT_TOKEN_FILE", NULL);
    struct status status;

    *remote = (struct remote){ .name = name, .json = options->json };
    if (!token)
        return misused(name, "whose token? Say --token FILE or set PIOT_TOKEN_FILE; the first "
                             "one is in operator.token of piotd's data directory");
    status = client_read_token(token, &remote->bearer);
    if (status.code == STATUS_OK)
        status = client_open(&remote->client,
                             first_of(options->server, "PIOT_SERVER", SERVER_USUAL));
    if (status.code == STATUS_OK) return ENDED_WELL;
    remote_close(remote);
    return complain(status);
}

void remote_close(struct remote *remote)
{
    client_close(remote->client);
    free(remote->bearer);
    *remote = (struct remote){ 0 };
}

/* -- answers -------------------------------------------------------------------------- */

static enum ending say_no(const struct remote *remote, const struct answer *answer)
{
    struct arena  arena  = { 0 };
    struct tree  *tree   = NULL;
    struct status status = tree_parse(buffer_slice(&answer->body), &tree);
    struct slice  code = tree_text(tree, "code", &arena), why = tree_text(tree, "message", &arena);

    if (status.code == STATUS_OK && code.size)
        screen_complain("%.*s (%.*s)", (int)why.size, why.data, (int)code.size, code.data);
    else
        screen_complain("%s answered %ld, not as piotd does", client_server(remote->client),
                        answer->status);
    if (answer->status == 401) screen_complain("the token has to be an operator's: see --token");
    tree_close(tree);
    arena_free(&arena);
    return answer->status >= 500 ? ENDED_UNABLE : ENDED_REFUSED;
}

static enum ending read_answer(const struct remote *remote, const struct answer *answer,
                               struct tree **tree)
{
    struct status status;

    if (answer->status / 100 != 2) return say_no(remote, answer);
    if (!tree || !answer->body.size) return ENDED_WELL;
    status = tree_parse(buffer_slice(&answer->body), tree);
    return status.code == STATUS_OK ? ENDED_WELL : complain(status);
}

static enum ending ask(struct remote *remote, const struct question *question,
                       struct answer *answer, struct tree **tree)
{
    struct question mine = *question;
    struct status   status;

    mine.bearer = remote->bearer;
    if (tree) *tree = NULL;
    status = client_send(remote->client, &mine, answer);
    if (status.code == STATUS_OK) return read_answer(remote, answer, tree);
    enum ending ending = complain(status);
    screen_complain("is piotd running there? --server URL or PIOT_SERVER says where to ask");
    return ending;
}

enum ending remote_ask(struct remote *remote, const struct question *question, struct tree **tree)
{
    struct answer answer;
    enum ending   ending = ask(remote, question, &answer, tree);

    client_answer_free(&answer);
    return ending;
}

/* -- one resource ---------------------------------------------------------------------------- */

static void show_fields(const struct tree *tree, struct buffer *out)
{
    const char  *names[FIELDS_MAX];
    size_t       count = tree_names(tree, names, FIELDS_MAX);
    struct arena arena = { 0 };
    bool         wide  = screen_is_terminal(stdout);

    for (size_t i = 0; i < count; i++) {
        if (wide)
            buffer_print(out, "%s%-14s%s  ", screen_paint(stdout, PAINT_DIM), names[i],
                         screen_paint(stdout, PAINT_NONE));
        else buffer_print(out, "%s\t", names[i]);
        screen_tame(out, tree_text(tree, names[i], &arena));
        buffer_add_byte(out, '\n');
    }
    arena_free(&arena);
}

static void show(const struct tree *tree, const struct errand *errand, bool json)
{
    struct buffer out = { 0 };

    if (json) {
        tree_write(tree, screen_is_terminal(stdout), &out);
        buffer_add_byte(&out, '\n');
    } else show_fields(tree, &out);
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
    for (size_t i = 0; errand->kept && errand->kept[i]; i++)
        if (tree_at(tree, errand->kept[i]))
            fprintf(stderr, "%s is shown this once: keep it.\n", errand->kept[i]);
}

static char *path_of(const struct errand *errand)
{
    struct buffer path = { 0 };

    buffer_add(&path, slice_text(errand->path));
    if (errand->id) client_add_segment(&path, slice_text(errand->id));
    buffer_add(&path, slice_text(errand->tail));
    buffer_add_byte(&path, '\0');
    return path.data;
}

enum ending remote_run(const struct errand *errand, const struct remote_options *options)
{
    struct remote remote;
    struct tree  *tree   = NULL;
    enum ending   ending = remote_open(&remote, errand->name, options);

    if (ending != ENDED_WELL) return ending;
    char                 *path     = path_of(errand);
    const struct question question = { .method = errand->method,
                                       .path   = path,
                                       .body   = errand->body };
    ending                         = remote_ask(&remote, &question, &tree);
    if (ending == ENDED_WELL && tree) show(tree, errand, options->json);
    if (ending == ENDED_WELL && !tree && errand->done && screen_is_terminal(stdout))
        puts(errand->done);
    tree_close(tree);
    free(path);
    remote_close(&remote);
    return ending;
}

/* -- listings ----------------------------------------------------------------------------- */

struct listing {
    const struct column *columns;
    size_t               count;
    struct table         table;
    struct buffer        json;
    size_t               items;
};

static void add_item(struct listing *listing, const struct tree *item, bool json)
{
    struct slice cells[TABLE_COLUMNS_MAX];
    struct arena arena = { 0 };

    if (json) {
        buffer_add(&listing->json, listing->items++ ? SLICE(",\n ") : SLICE("["));
        tree_write(item, false, &listing->json);
        return;
    }
    for (size_t i = 0; i < listing->count; i++)
        cells[i] = tree_text(item, listing->columns[i].path, &arena);
    table_add(&listing->table, cells);
    arena_free(&arena);
}

static enum ending fetch_all(struct remote *remote, const char *first, struct listing *listing)
{
    char        path[1024];
    enum ending ending = ENDED_WELL;

    snprintf(path, sizeof path, "%s", first);
    while (ending == ENDED_WELL && *path) {
        struct answer answer;
        struct tree  *tree;
        ending = ask(remote, &(struct question){ .method = "GET", .path = path }, &answer, &tree);
        const struct tree *items = tree_at(tree, "items");
        for (size_t i = 0; i < tree_count(items); i++)
            add_item(listing, tree_item(items, i), remote->json);
        snprintf(path, sizeof path, "%s", answer.next);
        client_answer_free(&answer);
        tree_close(tree);
    }
    return ending;
}

static void show_listing(struct listing *listing, bool json)
{
    if (!json) {
        table_show(&listing->table);
        return;
    }
    buffer_add(&listing->json, listing->items ? SLICE("]\n") : SLICE("[]\n"));
    screen_put(stdout, buffer_slice(&listing->json));
}

enum ending remote_list(const char *name, const char *path, const struct column *columns,
                        size_t count, const struct remote_options *options)
{
    const char    *headings[TABLE_COLUMNS_MAX];
    struct listing listing = { .columns = columns, .count = count };
    struct remote  remote;
    enum ending    ending = remote_open(&remote, name, options);

    if (ending != ENDED_WELL) return ending;
    for (size_t i = 0; i < count; i++) headings[i] = columns[i].heading;
    table_start(&listing.table, headings, count);
    ending = fetch_all(&remote, path, &listing);
    if (ending == ENDED_WELL) show_listing(&listing, options->json);
    table_free(&listing.table);
    buffer_free(&listing.json);
    remote_close(&remote);
    return ending;
}
