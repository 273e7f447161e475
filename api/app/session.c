#include "api/app/session.h"

#include "api/call/problem.h"

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

struct session {
    struct fresh_token token;
    int64_t            expires_at;
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

static void session_write(struct submission *submission, struct reader *reader, struct reply *reply)
{
    const struct session *session = submission->context;
    struct json           json    = json_to(&reply->body);

    (void)reader;
    for (size_t i = 0; i < submission->request.count; i++) {
        enum refusal refusal = submission->request.items[i].outcome.refusal;
        if (refusal) {
            session_write_refusal(submission, refusal, reply);
            return;
        }
    }
    json_object(&json);
    json_put_text(&json, "token", session->token.text);
    json_put_instant(&json, "expiresAt", session->expires_at);
    json_object_end(&json);
}

struct submission *session_submission(struct call *call, struct id account, size_t count)
{
    struct submission *submission = submit_new(call, count);
    struct session    *session    = arena_new(call->arena, struct session);
    struct intent     *open = submit_intent(submission, count - 1, INTENT_open_session, account);

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
