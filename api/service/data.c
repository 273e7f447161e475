#include "api/service/data.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/call/auth.h"
#include "core/base/crypto.h"
#include "core/base/durable.h"
#include "core/facts/names.h"
#include "projections/projection.h"

#define FIRST SLICE("first") /* what tokens are called that nobody asked for */

enum { FIRST_TOKENS_MAX = 16 }; /* a file lost so often before anything was done is no accident */

static const char *path_in(struct settings *settings, const char *chosen, const char *name)
{
    if (*chosen) return chosen;
    return arena_print(&settings->arena, "%s/%s", settings->data, name).data;
}

struct status data_prepare(struct settings *settings, struct data_paths *paths)
{
    TRY(durable_folder(settings->data));
    *paths = (struct data_paths){
        .store  = path_in(settings, "", "store"),
        .vault  = path_in(settings, settings->vault, "vault"),
        .anchor = path_in(settings, settings->anchor, "anchor"),
        .key    = path_in(settings, settings->log_key, "log.key"),
        .token  = path_in(settings, "", "operator.token"),
        .listen = path_in(settings, "", "listen"),
    };
    return OK;
}

/* NOT_FOUND: there is none. */
static struct status read_token(struct arena *arena, const char *path, struct slice *token)
{
    char    text[128];
    int     fd = durable_open(path, O_RDONLY);
    ssize_t size;

    if (fd < 0)
        return failed(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "cannot read %s: %s", path,
                      strerror(errno));
    size = read(fd, text, sizeof text);
    close(fd);
    if (size < 0) return failed(STATUS_IO, "cannot read %s: %s", path, strerror(errno));
    while (size && (text[size - 1] == '\n' || text[size - 1] == '\r')) size--;
    *token = arena_copy(arena, (struct slice){ text, (size_t)size });
    crypto_wipe(text, sizeof text);
    return OK;
}

static void on_issued(struct ledger_request *request)
{
    *(struct status *)request->context = request->failure;
    buffer_free(&request->reply);
}

static struct status issue(struct ledger *ledger, struct slice hash)
{
    struct id          token = id_derive(ID_token, SLICE("first"), hash, (struct slice){ 0 });
    struct ledger_item item = { .intent = { .type = INTENT_issue_token, .stream = name_system() } };
    struct status      outcome    = OK;
    struct ledger_request request = {
        .items = &item, .count = 1, .done = on_issued, .context = &outcome
    };
    bool worked;

    item.intent.issue_token = (struct issue_token){
        .role  = SLICE("operator"),
        .name  = FIRST,
        .token = token,
        .hash  = hash,
    };
    if (!ledger_submit(ledger, &request))
        return failed(STATUS_LIMIT, "the first token cannot be issued: %s",
                      ledger_why_later(ledger));
    TRY(ledger_turn(ledger, &worked));
    TRY(outcome);
    ensure(item.outcome.refusal == ACCEPTED);
    return OK;
}

/* What there is of first tokens in the log, and of nothing else. */
struct first_tokens {
    bool        used; /* something else happened: somebody has a token */
    struct hash hashes[FIRST_TOKENS_MAX];
    size_t      count;
};

static struct status find_first(struct store *store, uint64_t last, struct arena *arena,
                                struct first_tokens *first)
{
    struct reader *reader = reader_new(store, arena);

    *first = (struct first_tokens){ .used = last > FIRST_TOKENS_MAX };
    for (uint64_t position = 1; !first->used && position <= last; position++) {
        struct event event;
        TRY(log_read(reader, NULL, position, arena, &event));
        const struct token_issued *it = &event.token_issued;
        first->used = event.type != EVENT_token_issued || !slice_equal(it->name, FIRST) ||
                      it->hash.size != SHA256_SIZE;
        if (!first->used) memcpy(first->hashes[first->count++].bytes, it->hash.data, SHA256_SIZE);
    }
    return OK;
}

static bool is_issued(const struct first_tokens *first, const struct hash *hash)
{
    for (size_t i = 0; i < first->count; i++)
        if (hash_equal(&first->hashes[i], hash)) return true;
    return false;
}

static struct status make_token(struct arena *arena, const char *path, struct slice *token)
{
    *token = auth_new_token(arena, CALLER_OPERATOR).text;
    return durable_write(path, arena_print(arena, "%.*s\n", (int)token->size, token->data),
                         DURABLE_REPLACE);
}

static struct status first_token(struct store *store, struct ledger *ledger, const char *path,
                                 struct arena *arena)
{
    uint64_t            last  = ledger_figures(ledger).position;
    struct slice        token = { 0 };
    struct first_tokens first;

    TRY(find_first(store, last, arena, &first));
    if (first.used) return OK;
    struct status status = read_token(arena, path, &token);
    if (status.code == STATUS_NOT_FOUND) status = make_token(arena, path, &token);
    TRY(status);
    struct hash hash = crypto_sha256(token);
    return is_issued(&first, &hash) ? OK : issue(ledger, SLICE_OF(hash.bytes));
}

struct status data_first_token(struct store *store, struct ledger *ledger,
                               const struct data_paths *paths)
{
    struct arena  arena  = { 0 };
    struct status status = first_token(store, ledger, paths->token, &arena);

    arena_free(&arena);
    return status;
}

struct status data_say_where(const struct settings *settings, uint16_t port,
                             const struct data_paths *paths)
{
    struct arena  arena  = { 0 };
    const char   *listen = settings->listen, *colon = strrchr(listen, ':');
    struct slice  where  = arena_print(&arena, "%.*s:%u\n", (int)(colon - listen), listen, port);
    struct status status = durable_write(paths->listen, where, DURABLE_REPLACE);

    arena_free(&arena);
    return status;
}

void data_forget_where(const struct settings *settings)
{
    struct arena arena = { 0 };

    unlink(arena_print(&arena, "%s/listen", settings->data).data);
    arena_free(&arena);
}
