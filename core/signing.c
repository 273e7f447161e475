/* signing.c -- the checkpoint of every second in which something happened.
 *
 * The order is what makes it evidence: the batch is durable, the checkpoint is signed, the
 * anchor takes it, and only then is it shown. Its row goes with the next commit; a kill
 * before that loses nothing, because the anchor has it.
 */
#include "core/turn.h"

enum { SIGN_EVERY_US = 1000000 };

static void show(struct ledger *ledger, struct slice note, uint64_t size)
{
    struct signing *signing = &ledger->signing;

    ensure(pthread_mutex_lock(&signing->lock) == 0);
    if (size > signing->shown_size) {
        buffer_clear(&signing->shown);
        buffer_add(&signing->shown, note);
        signing->shown_size = size;
    }
    ensure(pthread_mutex_unlock(&signing->lock) == 0);
}

struct status signing_open(struct ledger *ledger)
{
    const struct ledger_settings *settings = &ledger->settings;
    struct signing               *signing  = &ledger->signing;
    struct arena                  arena    = { 0 };
    struct checkpoint             anchored;
    struct slice                  note;
    struct status                 status;

    ensure(pthread_mutex_init(&signing->lock, NULL) == 0);
    signing->opened = true;
    if (!settings->anchor_path) return OK;
    ensure(settings->signer != NULL);
    status = anchor_check(settings->anchor_path, &settings->signer->key,
                          store_reader(settings->store), PARTITION_ONE, &arena, &note);
    if (status.code == STATUS_OK && note.data) {
        status = checkpoint_open(note, &settings->signer->key, &anchored);
        buffer_add(&signing->anchored, note);
        signing->anchored_size = anchored.size;
        show(ledger, note, anchored.size);
    }
    arena_free(&arena);
    return status;
}

void signing_close(struct ledger *ledger)
{
    struct signing *signing = &ledger->signing;

    if (signing->opened) pthread_mutex_destroy(&signing->lock);
    buffer_free(&signing->anchored);
    buffer_free(&signing->shown);
}

/* The row of what was shown, if it has none yet. */
static void put_row(struct ledger *ledger)
{
    struct signing *signing = &ledger->signing;

    ensure(pthread_mutex_lock(&signing->lock) == 0);
    if (signing->shown_size > signing->row_size) {
        checkpoint_put(ledger->batch, PARTITION_ONE, signing->shown_size,
                       buffer_slice(&signing->shown));
        signing->row_size = signing->shown_size;
    }
    ensure(pthread_mutex_unlock(&signing->lock) == 0);
}

struct status signing_now(struct ledger *ledger)
{
    const struct ledger_settings *settings = &ledger->settings;
    struct signing               *signing  = &ledger->signing;
    uint64_t                      size     = log_last(ledger->log);
    struct buffer                 note     = { 0 };
    struct hash                   root;

    if (!settings->anchor_path) return OK;
    if (size > signing->anchored_size) {
        TRY(merkle_root(log_merkle(ledger->log), store_reader(settings->store), size, &root));
        checkpoint_sign(settings->signer, size, &root, &note);
        struct status status = anchor_swap(settings->anchor_path,
                                           signing->anchored.size
                                               ? buffer_slice(&signing->anchored)
                                               : (struct slice){ 0 },
                                           buffer_slice(&note));
        if (status.code != STATUS_OK) {
            buffer_free(&note);
            return status;
        }
        buffer_free(&signing->anchored);
        signing->anchored      = note;
        signing->anchored_size = size;
        show(ledger, buffer_slice(&note), size);
    }
    put_row(ledger);
    return OK;
}

struct status signing_in_time(struct ledger *ledger, int64_t now_us)
{
    if (now_us - ledger->signing.signed_us < SIGN_EVERY_US) return OK;
    ledger->signing.signed_us = now_us;
    return signing_now(ledger);
}

bool ledger_checkpoint(struct ledger *ledger, struct arena *arena, struct slice *note)
{
    struct signing *signing = &ledger->signing;

    ensure(pthread_mutex_lock(&signing->lock) == 0);
    *note = signing->shown_size ? arena_copy(arena, buffer_slice(&signing->shown))
                                : (struct slice){ 0 };
    ensure(pthread_mutex_unlock(&signing->lock) == 0);
    return note->data != NULL;
}

struct merkle *ledger_merkle(struct ledger *ledger) { return log_merkle(ledger->log); }
