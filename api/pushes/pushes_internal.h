/* pushes_internal.h -- between the files of this chore.
 *
 * An account is in here while there is something to say to it, something it was told that waits
 * yet, or a push that is not older than PUSH_EVERY. A push is one message for one browser, until
 * its service has taken it or it is given up.
 */
#ifndef PIOT_API_PUSHES_PUSHES_INTERNAL_H
#define PIOT_API_PUSHES_PUSHES_INTERNAL_H

#include <stdatomic.h>

#include "api/post/post.h"
#include "api/pushes/message.h"
#include "api/pushes/pushes.h"
#include "core/base/tables.h"
#include "core/log/log.h"
#include "projections/projection.h"

enum {
    PUSHES_AT_ONCE = 32,   /* requests under way, each a descriptor */
    PUSHES_MAX     = 4096, /* that wait, of about 2 KB each; accounts wait until there is room */
};

enum push_news {
    NEWS_ASKED    = 1, /* a question waits */
    NEWS_ENDED    = 2, /* something ended without its person's doing */
    NEWS_ANSWERED = 4, /* the person has answered something */
    NEWS_CHANGED  = 8, /* a question ended by itself, or the quiet hours are others */
};

struct push_account {
    struct push_account *next;
    struct id            account;
    unsigned             news;         /* what was read of it and not looked at yet */
    bool                 asked, ended; /* to be said */
    bool                 shown;        /* its browsers show that a question waits */
    int64_t              last_at;      /* when it was told something; 0: not of late */
    int64_t              due_at;       /* when to say it; INT64_MAX: there is nothing */
};

/* What is said: nothing of whom or what it is about. */
enum push_words { WORDS_ASKED = 1, WORDS_ENDED = 2, WORDS_ANSWERED = 4 };

struct push {
    struct push   *next;
    struct posting posting;
    struct arena   arena;
    struct id      account, subscription;
    struct slice   endpoint;
    unsigned       tries;
    int64_t        next_at, ends_at;
    bool           under_way;
    bool           outdated; /* a newer one is there: it is not tried again */
};

struct pushes {
    struct chore        *chore;
    struct ground       *ground;
    struct poster       *poster;
    uint8_t              key[P256_KEY_SIZE];
    bool                 has_key; /* from the first step on */
    bool                 begun;   /* it is known from where on the log is looked through */
    uint64_t             seen;    /* the log is read up to here */
    uint64_t             began;   /* where it stood at the start */
    struct push_account *accounts;
    struct map           by_id;
    int64_t              look_at; /* when the next account is due, or may be forgotten */
    struct push         *waiting; /* and those under way, the oldest first */
    size_t               count, under_way;
    atomic_uint_fast64_t sent, failed, gone;
};

/* -- accounts.c: who is to be told, and when ----------------------------------------------- */

/* Something happened at `at_us`, before the start if it was `then`. */
void pushes_note(struct pushes *all, struct reader *reader, struct id account, enum push_news news,
                 int64_t at_us, bool then);
/* Looks at all that has news or is due, and says what there is to say. */
void pushes_look(struct pushes *all, int64_t now_us);
void pushes_free_accounts(struct pushes *all);

/* -- send.c: one push to each browser ------------------------------------------------------ */

/* To every browser of the account; false: it has none. */
bool pushes_tell(struct pushes *all, struct reader *reader, struct arena *arena, struct id account,
                 unsigned words, int64_t now_us);
/* Sends what may go now; when the next may. */
int64_t pushes_send(struct pushes *all, int64_t now_us);
/* What came of one. */
void pushes_settle(struct pushes *all, struct posting *posting, int64_t now_us);
void pushes_drop(struct pushes *all);

#endif
