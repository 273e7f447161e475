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

static void checkpoints_lock(struct checkpoints *checkpoints)
{
    ensure(pthread_mutex_lock(&checkpoints->lock) == 0);
}
static void checkpoints_unlock(struct checkpoints *checkpoints)
{
    ensure(pthread_mutex_unlock(&checkpoints->lock) == 0);
}

/* The same size again: with other lines below it. */
static void checkpoints_show(struct checkpoints *checkpoints, uint64_t size, struct slice note)
{
    ensure(size >= checkpoints->published_size); /* nobody is shown an older one */
    buffer_clear(&checkpoints->published);
    buffer_add(&checkpoints->published, note);
    checkpoints->published_size = size;
    checkpoints->published_us   = clock_monotonic_us();
    checkpoints->waiting_us     = size < checkpoints->anchored_size ? checkpoints->published_us : 0;
}

void ledger_publish(struct ledger *ledger, uint64_t size, struct slice note)
{
    struct checkpoints *checkpoints = &ledger->checkpoints;

    checkpoints_lock(checkpoints);
    ensure(size > 0 && size <= checkpoints->anchored_size);
    if (size >= checkpoints->published_size) {
        checkpoints_show(checkpoints, size, note);
        checkpoints->row_due = true;
    }
    checkpoints_unlock(checkpoints);
}

/* After an opening with the one that is there, even if it was published before: there may
 * be others now who have to see it. */
static void checkpoints_have_published(struct ledger *ledger)
{
    const struct ledger_settings *settings    = &ledger->settings;
    struct checkpoints           *checkpoints = &ledger->checkpoints;
    struct slice                  note        = buffer_slice(&checkpoints->anchored);

    ensure(checkpoints->notified_size <= checkpoints->anchored_size);
    if (checkpoints->notified_size == checkpoints->anchored_size) return;
    checkpoints->notified_size = checkpoints->anchored_size;
    if (settings->anchored &&
        settings->anchored(settings->context, checkpoints->notified_size, note))
        return;
    if (checkpoints->notified_size > checkpoints->published_size)
        ledger_publish(ledger, checkpoints->notified_size, note);
}

/* -- opening ------------------------------------------------------------------------ */

static struct status checkpoints_read_anchor(struct ledger *ledger)
{
    const struct ledger_settings *settings    = &ledger->settings;
    struct checkpoints           *checkpoints = &ledger->checkpoints;
    struct slice                  note        = settings->anchor_note;
    struct checkpoint             anchored;

    if (!note.data) return OK;
    TRY(checkpoint_open(note, &settings->signer->key, &anchored));
    ensure(!checkpoints->anchored.size);
    buffer_add(&checkpoints->anchored, note);
    checkpoints->anchored_size = anchored.size;
    return OK;
}

/* What was published stays so. A damaged row is for a verification to name. */
static struct status checkpoints_read_row(struct ledger *ledger, struct arena *arena)
{
    const struct ledger_settings *settings = &ledger->settings;
    struct checkpoint             published;
    struct slice                  row;

    TRY(checkpoint_last(store_reader(settings->store), arena, &row));
    if (!row.data) return OK;
    struct status status = checkpoint_open(row, &settings->signer->key, &published);
    if (status.code == STATUS_OK) checkpoints_show(&ledger->checkpoints, published.size, row);
    else report(REPORT_ERROR, "ledger", "the checkpoint published last: %s", status.text);
    return OK;
}

struct status checkpoints_open(struct ledger *ledger)
{
    const struct ledger_settings *settings    = &ledger->settings;
    struct checkpoints           *checkpoints = &ledger->checkpoints;
    struct arena                  arena       = { 0 };

    ensure(!checkpoints->opened && !checkpoints->anchored_size);
    ensure(pthread_mutex_init(&checkpoints->lock, NULL) == 0);
    checkpoints->opened = true;
    if (!settings->anchor_path) return OK;
    ensure(settings->signer != NULL);
    struct status status = checkpoints_read_anchor(ledger);
    if (status.code == STATUS_OK) status = checkpoints_read_row(ledger, &arena);
    arena_free(&arena);
    TRY(status);
    if (checkpoints->published_size < checkpoints->anchored_size)
        checkpoints->waiting_us = clock_monotonic_us();
    checkpoints_have_published(ledger);
    return OK;
}

