#include "api/call/parked.h"

#include "api/call/call.h"

static void parked_leave(struct parked *parked)
{
    struct subscriptions *subscriptions = subscriptions_of(parked->as.call->loop);

    subscriptions_leave(subscriptions, &parked->subscription);
    subscriptions_unset(subscriptions, &parked->deadline);
}

static void parked_end(struct parked *parked)
{
    parked_leave(parked);
    if (auth_check_late(parked->as.call)) parked->as.answer(parked);
}

static bool parked_look(struct subscription *subscription)
{
    struct parked *parked  = (struct parked *)subscription;
    struct arena  *scratch = &subscriptions_of(parked->as.call->loop)->scratch;
    bool over = !auth_still(parked->as.call, scratch) || parked->as.is_over(parked, scratch);

    arena_reset(scratch);
    if (over) parked_end(parked);
    return false;
}

static void parked_on_time(struct deadline *deadline)
{
    parked_end((struct parked *)((char *)deadline - offsetof(struct parked, deadline)));
}

static void parked_on_gone(void *context, struct request *request)
{
    parked_leave(context);
    request_abandon(request);
}

static void parked_on_stopping(void *context, struct request *request)
{
    (void)request;
    parked_end(context);
}

void parked_begin(struct parked *parked, const struct parking *as)
{
    struct subscriptions *subscriptions = subscriptions_of(as->call->loop);

    *parked = (struct parked){ .subscription = { .whom = as->whom, .look = parked_look },
                               .deadline     = { .over = parked_on_time },
                               .as           = *as };
    request_watch(as->call->request, (struct request_watch){ .context  = parked,
                                                             .gone     = parked_on_gone,
                                                             .stopping = parked_on_stopping });
    subscriptions_join(subscriptions, &parked->subscription);
    subscriptions_set(subscriptions, &parked->deadline, as->most_us);
}
