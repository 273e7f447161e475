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

/* Whole or not at all: under another name first. */
static struct status write_file(struct arena *arena, const char *path, struct slice text)
{
    const char *draft = arena_print(arena, "%s.new", path).data;
    int         fd    = durable_open(draft, O_WRONLY | O_CREAT | O_TRUNC);

    if (fd < 0) return failed(STATUS_IO, "cannot write %s: %s", draft, strerror(errno));
    bool fine = write(fd, text.data, text.size) == (ssize_t)text.size && fsync(fd) == 0;
    fine      = close(fd) == 0 && fine;
    if (fine && rename(draft, path) == 0) return OK;
    struct status status = failed(STATUS_IO, "cannot write %s: %s", path, strerror(errno));
    unlink(draft);
    return status;
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
        .name  = SLICE("first"),
        .token = token,
        .hash  = hash,
    };
    if (!ledger_submit(ledger, &request))
        return failed(STATUS_LIMIT, "the disk is almost full: the first token cannot be issued");
    TRY(ledger_turn(ledger, &worked));
    TRY(outcome);
    ensure(item.outcome.refusal == ACCEPTED);
    return OK;
}

struct status data_first_token(struct ledger *ledger, const struct data_paths *paths)
{
    struct arena       arena = { 0 };
    struct slice       token = { 0 };
    struct fresh_token fresh;
    struct status      status;

    if (ledger_figures(ledger).position > 0) return OK; /* not the first start */
    status = read_token(&arena, paths->token, &token);
    if (status.code == STATUS_NOT_FOUND) {
        fresh  = auth_new_token(&arena, CALLER_OPERATOR);
        token  = fresh.text;
        status = write_file(&arena, paths->token,
                            arena_print(&arena, "%.*s\n", (int)token.size, token.data));
    }
    if (status.code == STATUS_OK) {
        struct hash hash = crypto_sha256(token);
        status           = issue(ledger, SLICE_OF(hash.bytes));
    }
    arena_free(&arena);
    return status;
}

struct status data_say_where(const struct settings *settings, uint16_t port,
                             const struct data_paths *paths)
{
    struct arena  arena  = { 0 };
    const char   *listen = settings->listen, *colon = strrchr(listen, ':');
    struct status status = write_file(&arena, paths->listen,
                                      arena_print(&arena, "%.*s:%u\n", (int)(colon - listen),
                                                  listen, port));

    arena_free(&arena);
    return status;
}

void data_forget_where(const struct settings *settings)
{
    struct arena arena = { 0 };

    unlink(arena_print(&arena, "%s/listen", settings->data).data);
    arena_free(&arena);
}
