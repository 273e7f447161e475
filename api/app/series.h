/* series.h -- values over time, thinned: a stretch of time in buckets of equal length, and of
 * each what an app draws a chart from.
 *
 *     {"items":[{"from":…,"to":…,"min":20.5,"max":22,"mean":21.3,"last":22,"count":60},…]}
 *
 * Times are half-open. A bucket in which nothing was observed is not there. Where all of a
 * bucket's values are numbers it has `min`, `max` and `mean`; of other kinds only `last`, the
 * value observed last, and `count`. Values may come in any order.
 *
 * THREADS   One at a time.
 * MEMORY    Values are copied; series_free() frees all of it.
 */
#ifndef PIOT_API_APP_SERIES_H
#define PIOT_API_APP_SERIES_H

#include "core/base/json.h"
#include "core/wire/decimal.h"

enum { SERIES_POINTS_MAX = 1000 }; /* more than a screen is wide */

struct series_bucket {
    uint64_t      count, numbers; /* values; those of them that are numbers */
    double        min, max;       /* of the numbers */
    long double   sum;            /* no sum of doubles is too large for it */
    char          min_text[DECIMAL_TEXT_MAX], max_text[DECIMAL_TEXT_MAX]; /* as they came */
    int64_t       last_at;
    struct buffer last;
};
struct series {
    int64_t              from, to, length; /* microseconds; `length` of a bucket */
    size_t               count;
    struct series_bucket buckets[SERIES_POINTS_MAX];
};

/* From before to, at most as many buckets as SERIES_POINTS_MAX and as there are microseconds. */
struct series *series_new(int64_t from, int64_t to, size_t points);
void           series_free(struct series *series); /* NULL is fine */
/* A value, as canonical JSON; one outside the time is passed over. */
void series_add(struct series *series, int64_t observed_at, struct slice value);
void series_write(const struct series *series, struct json *json); /* the whole object */

#endif
