#include "api/call/auth.h"

#include <ctype.h>
#include <string.h>

#include "api/call/call.h"
#include "api/call/cookie.h"
#include "api/call/router.h"
#include "api/call/submit.h"
#include "api/call/ticket.h"
#include "api/ground/chore.h"
#include "core/base/crypto.h"
#include "core/base/text.h"
#include "projections/projection.h"

enum { TOKEN_BYTES = 32, TOKEN_TEXT_MAX = 64, CODE_SIZE = 16 };

/* clang-format off */
/* -- tokens and codes ---------------------------------------------------------------- */

static struct slice hash_of(struct arena *arena, struct slice text)
{
    struct hash hash = crypto_sha256(text);

    return arena_copy(arena, SLICE_OF(hash.bytes));
}

struct fresh_token auth_new_token(struct arena *arena, enum caller_kind kind)
{
    const struct caller_role *role = caller_role(kind);
    uint8_t                   bytes[TOKEN_BYTES];
    struct slice              random, text;

    ensure(role->letter);
    crypto_random(bytes, sizeof bytes);
    random = text_base64url(arena, SLICE_OF(bytes));
    text   = arena_print(arena, "piot_%c_%.*s", role->letter, (int)random.size, random.data);
    crypto_wipe(bytes, sizeof bytes);
    return (struct fresh_token){ text, hash_of(arena, text) };
}

static const char code_letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct fresh_token auth_new_code(struct arena *arena)
{
    uint8_t bytes[CODE_SIZE];
    char    code[CODE_SIZE + 1] = { 0 };

    crypto_random(bytes, sizeof bytes);
    for (size_t i = 0; i < CODE_SIZE; i++) code[i] = code_letters[bytes[i] % 32];
    crypto_wipe(bytes, sizeof bytes);
    return (struct fresh_token){
        arena_print(arena, "%.4s-%.4s-%.4s-%.4s", code, code + 4, code + 8, code + 12),
        hash_of(arena, (struct slice){ code, CODE_SIZE }),
    };
}

bool auth_code_hash(struct arena *arena, struct slice typed, struct slice *hash)
{
    char   code[CODE_SIZE];
    size_t size = 0;

    for (size_t i = 0; i < typed.size; i++) {
        char c = (char)toupper((unsigned char)typed.data[i]);
        if (c == '-' || c == ' ') continue;
        if (c == 'O') c = '0';
        if (c == 'I' || c == 'L') c = '1';
        if (size == CODE_SIZE || !c || !strchr(code_letters, c)) return false;
        code[size++] = c;
    }
    if (size != CODE_SIZE) return false;
    *hash = hash_of(arena, (struct slice){ code, CODE_SIZE });
    return true;
}

/* -- who it is ------------------------------------------------------------------------- */

bool auth_look_up(struct reader *reader, int64_t now_us, struct slice token, struct arena *arena,
                  struct credentials *credentials)
{
    return slice_starts(token, SLICE("piot_")) && token.size <= TOKEN_TEXT_MAX &&
           auth_look_up_hash(reader, now_us, hash_of(arena, token), arena, credentials);
}

bool auth_look_up_hash(struct reader *reader, int64_t now_us, struct slice hash,
                       struct arena *arena, struct credentials *credentials)
{
    struct token_row row;

    if (!view_get_token(reader, name_token(hash), NO_ID, arena, &row)) return false;
    if (row.expires_at && row.expires_at <= now_us) return false;
    enum caller_kind kind = caller_kind_named(row.role);
    if (kind == CALLER_NOBODY) return false; /* an activation code's, say: good for that only */
    *credentials = (struct credentials){
        .caller     = caller_of(kind, id_given(row.principal) ? row.principal : row.token),
        .token      = row.token,
        .token_hash = hash,
        .expires_at = row.expires_at,
        .personal   = row.personal,
    };
    return true;
}

bool auth_still(struct call *call, struct arena *scratch)
{
    const struct credentials *held = &call->credentials;
    struct token_row          row;

    if (held->expires_at && held->expires_at <= clock_now(&call->ground->clock)) return false;
    return view_get_token(call_reader(call), name_token(held->token_hash), NO_ID,
                          scratch, &row);
}

bool auth_may_end(enum event_type type)
{
    switch (type) {
    case EVENT_session_closed:
    case EVENT_sessions_ended:
    case EVENT_password_changed: /* in all sessions but that */
    case EVENT_account_activated: /* a way back ends the sessions before it */
    case EVENT_token_revoked:
    case EVENT_api_key_ended:
    case EVENT_account_erasure_requested:
    case EVENT_vendor_offboarded: return true;
    default: return false;
    }
}

static bool bearer(struct slice header, struct slice *token)
{
    if (header.size < 8 || header.data[6] != ' ') return false;
    if (!text_same_word((struct slice){ header.data, 6 }, SLICE("Bearer"))) return false;
    *token = (struct slice){ header.data + 7, header.size - 7 };
    while (token->size && token->data[0] == ' ') token->data++, token->size--;
    return token->size > 0;
}

bool auth_find_token(struct call *call, struct slice *token)
{
    struct slice header = http_header(call->request->head, "Authorization");

    return header.data ? bearer(header, token) : cookie_find(call, token);
}

static bool refuse(struct call *call, const char *challenge, const char *sentence)
{
    request_header(call->request, "WWW-Authenticate", slice_text(challenge));
    call_fail(call, PROBLEM_unauthenticated, "%s", sentence);
    return false;
}

