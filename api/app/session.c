#include "api/app/session.h"

#include "api/call/cookie.h"
#include "api/call/problem.h"
#include "projections/projection.h"

struct guesses session_guesses = { .lock = PTHREAD_MUTEX_INITIALIZER };

bool session_may_guess(struct call *call, struct id who, int64_t unlocked_us)
{
    int64_t wait_us;

    if (guesses_take(&session_guesses, who, peer_block(call->request->peer), unlocked_us,
                     call->now_us, &wait_us))
        return true;
    int wait_s = (int)(wait_us / SECOND) + 1; /* at most GUESSES_SPAN */
    request_header(call->request, "Retry-After", arena_print(call->arena, "%d", wait_s));
    call_fail(call, PROBLEM_too_many_requests,
              "Too many wrong passwords for this login or code: wait, then try again, or have your "
              "operator unlock it.");
    return false;
}

bool session_read_wish(const struct node *body, struct session_wish *wish, struct bad_field *bad)
{
    return json_read_flag(body, "cookie", OPTIONAL, &wish->cookie, bad);
}

bool session_may_have(struct call *call, const struct session_wish *wish)
{
    return !wish->cookie || cookie_may_be_set(call);
}

struct session {
    struct session_wish wish;
    struct id           account;
    struct fresh_token  token;
    int64_t             expires_at;
};

static void session_write_refusal(struct submission *submission, enum refusal refusal,
                                  struct reply *reply)
{
    struct call         *call  = submission->call;
    struct problem_shape shape = problem_of_refusal(refusal);

    reply->status = (int)shape.http;
    problem_write(&reply->body, &shape, (struct slice){ NULL, 0 }, call->id,
                  call->ground->public_url);
}

static void session_write_login(struct json *json, const struct session *session,
                                struct reader *reader, struct arena *arena)
{
    struct account_row account;

    if (view_get_account(reader, session->account, NO_ID, arena, &account))
        json_put_text(json, "login", account.login);
}

static void session_write(struct submission *submission, struct reader *reader, struct reply *reply)
{
    const struct session *session = submission->context;
    struct json           json    = json_to(&reply->body);

    for (size_t i = 0; i < submission->request.count; i++) {
        enum refusal refusal = submission->request.items[i].outcome.refusal;
        if (refusal) {
            session_write_refusal(submission, refusal, reply);
            return;
        }
    }
    json_object(&json);
    if (session->wish.cookie)
        reply->cookie = cookie_text(submission->call, session->token.text,
                                    submission->call->ground->settings->session_life);
    else json_put_text(&json, "token", session->token.text);
    json_put_instant(&json, "expiresAt", session->expires_at);
    if (session->wish.shows_login)
        session_write_login(&json, session, reader, submission->call->arena);
    json_object_end(&json);
}

struct submission *session_submission(struct call *call, struct id account, size_t count,
                                      const struct session_wish *wish)
{
    struct submission *submission = submit_new(call, count);
    struct session    *session    = arena_new(call->arena, struct session);
    struct intent     *open = submit_intent(submission, count - 1, INTENT_open_session, account);

    session->wish       = *wish;
    session->account    = account;
    session->token      = auth_new_token(call->arena, CALLER_APP);
    session->expires_at = clock_now(&call->ground->clock) + call->ground->settings->session_life;
    open->open_session  = (struct open_session){
         .token      = call_new_id(call, ID_token),
         .hash       = session->token.hash,
         .expires_at = session->expires_at,
    };
    for (size_t i = 0; i < count; i++)
        submission->request.items[i].intent.actor = (struct actor){ ACTOR_SUBSCRIBER, account };
    submission->context = session;
    submission->write   = session_write;
    return submission;
}
