/* call_rate.c -- whose bucket a call takes from, and what becomes of it when that is empty. */
#include "api/call/call.h"
#include "api/call/limit.h"
#include "api/call/router.h"

/* A proven caller's own, from wherever it comes. Else one of the address block for tries to
 * sign in, one for each vendor that it claims to be, and one for the rest: then nobody can use
 * up a vendor's from elsewhere, nor one vendor another's behind one address. */
struct bucket_name {
    char      kind;
    struct id caller, block;
};

struct rate_bucket {
    struct limits     *limits;
    struct limit_rate  rate;
    struct bucket_name name;
};

static struct bucket_name bucket_name_of(const struct call *call)
{
    struct bucket_name name   = { .kind = 'o', .block = peer_block(call->request->peer) };
    int                vendor = route_parameter(call->route, "vendorId");

    if (call->route->may_sign && vendor >= 0) {
        name.kind = 'v';
        if (!id_parse(call->parameters[vendor], &name.caller)) name.caller = NO_ID;
    }
    return name;
}

static struct rate_bucket bucket_of(const struct call *call)
{
    const struct settings *settings = call->ground->settings;
    const struct route    *route    = call->route;
    struct rate_bucket     bucket   = {
              .limits = call->loop->limits,
              .rate   = { (double)settings->rate_per_second, settings->rate_burst },
    };

    if (route->right == RIGHT_NONE && route->method == HTTP_POST) {
        bucket.limits = call->loop->pipeline->limits;
        bucket.rate   = (struct limit_rate){ (double)settings->sign_in_per_minute / 60,
                                             settings->sign_in_per_minute };
        bucket.name = (struct bucket_name){ .kind = 's', .block = peer_block(call->request->peer) };
    } else if (call->credentials.caller.kind != CALLER_NOBODY) {
        bucket.name = (struct bucket_name){ .kind   = 'c',
                                            .caller = call->credentials.caller.principal };
    } else {
        bucket.name = bucket_name_of(call);
    }
    return bucket;
}

static void add_number(struct call *call, const char *header, uint64_t number)
{
    request_header(call->request, header,
                   arena_print(call->arena, "%llu", (unsigned long long)number));
}

static bool rate_take(struct call *call, const struct rate_bucket *bucket, uint64_t count)
{
    struct limit_verdict verdict = limit_take(
        bucket->limits, (struct slice){ (const char *)&bucket->name, sizeof bucket->name },
        bucket->rate, count, call->now_us);

    if (!verdict.allowed || call->credentials.caller.kind != CALLER_NOBODY) call->rate = verdict;
    if (verdict.allowed) return true;
    add_number(call, "Retry-After", verdict.reset_s);
    call_fail(call, PROBLEM_too_many_requests, "%s", "");
    return false;
}

bool call_is_within_rate(struct call *call)
{
    struct rate_bucket bucket = bucket_of(call);

    return rate_take(call, &bucket, 1);
}

bool call_takes_events(struct call *call, uint64_t count)
{
    uint64_t           per_second = call->credentials.events_per_second;
    struct rate_bucket bucket     = {
            .limits = call->loop->pipeline->limits,
            .rate   = { (double)per_second, per_second },
            .name   = { .kind = 'e', .caller = call_vendor(call) },
    };

    return !per_second || !count || rate_take(call, &bucket, count);
}

void call_rate_tell(struct call *call)
{
    if (!call->rate.limit) return;
    add_number(call, "RateLimit-Limit", call->rate.limit);
    add_number(call, "RateLimit-Remaining", call->rate.remaining);
    add_number(call, "RateLimit-Reset", call->rate.reset_s);
}

void call_rate_give_back(struct call *call)
{
    struct rate_bucket bucket = bucket_of(call);

    limit_give_back(bucket.limits, (struct slice){ (const char *)&bucket.name, sizeof bucket.name },
                    clock_now(&call->ground->clock));
}
