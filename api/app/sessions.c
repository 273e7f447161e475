/* sessions.c -- signing in with login and password, and signing out.
 *
 * A login nobody bears, an account without a password and a wrong password get the same
 * answer after the same work: each hashes one password, on the worker. */
#include "api/app/guesses.h"
#include "api/app/session.h"
#include "api/routes.h"
#include "api/worker.h"
#include "core/base/crypto.h"
#include "projections/projection.h"

enum { LOGIN_MAX = 254 }; /* bytes, as in intents.def */

/* Of no password: what is compared where there is none to compare with. */
#define NOBODYS_PASSWORD \
    "$scrypt$ln=15,r=8,p=1$bm9ib2R5IGhhcyB0aGlzIQ==$" \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static const struct id NO_ID;

static struct guesses guesses = { .lock = PTHREAD_MUTEX_INITIALIZER };

struct sign_in {
    struct job   job; /* first: the worker gives it back */
    struct call *call;
    struct id    login, account; /* account none: nobody bears the login */
    struct slice password, stored;
    bool         right;
};

static void compare(struct job *job)
{
    struct sign_in *sign_in = (struct sign_in *)job;

    sign_in->right = crypto_password_matches(sign_in->password, sign_in->stored) &&
                     id_given(sign_in->account);
}

static void compared(struct job *job)
{
    struct sign_in *sign_in = (struct sign_in *)job;

    if (!sign_in->right) {
        call_fail(sign_in->call, PROBLEM_unauthenticated, "The login or the password is wrong.");
        return;
    }
    guesses_clear(&guesses, sign_in->login);
    submit_send(session_submission(sign_in->call, sign_in->account, 1));
}

/* Whose password it is compared with. */
static void find_account(struct sign_in *sign_in)
{
    struct reader     *reader = call_reader(sign_in->call);
    struct arena      *arena  = sign_in->call->arena;
    struct login_row   login;
    struct account_row account;

    sign_in->stored = SLICE(NOBODYS_PASSWORD);
    if (!view_get_login(reader, sign_in->login, NO_ID, arena, &login) ||
        !view_get_account(reader, login.account, NO_ID, arena, &account) ||
        !account.password.size)
        return;
    sign_in->account = login.account;
    sign_in->stored  = account.password;
}

static bool may_guess(struct call *call, struct id login)
{
    int64_t wait_us;

    if (guesses_take(&guesses, login, call->now_us, &wait_us)) return true;
    int wait_s = (int)(wait_us / SECOND) + 1; /* at most GUESSES_SPAN */
    request_header(call->request, "Retry-After", arena_print(call->arena, "%d", wait_s));
    call_fail(call, PROBLEM_too_many_requests,
              "Too many wrong passwords for this login: wait, then try again.");
    return false;
}

static bool read_sign_in(struct call *call, struct sign_in *sign_in)
{
    static const char *const names[] = { "login", "password", NULL };
    const struct node       *body    = call_body(call);
    struct bad_field         bad;
    struct slice             login;

    if (!body) return false;
    if (!json_only(body, names, &bad) ||
        !json_read_text(body, "login", LOGIN_MAX, REQUIRED, &login, &bad) ||
        !json_read_text(body, "password", PASSWORD_MAX, REQUIRED, &sign_in->password, &bad)) {
        call_fail_field(call, &bad);
        return false;
    }
    sign_in->login = name_login(login);
    return true;
}

void app_post_session(struct call *call)
{
    struct sign_in *sign_in = arena_new(call->arena, struct sign_in);

    *sign_in = (struct sign_in){
        .job = { .work = compare, .done = compared, .loop = call->loop }, .call = call,
    };
    if (!read_sign_in(call, sign_in) || !may_guess(call, sign_in->login)) return;
    find_account(sign_in);
    if (worker_submit(call->service->worker, &sign_in->job)) return;
    guesses_give_back(&guesses, sign_in->login);
    call_busy(call, "Too many people are signing in at once.");
}

void app_delete_session(struct call *call)
{
    struct submission *submission = submit_new(call, 1);

    submit_intent(submission, 0, INTENT_close_session, call->caller.principal)->close_session =
        (struct close_session){ .token = call->caller.token, .hash = call->caller.token_hash };
    submit_send(submission);
}
