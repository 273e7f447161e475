/* endpoint_health.c -- when a vendor is told how its endpoint does.
 *
 *     nothing got through for     it is told
 *     50, 90 % of the threshold   that it will count as failing
 *     the threshold               that it fails
 *     and then something did      that it is healthy
 *
 * Once each. The threshold is settings.endpoint_failing_after. It goes the way of all webhooks,
 * so that who is told of a broken endpoint reads it from the outbox. */
#include "api/courier/courier_internal.h"
#include "core/base/report.h"

static const uint64_t steps[] = { 100, 90, 50 };

/* How much of the threshold is over, in steps; 0: less than the first. */
static uint64_t percent_reached(const struct attempt *attempt, int64_t since_us, int64_t now_us)
{
    int64_t threshold = attempt->courier->ground->settings->endpoint_failing_after;

    for (size_t i = 0; i < COUNT(steps); i++)
        if (now_us - since_us >= threshold / 100 * (int64_t)steps[i]) return steps[i];
    return 0;
}

static void report_change(struct id vendor, uint64_t percent)
{
    char text[ID_TEXT_MAX];

    id_text(vendor, text);
    if (percent == 100)
        report(REPORT_NOTICE, "courier", "the endpoint of %s is failing: nothing gets through",
               text);
    else if (!percent) report(REPORT_NOTICE, "courier", "the endpoint of %s is healthy", text);
}

bool endpoint_health_changes(struct attempt *attempt, int64_t now_us, struct intent *intent)
{
    struct vendor_queue *queue = attempt->queue;
    bool                 works = attempt->posting.status / 100 == 2;
    struct health_row    row;

    if (attempt->posting.ours) return false;
    if (works) queue->worked_at = now_us;
    if (works && queue->announced_known && !queue->announced) return false; /* as nearly always */
    struct reader *reader = reader_new(attempt->courier->ground->store, &attempt->arena);
    view_get_health(reader, queue->vendor, NO_ID, &attempt->arena, &row);
    if (reader_failure(reader).code != STATUS_OK) return false;
    if (!queue->announced_known) queue->announced = row.told_percent;
    queue->announced_known = true;
    int64_t  since         = row.failing_since > queue->worked_at ? row.failing_since : now_us;
    uint64_t percent       = works ? 0 : percent_reached(attempt, since, now_us);
    if (works ? !queue->announced : percent <= queue->announced) return false;
    queue->announced = percent;
    report_change(queue->vendor, percent);
    *intent = (struct intent){
        .type                 = INTENT_note_endpoint_health,
        .stream               = queue->vendor,
        .actor                = { ACTOR_SYSTEM, NO_ID },
        .causation            = name_carried(attempt->delivery),
        .note_endpoint_health = { .state    = percent == 100 ? SLICE("failing") : SLICE("healthy"),
                                  .since    = since,
                                  .failures = works ? 0 : row.failures + 1,
                                  .threshold_percent = percent },
    };
    return true;
}
