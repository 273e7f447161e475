#include "projections/health.h"

#include <stdlib.h>

enum { LATENCIES_KEPT = 64 /* of one vendor */, LATENCY_SIZE = 4 };

static struct slice latencies_with(struct arena *scratch, struct slice before, uint64_t latency_ms)
{
    size_t   kept  = before.size < (LATENCIES_KEPT - 1) * LATENCY_SIZE
                         ? before.size
                         : (size_t)(LATENCIES_KEPT - 1) * LATENCY_SIZE;
    uint8_t *bytes = arena_array(scratch, uint8_t, kept + LATENCY_SIZE);

    if (kept) memcpy(bytes, before.data + before.size - kept, kept);
    for (size_t i = 0; i < LATENCY_SIZE; i++)
        bytes[kept + i] = (uint8_t)(latency_ms >> 8 * (LATENCY_SIZE - 1 - i));
    return (struct slice){ (const char *)bytes, kept + LATENCY_SIZE };
}

void health_succeeded(struct batch *batch, struct arena *scratch, struct id vendor, int64_t at_us,
                      uint64_t latency_ms)
{
    struct health_row row;

    view_get_health(batch_reader(batch), vendor, NO_ID, scratch, &row);
    AS_WRITTEN(batch, row.latencies.size % LATENCY_SIZE == 0);
    row.succeeded_at  = at_us;
    row.failing_since = 0;
    row.failures      = 0;
    row.last_error    = (struct slice){ NULL, 0 };
    row.latencies     = latencies_with(scratch, row.latencies, latency_ms);
    view_put_health(batch, vendor, NO_ID, &row);
}

void health_failed(struct batch *batch, struct arena *scratch, struct id vendor, int64_t at_us,
                   struct slice why)
{
    struct health_row row;

    view_get_health(batch_reader(batch), vendor, NO_ID, scratch, &row);
    if (!row.failures++) row.failing_since = at_us;
    row.last_error = why;
    view_put_health(batch, vendor, NO_ID, &row);
}

void health_told(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct health_row row;

    view_get_health(batch_reader(batch), event->stream, NO_ID, scratch, &row);
    row.told_percent = event->endpoint_health_changed.threshold_percent;
    view_put_health(batch, event->stream, NO_ID, &row);
}

/* -- reading -------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;

    return *left < *right ? -1 : *left > *right;
}

bool health_latency_of(const struct health_row *row, struct health_latency *latency)
{
    uint64_t ms[LATENCIES_KEPT] = { 0 };
    size_t   count              = row->latencies.size / LATENCY_SIZE;

    if (!count || count > LATENCIES_KEPT) return false;
    for (size_t i = 0; i < count * LATENCY_SIZE; i++)
        ms[i / LATENCY_SIZE] = ms[i / LATENCY_SIZE] << 8 | (uint8_t)row->latencies.data[i];
    qsort(ms, count, sizeof *ms, by_size);
    *latency = (struct health_latency){ ms[count / 2], ms[count * 95 / 100] };
    return true;
}