void checkpoints_close(struct ledger *ledger)
{
    struct checkpoints *checkpoints = &ledger->checkpoints;

    if (checkpoints->opened) pthread_mutex_destroy(&checkpoints->lock);
    buffer_free(&checkpoints->anchored);
    buffer_free(&checkpoints->published);
}

/* -- signing ------------------------------------------------------------------------ */

static void checkpoints_put_row(struct ledger *ledger)
{
    struct checkpoints *checkpoints = &ledger->checkpoints;

    checkpoints_lock(checkpoints);
    ensure(!checkpoints->row_due || checkpoints->published_size <= checkpoints->anchored_size);
    if (checkpoints->row_due)
        checkpoint_put(ledger->batch, checkpoints->published_size,
                       buffer_slice(&checkpoints->published));
    checkpoints->row_due = false;
    checkpoints_unlock(checkpoints);
}

static struct status checkpoints_swap(struct ledger *ledger, struct slice note)
{
    struct checkpoints *checkpoints = &ledger->checkpoints;
    struct slice        none        = { 0 };

    ensure(note.size > 0);
    return anchor_swap(ledger->settings.anchor_path,
                       checkpoints->anchored.size ? buffer_slice(&checkpoints->anchored) : none,
                       note);
}

static struct status checkpoints_anchor(struct ledger *ledger, uint64_t size)
{
    const struct ledger_settings *settings    = &ledger->settings;
    struct checkpoints           *checkpoints = &ledger->checkpoints;
    struct buffer                 note        = { 0 };
    struct hash                   root;

    ensure(size > checkpoints->anchored_size);
    TRY(merkle_root(log_merkle(ledger->log), store_reader(settings->store), size, &root));
    checkpoint_sign(settings->signer, size, &root, &note);
    struct status status = checkpoints_swap(ledger, buffer_slice(&note));
    if (status.code != STATUS_OK) {
        buffer_free(&note);
        return status;
    }
    buffer_free(&checkpoints->anchored);
    checkpoints->anchored = note;
    checkpoints_lock(checkpoints);
    checkpoints->anchored_size = size;
    if (!checkpoints->waiting_us) checkpoints->waiting_us = clock_monotonic_us();
    checkpoints_unlock(checkpoints);
    return OK;
}

struct status checkpoints_sign(struct ledger *ledger)
{
    uint64_t size = log_last(ledger->log);

    if (!ledger->settings.anchor_path) return OK;
    ensure(size >= ledger->checkpoints.anchored_size); /* the log never becomes shorter */
    if (size > ledger->checkpoints.anchored_size) TRY(checkpoints_anchor(ledger, size));
    checkpoints_have_published(ledger);
    checkpoints_put_row(ledger);
    return OK;
}

struct status checkpoints_sign_in_time(struct ledger *ledger, int64_t now_us)
{
    ensure(now_us >= ledger->checkpoints.signed_us);
    if (now_us - ledger->checkpoints.signed_us < SIGN_EVERY_US) return OK;
    ledger->checkpoints.signed_us = now_us;
    return checkpoints_sign(ledger);
}

/* -- asking --------------------------------------------------------------------------- */

void checkpoints_figures(struct ledger *ledger, struct ledger_figures *figures)
{
    struct checkpoints *checkpoints = &ledger->checkpoints;

    checkpoints_lock(checkpoints);
    int64_t now = clock_monotonic_us(); /* with the lock: not before what is in there */
    ensure(now >= checkpoints->published_us && now >= checkpoints->waiting_us);
    figures->anchored  = checkpoints->anchored_size;
    figures->published = checkpoints->published_size;
    if (checkpoints->published_size)
        figures->published_age_us = (uint64_t)(now - checkpoints->published_us);
    if (checkpoints->waiting_us)
        figures->publish_wait_us = (uint64_t)(now - checkpoints->waiting_us);
    checkpoints_unlock(checkpoints);
}

bool ledger_checkpoint(struct ledger *ledger, struct arena *arena, struct slice *note)
{
    struct checkpoints *checkpoints = &ledger->checkpoints;

    checkpoints_lock(checkpoints);
    *note = checkpoints->published_size ? arena_copy(arena, buffer_slice(&checkpoints->published))
                                        : (struct slice){ 0 };
    checkpoints_unlock(checkpoints);
    return note->data != NULL;
}

struct merkle *ledger_merkle(struct ledger *ledger) { return log_merkle(ledger->log); }
