/* policy.h -- the numbers the rules go by; settings fill it in once at start.
 * Durations in microseconds. */
#ifndef PIOT_POLICY_H
#define PIOT_POLICY_H

#include "core/base/clock.h"

#define KEY_USE_TOLD_EVERY (1 * DAY) /* so exactly is said when a vendor's key was last used */

struct policy {
    int64_t  observation_age_max;     /* a detection older than this is refused */
    int64_t  observation_ahead_max;   /* … or further in the future than this */
    int64_t  activation_life;         /* how long an activation code is good */
    int64_t  consent_lapse;           /* an unanswered question ends after this */
    int64_t  undo_for;                /* an answer may be undone for this long */
    int64_t  postponed_for;           /* "later" keeps a question quiet for this long */
    int64_t  acknowledge_within;      /* a vendor acknowledges a withdrawal in this */
    int64_t  command_life;            /* a command's deadline if none is named */
    int64_t  command_life_max;        /* … and at most */
    uint64_t prompts_open_max;        /* open questions of one account */
    uint64_t vendor_prompts_open_max; /* … of one vendor in one account */
    uint64_t networks_max;            /* of one account */
    uint64_t push_subscriptions_max;  /* of one account */
    uint64_t commands_open_max;       /* of one device; fits an event batch */
    uint64_t vendor_keys_max;         /* of one vendor, of each kind */
};
struct policy policy_default(void);

#endif
