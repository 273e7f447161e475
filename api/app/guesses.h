/* guesses.h -- how often a password was guessed wrong, of late, for one login.
 *
 * GUESSES_MAX wrong ones from one address block (peer_block() in api/http/request.h) within
 * GUESSES_SPAN, and the login is shut for that block until the span is over; so nobody can
 * lock a person out from elsewhere. GUESSES_LOGIN_MAX from everywhere together, and it is
 * shut for all. A right one clears the count of its block. A guess is counted before it is
 * tried, so that many at once do not all slip through. Logins nobody bears are counted like
 * others.
 *
 * A device that is known (known_device.h, or a session that is on) has GUESSES_MAX of its own,
 * wherever it is, which neither count for the others nor are used up by them: who shuts a login
 * for all does not shut out its owner's telephone.
 *
 * The table has a fixed size: a name goes into one of a few rows, and when those are
 * all in use the one with the fewest guesses makes room. Filling it takes a password
 * hashed for every second row, which takes longer than the span; or that many activation codes
 * that are no good, which are guessed at once each and so make room for one another.
 *
 * THREADS   Any: one table serves the process, whichever loop a guess comes in by.
 */
#ifndef PIOT_APP_GUESSES_H
#define PIOT_APP_GUESSES_H

#include <pthread.h>

#include "core/base/clock.h"
#include "core/base/ids.h"

enum {
    GUESSES_MAX = 10, /* of one login from one block: more than a person's fingers get wrong */
    /* … from all: twenty blocks' worth, and too few to try a list of passwords with */
    GUESSES_LOGIN_MAX = 200,
    GUESSES_ROWS      = 8192, /* 320 KiB */
    GUESSES_WAYS      = 4,    /* rows a name may be in */
};
#define GUESSES_SPAN (5 * MINUTE)

struct guesses {
    pthread_mutex_t lock; /* PTHREAD_MUTEX_INITIALIZER; the rest zero */
    struct guesses_row {
        struct id name;
        int64_t   since_us; /* when the span began */
        uint64_t  count;
    } rows[GUESSES_ROWS];
};

/* At whose password, and where from. */
struct guess {
    struct id login;
    struct id from;        /* an address block, or a known device */
    bool      known;       /* it is a device */
    int64_t   unlocked_us; /* when an operator lifted the lock: no guess from before counts; or 0 */
};

/* Counts one. False: the login is shut to whoever guesses, and `wait_us` says for how long. */
must_use bool guesses_take(struct guesses *guesses, const struct guess *guess, int64_t now_us,
                           int64_t *wait_us);
/* It was never tried. */
void guesses_give_back(struct guesses *guesses, const struct guess *guess);
/* It was right. */
void guesses_clear(struct guesses *guesses, const struct guess *guess);

#endif
