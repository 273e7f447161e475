#include "cli/witness/witness_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/durable.h"
#include "core/base/text.h"

/* One key of a log; the first of its name remembers for all. */
struct watched_log {
    struct note_key     key;
    struct watched_log *log;
    char                path[PATH_MAX];
    uint64_t            size; /* 0: nothing yet */
    struct hash         root;
};

struct witness_memory {
    int                 lock; /* the folder, held */
    struct note_signer  signer;
    struct watched_log *logs;
    size_t              count;
};

const struct note_key *witness_memory_key(const struct witness_memory *memory)
{
    return &memory->signer.key;
}

static struct watched_log *find_log(struct witness_memory *memory, struct slice origin)
{
    for (size_t i = 0; i < memory->count; i++)
        if (slice_equal(slice_text(memory->logs[i].key.name), origin)) return memory->logs[i].log;
    return NULL;
}

static bool watched_has_signed(struct witness_memory *memory, const struct watched_log *log,
                               struct slice note)
{
    struct slice text;
    uint64_t     time_s;

    for (size_t i = 0; i < memory->count; i++)
        if (memory->logs[i].log == log &&
            note_open(note, &memory->logs[i].key, &text, &time_s).code == STATUS_OK)
            return true;
    return false;
}

/* -- remembering ---------------------------------------------------------------------------- */

/* STATUS_NOT_FOUND: there is none. */
static struct status witness_read_file(const char *path, struct buffer *text)
{
    char         *block  = malloc(NOTE_MAX + 1);
    FILE         *file   = fopen(path, "re");
    size_t        got    = 0;
    struct status status = OK;

    ensure(block != NULL);
    if (!file)
        status = errno == ENOENT ? failed(STATUS_NOT_FOUND, "there is no %s", path)
                                 : durable_failed("opening", path);
    else got = fread(block, 1, NOTE_MAX + 1, file);
    if (file && ferror(file)) status = durable_failed("reading", path);
    if (got > NOTE_MAX) status = failed(STATUS_CORRUPT, "%s is too long", path);
    if (file) fclose(file);
    buffer_add(text, (struct slice){ block, got });
    free(block);
    return status;
}

static struct status watched_understand(struct witness_memory *memory, struct watched_log *log,
                                        struct slice note)
{
    struct checkpoint checkpoint;
    struct slice      text, lines;

    TRY(note_split(note, &text, &lines));
    TRY(checkpoint_parse(text, &checkpoint));
    if (!watched_has_signed(memory, log, note))
        return failed(STATUS_CORRUPT, "no key that is given for %s has signed it", log->key.name);
    log->size = checkpoint.size;
    log->root = checkpoint.root;
    return OK;
}

static struct status watched_remember(struct witness_memory *memory, struct watched_log *log,
                                      const char *folder)
{
    struct hash   name = crypto_sha256(slice_text(log->key.name));
    struct buffer note = { 0 };
    char          file[2 * SHA256_SIZE + 16];

    text_hex(SLICE_OF(name.bytes), file);
    memcpy(file + 2 * SHA256_SIZE, ".checkpoint", sizeof ".checkpoint");
    TRY(durable_join(log->path, folder, file));
    log->root            = crypto_sha256((struct slice){ 0 }); /* of nothing */
    struct status status = witness_read_file(log->path, &note);
    if (status.code == STATUS_OK) {
        status = watched_understand(memory, log, buffer_slice(&note));
        if (status.code != STATUS_OK)
            status = failed(STATUS_CORRUPT, "what is remembered in %.80s is damaged: %.120s",
                            log->path, status.text);
    } else if (status.code == STATUS_NOT_FOUND) status = OK;
    buffer_free(&note);
    return status;
}

/* -- opening ---------------------------------------------------------------------------------- */

static struct status lock_folder(struct witness_memory *memory, const char *folder)
{
    TRY(durable_folder(folder));
    memory->lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (memory->lock < 0) return durable_failed("opening", folder);
    if (flock(memory->lock, LOCK_EX | LOCK_NB) == 0) return OK;
    return errno == EWOULDBLOCK
               ? failed(STATUS_CONFLICT, "another witness is at work in %s", folder)
               : durable_failed("locking", folder);
}

static struct status watched_open_all(struct witness_memory *memory, const char *folder,
                                      const char *name)
{
    char path[PATH_MAX];

    TRY(lock_folder(memory, folder));
    TRY(durable_join(path, folder, "witness.key"));
    TRY(checkpoint_key_open(path, name, NOTE_COSIGNATURE, &memory->signer));
    for (size_t i = 0; i < memory->count; i++)
        if (memory->logs[i].log == &memory->logs[i])
            TRY(watched_remember(memory, &memory->logs[i], folder));
    return OK;
}

struct status witness_memory_open(struct witness_memory **made, const char *folder,
                                  const char *name, const struct note_key *logs, size_t count)
{
    struct witness_memory *memory = calloc(1, sizeof *memory);

    ensure(memory != NULL);
    memory->lock = -1;
    memory->logs = calloc(count, sizeof *memory->logs);
    ensure(count == 0 || memory->logs != NULL);
    for (; memory->count < count; memory->count++) {
        struct watched_log *watched = &memory->logs[memory->count], *before;
        watched->key                = logs[memory->count];
        before                      = find_log(memory, slice_text(watched->key.name));
        watched->log                = before ? before : watched;
    }
    struct status status = watched_open_all(memory, folder, name);
    if (status.code == STATUS_OK) *made = memory;
    else witness_memory_close(memory);
    return status;
}

