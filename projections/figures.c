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
    size_t          at; /* of the number in the row */
} counts[] = {
#define COUNT_OF(name) offsetof(struct figures_row, name)
    { EVENT_detection_resolved, "asked", COUNT_OF(asked) },
    { EVENT_detection_resolved, "held", COUNT_OF(held) },
    { EVENT_detection_resolved, "elsewhere", COUNT_OF(elsewhere) },
    { EVENT_detection_resolved, "ambiguous", COUNT_OF(ambiguous) },
    { EVENT_detection_resolved, "none", COUNT_OF(none) },
    { EVENT_detection_resolved, "denied-before", COUNT_OF(denied_before) },
    { EVENT_consent_not_requested, "budget", COUNT_OF(over_budget) },
    { EVENT_consent_not_requested, "vendor-budget", COUNT_OF(over_budget) },
    { EVENT_consent_not_requested, "cool-down", COUNT_OF(muted) },
    { EVENT_consent_not_requested, "vendor-blocked", COUNT_OF(muted) },
    { EVENT_consent_not_requested, "account-unknown", COUNT_OF(none) },
    { EVENT_device_offered, NULL, COUNT_OF(asked) },
    { EVENT_consent_requested, NULL, COUNT_OF(questions) },
    { EVENT_consent_granted, NULL, COUNT_OF(granted) },
    { EVENT_consent_denied, NULL, COUNT_OF(denied) },
    { EVENT_consent_lapsed, NULL, COUNT_OF(lapsed) },
#undef COUNT_OF
};

static struct slice why_of(const struct event *event)
{
    switch (event->type) {
    case EVENT_detection_resolved: return event->detection_resolved.outcome;
    case EVENT_consent_not_requested: return event->consent_not_requested.reason;
    default: return (struct slice){ 0 };
    }
}

static const struct count *count_of(const struct event *event)
{
    for (size_t i = 0; i < COUNT(counts); i++)
        if (counts[i].type == event->type &&
            (!counts[i].why || slice_equal(why_of(event), slice_text(counts[i].why))))
            return &counts[i];
    return NULL;
}

static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct count *count = count_of(event);
    struct figures_row  row;

    if (!count) return;
    view_get_figures(batch_reader(batch), name_system(), NO_ID, scratch, &row); /* else all 0 */
    ++*(uint64_t *)(void *)((char *)&row + count->at);
    /* What was offered counts as asked about until its account says otherwise. */
    if (event->type == EVENT_consent_not_requested && PROMISED(batch, row.asked > 0)) row.asked--;
    view_put_figures(batch, name_system(), NO_ID, &row);
}

const struct fold fold_figures = {
    .name         = "figures",
    .families     = { FAMILY_figures },
    .family_count = 1,
    .apply        = apply,
};
