#include "cli/evidence/fetch.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tool/client.h"
#include "core/wire/url.h"

enum {
    TRIES        = 60, /* while the server says 429 or 503 */
    TRY_PAUSE_MS = 1000,
};

struct fetch {
    struct client *client;
    char          *bearer; /* NULL: none */
    char          *prefix; /* "/audit/v1" */
};

static struct status fetch_send(struct fetch *fetch, const char *path, struct answer *answer)
{
    struct buffer whole = { 0 };
    struct status status;

    buffer_print(&whole, "%s/%s", fetch->prefix, path);
    buffer_add_byte(&whole, '\0');
    const struct question question = { .method = "GET",
                                       .path   = whole.data,
                                       .bearer = fetch->bearer };
    for (unsigned tries = 1;; tries++) {
        status    = client_send(fetch->client, &question, answer);
        bool busy = status.code == STATUS_OK && (answer->status == 429 || answer->status == 503);
        if (!busy || tries == TRIES) break;
        client_answer_free(answer);
        poll(NULL, 0, TRY_PAUSE_MS);
    }
    buffer_free(&whole);
    return status;
}

static struct status fetch_path(void *context, const char *path, struct buffer *bytes)
{
    struct fetch *fetch = context;
    struct answer answer;
    struct status status = fetch_send(fetch, path, &answer);

    if (status.code == STATUS_OK && answer.status == 404)
        status = failed(STATUS_NOT_FOUND, "there is no %s/%s", fetch->prefix, path);
    else if (status.code == STATUS_OK && answer.status != 200)
        status = failed(STATUS_IO, "%s answered %ld for %s/%s%s", client_server(fetch->client),
                        answer.status, fetch->prefix, path,
                        answer.status == 401 || answer.status == 403
                            ? ": it wants an auditor's --token"
                            : "");
    if (status.code == STATUS_OK) buffer_add(bytes, buffer_slice(&answer.body));
    client_answer_free(&answer);
    return status;
}

struct status fetch_open(struct fetch **opened, const char *url, const char *token,
                         struct published *published)
{
    struct fetch *fetch  = calloc(1, sizeof *fetch);
    struct url    apart  = { .server = { NULL, 0 } };
    bool          well   = url_read(slice_text(url), &apart) == NULL;
    char         *server = well ? strndup(apart.server.data, apart.server.size) : strdup(url);
    struct status status;

    ensure(fetch != NULL && server != NULL);
    fetch->prefix = well && apart.path.size ? strndup(apart.path.data, apart.path.size)
                                            : strdup("/audit/v1");
    ensure(fetch->prefix != NULL);
    size_t size = strlen(fetch->prefix);
    if (size && fetch->prefix[size - 1] == '/') fetch->prefix[size - 1] = '\0';
    status = client_open(&fetch->client, server);
    if (status.code == STATUS_OK && token) status = client_read_token(token, &fetch->bearer);
    free(server);
    *opened    = fetch; /* for the caller to close, whatever came of it */
    *published = (struct published){ .fetch = fetch_path, .context = fetch };
    return status;
}

void fetch_close(struct fetch *fetch)
{
    if (!fetch) return;
    client_close(fetch->client);
    free(fetch->bearer);
    free(fetch->prefix);
    free(fetch);
}
