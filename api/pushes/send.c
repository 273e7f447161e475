/* send.c -- one push for each browser of an account, until its service has taken it. */
#include <stdlib.h>

#include "api/post/backoff.h"
#include "api/pushes/pushes_internal.h"
#include "core/base/json.h"
#include "core/rules/notice.h"

enum { PUSH_ANSWER_MAX = 4096 }; /* bytes that nobody reads */

static const struct backoff RETRIES = { SECOND, 10 * MINUTE, 2 };

/* Of questions and their ends: a push service keeps the last of a topic (RFC 8030, 5.4), and a
 * browser shows the last of a tag. */
#define TAG "questions"

/* -- what it says -------------------------------------------------------------------------- */

static void put_place(struct json *json, const struct ground *ground, const char *place,
                      struct arena *arena)
{
    json_put_text(json, "navigate",
                  arena_print(arena, "%.*s/#/%s", (int)ground->public_url.size,
                              ground->public_url.data, place));
}

static struct slice push_text(const struct ground *ground, struct slice language, unsigned words,
                              struct arena *arena)
{
    struct notice_push texts = notice_push_texts(language);
    struct buffer      text  = { 0 };
    struct json        json  = json_to(&text);
    bool               ended = words == WORDS_ENDED;

    json_object(&json);
    json_put_u64(&json, "web_push", 8030);
    json_name(&json, "notification");
    json_object(&json);
    json_put_text(&json, "title",
                  words & WORDS_ANSWERED ? texts.answered
                  : ended                ? texts.ended
                                         : texts.waits);
    if (words == (WORDS_ASKED | WORDS_ENDED)) json_put_text(&json, "body", texts.ended);
    json_put_text(&json, "lang", texts.language);
    json_put_text(&json, "tag", ended ? SLICE("ended") : SLICE(TAG));
    put_place(&json, ground, ended ? "privacy" : "questions", arena);
    if (words & WORDS_ANSWERED) {
        json_put_flag(&json, "silent", true);
        json_put_raw(&json, "data", SLICE("{\"close\":\"" TAG "\"}"));
    }
    json_object_end(&json);
    json_object_end(&json);
    struct slice copy = arena_copy(arena, buffer_slice(&text));
    buffer_free(&text);
    return copy;
}

/* -- making it ----------------------------------------------------------------------------- */

static void push_end(struct pushes *all, struct id account, struct id subscription,
                     struct slice reason)
{
    struct chore_request request = { .make = NULL };
    struct intent        intent  = { .type = INTENT_unsubscribe_push, .stream = account };

    intent.unsubscribe_push = (struct unsubscribe_push){ .subscription = subscription,
                                                         .reason       = reason };
    struct status status    = chore_submit(all->chore, &request, intent);
    if (status.code != STATUS_OK)
        chore_report(all->chore, "a push subscription that is over stays", status);
}

static void push_free(struct pushes *all, struct push *push)
{
    struct push **at = &all->waiting;

    while (*at != push) at = &(*at)->next;
    *at = push->next;
    all->count--;
    posting_clear(&push->posting);
    arena_free(&push->arena);
    free(push);
}

/* What waits for the same browser says nothing new any more. */
static void push_outdate(struct pushes *all, struct id subscription)
{
    for (struct push *it = all->waiting, *next; it; it = next) {
        next = it->next;
        if (!id_equal(it->subscription, subscription)) continue;
        it->outdated = true;
        if (!it->under_way) push_free(all, it);
    }
}

static void push_set_headers(struct push *push, unsigned words)
{
    static const char type[] = "Content-Type: application/octet-stream";
    const char      **lines  = arena_array(&push->arena, const char *, 7);

    lines[0] = type;
    lines[1] = "Content-Encoding: aes128gcm";
    lines[2] = arena_print(&push->arena, "TTL: %lld", (long long)(PUSH_LIFE / SECOND)).data;
    lines[3] = words & WORDS_ASKED ? "Urgency: high" : "Urgency: normal";
    lines[4] = words == WORDS_ENDED ? "Topic: ended" : "Topic: " TAG;
    lines[5] = lines[6]   = NULL; /* Authorization: a new one for each try */
    push->posting.headers = lines;
}

static const char *push_url(struct push *push)
{
    return arena_print(&push->arena, "%.*s", (int)push->endpoint.size, push->endpoint.data).data;
}

