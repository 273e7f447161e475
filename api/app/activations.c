/* activations.c -- a subscriber's first step: the code from the operator is used up, a
 * password chosen, and the subscriber signed in, all in one turn. */
#include "api/app/passwords.h"
#include "api/app/routes.h"
#include "api/app/session.h"
#include "api/call/idempotency.h"
#include "core/base/crypto.h"
#include "projections/projection.h"

enum { CODE_MAX = 64 }; /* bytes, with whatever people put between the characters */

struct activation {
    struct job          job; /* first: the worker gives it back */
    struct call        *call;
    struct session_wish wish;
    struct id           account;
    struct slice        code, code_hash, password, hashed;
};

static bool activation_find_code(struct reader *reader, struct arena *arena, struct slice code_hash,
                                 int64_t now_us, struct id *account)
{
    struct token_row row;

    if (!view_get_token(reader, name_token(code_hash), NO_ID, arena, &row) ||
        !slice_equal(row.role, SLICE("activation")) || (row.expires_at && row.expires_at <= now_us))
        return false;
    *account = row.principal;
    return true;
}

/* The session is decided by itself, so a code that was used up while the password was
 * being hashed has to stop both. */
static enum refusal activation_check(struct submission *submission, struct reader *reader)
{
    const struct call *call = submission->call;
    struct slice       code = submission_intent(submission)->activate_account.activation_hash;
    struct id          account;

    return activation_find_code(reader, call->arena, code, call->now_us, &account)
               ? ACCEPTED
               : REFUSED_activation_invalid;
}

static void activation_hash_password(struct job *job)
{
    struct activation *activation = (struct activation *)job;

    activation->hashed = crypto_password(activation->call->arena, activation->password);
}

static void activation_hashed(struct job *job)
{
    struct activation *activation = (struct activation *)job;
    struct submission *submission = session_submission(activation->call, activation->account, 2,
                                                       &activation->wish);
    struct intent     *intent     = submit_intent(submission, 0, INTENT_activate_account,
                                                  activation->account);

    intent->actor            = (struct actor){ ACTOR_SUBSCRIBER, activation->account };
    intent->activate_account = (struct activate_account){
        .activation_hash = activation->code_hash,
        .password        = activation->hashed,
    };
    submission->check = activation_check;
    submit_send(submission);
}

static bool read_activation(struct call *call, struct activation *activation)
{
    static const char *const names[] = { "code", "password", "cookie", NULL };
    const struct node       *body    = call_body(call);
    struct bad_field         bad;
    bool                     fine;

    if (!body) return false;
    fine = json_only(body, names, &bad) &&
           json_read_text(body, "code", CODE_MAX, REQUIRED, &activation->code, &bad) &&
           json_read_text(body, "password", PASSWORD_MAX, REQUIRED, &activation->password, &bad) &&
           session_read_wish(body, &activation->wish, &bad);
    if (fine && activation->password.size < PASSWORD_MIN)
        fine = bad_field_say(&bad, "password", "has to be a text of at least %d bytes",
                             PASSWORD_MIN);
    if (!fine) call_fail_field(call, &bad);
    return fine && session_may_have(call, &activation->wish);
}

/* A code that was used up, or never was, may still be one whose answer is kept. Finding
 * out hashes no password, so who has a code and a key could try passwords fast: each try
 * counts as a guess. */
static bool is_kept_answer(struct call *call, struct id stranger)
{
    return !http_header(call->request->head, "Idempotency-Key").size ||
           session_may_guess(call, stranger, 0);
}

void app_post_activation(struct call *call)
{
    struct activation *activation = arena_new(call->arena, struct activation);
    struct id          stranger;
    bool               good;

    *activation = (struct activation){
        .job  = { .work  = activation_hash_password,
                  .done  = activation_hashed,
                  .loop  = call->loop,
                  .whose = peer_block(call->request->peer) },
        .call = call,
        .wish = { .shows_login = true },
    };
    if (!read_activation(call, activation)) return;
    if (!auth_code_hash(call->arena, activation->code, &activation->code_hash)) {
        call_refuse(call, REFUSED_activation_invalid);
        return;
    }
    good = activation_find_code(call_reader(call), call->arena, activation->code_hash, call->now_us,
                                &activation->account);
    if (call_read_failed(call)) return; /* no guess of anybody's */
    stranger = idempotency_stranger(call, "activation", activation->code_hash);
    if ((!good && !is_kept_answer(call, stranger)) || !idempotency_is_new(call, stranger)) return;
    if (good) call_rate_give_back(call);
    if (!good) call_refuse(call, REFUSED_activation_invalid);
    else if (!worker_submit(&passwords_chore, &activation->job))
        call_busy(call, "Too many people are signing in at once.");
}
