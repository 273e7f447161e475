/* decide_push.c -- browsers that are told when something waits (Web Push), each in the session
 * that asked for it. They end with that, or when somebody says so: the person, or the push
 * service. Telling them is no decision, and no event. */
#include "core/base/crypto.h"
#include "core/rules/ruling.h"

#define REPLACED SLICE("replaced")

/* How many there are, and which of them is told at the same place; none. */
struct push_found {
    uint64_t  count;
    struct id same;
};

static void push_look_at(struct ruling *on, struct id subscription, struct slice endpoint,
                         struct push_found *found)
{
    struct push_record push;

    if (!known_push(on, on->intent->stream, subscription, &push)) {
        rules_contradicted(on, "a listed push subscription is not known");
        return;
    }
    found->count++;
    if (slice_equal(push.endpoint, endpoint)) found->same = subscription;
}

static struct push_found push_find(struct ruling *on, struct slice endpoint)
{
    struct push_found found = { .count = 0 };
    struct id         some[32], after = NO_ID;
    size_t            count;

    do {
        count = registry_list_push(on->registry, on->intent->stream, after, some, COUNT(some));
        for (size_t i = 0; i < count; i++) push_look_at(on, after = some[i], endpoint, &found);
    } while (count == COUNT(some));
    return found;
}

static void push_end(struct ruling *on, struct id subscription, struct slice reason)
{
    *happened(on, push_unsubscribed) = (struct push_unsubscribed){ .subscription = subscription,
                                                                   .reason       = reason };
}

/* A browser has one subscription of ours: what it says again takes the place of the other. */
enum refusal decide_subscribe_push(struct ruling *on, const struct subscribe_push *intent)
{
    struct hash           endpoint = crypto_sha256(intent->endpoint);
    struct session_record session;
    struct push_found     found;

    if (!known_session(on, on->intent->stream, intent->token, &session))
        return REFUSED_token_revoked;
    ensure(id_kind(intent->subscription) == ID_push && intent->endpoint.size > 0);
    found = push_find(on, SLICE_OF(endpoint.bytes));
    if (id_given(found.same)) push_end(on, found.same, REPLACED);
    else if (found.count >= on->policy->push_subscriptions_max) return REFUSED_push_limit_reached;
    *happened(on, push_subscribed) = (struct push_subscribed){ .subscription = intent->subscription,
                                                               .token        = intent->token,
                                                               .expires_at   = intent->expires_at,
                                                               .endpoint     = intent->endpoint,
                                                               .p256dh       = intent->p256dh,
                                                               .auth         = intent->auth };
    return ACCEPTED;
}

enum refusal decide_unsubscribe_push(struct ruling *on, const struct unsubscribe_push *intent)
{
    struct push_record push;

    if (!known_push(on, on->intent->stream, intent->subscription, &push))
        return REFUSED_push_subscription_unknown;
    ensure(intent->reason.size > 0);
    push_end(on, intent->subscription, intent->reason);
    return ACCEPTED;
}
