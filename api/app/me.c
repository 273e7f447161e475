/* me.c -- who the caller is, another password, and an end to it all. What cannot be taken back,
 * or shuts others out, takes the password again: a telephone may lie about unlocked. */
#include "api/app/password_check.h"
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/call/cookie.h"
#include "api/call/show.h"
#include "api/call/submit.h"

void app_get_me(struct call *call)
{
    struct id          account = call_account(call);
    struct account_row row;
    struct buffer      body = { 0 };
    struct json        json = json_to(&body);

    if (!view_get_account(call_reader(call), account, NO_ID, call->arena, &row)) {
        call_refuse(call, REFUSED_account_unknown);
        return;
    }
    show_account(&json, account, &row);
    resource_answer_body(call, &body);
}

static void write_account(struct submission *submission, struct reader *reader, struct reply *reply)
{
    struct id          account = call_account(submission->call);
    struct json        json    = json_to(&reply->body);
    struct account_row row;

    if (view_get_account(reader, account, NO_ID, submission->call->arena, &row))
        show_account(&json, account, &row);
    if (submission->call->by_cookie) reply->cookie = cookie_end_text(submission->call);
}

/* Guesses in a session are counted apart, as those of a device that is known: whoever shuts the
 * login from elsewhere does not keep a person from changing the password. */
static struct password_check *me_check(struct call *call, void (*then)(struct password_check *))
{
    struct password_check *check = arena_new(call->arena, struct password_check);

    *check = (struct password_check){
        .call  = call,
        .guess = { .login = call_account(call), .from = call->credentials.token, .known = true },
        .then  = then,
    };
    password_check_stored(check, call_account(call));
    return check;
}

/* Members all among `names`, which end at NULL; the first is the password. */
static bool me_read(struct password_check *check, const char *const *names)
{
    const struct node *body = call_body(check->call);
    struct bad_field   bad;

    if (body && json_only(body, names, &bad) &&
        json_read_text(body, names[0], PASSWORD_MAX, REQUIRED, &check->given, &bad) &&
        (!names[1] || password_read_chosen(body, names[1], &check->chosen, &bad)))
        return true;
    if (body) call_fail_field(check->call, &bad);
    return false;
}

static bool me_is_right(struct password_check *check)
{
    if (!check->right) call_refuse(check->call, REFUSED_password_wrong);
    return check->right;
}

/* -- another password ------------------------------------------------------------------------ */

static void me_change_password(struct password_check *check)
{
    struct call       *call = check->call;
    struct submission *submission;

    if (!me_is_right(check)) return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_change_password, call_account(call))->change_password =
        (struct change_password){ .token = call->credentials.token, .password = check->hashed };
    submission->check = password_check_holds;
    submit_send(submission);
}

void app_put_password(struct call *call)
{
    static const char *const names[] = { "current", "new", NULL };
    struct password_check   *check   = me_check(call, me_change_password);

    if (me_read(check, names)) password_check_start(check);
}

/* -- the end --------------------------------------------------------------------------------- */

/* The token that asked is dead when this is answered. */
static void me_erase(struct password_check *check)
{
    struct call       *call = check->call;
    struct submission *submission;

    if (!me_is_right(check)) return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_erase_account, call_account(call));
    submission->check                = password_check_holds;
    submission->write                = write_account;
    submission->request.from_reserve = true;
    submit_send(submission);
}

void app_delete_me(struct call *call)
{
    static const char *const names[] = { "password", NULL };
    struct password_check   *check   = me_check(call, me_erase);

    if (me_read(check, names)) password_check_start(check);
}
