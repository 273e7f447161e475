#include "cli/tool/remote.h"

#include <stdlib.h>
#include <string.h>

#include "cli/tool/screen.h"
#include "cli/tool/table.h"
#include "core/base/text.h"

#define SERVER_USUAL "http://127.0.0.1:8080"

static enum ending remote_complain(struct status status)
{
    screen_complain("%s", status.text);
    return status.code == STATUS_INVALID ? ENDED_MISUSED : ENDED_UNABLE;
}

static const char *first_given(const char *option, const char *variable, const char *usual)
{
    const char *value = option ? option : getenv(variable);

    return value && *value ? value : usual;
}

enum ending remote_open(struct remote *remote, const char *name,
                        const struct remote_options *options)
{
    const char   *token = first_given(options->token, "PIOT_TOKEN_FILE", NULL);
    struct status status;

    *remote = (struct remote){ .name = name, .json = options->json };
    if (!token)
        return misused(name, "whose token? Say --token FILE or set PIOT_TOKEN_FILE; the first "
                             "one is in operator.token of piotd's data directory");
    status = client_read_token(token, &remote->bearer);
    if (status.code == STATUS_OK)
        status = client_open(&remote->client,
                             first_given(options->server, "PIOT_SERVER", SERVER_USUAL));
    if (status.code == STATUS_OK) return ENDED_WELL;
    remote_close(remote);
    return remote_complain(status);
}

void remote_close(struct remote *remote)
{
    client_close(remote->client);
    free(remote->bearer);
    *remote = (struct remote){ 0 };
}

/* -- answers -------------------------------------------------------------------------- */

static enum ending remote_say_no(const struct remote *remote, const struct answer *answer)
{
    struct arena  arena  = { 0 };
    struct tree   tree   = { 0 };
    struct status status = tree_read(&tree, buffer_slice(&answer->body));
    struct slice  code   = node_shown(tree.root, "code", &arena),
                 why     = node_shown(tree.root, "message", &arena);

    if (status.code == STATUS_OK && code.size)
        screen_complain("%.*s (%.*s)", (int)why.size, why.data, (int)code.size, code.data);
    else
        screen_complain("%s answered %ld, not as piotd does", client_server(remote->client),
                        answer->status);
    if (answer->status == 401) screen_complain("the token has to be an operator's: see --token");
    tree_close(&tree);
    arena_free(&arena);
    return answer->status >= 500 ? ENDED_UNABLE : ENDED_REFUSED;
}

static enum ending remote_read_answer(const struct remote *remote, const struct answer *answer,
                                      struct tree *tree)
{
    struct status status;

    if (answer->status / 100 != 2) return remote_say_no(remote, answer);
    if (!tree || !answer->body.size) return ENDED_WELL;
    status = tree_read(tree, buffer_slice(&answer->body));
    return status.code == STATUS_OK ? ENDED_WELL : remote_complain(status);
}

static enum ending remote_try_call(struct remote *remote, const struct question *question,
                                   struct answer *answer, struct tree *tree)
{
    struct question mine = *question;
    struct status   status;

    mine.bearer = remote->bearer;
    status      = client_send(remote->client, &mine, answer);
    if (status.code == STATUS_OK) return remote_read_answer(remote, answer, tree);
    enum ending ending = remote_complain(status);
    screen_complain("is piotd running there? --server URL or PIOT_SERVER says where to ask");
    return ending;
}

enum ending remote_call(struct remote *remote, const struct question *question, struct tree *tree)
{
    struct answer answer;
    enum ending   ending = remote_try_call(remote, question, &answer, tree);

    client_answer_free(&answer);
    return ending;
}

/* -- one resource ---------------------------------------------------------------------------- */

static void show_fields(const struct node *tree)
{
    struct buffer out   = { 0 };
    struct arena  arena = { 0 };
    bool          wide  = screen_is_terminal(stdout);

    for (struct node_walk field = node_walk(tree); node_next(&field);) {
        if (wide)
            buffer_print(&out, "%s%-14.*s%s  ", screen_paint(stdout, PAINT_DIM),
                         (int)field.name.size, field.name.data, screen_paint(stdout, PAINT_NONE));
        else buffer_print(&out, "%.*s\t", (int)field.name.size, field.name.data);
        screen_sanitize(&out, node_shown(field.value, "", &arena));
        buffer_add_byte(&out, '\n');
    }
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
    arena_free(&arena);
}

