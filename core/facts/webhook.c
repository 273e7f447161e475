#include "core/facts/webhook.h"

#define NOTHING
#define ACKNOWLEDGES(grant_)       .grant = (grant_)
#define CONCLUDES(command_, until) .command = (command_), .valid_until = (until)
/* clang-format off */
#define WEBHOOK(name, kind_, owed_, tried_, vendor_, order_, subject_, answer, data)          \
    static struct webhook webhook_##name(const struct event *event)                          \
    {                                                                                        \
        const struct name *it = &event->name;                                                \
        (void)it; /* of a row about the stream alone */                                      \
        return (struct webhook){ .kind = (kind_), .owed = (owed_), .tried = (tried_),      \
                                 .vendor = (vendor_),                                         \
                                 .order = (order_), .subject = (subject_), answer };         \
    }
/* clang-format on */
#define TAKES_BACK(name, when, meaning)
#define PROGRESS(name, meaning)
#include "core/facts/webhooks.def"
#undef WEBHOOK
#undef TAKES_BACK
#undef PROGRESS

bool webhook_of(const struct event *event, struct webhook *webhook)
{
    switch (event->type) {
/* clang-format off */
#define WEBHOOK(name, ...) case EVENT_##name: *webhook = webhook_##name(event); break;
#define TAKES_BACK(name, when, meaning)
#define PROGRESS(name, meaning)
#include "core/facts/webhooks.def"
#undef WEBHOOK
#undef TAKES_BACK
#undef PROGRESS
    /* clang-format on */
    default: return false;
    }
    return true;
}

bool webhook_is_refused(uint64_t http_status)
{
    return http_status / 100 == 4 && http_status != 408 && http_status != 410 &&
           http_status != 425 && http_status != 429;
}

bool webhook_concerns(enum event_type type)
{
#define WEBHOOK(name, ...)              type == EVENT_##name ||
#define TAKES_BACK(name, when, meaning) type == EVENT_##name ||
#define PROGRESS(name, meaning)         type == EVENT_##name ||
    return
#include "core/facts/webhooks.def"
        false;
#undef WEBHOOK
#undef TAKES_BACK
#undef PROGRESS
}

bool webhook_takes_back(enum event_type type)
{
#define WEBHOOK(name, ...)
#define TAKES_BACK(name, when, meaning) type == EVENT_##name ||
#define PROGRESS(name, meaning)
    return
#include "core/facts/webhooks.def"
        false;
#undef WEBHOOK
#undef TAKES_BACK
#undef PROGRESS
}
