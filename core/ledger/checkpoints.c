/* checkpoints.c -- the checkpoint of every second in which something happened.
 *
 * The order is what makes it evidence: the batch is durable, the checkpoint is signed, the
 * anchor takes it, others may have to see it, and only then is it published. Its row goes
 * with the next commit; a kill before that loses nothing, because the anchor has it, and
 * the next opening has it published again.
 */
#include "core/base/report.h"
#include "core/ledger/turn.h"

enum { SIGN_EVERY_US = 1000000 };

static void lock(struct signing *signing) { ensure(pthread_mutex_lock(&signing->lock) == 0); }
static void unlock(struct signing *signing) { ensure(pthread_mutex_unlock(&signing->lock) == 0); }

/* The same size again: with other lines below it. */
static void show(struct signing *signing, uint64_t size, struct slice note)
{
    buffer_clear(&signing->published);
    buffer_add(&signing->published, note);
    signing->published_size = size;
    signing->published_us   = clock_monotonic_us();
    signing->waiting_us     = size < signing->anchored_size ? signing->published_us : 0;
}

void ledger_publish(struct ledger *ledger, uint64_t size, struct slice note)
{
    struct signing *signing = &ledger->signing;

    lock(signing);
    ensure(size > 0 && size <= signing->anchored_size);
    if (size >= signing->published_size) {
        show(signing, size, note);
        signing->row_due = true;
    }
    unlock(signing);
}

/* After an opening with the one that is there, even if it was published before: there may
 * be others now who have to see it. */
static void have_published(struct ledger *ledger)
{
    const struct ledger_settings *settings = &ledger->settings;
    struct signing               *signing  = &ledger->signing;
    struct slice                  note     = buffer_slice(&signing->anchored);

    if (signing->told_size == signing->anchored_size) return;
    signing->told_size = signing->anchored_size;
    if (settings->anchored) settings->anchored(settings->context, signing->told_size, note);
    else if (signing->told_size > signing->published_size)
        ledger_publish(ledger, signing->told_size, note);
}

/* -- opening ------------------------------------------------------------------------ */

static struct status read_anchor(struct ledger *ledger, struct arena *arena)
{
    const struct ledger_settings *settings = &ledger->settings;
    struct signing               *signing  = &ledger->signing;
    struct checkpoint             anchored;
    struct slice                  note;

    TRY(anchor_check(settings->anchor_path, &settings->signer->key, store_reader(settings->store),
                     arena, &note));
    if (!note.data) return OK;
    TRY(checkpoint_open(note, &settings->signer->key, &anchored));
    buffer_add(&signing->anchored, note);
    signing->anchored_size = anchored.size;
    return OK;
}

/* What was published stays so. A damaged row is for a verification to name. */
static struct status read_row(struct ledger *ledger, struct arena *arena)
{
    const struct ledger_settings *settings = &ledger->settings;
    struct checkpoint             published;
    struct slice                  row;

    TRY(checkpoint_last(store_reader(settings->store), arena, &row));
    if (!row.data) return OK;
    struct status status = checkpoint_open(row, &settings->signer->key, &published);
    if (status.code == STATUS_OK) show(&ledger->signing, published.size, row);
    else report(REPORT_ERROR, "ledger", "the checkpoint published last: %s", status.text);
    return OK;
}

struct status signing_open(struct ledger *ledger)
{
    const struct ledger_settings *settings = &ledger->settings;
    struct signing               *signing  = &ledger->signing;
    struct arena                  arena    = { 0 };

    ensure(pthread_mutex_init(&signing->lock, NULL) == 0);
    signing->opened = true;
    if (!settings->anchor_path) return OK;
    ensure(settings->signer != NULL);
    struct status status = read_anchor(ledger, &arena);
    if (status.code == STATUS_OK) status = read_row(ledger, &arena);
    arena_free(&arena);
    TRY(status);
    if (signing->published_size < signing->anchored_size)
        signing->waiting_us = clock_monotonic_us();
    if (!settings->anchored) have_published(ledger); /* else once the writer is at work */
    return OK;
}

void signing_close(struct ledger *ledger)
{
    struct signing *signing = &ledger->signing;

    if (signing->opened) pthread_mutex_destroy(&signing->lock);
    buffer_free(&signing->anchored);
    buffer_free(&signing->published);
}

/* -- signing ------------------------------------------------------------------------ */

static void put_row(struct ledger *ledger)
{
    struct signing *signing = &ledger->signing;

    lock(signing);
    if (signing->row_due)
        checkpoint_put(ledger->batch, signing->published_size, buffer_slice(&signing->published));
    signing->row_due = false;
    unlock(signing);
}

static struct status swap(struct ledger *ledger, struct slice note)
{
    struct signing *signing = &ledger->signing;
    struct slice    none    = { 0 };

    return anchor_swap(ledger->settings.anchor_path,
                       signing->anchored.size ? buffer_slice(&signing->anchored) : none, note);
}

static struct status anchor(struct ledger *ledger, uint64_t size)
{
    const struct ledger_settings *settings = &ledger->settings;
    struct signing               *signing  = &ledger->signing;
    struct buffer                 note     = { 0 };
    struct hash                   root;

    TRY(merkle_root(log_merkle(ledger->log), store_reader(settings->store), size, &root));
    checkpoint_sign(settings->signer, size, &root, &note);
    struct status status = swap(ledger, buffer_slice(&note));
    if (status.code != STATUS_OK) {
        buffer_free(&note);
        return status;
    }
    buffer_free(&signing->anchored);
    signing->anchored = note;
    lock(signing);
    signing->anchored_size = size;
    if (!signing->waiting_us) signing->waiting_us = clock_monotonic_us();
    unlock(signing);
    return OK;
}

struct status signing_now(struct ledger *ledger)
{
    uint64_t size = log_last(ledger->log);

    if (!ledger->settings.anchor_path) return OK;
    if (size > ledger->signing.anchored_size) TRY(anchor(ledger, size));
    have_published(ledger);
    put_row(ledger);
    return OK;
}

struct status signing_in_time(struct ledger *ledger, int64_t now_us)
{
    if (now_us - ledger->signing.signed_us < SIGN_EVERY_US) return OK;
    ledger->signing.signed_us = now_us;
    return signing_now(ledger);
}

/* -- asking --------------------------------------------------------------------------- */

void signing_figures(struct ledger *ledger, struct ledger_figures *figures)
{
    struct signing *signing = &ledger->signing;
    int64_t         now     = clock_monotonic_us();

    lock(signing);
    figures->anchored  = signing->anchored_size;
    figures->published = signing->published_size;
    if (signing->published_size)
        figures->published_age_us = (uint64_t)(now - signing->published_us);
    if (signing->waiting_us) figures->publish_wait_us = (uint64_t)(now - signing->waiting_us);
    unlock(signing);
}

bool ledger_checkpoint(struct ledger *ledger, struct arena *arena, struct slice *note)
{
    struct signing *signing = &ledger->signing;

    lock(signing);
    *note = signing->published_size ? arena_copy(arena, buffer_slice(&signing->published))
                                    : (struct slice){ 0 };
    unlock(signing);
    return note->data != NULL;
}

struct merkle *ledger_merkle(struct ledger *ledger) { return log_merkle(ledger->log); }