void remote_show_json(const struct node *tree)
{
    struct buffer out = { 0 };

    node_write(tree, screen_is_terminal(stdout), &out);
    buffer_add_byte(&out, '\n');
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
}

static void remote_show(const struct node *tree, const struct remote_call *call, bool json)
{
    if (json) remote_show_json(tree);
    else show_fields(tree);
    for (size_t i = 0; call->kept && call->kept[i]; i++)
        if (node_at(tree, call->kept[i]))
            fprintf(stderr, "%s is shown this once: keep it.\n", call->kept[i]);
}

static char *remote_path(const struct remote_call *call)
{
    struct buffer path = { 0 };

    buffer_add(&path, slice_text(call->path));
    if (call->id) text_percent(&path, slice_text(call->id));
    buffer_add(&path, slice_text(call->tail));
    buffer_add_byte(&path, '\0');
    return path.data;
}

enum ending remote_run(const struct remote_call *call, const struct remote_options *options)
{
    struct remote remote;
    struct tree   tree   = { 0 };
    enum ending   ending = remote_open(&remote, call->name, options);

    if (ending != ENDED_WELL) return ending;
    char                 *path     = remote_path(call);
    const struct question question = { .method = call->method, .path = path, .body = call->body };
    ending                         = remote_call(&remote, &question, &tree);
    if (ending == ENDED_WELL && tree.root) remote_show(tree.root, call, options->json);
    if (ending == ENDED_WELL && !tree.root && call->done && screen_is_terminal(stdout))
        puts(call->done);
    tree_close(&tree);
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

static void listing_add_item(struct listing *listing, const struct node *item, bool json)
{
    struct slice cells[TABLE_COLUMNS_MAX];
    struct arena arena = { 0 };

    if (json) {
        buffer_add(&listing->json, listing->items++ ? SLICE(",\n ") : SLICE("["));
        node_write(item, false, &listing->json);
        return;
    }
    for (size_t i = 0; i < listing->count; i++)
        cells[i] = node_shown(item, listing->columns[i].path, &arena);
    table_add(&listing->table, cells);
    arena_free(&arena);
}

static enum ending listing_fetch_all(struct remote *remote, const struct question *first,
                                     struct listing *listing)
{
    char            path[1024];
    struct question next   = *first;
    enum ending     ending = ENDED_WELL;

    snprintf(path, sizeof path, "%s", first->path);
    while (ending == ENDED_WELL && *path) {
        struct answer answer;
        struct tree   tree       = { 0 };
        ending                   = remote_try_call(remote, &next, &answer, &tree);
        const struct node *items = node_at(tree.root, "items");
        for (size_t i = 0; i < node_count(items); i++)
            listing_add_item(listing, node_item(items, i), remote->json);
        snprintf(path, sizeof path, "%s", answer.next);
        next = (struct question){ .method = "GET", .path = path };
        client_answer_free(&answer);
        tree_close(&tree);
    }
    return ending;
}

static void listing_show(struct listing *listing, bool json)
{
    if (!json) {
        table_show(&listing->table);
        return;
    }
    buffer_add(&listing->json, listing->items ? SLICE("]\n") : SLICE("[]\n"));
    screen_put(stdout, buffer_slice(&listing->json));
}

enum ending remote_list(const char *name, const struct question *question,
                        const struct column *columns, size_t count,
                        const struct remote_options *options)
{
    const char    *headings[TABLE_COLUMNS_MAX];
    struct listing listing = { .columns = columns, .count = count };
    struct remote  remote;
    enum ending    ending = remote_open(&remote, name, options);

    if (ending != ENDED_WELL) return ending;
    for (size_t i = 0; i < count; i++) headings[i] = columns[i].heading;
    table_start(&listing.table, headings, count);
    ending = listing_fetch_all(&remote, question, &listing);
    if (ending == ENDED_WELL) listing_show(&listing, options->json);
    table_free(&listing.table);
    buffer_free(&listing.json);
    remote_close(&remote);
    return ending;
}
