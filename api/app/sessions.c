/* sessions.c -- signing in with login and password, and signing out.
 *
 * A login nobody bears, an account without a password and a wrong password get the same
 * answer after the same work: each hashes one password, on the worker. */
#include "api/app/passwords.h"
#include "api/app/routes.h"
#include "api/app/session.h"
#include "api/call/cookie.h"
#include "api/call/idempotency.h"
#include "core/base/crypto.h"
#include "projections/projection.h"

enum { LOGIN_MAX = 254 }; /* bytes, as in intents.def */

/* Of no password: what is compared where there is none to compare with. */
#define NOBODYS_PASSWORD                              \
    "$scrypt$ln=15,r=8,p=1$bm9ib2R5IGhhcyB0aGlzIQ==$" \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

struct sign_in {
    struct job          job; /* first: the worker gives it back */
    struct call        *call;
    struct session_wish wish;
    struct id           login, account; /* account none: nobody bears the login */
    int64_t             unlocked_us;    /* when an operator lifted its lock; 0: never */
    struct slice        password, stored;
    bool                right;
};

static void sign_in_compare(struct job *job)
{
    struct sign_in *sign_in = (struct sign_in *)job;

    sign_in->right = crypto_password_matches(sign_in->password, sign_in->stored) &&
                     id_given(sign_in->account);
}

/* A repeat proves the password like everybody: a wrong one is told so before its key is
 * looked at, and learns nothing of keys. */
static void sign_in_compared(struct job *job)
{
    struct sign_in *sign_in = (struct sign_in *)job;
    struct call    *call    = sign_in->call;

    if (!sign_in->right) {
        call_fail(call, PROBLEM_unauthenticated, "The login or the password is wrong.");
        return;
    }
    guesses_clear(&session_guesses, sign_in->login, sign_in->job.whose);
    call_rate_give_back(call);
    if (idempotency_is_new(call, idempotency_stranger(call, "sign-in", id_slice(&sign_in->login))))
        submit_send(session_submission(call, sign_in->account, 1, &sign_in->wish));
}

static void find_account(struct sign_in *sign_in)
{
    struct login_row login;

    if (!view_get_login(call_reader(sign_in->call), sign_in->login, NO_ID, sign_in->call->arena,
                        &login))
        return;
    sign_in->account     = login.account;
    sign_in->unlocked_us = login.unlocked_at;
}

/* Whose password it is compared with. */
static void find_password(struct sign_in *sign_in)
{
    struct account_row account;

    sign_in->stored = SLICE(NOBODYS_PASSWORD);
    if (id_given(sign_in->account) &&
        view_get_account(call_reader(sign_in->call), sign_in->account, NO_ID, sign_in->call->arena,
                         &account) &&
        account.password.size)
        sign_in->stored = account.password;
    else sign_in->account = NO_ID;
}

static bool read_sign_in(struct call *call, struct sign_in *sign_in)
{
    static const char *const names[] = { "login", "password", "cookie", NULL };
    const struct node       *body    = call_body(call);
    struct bad_field         bad;
    struct slice             login;

    if (!body) return false;
    if (!json_only(body, names, &bad) ||
        !json_read_text(body, "login", LOGIN_MAX, REQUIRED, &login, &bad) ||
        !json_read_text(body, "password", PASSWORD_MAX, REQUIRED, &sign_in->password, &bad) ||
        !session_read_wish(body, &sign_in->wish, &bad)) {
        call_fail_field(call, &bad);
        return false;
    }
    sign_in->login = name_login(call->ground->names, login);
    return session_may_have(call, &sign_in->wish);
}

void app_post_session(struct call *call)
{
    struct sign_in *sign_in = arena_new(call->arena, struct sign_in);

    *sign_in = (struct sign_in){
        .job  = { .work  = sign_in_compare,
                  .done  = sign_in_compared,
                  .loop  = call->loop,
                  .whose = peer_block(call->request->peer) },
        .call = call,
    };
    if (!read_sign_in(call, sign_in)) return;
    find_account(sign_in);
    if (!session_may_guess(call, sign_in->login, sign_in->unlocked_us)) return;
    find_password(sign_in);
    if (reader_failure(call_reader(call)).code == STATUS_OK &&
        worker_submit(&passwords_chore, &sign_in->job))
        return;
    guesses_give_back(&session_guesses, sign_in->login, sign_in->job.whose);
    call_busy(call, "Too many people are signing in at once.");
}

static void write_end(struct submission *submission, struct reader *reader, struct reply *reply)
{
    (void)reader;
    if (submission->call->by_cookie) reply->cookie = cookie_end_text(submission->call);
}

void app_delete_session(struct call *call)
{
    struct submission *submission = submit_new(call, 1);

    submit_intent(submission, 0, INTENT_close_session, call_account(call))->close_session =
        (struct close_session){ .token = call->credentials.token,
                                .hash  = call->credentials.token_hash };
    submission->write = write_end;
    submit_send(submission);
}

/* What a page may offer before anybody is signed in. */
void app_get_sign_in(struct call *call)
{
    call_answer(call, 200, "application/json", SLICE("{\"password\":true,\"passkeys\":false}"));
}
