/* figures.c -- how many detections came to what, and what became of the questions.
 *
 * Counted as it happens, so that nobody has to go through a log for it. What an old log does not
 * say is not counted: what came of a detection, if its device was not offered to anybody.
 */
#include "projections/projection.h"

#include <stddef.h>

/* What an event counts as, by its reason or outcome; NULL: whatever that is. */
static const struct count {
    enum event_type type;
    const char     *why;
    size_t          at;    /* of the number in the row */
    bool            fewer; /* it counts as that no longer */
} counts[] = {
#define COUNT_OF(name) offsetof(struct figures_row, name)
    /* clang-format off */
    { EVENT_detection_resolved, "asked", COUNT_OF(asked), false },
    { EVENT_detection_resolved, "held", COUNT_OF(held), false },
    { EVENT_detection_resolved, "elsewhere", COUNT_OF(elsewhere), false },
    { EVENT_detection_resolved, "ambiguous", COUNT_OF(ambiguous), false },
    { EVENT_detection_resolved, "none", COUNT_OF(none), false },
    { EVENT_detection_resolved, "denied-before", COUNT_OF(denied_before), false },
    /* what was offered counts as asked about until its account says otherwise */
    { EVENT_device_offered, NULL, COUNT_OF(asked), false },
    { EVENT_consent_not_requested, NULL, COUNT_OF(asked), true },
    { EVENT_consent_not_requested, "budget", COUNT_OF(over_budget), false },
    { EVENT_consent_not_requested, "vendor-budget", COUNT_OF(over_budget), false },
    { EVENT_consent_not_requested, "cool-down", COUNT_OF(muted), false },
    { EVENT_consent_not_requested, "vendor-blocked", COUNT_OF(muted), false },
    { EVENT_consent_not_requested, "account-unknown", COUNT_OF(none), false },
    { EVENT_consent_requested, "", COUNT_OF(questions), false },
    { EVENT_consent_granted, NULL, COUNT_OF(granted), false },
    { EVENT_consent_denied, NULL, COUNT_OF(denied), false },
    { EVENT_consent_lapsed, NULL, COUNT_OF(lapsed), false },
    /* an answer that is undone was none: its question is open again */
    { EVENT_consent_withdrawn, "undone", COUNT_OF(granted), true },
    { EVENT_consent_reopened, "no", COUNT_OF(denied), true },
/* clang-format on */
#undef COUNT_OF
};

static struct slice why_of(const struct event *event)
{
    switch (event->type) {
    case EVENT_detection_resolved: return event->detection_resolved.outcome;
    case EVENT_consent_not_requested: return event->consent_not_requested.reason;
    case EVENT_consent_requested:
        return id_given(event->consent_requested.reopens) ? SLICE("again") : SLICE("");
    case EVENT_consent_withdrawn: return event->consent_withdrawn.reason;
    case EVENT_consent_reopened:
        return event->consent_reopened.reason.size ? SLICE("no") : SLICE("later");
    default: return (struct slice){ 0 };
    }
}

static bool is_counted(const struct count *count, const struct event *event)
{
    return count->type == event->type &&
           (!count->why || slice_equal(why_of(event), slice_text(count->why)));
}

static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct figures_row row;
    bool               changed = false;

    for (size_t i = 0; i < COUNT(counts); i++) {
        if (!is_counted(&counts[i], event)) continue;
        if (!changed) /* it is the first */
            view_get_figures(batch_reader(batch), name_system(), NO_ID, scratch, &row);
        uint64_t *number = (uint64_t *)(void *)((char *)&row + counts[i].at);
        if (!counts[i].fewer) ++*number;
        else if (PROMISED(batch, *number > 0)) --*number;
        changed = true;
    }
    if (changed) view_put_figures(batch, name_system(), NO_ID, &row);
}

const struct fold fold_figures = {
    .name         = "figures",
    .families     = { FAMILY_figures },
    .family_count = 1,
    .apply        = apply,
};
