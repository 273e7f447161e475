#include "core/rules/policy.h"

struct policy policy_default(void)
{
    return (struct policy){
        .observation_age_max     = 300 * SECOND,
        .observation_ahead_max   = 30 * SECOND,
        .activation_life         = 30 * DAY,
        .consent_lapse           = 7 * DAY,
        .undo_for                = 10 * SECOND,
        .postponed_for           = 1 * DAY,
        .acknowledge_within      = 1 * DAY,
        .command_life            = 30 * SECOND,
        .command_life_max        = 24 * HOUR,
        .prompts_open_max        = 20,
        .vendor_prompts_open_max = 10,
        .networks_max            = 64,
        .push_subscriptions_max  = 16,
        .commands_open_max       = 32,
        .vendor_keys_max         = 4,
    };
}
