/* me.c -- who the caller is and how they want to be spoken to, another password, and an end to it
 * all. What cannot be taken back, or shuts others out, takes the password again: a telephone may
 * lie about unlocked. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "api/app/password_check.h"
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/call/cookie.h"
#include "api/call/show.h"
#include "api/call/submit.h"
#include "core/wire/json_tree.h"

/* -- as a resource -------------------------------------------------------------------- */

static const void *account_row(const struct call *call, struct reader *reader, struct arena *arena,
                               struct id id)
{
    struct account_row *row = arena_new(arena, struct account_row);

    return call_may(call, id) && view_get_account(reader, id, NO_ID, arena, row) ? row : NULL;
}

static void account_show(struct json *json, struct showing *showing, struct id id, const void *row)
{
    (void)showing;
    show_person(json, id, row);
}

/* It has no id in its path: who calls is who is meant. */
static const struct resource resource_me = {
    NULL, ID_account, REFUSED_account_unknown, NULL, account_row, account_show,
};

void app_get_me(struct call *call) { resource_answer_id(call, &resource_me, call_account(call)); }

enum { TIME_ZONE_MAX = 64 }; /* bytes; IANA's longest has 32 */

/* -- changing it ------------------------------------------------------------------------ */

/* Is it the name of one of the machine's time zones? Those begin with a capital; what else
 * is in that folder does not. Without the folder, whatever is formed like one is. */
static bool is_time_zone(struct slice name)
{
    static const char folder[] = "/usr/share/zoneinfo/";
    char              path[sizeof folder + TIME_ZONE_MAX];
    struct stat       file;

    if (!name.size || name.size > TIME_ZONE_MAX || name.data[0] < 'A' || name.data[0] > 'Z')
        return false;
    for (size_t i = 0; i < name.size; i++) {
        char c      = name.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && (!c || !strchr("+-_/", c))) return false;
    }
    if (stat(folder, &file) != 0) return true;
    memcpy(path, folder, sizeof folder - 1);
    memcpy(path + sizeof folder - 1, name.data, name.size);
    path[sizeof folder - 1 + name.size] = '\0';
    return stat(path, &file) == 0 && S_ISREG(file.st_mode);
}

static bool is_hour(struct slice text)
{
    if (text.size != 5 || text.data[2] != ':') return false;
    for (size_t i = 0; i < 5; i++)
        if (i != 2 && (text.data[i] < '0' || text.data[i] > '9')) return false;
    return memcmp(text.data, "24", 2) < 0 && text.data[3] < '6';
}

/* Into the intent; null ends them, and nothing said leaves them as they are. */
static bool read_quiet_hours(const struct node *body, struct change_account *change,
                             struct bad_field *bad)
{
    static const char *const names[] = { "from", "to", NULL };
    const struct node       *hours   = node_member(body, "quietHours");

    if (!hours) return true;
    change->quiet_from = change->quiet_to = SLICE("");
    if (node_kind(hours) == NODE_NULL) return true;
    if (node_kind(hours) != NODE_OBJECT)
        return bad_field_say(bad, "quietHours", "has to be an object with from and to, or null");
    if (!json_only(hours, names, bad) ||
        !json_read_text(hours, "from", 5, REQUIRED, &change->quiet_from, bad) ||
        !json_read_text(hours, "to", 5, REQUIRED, &change->quiet_to, bad))
        return bad_field_inside(bad, SLICE("quietHours"));
    if (!is_hour(change->quiet_from))
        return bad_field_say(bad, "quietHours.from", "has to be a time of day such as 22:00");
    if (!is_hour(change->quiet_to))
        return bad_field_say(bad, "quietHours.to", "has to be a time of day such as 07:00");
    return !slice_equal(change->quiet_from, change->quiet_to) ||
           bad_field_say(bad, "quietHours", "has to end at another time than it begins");
}

void app_patch_me(struct call *call)
{
    static const char *const others[]   = { "quietHours", NULL };
    struct submission       *submission = submit_body(call, call_account(call), others);
    struct bad_field         bad;

    if (!submission) return; /* and the call is gone */
    struct change_account *change = &submission_intent(submission)->change_account;
    resource_submit(submission, &resource_me, call_account(call));
    if (!read_quiet_hours(call_body(call), change, &bad)) {
        call_fail_field(call, &bad);
        return;
    }
    if (change->time_zone.size && !is_time_zone(change->time_zone)) {
        bad_field_say(&bad, "timeZone", "has to be the name of a time zone, as Europe/Berlin is");
        call_fail_field(call, &bad);
        return;
    }
    submit_send(submission);
}

/* -- the end of it ---------------------------------------------------------------------- */

static void write_account(struct submission *submission, struct reader *reader, struct reply *reply)
{
    struct id          account = call_account(submission->call);
    struct json        json    = json_to(&reply->body);
    struct account_row row;

    if (view_get_account(reader, account, NO_ID, submission->call->arena, &row))
        show_person(&json, account, &row);
    if (submission->call->by_cookie) reply->cookie = cookie_end_text(submission->call);
}

/* Guesses in a session are counted apart, as those of a device that is known: whoever shuts the
 * login from elsewhere does not keep a person from changing the password. */
static struct password_check *me_check(struct call *call, void (*then)(struct password_check *))
{
    struct password_check *check = arena_new(call->arena, struct password_check);
    struct account_row     row;

    *check = (struct password_check){
        .call  = call,
        .guess = { .from = call->credentials.token, .known = true },
        .then  = then,
    };
    if (view_get_account(call_reader(call), call_account(call), NO_ID, call->arena, &row))
        check->guess.login = name_login(call->ground->names, row.login);
    password_check_find(check);
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

/* False: the call has been answered, and the check is gone with it. */
static bool me_is_right(struct password_check *check)
{
    bool right = check->right;

    if (!right) call_refuse(check->call, REFUSED_password_wrong);
    return right;
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
