/* pushes.c -- the chore: what the log says that somebody is to be told, and its rounds. */
#include <stdlib.h>

#include "api/pushes/pushes_internal.h"
#include "core/base/report.h"

/* Which events are news, and of what kind. */
static const struct {
    enum event_type type;
    enum push_news  news;
} tells[] = {
    { EVENT_consent_requested, NEWS_ASKED },    { EVENT_consent_reopened, NEWS_ASKED },
    { EVENT_consent_revoked, NEWS_ENDED },      { EVENT_device_claim_disputed, NEWS_ENDED },
    { EVENT_consent_granted, NEWS_ANSWERED },   { EVENT_consent_denied, NEWS_ANSWERED },
    { EVENT_consent_postponed, NEWS_ANSWERED }, { EVENT_consent_lapsed, NEWS_CHANGED },
    { EVENT_account_changed, NEWS_CHANGED },
};

enum { POSITIONS_AT_ONCE = 64 };

/* -- reading the log ----------------------------------------------------------------------- */

static struct status pushes_read_one(struct pushes *all, struct reader *reader, uint64_t position,
                                     enum push_news news)
{
    struct arena  arena = { 0 };
    struct event  event;
    struct status status = log_read(reader, NULL, position, &arena, &event);

    if (status.code == STATUS_OK)
        pushes_note(all, reader, event.stream, news, event.recorded_at, position <= all->began);
    arena_free(&arena);
    return status;
}

static struct status pushes_read_type(struct pushes *all, struct reader *reader, size_t kind,
                                      uint64_t until)
{
    uint64_t positions[POSITIONS_AT_ONCE], after = all->seen;
    size_t   count;

    do {
        TRY(log_type_positions(reader, tells[kind].type, after, LOG_RISING, positions,
                               POSITIONS_AT_ONCE, &count));
        for (size_t i = 0; i < count; i++) {
            if ((after = positions[i]) > until) return OK;
            TRY(pushes_read_one(all, reader, after, tells[kind].news));
        }
    } while (count == POSITIONS_AT_ONCE && !chore_stopping(all->chore));
    return OK;
}

/* From where on the log is looked through after a start. In the first step, not before: old events
 * may be in an archive that was moved, which is known only when its chore has looked. */
static struct status pushes_begin(struct pushes *all, struct reader *reader)
{
    if (all->begun) return OK;
    TRY(log_position_at(reader, clock_now(&all->ground->clock) - PUSH_LIFE, &all->seen));
    all->begun = true;
    return OK;
}

static struct status pushes_read(struct pushes *all)
{
    uint64_t       until  = ledger_figures(all->ground->ledger).position;
    struct arena   arena  = { 0 };
    struct reader *reader = reader_new(all->ground->store, &arena);
    struct status  status = pushes_begin(all, reader);

    if (!all->has_key) TRY(push_own_key(all->ground->vault, all->key)); /* the ledger made it */
    all->has_key = true;
    if (status.code == STATUS_OK && until > all->seen) all->look_at = 0;
    for (size_t i = 0; until > all->seen && i < COUNT(tells) && status.code == STATUS_OK; i++)
        status = pushes_read_type(all, reader, i, until);
    if (status.code == STATUS_OK) status = reader_failure(reader);
    if (status.code == STATUS_OK) all->seen = until;
    arena_free(&arena);
    return status;
}

/* -- the chore ----------------------------------------------------------------------------- */

static int64_t sooner(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t pushes_step(struct chore *chore)
{
    struct pushes  *all = chore_kept(chore);
    struct posting *posting;
    int64_t         now_us, next_at;

    chore_heard(chore);
    struct status status = pushes_read(all);
    if (status.code != STATUS_OK) {
        chore_report(chore, "who is to be told is not known yet", status);
        return SECOND;
    }
    now_us = clock_now(&all->ground->clock);
    pushes_look(all, now_us);
    next_at = sooner(pushes_send(all, now_us), all->look_at);
    poster_wait(all->poster, next_at > now_us ? next_at - now_us : 0);
    while ((posting = poster_next(all->poster)))
        pushes_settle(all, posting, clock_now(&all->ground->clock));
    return 0; /* it has waited for the poster */
}

static bool pushes_concern(const struct commit *commit)
{
    for (size_t i = 0; i < commit->count; i++)
        for (size_t k = 0; k < COUNT(tells); k++)
            if (commit->events[i].type == tells[k].type) return true;
    return false;
}

static struct status pushes_open(struct chore *chore)
{
    struct pushes *all   = calloc(1, sizeof *all);
    struct arena   arena = { 0 };

    ensure(all != NULL);
    all->chore  = chore;
    all->ground = chore_ground(chore);
    chore_keep(chore, all);
    struct status status = log_head(reader_new(all->ground->store, &arena), &all->began);
    arena_free(&arena);
    TRY(status);
    return poster_open(&all->poster, chore_fd(chore));
}

static void pushes_close(struct chore *chore)
{
    struct pushes *all = chore_kept(chore);

    if (!all) return;
    pushes_drop(all);
    pushes_free_accounts(all);
    poster_close(all->poster);
    crypto_wipe(all->key, sizeof all->key);
    free(all);
}

const struct chore_row pushes_chore = {
    .name     = "pushes",
    .open     = pushes_open,
    .step     = pushes_step,
    .concerns = pushes_concern,
    .close    = pushes_close,
};

struct pushes_figures pushes_figures(const struct ground *ground)
{
    struct pushes *all = chore_own(ground, &pushes_chore);

    return (struct pushes_figures){ atomic_load(&all->sent), atomic_load(&all->failed),
                                    atomic_load(&all->gone) };
}
