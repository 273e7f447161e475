/* sessions.c -- signing in with login and password; who is signed in, and signing out. */
#include "api/app/known_device.h"
#include "api/app/password_check.h"
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/app/session.h"
#include "api/call/cookie.h"
#include "api/call/idempotency.h"

enum { LOGIN_MAX = 254 }; /* bytes, as in intents.def */

/* -- signing in --------------------------------------------------------------------------- */

struct sign_in {
    struct password_check check; /* first: then() gets it back */
    struct session_wish   wish;
};

/* A repeat proves the password like everybody: a wrong one is told so before its key is
 * looked at, and learns nothing of keys. */
static void sign_in_checked(struct password_check *check)
{
    struct sign_in *sign_in = (struct sign_in *)check;
    struct call    *call    = check->call;

    if (!check->right) {
        call_fail(call, PROBLEM_unauthenticated, "The login or the password is wrong.");
        return;
    }
    call_rate_give_back(call);
    if (!idempotency_is_new(call,
                            idempotency_stranger(call, "sign-in", id_slice(&check->guess.login))))
        return;
    struct submission *submission = session_submission(call, check->account, 1, &sign_in->wish);
    submission->check             = password_check_holds;
    submit_send(submission);
}

/* Whose password it is compared with, and how the guess is counted. */
static void sign_in_find(struct sign_in *sign_in)
{
    struct password_check *check = &sign_in->check;
    struct call           *call  = check->call;
    struct id              device;

    password_check_find(check);
    device             = known_device_read(call, check->account, sign_in->wish.known_device);
    check->guess.known = id_given(device);
    check->guess.from  = id_given(device) ? device : peer_block(call->request->peer);
}

static bool sign_in_read(struct call *call, struct sign_in *sign_in)
{
    static const char *const names[] = { "login", "password", "cookie", "knownDevice", NULL };
    const struct node       *body    = call_body(call);
    struct bad_field         bad;
    struct slice             login;

    if (!body) return false;
    if (!json_only(body, names, &bad) ||
        !json_read_text(body, "login", LOGIN_MAX, REQUIRED, &login, &bad) ||
        !json_read_text(body, "password", PASSWORD_MAX, REQUIRED, &sign_in->check.given, &bad) ||
        !session_read_wish(body, &sign_in->wish, &bad)) {
        call_fail_field(call, &bad);
        return false;
    }
    sign_in->check.guess.login = name_login(call->ground->names, login);
    return session_may_have(call, &sign_in->wish);
}

void app_post_session(struct call *call)
{
    struct sign_in *sign_in = arena_new(call->arena, struct sign_in);

    *sign_in = (struct sign_in){ .check = { .call = call, .then = sign_in_checked } };
    if (!sign_in_read(call, sign_in)) return;
    sign_in_find(sign_in);
    password_check_start(&sign_in->check);
}

/* What a page may offer before anybody is signed in. */
void app_get_sign_in(struct call *call)
{
    call_answer(call, 200, "application/json", SLICE("{\"password\":true,\"passkeys\":false}"));
}

/* -- who is signed in ----------------------------------------------------------------------- */

struct session_shown {
    struct account_session_row row;
    bool                       current;
};

/* One that is too old is over, though no event says so. */
static const void *session_row(const struct call *call, struct reader *reader, struct arena *arena,
                               struct id id)
{
    struct session_shown *shown = arena_new(arena, struct session_shown);

    if (!view_get_account_session(reader, call_account(call), id, arena, &shown->row) ||
        shown->row.expires_at <= call->now_us)
        return NULL;
    shown->current = id_equal(id, call->credentials.token);
    return shown;
}

static void session_show(struct json *json, struct showing *showing, struct id id, const void *row)
{
    const struct session_shown *shown = row;

    (void)showing;
    json_object(json);
    json_put_id(json, "tokenId", id);
    json_put_instant(json, "openedAt", shown->row.opened_at);
    json_put_instant(json, "expiresAt", shown->row.expires_at);
    json_put_flag(json, "current", shown->current);
    json_object_end(json);
}

static const struct resource resource_session = {
    "sessionId", ID_token, REFUSED_not_found, NULL, session_row, session_show,
};

static bool session_is_on(const struct list *list, const void *row)
{
    (void)list, (void)row; /* session_row() has looked */
    return true;
}

void app_list_sessions(struct call *call)
{
    list_answer(call, &(struct list){ .resource = &resource_session,
                                      .ids      = view_list_account_session,
                                      .first    = call_account(call),
                                      .pick     = session_is_on });
}

/* -- signing out ---------------------------------------------------------------------------- */

static void session_write_end(struct submission *submission, struct reader *reader,
                              struct reply *reply)
{
    const struct call *call = submission->call;

    (void)reader;
    if (call->by_cookie &&
        id_equal(submission_intent(submission)->close_session.token, call->credentials.token))
        reply->cookie = cookie_end_text(call);
}

/* The id in the path, or that of the session that the call is in. */
static bool session_of_path(struct call *call, struct close_session *ends)
{
    struct reader         *reader = call_reader(call);
    struct token_by_id_row row;

    if (slice_equal(call_parameter(call, "sessionId"), SLICE("current"))) {
        *ends = (struct close_session){ .token = call->credentials.token,
                                        .hash  = call->credentials.token_hash };
        return true;
    }
    if (!call_parameter_id(call, "sessionId", ID_token, &ends->token)) return false;
    if (!session_row(call, reader, call->arena, ends->token) ||
        !view_get_token_by_id(reader, ends->token, NO_ID, call->arena, &row)) {
        resource_unknown(call, &resource_session);
        return false;
    }
    ends->hash = row.hash;
    return true;
}

void app_delete_session(struct call *call)
{
    struct close_session ends = { .token = NO_ID };
    struct submission   *submission;

    if (!session_of_path(call, &ends)) return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_close_session, call_account(call))->close_session = ends;
    submission->write = session_write_end;
    submit_send(submission);
}
