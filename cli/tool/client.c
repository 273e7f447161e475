#include "cli/tool/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/post/post.h"
#include "core/base/text.h"
#include "core/wire/url.h"

struct client {
    struct poster *poster;
    char          *server;
};

const char *client_server(const struct client *client) { return client->server; }

struct status client_open(struct client **client, const char *server)
{
    struct slice text = slice_text(server);
    struct url   url;

    *client = NULL;
    if (text.size && text.data[text.size - 1] == '/') text.size--;
    if (url_read(text, &url) != NULL || url.path.size)
        return failed(STATUS_INVALID,
                      "\"%.80s\" is no server: say http://HOST:PORT or https://HOST", server);
    struct client *made = calloc(1, sizeof *made);
    ensure(made != NULL);
    made->server = strndup(text.data, text.size);
    ensure(made->server != NULL);
    struct status status = poster_open(&made->poster, -1);
    if (status.code == STATUS_OK) *client = made;
    else client_close(made);
    return status;
}

void client_close(struct client *client)
{
    if (!client) return;
    poster_close(client->poster);
    free(client->server);
    free(client);
}

struct status client_read_token(const char *path, char **token)
{
    char  text[CLIENT_TOKEN_MAX + 1];
    FILE *file = fopen(path, "re");

    *token = NULL;
    if (!file)
        return failed(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO,
                      "cannot read the token in %s: %s", path, strerror(errno));
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size]                  = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    for (const char *c = text; *c; c++)
        if (*c <= ' ' || *c > '~') size = 0;
    if (!size || !*text)
        return failed(STATUS_INVALID, "%s holds no token: its first line has to be one", path);
    *token = strdup(text);
    ensure(*token != NULL);
    return OK;
}

/* -- what comes back ---------------------------------------------------------------------- */

/* The value of a header of that name, without blanks around it; data NULL: of another. */
static struct slice header_value(struct slice line, struct slice name)
{
    if (line.size <= name.size || line.data[name.size] != ':' ||
        !text_same_word((struct slice){ line.data, name.size }, name))
        return (struct slice){ NULL, 0 };
    line = (struct slice){ line.data + name.size + 1, line.size - name.size - 1 };
    while (line.size && (*line.data == ' ' || *line.data == '\t')) line.data++, line.size--;
    while (line.size && strchr(" \t\r\n", line.data[line.size - 1])) line.size--;
    return line;
}

static void header_keep(char *into, size_t room, struct slice text)
{
    if (text.size >= room) return;
    memcpy(into, text.data, text.size);
    into[text.size] = '\0';
}

/* Link: </operator/v1/vendors?cursor=…>; rel="next" -- a path, or a whole URL. */
static void header_keep_next(struct answer *answer, struct slice link)
{
    const char *from = memchr(link.data, '<', link.size);
    const char *to   = from ? memchr(from, '>', link.size - (size_t)(from - link.data)) : NULL;
    struct url  url;

    if (!to || !memmem(to, link.size - (size_t)(to - link.data), "next", 4)) return;
    struct slice target = { from + 1, (size_t)(to - from) - 1 };
    if (!slice_starts(target, SLICE("/"))) {
        if (url_read(target, &url) != NULL) return;
        target = url.path;
    }
    header_keep(answer->next, sizeof answer->next, target);
}

static void client_on_header(void *context, struct slice line)
{
    struct answer *answer   = context;
    struct slice   link     = header_value(line, SLICE("link"));
    struct slice   position = header_value(line, SLICE("x-log-position"));

    if (link.data) header_keep_next(answer, link);
    if (position.data) header_keep(answer->position, sizeof answer->position, position);
}

/* -- asking ----------------------------------------------------------------------------------- */

enum { HEADERS_MAX = 16 }; /* of one question, with the NULL */

static void make_headers(const struct question *question, struct arena *arena,
                         const char *headers[HEADERS_MAX])
{
    size_t count = 0;

    headers[count++] = "Expect:"; /* no waiting for 100 */
    if (question->bearer)
        headers[count++] = arena_print(arena, "Authorization: Bearer %s", question->bearer).data;
    if (question->body.data)
        headers[count++] = arena_print(arena, "Content-Type: %s",
                                       question->type ? question->type : "application/json")
                               .data;
    for (size_t i = 0; question->headers && question->headers[i]; i++) {
        ensure(count < HEADERS_MAX - 1);
        headers[count++] = question->headers[i];
    }
    headers[count] = NULL;
}

/* A posting's answer becomes the question's. */
static struct status client_take_answer(const struct client *client, struct posting *posting,
                                        struct answer *answer)
{
    if (!posting->status || posting->cut)
        return failed(STATUS_IO, "no answer from %.100s: %.100s", client->server,
                      posting->cut ? "it is too long" : posting->why);
    answer->status  = posting->status;
    answer->body    = posting->answer;
    posting->answer = (struct buffer){ 0 };
    header_keep(answer->its_address, sizeof answer->its_address, slice_text(posting->its_address));
    return OK;
}

struct status client_send(struct client *client, const struct question *question,
                          struct answer *answer)
{
    const char    *headers[HEADERS_MAX];
    struct arena   arena   = { 0 };
    struct posting posting = {
        .url        = arena_print(&arena, "%s%s", client->server, question->path).data,
        .method     = question->method,
        .headers    = headers,
        .body       = question->body,
        .limit_ms   = CLIENT_ANSWER_LIMIT_MS,
        .trusted    = true,
        .answer_max = CLIENT_ANSWER_MAX,
        .context    = answer,
        .on_header  = client_on_header,
    };

    *answer = (struct answer){ 0 };
    make_headers(question, &arena, headers);
    poster_call(client->poster, &posting);
    struct status status = client_take_answer(client, &posting, answer);
    posting_clear(&posting);
    arena_free(&arena);
    return status;
}

void client_answer_free(struct answer *answer)
{
    buffer_free(&answer->body);
    *answer = (struct answer){ 0 };
}
