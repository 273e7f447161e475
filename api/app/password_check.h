/* password_check.h -- is it the password? For whoever signs in, and for what a person has to say
 * it again for.
 *
 *     *check = (struct password_check){ .call = call, .guess = …, .given = …, .then = … };
 *     password_check_find(check);
 *     password_check_start(check);
 *
 * The guess is counted before it is tried (guesses.h); the password is hashed on the worker
 * (passwords.h). A login nobody bears, an account without a password and a wrong password
 * take the same work, so that their answers come equally late.
 *
 * THREADS   The loop's.
 * MEMORY    The check is its call's, in whose arena it lives, and call->own from the start on.
 */
#ifndef PIOT_APP_PASSWORD_CHECK_H
#define PIOT_APP_PASSWORD_CHECK_H

#include "api/app/guesses.h"
#include "api/app/passwords.h"
#include "api/call/submit.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 256 }; /* bytes */

/* Reads a password that somebody chooses: long enough. */
must_use bool password_read_chosen(const struct node *body, const char *name,
                                   struct slice *password, struct bad_field *bad);

/* Counts a guess. False: too many were wrong, and 429 with Retry-After has been answered. */
must_use bool password_may_guess(struct call *call, const struct guess *guess);

struct password_check {
    struct job   job; /* first: the worker gives it back */
    struct call *call;
    struct guess guess;
    struct slice given;                         /* what is to be the password */
    struct id    account;                       /* whose; none: nobody's */
    struct slice stored;                        /* its hash, or one that nothing matches */
    struct slice chosen, hashed;                /* hashed too, if `given` is right; or nothing */
    bool         right;                         /* known by the time of then() */
    void (*then)(struct password_check *check); /* on the loop; it has to answer the call */
};

/* Fills in whose password it is, by guess.login, and since when guesses at it count. */
void password_check_find(struct password_check *check);
/* From here on the call is answered, by then() or because it cannot be tried now. */
void password_check_start(struct password_check *check);

/* For submission->check, of the call that was checked: is it still the password in the turn? */
enum refusal password_check_holds(struct submission *submission, struct reader *reader);

#endif
