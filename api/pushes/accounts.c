/* accounts.c -- who is to be told something, and when: see pushes.h. */
#include <stdlib.h>

#include "api/pushes/pushes_internal.h"
#include "api/pushes/quiet.h"

#define NO_ROOM_REST SECOND /* until pushes that wait have made room */

static int64_t sooner(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

/* -- finding ------------------------------------------------------------------------------- */

static uint64_t account_hash(const struct id *account) { return table_hash(0, id_slice(account)); }

/* Its place, made if there is none yet. */
static struct push_account *account_place(struct pushes *all, struct id account)
{
    uint64_t             hash = account_hash(&account);
    struct push_account *it;

    for (size_t at = 0; (it = map_next(&all->by_id, hash, &at)) != NULL;)
        if (id_equal(it->account, account)) return it;
    it = calloc(1, sizeof *it);
    ensure(it != NULL);
    it->account   = account;
    it->due_at    = INT64_MAX;
    it->next      = all->accounts;
    all->accounts = it;
    map_add(&all->by_id, hash, it);
    return it;
}

static bool account_is_idle(const struct push_account *it, int64_t now_us)
{
    return !it->news && !it->asked && !it->ended && !it->shown &&
           it->last_at + PUSH_EVERY <= now_us;
}

static void pushes_forget_idle(struct pushes *all, int64_t now_us)
{
    struct push_account **at = &all->accounts;

    map_clear(&all->by_id);
    while (*at) {
        struct push_account *it = *at;
        if (account_is_idle(it, now_us)) {
            *at = it->next;
            free(it);
        } else {
            map_add(&all->by_id, account_hash(&it->account), it);
            at = &it->next;
        }
    }
}

void pushes_free_accounts(struct pushes *all)
{
    while (all->accounts) {
        struct push_account *next = all->accounts->next;
        free(all->accounts);
        all->accounts = next;
    }
    map_free(&all->by_id);
}

/* -- when ---------------------------------------------------------------------------------- */

static int64_t account_quiet_until(struct reader *reader, struct arena *arena, struct id account,
                                   int64_t at_us)
{
    struct account_row row;

    if (!view_get_account(reader, account, NO_ID, arena, &row)) return 0;
    return quiet_until(row.time_zone, row.quiet_from, row.quiet_to, at_us);
}

static int64_t account_due(struct reader *reader, struct arena *arena,
                           const struct push_account *it, int64_t now_us)
{
    int64_t at_us = later(now_us, it->last_at ? it->last_at + PUSH_EVERY : 0), quiet;

    if (!it->asked && !it->ended) return INT64_MAX;
    quiet = account_quiet_until(reader, arena, it->account, at_us);
    return quiet ? quiet : at_us;
}

/* A question that was put off bothers nobody until then. */
static bool account_is_asked(struct reader *reader, struct arena *arena, struct id account,
                             int64_t now_us)
{
    struct id          some[32], after = NO_ID;
    struct consent_row row;
    size_t             count;

    do {
        count = view_list_inbox(reader, account, after, some, COUNT(some));
        for (size_t i = 0; i < count; i++)
            if (view_get_consent(reader, after = some[i], NO_ID, arena, &row) &&
                row.postponed_until <= now_us)
                return true;
    } while (count == COUNT(some));
    return false;
}

/* -- what was read ------------------------------------------------------------------------- */

/* Of what happened before the start: was it said then? What came in quiet hours was not, and of
 * the last minutes nobody knows: it is said once more, but not too soon. */
static bool account_was_told(struct push_account *it, struct reader *reader, struct arena *arena,
                             int64_t at_us, int64_t now_us)
{
    if (account_quiet_until(reader, arena, it->account, at_us)) return false;
    if (at_us + PUSH_EVERY <= now_us) return true;
    it->last_at = later(it->last_at, at_us);
    return false;
}

void pushes_note(struct pushes *all, struct reader *reader, struct id account, enum push_news news,
                 int64_t at_us, bool then)
{
    struct push_account *it     = account_place(all, account);
    int64_t              now_us = clock_now(&all->ground->clock);
    struct arena         arena  = { 0 };

    if (!then) it->news |= news;
    else if (news == NEWS_ASKED || news == NEWS_ENDED) {
        if (!account_was_told(it, reader, &arena, at_us, now_us)) it->news |= news;
        else if (news == NEWS_ASKED && account_is_asked(reader, &arena, account, now_us))
            it->shown = true;
    }
    arena_free(&arena);
}

/* -- saying it ----------------------------------------------------------------------------- */

static void account_take_news(struct pushes *all, struct reader *reader, struct arena *arena,
                              struct push_account *it, int64_t now_us)
{
    bool asked = account_is_asked(reader, arena, it->account, now_us);

    if (it->news & NEWS_ANSWERED) it->last_at = 0;
    it->asked = asked && (it->asked || it->news & NEWS_ASKED);
    it->ended = it->ended || it->news & NEWS_ENDED;
    it->news  = 0;
    if (!asked && it->shown) {
        pushes_tell(all, reader, arena, it->account, WORDS_ANSWERED, now_us);
        it->shown = false;
    }
    it->due_at = account_due(reader, arena, it, now_us);
}

static void account_say(struct pushes *all, struct reader *reader, struct arena *arena,
                        struct push_account *it, int64_t now_us)
{
    unsigned words = (it->asked ? WORDS_ASKED : 0) | (it->ended ? WORDS_ENDED : 0);

    it->due_at = account_due(reader, arena, it, now_us); /* they may have set other quiet hours */
    if (it->due_at > now_us) return;
    if (all->count >= PUSHES_MAX) {
        it->due_at = now_us + NO_ROOM_REST;
        return;
    }
    if (pushes_tell(all, reader, arena, it->account, words, now_us)) {
        it->last_at = now_us;
        it->shown   = it->shown || it->asked;
    }
    it->asked = it->ended = false;
    it->due_at            = INT64_MAX;
}

static void account_look(struct pushes *all, struct push_account *it, int64_t now_us)
{
    struct arena   arena  = { 0 };
    struct reader *reader = reader_new(all->ground->store, &arena);

    if (it->news || it->due_at <= now_us) account_take_news(all, reader, &arena, it, now_us);
    if (it->due_at <= now_us) account_say(all, reader, &arena, it, now_us);
    if (reader_failure(reader).code != STATUS_OK)
        chore_report(all->chore, "somebody may not be told", reader_failure(reader));
    arena_free(&arena);
}

void pushes_look(struct pushes *all, int64_t now_us)
{
    int64_t look_at = now_us + MINUTE;

    if (now_us < all->look_at) return;
    for (struct push_account *it = all->accounts; it; it = it->next) {
        account_look(all, it, now_us);
        look_at = sooner(look_at, it->due_at);
    }
    pushes_forget_idle(all, now_us);
    all->look_at = look_at;
}
