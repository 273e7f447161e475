/* needs.c -- which reports the views still stand on.
 *
 * devices.c shows of each property the value observed last, and commands.c has noted which
 * report has the word on a command. Any other report has left no trace: either it was older
 * than what was known already, or all of its values were replaced. Its instants tell whether a
 * value is a report's; should two reports be of one millisecond, both are kept.
 */
#include "projections/projection.h"
#include "projections/state.h"

static bool is_shown(struct reader *reader, const struct event *report, struct arena *arena)
{
    struct values     reported = report->device_state_reported.properties;
    struct slice      observed = state_instant(arena, state_observed_at(report));
    struct slice      received = state_instant(arena, report->recorded_at);
    struct device_row row;

    if (!view_get_device(reader, report->device_state_reported.device, NO_ID, arena, &row))
        return false;
    /* What looks unneeded for damage would be lost for good. */
    if (!as_written(reader, values_rise(row.observed), "observed values rise") ||
        !as_written(reader, values_are_of_same(row.observed, row.received), "so do received"))
        return true;
    for (size_t i = 0; i < reported.count; i++)
        if (slice_equal(values_get(row.observed, reported.items[i].name), observed) &&
            slice_equal(values_get(row.received, reported.items[i].name), received))
            return true;
    return false;
}

bool view_needs_report(struct reader *reader, const struct event *report, struct arena *arena)
{
    struct telling_report_row row;

    if (report->type != EVENT_device_state_reported) return false; /* it is folded nowhere */
    return view_get_telling_report(reader, report->device_state_reported.device, report->id, arena,
                                   &row) ||
           is_shown(reader, report, arena);
}