static void push_make(struct pushes *all, struct id account, struct id subscription,
                      const struct push_subscription_row *row, struct slice text, unsigned words,
                      int64_t now_us)
{
    struct push  *push = calloc(1, sizeof *push), **end = &all->waiting;
    uint8_t       sender[P256_KEY_SIZE], salt[PUSH_SALT_SIZE];
    struct buffer body = { 0 };

    ensure(push != NULL && row->p256dh.size == P256_POINT_SIZE && row->auth.size == PUSH_AUTH_SIZE);
    push_new_key(sender);
    crypto_random(salt, sizeof salt);
    if (!push_seal((const uint8_t *)row->p256dh.data, (const uint8_t *)row->auth.data, sender, salt,
                   text, &body))
        impossible("the key was looked at when it came in");
    crypto_wipe(sender, sizeof sender);
    push->account      = account;
    push->subscription = subscription;
    push->endpoint     = arena_copy(&push->arena, row->endpoint);
    push->next_at      = now_us;
    push->ends_at      = now_us + PUSH_LIFE;
    push->posting      = (struct posting){
             .url           = push_url(push),
             .body          = arena_copy(&push->arena, buffer_slice(&body)),
             .limit_ms      = (unsigned)(all->ground->settings->webhook_limit / MILLISECOND),
             .allow_private = all->ground->settings->allow_private_endpoints,
             .answer_max    = PUSH_ANSWER_MAX,
    };
    push_set_headers(push, words);
    buffer_free(&body);
    while (*end) end = &(*end)->next;
    *end = push;
    all->count++;
}

/* It ends with its session, also when that only became too old. */
static bool subscription_lives(struct reader *reader, struct arena *arena, struct id account,
                               const struct push_subscription_row *row, int64_t now_us)
{
    struct account_session_row session;

    return (!row->expires_at || row->expires_at > now_us) &&
           view_get_account_session(reader, account, row->session, arena, &session) &&
           session.expires_at > now_us;
}

bool pushes_tell(struct pushes *all, struct reader *reader, struct arena *arena, struct id account,
                 unsigned words, int64_t now_us)
{
    struct id                    some[64]; /* as the setting's bound has it */
    struct account_row           person;
    struct push_subscription_row row;
    size_t count = view_list_push_subscription(reader, account, NO_ID, some, COUNT(some));
    bool   told  = false;

    if (!count || !view_get_account(reader, account, NO_ID, arena, &person)) return false;
    struct slice text = push_text(all->ground, person.language, words, arena);
    for (size_t i = 0; i < count; i++) {
        if (!view_get_push_subscription(reader, account, some[i], arena, &row)) continue;
        push_outdate(all, some[i]);
        if (subscription_lives(reader, arena, account, &row, now_us)) {
            push_make(all, account, some[i], &row, text, words, now_us);
            told = true;
        } else {
            push_end(all, account, some[i], SLICE("expired"));
        }
    }
    return told;
}

/* -- sending it ---------------------------------------------------------------------------- */

static void push_send(struct pushes *all, struct push *push, int64_t now_us)
{
    struct slice contact = slice_text(all->ground->settings->push_contact);
    struct slice proof   = push_authorization(&push->arena, all->key, push->endpoint, contact,
                                              now_us);
    const char **lines   = (const char **)push->posting.headers;

    lines[5] = arena_print(&push->arena, "Authorization: %.*s", (int)proof.size, proof.data).data;
    push->tries++;
    push->under_way = true;
    all->under_way++;
    poster_send(all->poster, &push->posting);
}

int64_t pushes_send(struct pushes *all, int64_t now_us)
{
    int64_t next_at = INT64_MAX;

    for (struct push *it = all->waiting; it && all->under_way < PUSHES_AT_ONCE; it = it->next) {
        if (it->under_way) continue;
        if (it->next_at <= now_us) push_send(all, it, now_us);
        else if (it->next_at < next_at) next_at = it->next_at;
    }
    return next_at;
}

/* -- what came of it ----------------------------------------------------------------------- */

static bool is_worth_another(int status)
{
    return status == 0 || status == 408 || status == 429 || status >= 500;
}

/* False: it was tried often and long enough, or there is a newer one. */
static bool push_try_again(struct push *push, int64_t now_us)
{
    int64_t  asked = retry_after_us(&push->posting.retry_after, now_us), rest;
    uint32_t random;

    if (push->outdated || !is_worth_another(push->posting.status) || push->tries >= PUSH_TRIES_MAX)
        return false;
    crypto_random(&random, sizeof random);
    rest = backoff_us(&RETRIES, push->tries, random);
    if (asked > rest) rest = asked;
    push->next_at = now_us + rest;
    if (push->next_at >= push->ends_at) return false;
    posting_clear(&push->posting);
    return true;
}

void pushes_settle(struct pushes *all, struct posting *posting, int64_t now_us)
{
    struct push *push = (struct push *)((char *)posting - offsetof(struct push, posting));

    ensure(push->under_way && all->under_way > 0);
    push->under_way = false;
    all->under_way--;
    if (posting->status >= 200 && posting->status < 300) {
        atomic_fetch_add(&all->sent, 1);
    } else if (posting->status == 404 || posting->status == 410) {
        atomic_fetch_add(&all->gone, 1);
        push_end(all, push->account, push->subscription, SLICE("gone"));
    } else if (push_try_again(push, now_us)) {
        return;
    } else {
        atomic_fetch_add(&all->failed, 1);
    }
    push_free(all, push);
}

void pushes_drop(struct pushes *all)
{
    while (all->waiting) {
        if (all->waiting->under_way) poster_cancel(all->poster, &all->waiting->posting);
        push_free(all, all->waiting);
    }
}