static bool refuse_token(struct call *call)
{
    struct slice end = call->by_cookie ? cookie_end_text(call) : (struct slice){ 0 };

    if (end.size) request_header(call->request, "Set-Cookie", end);
    return refuse(call, "Bearer realm=\"piot\", error=\"invalid_token\"",
                  "The token is unknown, ended or too old.");
}

/* -- whether it may --------------------------------------------------------------------- */

static int64_t key_used_at(struct call *call, struct id key)
{
    struct vendor_api_key_row api_key = { .used_at = 0 };
    struct vendor_key_row     secret  = { .used_at = 0 };

    if (id_kind(key) == ID_key)
        view_get_vendor_key(call_reader(call), call_vendor(call), key, call->arena, &secret);
    else
        view_get_vendor_api_key(call_reader(call), call_vendor(call), key, call->arena, &api_key);
    return id_kind(key) == ID_key ? secret.used_at : api_key.used_at;
}

/* Told once a day and key. If the ledger has no room, the next use tells it. */
static void note_key_use(struct call *call)
{
    struct intent note = { .type   = INTENT_note_key_used,
                           .stream = call_vendor(call),
                           .actor  = caller_actor(&call->credentials.caller) };

    note.note_key_used.key = call->credentials.token;
    if (call->now_us - key_used_at(call, note.note_key_used.key) < KEY_USE_TOLD_EVERY) return;
    if (!submit_quietly(call->ground, &note)) return;
}

/* On the events path the rules look at the vendor's status event by event: a suspended one, or
 * one that is leaving, still tells what becomes of what was asked of it before. */
static bool vendor_may(struct call *call)
{
    struct vendor_row vendor;
    bool              reads = call->route->method == HTTP_GET;

    if (!view_get_vendor(call_reader(call), call_vendor(call), NO_ID, call->arena,
                         &vendor) ||
        vendor.status == VENDOR_offboarded)
        return refuse(call, "Bearer realm=\"piot\", error=\"invalid_token\"",
                      "This vendor is not with us any more.");
    call->credentials.events_per_second = vendor.events_per_second;
    note_key_use(call);
    chores_heard(call->ground->chores, call_vendor(call));
    bool waits = vendor.status == VENDOR_suspended || vendor.status == VENDOR_offboarding;
    if (!waits || reads || call->route->suspended_too) return true;
    call_refuse(call, REFUSED_vendor_not_approved);
    return false;
}

static bool is_own_path(struct call *call)
{
    int       index = route_parameter(call->route, "vendorId");
    struct id named;

    if (index < 0) return true;
    if (id_parse(call->parameters[index], &named) && call_may(call, named)) return true;
    call_fail(call, PROBLEM_not_found, "There is no such vendor, or it is not you.");
    return false;
}

static bool prove_token(struct call *call, struct slice token)
{
    return auth_look_up(call_reader(call), call->now_us, token, call->arena, &call->credentials) ||
           refuse_token(call);
}

static bool prove_ticket(struct call *call, struct slice ticket)
{
    return ticket_look_up(call, ticket) ||
           refuse(call, "Bearer realm=\"piot\", error=\"invalid_token\"",
                  "The ticket is not for this, was not used in time, or its session has ended.");
}

static bool prove_cookie(struct call *call, struct slice token)
{
    call->by_cookie = true;
    if (!cookie_check(call) || !prove_token(call, token)) return false;
    return cookie_takes(call, call->credentials.caller.kind) || refuse_token(call);
}

static bool prove_nothing(struct call *call)
{
    if (call->route->may_sign && http_header(call->request->head, "webhook-signature").size)
        return true;
    return refuse(call, "Bearer realm=\"piot\"",
                  "Say who you are: Authorization: Bearer with a valid token.");
}

/* Authorization goes first, whatever it says. */
static bool prove(struct call *call)
{
    struct slice header = http_header(call->request->head, "Authorization");
    struct slice ticket = call_query(call, "ticket"), token;

    if (!header.data && ticket.data) return prove_ticket(call, ticket);
    if (!auth_find_token(call, &token)) return prove_nothing(call);
    return header.data ? prove_token(call, token) : prove_cookie(call, token);
}

bool auth_prove(struct call *call) { return call->route->right == RIGHT_NONE || prove(call); }

bool auth_allow(struct call *call)
{
    const struct caller *caller = &call->credentials.caller;

    if (caller->kind == CALLER_NOBODY) return true; /* anybody may, or it is yet to be proven */
    if (!caller_has(caller, call->route->right)) {
        call_fail(call, PROBLEM_permission_denied, "This is not for a token of role %s.",
                  caller_role(caller->kind)->name);
        return false;
    }
    if (caller->kind != CALLER_VENDOR) return true;
    return is_own_path(call) && vendor_may(call);
}

bool auth_check_late(struct call *call)
{
    return call->credentials.caller.kind == CALLER_NOBODY || auth_still(call, call->arena) ||
           refuse_token(call);
}

bool auth_as_vendor(struct call *call, struct id vendor, struct id key)
{
    ensure(call->credentials.caller.kind == CALLER_NOBODY && id_kind(vendor) == ID_vendor);
    call->credentials = (struct credentials){ .caller = caller_of(CALLER_VENDOR, vendor),
                                              .token  = key };
    return call_is_within_rate(call) && vendor_may(call);
}
