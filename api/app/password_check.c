#include "api/app/password_check.h"

#include "core/base/crypto.h"
#include "projections/projection.h"

/* Of all who sign in, by login, and of who repeats an activation, by code. */
static struct guesses password_guesses = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Of no password: what is compared where there is none to compare with. */
#define NOBODYS_PASSWORD                              \
    "$scrypt$ln=15,r=8,p=1$bm9ib2R5IGhhcyB0aGlzIQ==$" \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

bool password_read_chosen(const struct node *body, const char *name, struct slice *password,
                          struct bad_field *bad)
{
    if (!json_read_text(body, name, PASSWORD_MAX, REQUIRED, password, bad)) return false;
    return password->size >= PASSWORD_MIN ||
           bad_field_say(bad, name, "has to be a text of at least %d bytes", PASSWORD_MIN);
}

bool password_may_guess(struct call *call, const struct guess *guess)
{
    int64_t wait_us;

    if (guesses_take(&password_guesses, guess, call->now_us, &wait_us)) return true;
    int wait_s = (int)(wait_us / SECOND) + 1; /* at most GUESSES_SPAN */
    request_header(call->request, "Retry-After", arena_print(call->arena, "%d", wait_s));
    call_fail(call, PROBLEM_too_many_requests,
              "Too many wrong passwords for this login or code: wait, then try again, or have your "
              "operator unlock it.");
    return false;
}

static bool find_password(struct reader *reader, struct id id, struct arena *arena,
                          struct slice *password)
{
    struct account_row account;

    if (!id_given(id) || !view_get_account(reader, id, NO_ID, arena, &account)) return false;
    *password = account.password;
    return password->size > 0;
}

void password_check_find(struct password_check *check)
{
    struct call     *call   = check->call;
    struct reader   *reader = call_reader(call);
    struct login_row login;
    bool             borne = view_get_login(reader, check->guess.login, NO_ID, call->arena, &login);
    bool found = borne && find_password(reader, login.account, call->arena, &check->stored);

    check->guess.unlocked_us = borne ? login.unlocked_at : 0;
    check->account           = found ? login.account : NO_ID;
    if (!found) check->stored = SLICE(NOBODYS_PASSWORD);
}

enum refusal password_check_holds(struct submission *submission, struct reader *reader)
{
    const struct password_check *check = submission->call->own;
    struct slice                 stored;

    return find_password(reader, check->account, check->call->arena, &stored) &&
                   slice_equal(stored, check->stored)
               ? ACCEPTED
               : REFUSED_password_wrong;
}

static void password_compare(struct job *job)
{
    struct password_check *check = (struct password_check *)job;

    check->right = crypto_password_matches(check->given, check->stored) && id_given(check->account);
    if (check->right && check->chosen.size)
        check->hashed = crypto_password(check->call->arena, check->chosen);
}

static void password_compared(struct job *job)
{
    struct password_check *check = (struct password_check *)job;

    if (check->right) guesses_clear(&password_guesses, &check->guess);
    check->then(check);
}

void password_check_start(struct password_check *check)
{
    struct call *call = check->call;

    ensure(check->stored.size > 0 && check->then != NULL);
    call->own  = check;
    check->job = (struct job){ .work  = password_compare,
                               .done  = password_compared,
                               .loop  = call->loop,
                               .whose = peer_block(call->request->peer) };
    if (!password_may_guess(call, &check->guess)) return;
    if (reader_failure(call_reader(call)).code == STATUS_OK &&
        worker_submit(&passwords_chore, &check->job))
        return;
    guesses_give_back(&password_guesses, &check->guess);
    call_busy(call, "Too many people are signing in at once.");
}
