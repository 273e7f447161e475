#include "cli/tool/client.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct client {
    CURL *curl;
    char *server;
    char  why[CURL_ERROR_SIZE];
};

const char *client_server(const struct client *client) { return client->server; }

static bool is_server(const char *url)
{
    bool http = strncmp(url, "http://", 7) == 0, https = strncmp(url, "https://", 8) == 0;

    if (!http && !https) return false;
    url += http ? 7 : 8;
    return *url && !strpbrk(url, "/?# @");
}

struct status client_open(struct client **client, const char *server)
{
    size_t size = strlen(server);

    *client = NULL;
    if (size && server[size - 1] == '/') size--;
    char *copy = strndup(server, size);
    ensure(copy != NULL);
    if (!is_server(copy)) {
        free(copy);
        return failed(STATUS_INVALID,
                      "\"%.80s\" is no server: say http://HOST:PORT or https://HOST", server);
    }
    *client = calloc(1, sizeof **client);
    ensure(*client != NULL);
    (*client)->server = copy;
    (*client)->curl   = curl_easy_init(); /* its first call readies the library */
    ensure((*client)->curl != NULL);
    return OK;
}

void client_close(struct client *client)
{
    if (!client) return;
    curl_easy_cleanup(client->curl);
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

static size_t take_body(char *bytes, size_t one, size_t size, void *context)
{
    struct answer *answer = context;

    if (answer->body.size + one * size > CLIENT_ANSWER_MAX) return 0; /* curl gives up */
    buffer_add(&answer->body, (struct slice){ bytes, one * size });
    return one * size;
}

/* `value` without blanks around, if it fits. */
static void keep(char *into, size_t room, const char *value, size_t size)
{
    while (size && (*value == ' ' || *value == '\t')) value++, size--;
    while (size && strchr(" \t\r\n", value[size - 1])) size--;
    if (size >= room) return;
    memcpy(into, value, size);
    into[size] = '\0';
}

/* Link: </operator/v1/vendors?cursor=…>; rel="next" -- a path, or a whole URL. */
static void keep_next(struct answer *answer, const char *value, size_t size)
{
    const char *from = memchr(value, '<', size);
    const char *to   = from ? memchr(from, '>', size - (size_t)(from - value)) : NULL;

    if (!to || !memmem(to, size - (size_t)(to - value), "next", 4)) return;
    from++;
    if (*from != '/') {
        from = memmem(from, (size_t)(to - from), "://", 3);
        from = from ? memchr(from + 3, '/', (size_t)(to - from - 3)) : NULL;
    }
    if (from) keep(answer->next, sizeof answer->next, from, (size_t)(to - from));
}

static size_t take_header(char *bytes, size_t one, size_t count, void *context)
{
    struct answer *answer = context;
    size_t         size   = one * count;

    if (size > 5 && strncasecmp(bytes, "link:", 5) == 0) keep_next(answer, bytes + 5, size - 5);
    if (size > 15 && strncasecmp(bytes, "x-log-position:", 15) == 0)
        keep(answer->position, sizeof answer->position, bytes + 15, size - 15);
    return size;
}

/* -- asking ----------------------------------------------------------------------------------- */

/* Setting an option fails for lack of memory or a library that is not what we built
 * against; nothing can be done about either. */
#define set(client, option, ...) \
    ensure(curl_easy_setopt((client)->curl, CURLOPT_##option, __VA_ARGS__) == CURLE_OK)

static struct curl_slist *add_header(struct curl_slist *headers, const char *line)
{
    struct curl_slist *longer = curl_slist_append(headers, line);

    ensure(longer != NULL);
    return longer;
}

static struct curl_slist *make_headers(const struct question *question)
{
    struct curl_slist *headers = add_header(NULL, "Expect:"); /* no waiting for 100 */
    struct buffer      line    = { 0 };

    if (question->bearer) {
        buffer_print(&line, "Authorization: Bearer %s", question->bearer);
        buffer_add_byte(&line, '\0');
        headers = add_header(headers, line.data);
    }
    if (question->body.data) {
        buffer_clear(&line);
        buffer_print(&line, "Content-Type: %s",
                     question->type ? question->type : "application/json");
        buffer_add_byte(&line, '\0');
        headers = add_header(headers, line.data);
    }
    for (size_t i = 0; question->headers && question->headers[i]; i++)
        headers = add_header(headers, question->headers[i]);
    buffer_free(&line);
    return headers;
}

static void prepare(struct client *client, const struct question *question, struct answer *answer,
                    const char *url, struct curl_slist *headers)
{
    curl_easy_reset(client->curl); /* connections stay open */
    *client->why = '\0';
    set(client, URL, url);
    set(client, CUSTOMREQUEST, question->method);
    set(client, HTTPHEADER, headers);
    set(client, PROTOCOLS_STR, "http,https");
    set(client, NOSIGNAL, 1L);
    set(client, CONNECTTIMEOUT_MS, (long)CLIENT_CONNECT_LIMIT_MS);
    set(client, TIMEOUT_MS, (long)CLIENT_ANSWER_LIMIT_MS);
    set(client, USERAGENT, "piot/0.1.0");
    set(client, ERRORBUFFER, client->why);
    set(client, WRITEFUNCTION, take_body);
    set(client, WRITEDATA, answer);
    set(client, HEADERFUNCTION, take_header);
    set(client, HEADERDATA, answer);
    if (!question->body.data) return;
    set(client, POSTFIELDSIZE_LARGE, (curl_off_t)question->body.size);
    set(client, POSTFIELDS, question->body.data);
}

static void keep_addresses(struct client *client, struct answer *answer)
{
    const char *own = NULL, *its = NULL;

    curl_easy_getinfo(client->curl, CURLINFO_LOCAL_IP, &own);
    curl_easy_getinfo(client->curl, CURLINFO_PRIMARY_IP, &its);
    if (own) keep(answer->own_address, sizeof answer->own_address, own, strlen(own));
    if (its) keep(answer->its_address, sizeof answer->its_address, its, strlen(its));
}

struct status client_send(struct client *client, const struct question *question,
                          struct answer *answer)
{
    struct curl_slist *headers = make_headers(question);
    struct buffer      url     = { 0 };
    CURLcode           code;

    *answer = (struct answer){ 0 };
    buffer_print(&url, "%s%s", client->server, question->path);
    buffer_add_byte(&url, '\0');
    prepare(client, question, answer, url.data, headers);
    code = curl_easy_perform(client->curl);
    curl_slist_free_all(headers);
    buffer_free(&url);
    if (code != CURLE_OK)
        return failed(STATUS_IO, "no answer from %.100s: %.100s", client->server,
                      *client->why ? client->why : curl_easy_strerror(code));
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &answer->status);
    keep_addresses(client, answer);
    return OK;
}

void client_answer_free(struct answer *answer)
{
    buffer_free(&answer->body);
    *answer = (struct answer){ 0 };
}

void client_add_segment(struct buffer *out, struct slice text)
{
    static const char plain[] = "-._~";

    for (size_t i = 0; i < text.size; i++) {
        unsigned char c      = (unsigned char)text.data[i];
        bool          letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool          digit  = c >= '0' && c <= '9';
        if (letter || digit || (c && strchr(plain, c))) buffer_add_byte(out, (char)c);
        else buffer_print(out, "%%%02X", c);
    }
}