void witness_memory_close(struct witness_memory *memory)
{
    if (!memory) return;
    if (memory->lock >= 0) close(memory->lock);
    crypto_wipe(&memory->signer, sizeof memory->signer);
    free(memory->logs);
    free(memory);
}

/* -- a request --------------------------------------------------------------------------------- */

struct witness_addition {
    uint64_t          old;
    struct proof      proof;
    struct slice      note, text;
    struct checkpoint checkpoint; /* origin NULL: there is none */
};

static bool addition_take_line(struct slice *rest, struct slice *line)
{
    const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;

    if (!end) return false;
    *line = (struct slice){ rest->data, (size_t)(end - rest->data) };
    *rest = (struct slice){ end + 1, rest->size - line->size - 1 };
    return true;
}

static bool addition_take_hash(struct slice line, struct hash *hash)
{
    struct arena arena = { 0 };
    struct slice bytes;
    bool         good = text_unbase64(&arena, line, &bytes) && bytes.size == SHA256_SIZE;

    if (good) memcpy(hash->bytes, bytes.data, SHA256_SIZE);
    arena_free(&arena);
    return good;
}

static bool has_controls(struct slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] < ' ' && text.data[i] != '\n') return true;
    return false;
}

/* NULL: it is well formed; else what is not. */
static const char *read_addition(struct slice request, struct witness_addition *addition)
{
    struct slice rest = request, line, lines, lead = SLICE("old ");

    *addition = (struct witness_addition){ .old = 0 };
    if (!addition_take_line(&rest, &line) || !slice_starts(line, lead) ||
        !text_u64((struct slice){ line.data + lead.size, line.size - lead.size }, &addition->old))
        return "the first line has to be: old SIZE";
    for (;;) {
        if (!addition_take_line(&rest, &line))
            return "an empty line and a checkpoint have to follow";
        if (!line.size) break;
        if (addition->proof.count == WITNESS_PROOF_MAX) return "a proof has at most 63 hashes";
        if (!addition_take_hash(line, &addition->proof.hashes[addition->proof.count++]))
            return "a hash has to be 32 bytes in base64";
    }
    addition->note = rest;
    if (has_controls(rest) || note_split(rest, &addition->text, &lines).code != STATUS_OK ||
        checkpoint_parse(addition->text, &addition->checkpoint).code != STATUS_OK) {
        addition->checkpoint.origin.data = NULL;
        return "the checkpoint is not one";
    }
    return addition->old > addition->checkpoint.size ? "old is beyond the checkpoint" : NULL;
}

static void answer_say_size(const struct watched_log *log, struct witness_answer *answer)
{
    answer->status = 409;
    answer->type   = "text/x.tlog.size";
    buffer_print(&answer->body, "%llu\n", (unsigned long long)log->size);
}

static void answer_refuse(struct witness_answer *answer, unsigned status, const char *why)
{
    answer->status = status;
    buffer_print(&answer->body, "%s\n", why);
}

/* Does it continue what is remembered? If not, that is the answer. */
static bool addition_continues(const struct watched_log      *log,
                               const struct witness_addition *addition,
                               struct witness_answer         *answer)
{
    const struct checkpoint *next = &addition->checkpoint;

    answer->fork = log->size == next->size && !hash_equal(&log->root, &next->root);
    if (answer->fork || addition->old != log->size) {
        answer_say_size(log, answer);
        return false;
    }
    if (proof_is_consistent(&addition->proof, addition->old, &log->root, next->size, &next->root))
        return true;
    answer_refuse(answer, 422, "the proof does not lead from the one tree to the other");
    answer->fork = true;
    return false;
}

static struct status addition_cosign(struct witness_memory *memory, struct watched_log *log,
                                     const struct witness_addition *addition, uint64_t time_s,
                                     struct witness_answer *answer)
{
    if (addition->checkpoint.size > log->size) {
        TRY(durable_write(log->path, addition->note, DURABLE_REPLACE));
        log->size = addition->checkpoint.size;
        log->root = addition->checkpoint.root;
    }
    answer->status = 200;
    note_cosign(&memory->signer, addition->text, time_s, &answer->body);
    return OK;
}

struct status witness_memory_add(struct witness_memory *memory, struct slice request,
                                 uint64_t time_s, struct witness_answer *answer)
{
    struct witness_addition addition;
    const char             *wrong = read_addition(request, &addition);
    struct watched_log     *log;

    *answer = (struct witness_answer){ .type = "text/plain; charset=utf-8" };
    if (!addition.checkpoint.origin.data) answer_refuse(answer, 400, wrong);
    else if (!(log = find_log(memory, addition.checkpoint.origin)))
        answer_refuse(answer, 404, "this witness does not know that log");
    else {
        snprintf(answer->origin, sizeof answer->origin, "%s", log->key.name);
        answer->size = addition.checkpoint.size;
        if (!watched_has_signed(memory, log, addition.note))
            answer_refuse(answer, 403,
                          "no key that is known of that log has signed the checkpoint");
        else if (wrong) answer_refuse(answer, 400, wrong);
        else if (addition_continues(log, &addition, answer))
            return addition_cosign(memory, log, &addition, time_s, answer);
    }
    return OK;
}

void witness_answer_free(struct witness_answer *answer) { buffer_free(&answer->body); }
