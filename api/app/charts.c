/* charts.c -- a property's values over time, from the reports in the log.
 *
 * The time is that of which a report speaks. The log is sorted by when reports came in, so it is
 * read from a little before that time until LATE_MAX after it: what a vendor reports later than
 * that is in no chart. What has expired (settings.reports_kept) is not there. */
#include "api/app/charts.h"

#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/app/series.h"
#include "api/call/query.h"
#include "core/base/text.h"
#include "core/log/log.h"
#include "projections/state.h"

enum {
    CHARTS_QUEUE_MAX = 64,         /* charts that may wait */
    POINTS_DEFAULT   = 100,        /* as many as a phone has room for */
    LOOK_MAX         = 500 * 1000, /* events of the device looked at for one chart: seconds */
    AT_ONCE          = 256,        /* positions read in one go */
};
#define LATE_MAX     (24 * HOUR)
#define TIME_DEFAULT (24 * HOUR) /* until now, or until `to` */

static struct status charts_open(struct chore *chore)
{
    return worker_open(chore, CHARTS_QUEUE_MAX, 1, NULL);
}

const struct chore_row charts_chore = {
    .name  = "charts",
    .open  = charts_open,
    .step  = worker_step,
    .drain = worker_drain,
    .close = worker_close,
};

struct chart {
    struct job     job; /* first: the worker is given this */
    struct call   *call;
    struct id      device;
    struct slice   property;
    int64_t        from, to;
    size_t         points;
    struct series *series;
    struct status  status;
};

/* -- on the worker's thread and back ------------------------------------------------------- */

/* Adds what the event reports of the property. False: it and all behind it came too late. */
static bool chart_take(struct chart *chart, const struct event *event)
{
    if (event->recorded_at >= chart->to + LATE_MAX) return false;
    if (event->type != EVENT_device_state_reported ||
        !id_equal(event->stream, call_account(chart->call)))
        return true;
    struct slice value = values_get(event->device_state_reported.properties, chart->property);
    if (value.data) series_add(chart->series, state_observed_at(event), value);
    return true;
}

/* The device's events after `after`, as far as the scan sees them. */
static struct status chart_walk(struct chart *chart, struct log_scan *scan, uint64_t after,
                                struct arena *scratch)
{
    struct reader *reader = call_reader(chart->call);
    uint64_t       positions[AT_ONCE];
    size_t         count, looked = 0;

    do {
        TRY(log_index_positions(reader, chart->device, after, LOG_RISING, positions, AT_ONCE,
                                &count));
        for (size_t i = 0; i < count; i++, looked++) {
            struct log_record record;
            struct event      event;
            if (looked == LOOK_MAX)
                return failed(STATUS_LIMIT, "Too much happened to the device between from and to: "
                                            "name a shorter time.");
            log_scan_skip(scan, after = positions[i]);
            if (!log_scan_next(scan, &record)) return OK;
            TRY(log_record_event_unchecked(&record, chart->call->ground->vault, scratch, &event));
            if (!chart_take(chart, &event)) return OK;
            arena_reset(scratch);
        }
    } while (count == AT_ONCE);
    return OK;
}

static struct status chart_read(struct chart *chart, struct arena *scratch)
{
    struct reader *reader = call_reader(chart->call);
    int64_t        since  = chart->from - chart->call->ground->policy.observation_ahead_max;
    uint64_t       after  = 0;

    TRY(log_position_at(reader, since, &after));
    struct log_scan *scan   = log_scan_open(reader, after);
    struct status    status = chart_walk(chart, scan, after, scratch);
    struct status    ended  = log_scan_close(scan);
    return status.code == STATUS_OK ? ended : status;
}

static void chart_work(struct job *job)
{
    struct chart *chart   = (struct chart *)job;
    struct arena  scratch = { 0 };

    chart->series = series_new(chart->from, chart->to, chart->points);
    chart->status = chart_read(chart, &scratch);
    arena_free(&scratch);
}

static void chart_answer(struct job *job)
{
    struct chart *chart = (struct chart *)job;
    struct buffer body  = { 0 };
    struct json   json  = json_to(&body);

    if (chart->status.code == STATUS_OK) series_write(chart->series, &json);
    series_free(chart->series);
    if (chart->status.code == STATUS_OK) call_answer_json(chart->call, 200, &body);
    else if (chart->status.code == STATUS_LIMIT)
        call_fail(chart->call, PROBLEM_out_of_range, "%s", chart->status.text);
    else call_broken(chart->call, chart->status);
}

/* -- reading the request ---------------------------------------------------------------------- */

static bool chart_read_time(struct call *call, struct chart *chart)
{
    uint64_t     points = POINTS_DEFAULT;
    struct slice text   = call_query(call, "points");

    chart->to = call->now_us;
    if (!query_instant(call, "to", &chart->to)) return false;
    chart->from = chart->to - TIME_DEFAULT;
    if (!query_instant(call, "from", &chart->from)) return false;
    if (chart->from >= chart->to) {
        call_fail(call, PROBLEM_out_of_range, "Query from has to be before to.");
        return false;
    }
    if (text.data && (!text_u64(text, &points) || points < 1 || points > SERIES_POINTS_MAX)) {
        call_fail(call, PROBLEM_out_of_range, "Query points has to be from 1 to %d.",
                  SERIES_POINTS_MAX);
        return false;
    }
    chart->points = (size_t)points;
    return true;
}

static bool chart_read_property(struct call *call, const struct device_row *row,
                                struct chart *chart)
{
    const struct node *properties = node_member(own_device_model(call, row), "properties");

    chart->property = call_query(call, "property");
    if (chart->property.data &&
        node_member(
            properties,
            arena_print(call->arena, "%.*s", (int)chart->property.size, chart->property.data).data))
        return true;
    call_fail(call, PROBLEM_invalid_argument,
              "Query property has to be the name of a property of the device.");
    return false;
}

/* A device that was taken out still has its past. */
void app_series(struct call *call)
{
    struct chart     *chart = arena_new(call->arena, struct chart);
    struct device_row row;

    *chart = (struct chart){ .call = call };
    if (!call_parameter_id(call, "deviceId", ID_device, &chart->device)) return;
    if (!view_get_device(call_reader(call), chart->device, NO_ID, call->arena, &row) ||
        !call_may(call, row.account)) {
        resource_unknown(call, &resource_device);
        return;
    }
    if (!chart_read_time(call, chart) || !chart_read_property(call, &row, chart)) return;
    chart->job = (struct job){
        .work = chart_work, .done = chart_answer, .loop = call->loop, .whose = call_account(call)
    };
    if (!worker_submit(&charts_chore, &chart->job)) call_busy(call, "Too many charts are waiting.");
}
