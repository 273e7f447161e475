/* find.c -- whose account is it? Of somebody who calls, or of an address in a report.
 *
 *     {login | phone | gatewayId | address, port?, at?}     one of the four
 *
 * It is a POST so that none of these stands in a URL. Whoever is found is on record as looked
 * at; who is not has nothing to be told of. */
#include "api/operator/operator.h"
#include "api/places/resolve.h"
#include "core/base/text.h"

struct finding {
    struct id accounts[LOOK_SUBJECTS_MAX];
    size_t    count;
};

static bool finding_by_login(struct call *call, struct finding *found, struct slice login)
{
    struct login_row row;

    if (view_get_login(call_reader(call), name_login(call->ground->names, login), NO_ID,
                       call->arena, &row))
        found->accounts[found->count++] = row.account;
    return true;
}

/* A household may share a number; who has more accounts than a page takes sees the first. */
static bool finding_by_phone(struct call *call, struct finding *found, struct slice phone)
{
    if (!operator_is_phone(phone)) {
        call_fail(call, PROBLEM_invalid_argument,
                  "phone has to be in E.164: + and 2 to 15 digits.");
        return false;
    }
    found->count = view_list_phone_account(call_reader(call), name_phone(phone), NO_ID,
                                           found->accounts, LOOK_SUBJECTS_MAX);
    return true;
}

static bool finding_by_gateway(struct call *call, struct finding *found, struct slice gateway)
{
    struct gateway_row row;

    if (view_get_gateway(call_reader(call), name_gateway(call->ground->names, gateway), NO_ID,
                         call->arena, &row))
        found->accounts[found->count++] = row.account;
    return true;
}

/* As a detection from there would have been resolved: a gateway that many share is nobody's. */
static bool finding_by_address(struct call *call, struct finding *found, struct slice text,
                               struct observation seen)
{
    if (text_ipv4(text, seen.address)) seen.family = 4;
    else if (text_ipv6(text, seen.address)) seen.family = 6;
    else {
        call_fail(call, PROBLEM_invalid_argument,
                  "address has to be one such as 192.0.2.1 or 2001:db8::1.");
        return false;
    }
    struct resolution to = resolve(call_reader(call), call->ground->vault, call->arena, &seen);
    if (id_given(to.account)) found->accounts[found->count++] = to.account;
    return true;
}

/* -- the body ------------------------------------------------------------------------------- */

enum finding_by { BY_LOGIN, BY_PHONE, BY_GATEWAY, BY_ADDRESS, BY_COUNT };

static bool finding_read_place(const struct node *body, struct observation *seen,
                               struct bad_field *bad)
{
    uint64_t port = 0;

    seen->has_port = node_member(body, "port") != NULL;
    if (!json_read_u64(body, "port", UINT16_MAX, OPTIONAL, &port, bad) ||
        !json_read_instant(body, "at", OPTIONAL, &seen->at, bad))
        return false;
    seen->port = (uint16_t)port;
    return true;
}

static bool finding_read(struct call *call, enum finding_by *by, struct slice *text,
                         struct observation *seen)
{
    static const char *const names[]         = { "login", "phone", "gatewayId", "address",
                                                 "port",  "at",    NULL };
    static const uint64_t    size_max[]      = { 254, 16, 128, 64 };
    const struct node       *body            = call_body(call);
    struct slice             texts[BY_COUNT] = { { 0 } };
    struct bad_field         bad;
    size_t                   given = 0;

    if (!body) return false;
    bool fine = json_only(body, names, &bad) && finding_read_place(body, seen, &bad);
    for (size_t i = 0; i < BY_COUNT && fine; i++) {
        fine = json_read_text(body, names[i], size_max[i], OPTIONAL, &texts[i], &bad);
        if (!fine || !texts[i].size) continue;
        *by   = (enum finding_by)i;
        *text = texts[i];
        given++;
    }
    if (fine && given != 1)
        fine = bad_field_say(&bad, "login",
                             "or one of phone, gatewayId and address has to be "
                             "there, and no other of them");
    if (fine && *by != BY_ADDRESS && (node_member(body, "port") || node_member(body, "at")))
        fine = bad_field_say(&bad, "address", "has to be there for port and at");
    if (!fine) call_fail_field(call, &bad);
    return fine;
}

/* -- the answer ----------------------------------------------------------------------------- */

static void finding_show(struct call *call, uint64_t position)
{
    const struct finding *found = call->own;
    struct buffer         body  = { 0 };
    struct json           json  = json_to(&body);

    (void)position;
    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    for (size_t i = 0; i < found->count; i++)
        operator_show_account(&json, call_reader(call), call->arena, found->accounts[i], NULL);
    json_array_end(&json);
    json_object_end(&json);
    call_answer_json(call, 200, &body);
}

void operator_find_accounts(struct call *call)
{
    struct finding    *found = arena_new(call->arena, struct finding);
    struct observation seen  = { .at = call->now_us };
    enum finding_by    by    = BY_LOGIN;
    struct slice       text  = { 0 };
    bool               fine  = false;

    call->own = found;
    if (!finding_read(call, &by, &text, &seen)) return;
    switch (by) {
    case BY_LOGIN: fine = finding_by_login(call, found, text); break;
    case BY_PHONE: fine = finding_by_phone(call, found, text); break;
    case BY_GATEWAY: fine = finding_by_gateway(call, found, text); break;
    case BY_ADDRESS: fine = finding_by_address(call, found, text, seen); break;
    case BY_COUNT: impossible("found by nothing");
    }
    if (!fine || call_read_failed(call)) return;
    if (!found->count) finding_show(call, 0);
    else
        look_record(call, &(struct look){ .subjects = found->accounts,
                                          .count    = found->count,
                                          .personal = true,
                                          .show     = finding_show });
}
