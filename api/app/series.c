#include "api/app/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct series *series_new(int64_t from, int64_t to, size_t points)
{
    struct series *series = calloc(1, sizeof *series);

    ensure(series != NULL && from < to && points > 0 && points <= SERIES_POINTS_MAX);
    series->from   = from;
    series->to     = to;
    series->length = (to - from - 1) / (int64_t)points + 1;
    series->count  = (size_t)((to - from - 1) / series->length) + 1;
    return series;
}

void series_free(struct series *series)
{
    if (!series) return;
    for (size_t i = 0; i < series->count; i++) buffer_free(&series->buckets[i].last);
    free(series);
}

static bool is_number(struct slice value)
{
    return value.size && value.size < DECIMAL_TEXT_MAX &&
           (value.data[0] == '-' || (value.data[0] >= '0' && value.data[0] <= '9'));
}

static void bucket_add_number(struct series_bucket *bucket, struct slice value)
{
    char text[DECIMAL_TEXT_MAX];

    memcpy(text, value.data, value.size);
    text[value.size] = '\0';
    double number    = strtod(text, NULL);
    if (!bucket->numbers || number < bucket->min) {
        bucket->min = number;
        memcpy(bucket->min_text, text, value.size + 1);
    }
    if (!bucket->numbers || number > bucket->max) {
        bucket->max = number;
        memcpy(bucket->max_text, text, value.size + 1);
    }
    bucket->sum += number;
    bucket->numbers++;
}

void series_add(struct series *series, int64_t observed_at, struct slice value)
{
    if (observed_at < series->from || observed_at >= series->to) return;
    struct series_bucket *bucket = &series->buckets[(observed_at - series->from) / series->length];
    if (is_number(value)) bucket_add_number(bucket, value);
    if (!bucket->count++ || observed_at >= bucket->last_at) {
        bucket->last_at = observed_at;
        buffer_clear(&bucket->last);
        buffer_add(&bucket->last, value);
    }
}

/* Fifteen digits are what a double keeps of any decimal; a mean is no more exact than that. */
static void put_mean(struct json *json, const struct series_bucket *bucket)
{
    char text[DECIMAL_TEXT_MAX];

    snprintf(text, sizeof text, "%.15g", (double)(bucket->sum / bucket->numbers));
    json_put_raw(json, "mean", slice_text(text));
}

static void bucket_write(const struct series_bucket *bucket, int64_t from, int64_t to,
                         struct json *json)
{
    json_object(json);
    json_put_instant(json, "from", from);
    json_put_instant(json, "to", to);
    if (bucket->numbers == bucket->count) {
        json_put_raw(json, "min", slice_text(bucket->min_text));
        json_put_raw(json, "max", slice_text(bucket->max_text));
        put_mean(json, bucket);
    }
    json_put_raw(json, "last", buffer_slice(&bucket->last));
    json_put_u64(json, "count", bucket->count);
    json_object_end(json);
}

void series_write(const struct series *series, struct json *json)
{
    json_object(json);
    json_name(json, "items");
    json_array(json);
    for (size_t i = 0; i < series->count; i++) {
        int64_t from = series->from + (int64_t)i * series->length;
        int64_t to   = series->to - from > series->length ? from + series->length : series->to;
        if (series->buckets[i].count) bucket_write(&series->buckets[i], from, to, json);
    }
    json_array_end(json);
    json_object_end(json);
}
