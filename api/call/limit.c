#include "api/call/limit.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/tables.h"

struct bucket {
    struct id who; /* a keyed hash: nobody can choose callers that share a set */
    double    tokens;
    double    burst; /* 0: a caller not seen before */
    double    per_second;
    int64_t   at_us; /* when `tokens` was right */
};

struct limits {
    uint8_t         key[16];
    pthread_mutex_t lock; /* over the rows */
    struct bucket   rows[LIMIT_ROWS];
};

struct limits *limits_open(void)
{
    struct limits *limits = calloc(1, sizeof *limits);

    ensure(limits != NULL);
    crypto_random(limits->key, sizeof limits->key);
    ensure(pthread_mutex_init(&limits->lock, NULL) == 0);
    return limits;
}

void limits_close(struct limits *limits)
{
    if (limits) pthread_mutex_destroy(&limits->lock);
    free(limits);
}

static struct id name_of(const struct limits *limits, struct slice who)
{
    struct hash hash = crypto_hmac_sha256(SLICE_OF(limits->key), who, (struct slice){ 0 },
                                          (struct slice){ 0 });
    struct id   name = { { ID_request } };

    memcpy(name.bytes + 1, hash.bytes, ID_SIZE - 1);
    return name;
}

static double tokens_now(const struct bucket *bucket, int64_t now_us)
{
    double since  = now_us > bucket->at_us ? (double)(now_us - bucket->at_us) / SECOND : 0;
    double tokens = bucket->tokens + since * bucket->per_second;

    return tokens < bucket->burst ? tokens : bucket->burst;
}

/* How much is missing until the row is worth nothing: the least busy one goes. */
static double missing(const void *row, int64_t now_us)
{
    const struct bucket *bucket = row;

    return (bucket->burst - tokens_now(bucket, now_us)) / bucket->burst;
}

static struct cache cache_of(struct limits *limits)
{
    return (struct cache){ limits->rows, sizeof *limits->rows, LIMIT_ROWS / LIMIT_WAYS, LIMIT_WAYS,
                           missing };
}

static struct limit_verdict bucket_take(struct bucket *bucket, struct limit_rate rate,
                                        uint64_t count, int64_t now_us)
{
    double tokens;

    ensure(rate.per_second > 0 && rate.burst > 0 && count > 0);
    if (bucket->burst == 0) bucket->tokens = (double)rate.burst;
    bucket->burst      = (double)rate.burst;
    bucket->per_second = rate.per_second;
    tokens             = bucket->at_us ? tokens_now(bucket, now_us) : bucket->tokens;
    bool allowed       = tokens >= 1;
    if (allowed) tokens -= (double)count;
    bucket->tokens = tokens;
    bucket->at_us  = now_us;
    double wait    = allowed ? (bucket->burst - tokens) / rate.per_second
                             : (1 - tokens) / rate.per_second;
    return (struct limit_verdict){ allowed, rate.burst, tokens > 0 ? (uint64_t)tokens : 0,
                                   (uint64_t)wait + 1 };
}

struct limit_verdict limit_take(struct limits *limits, struct slice who, struct limit_rate rate,
                                uint64_t count, int64_t now_us)
{
    struct cache cache = cache_of(limits);
    struct id    name  = name_of(limits, who);

    pthread_mutex_lock(&limits->lock);
    struct limit_verdict verdict = bucket_take(cache_place(&cache, name, now_us), rate, count,
                                               now_us);
    pthread_mutex_unlock(&limits->lock);
    return verdict;
}

void limit_give_back(struct limits *limits, struct slice who, int64_t now_us)
{
    struct cache   cache = cache_of(limits);
    struct id      name  = name_of(limits, who);
    struct bucket *bucket;

    pthread_mutex_lock(&limits->lock);
    bucket = cache_find(&cache, name);
    if (bucket && bucket->burst > 0) {
        bucket->tokens = tokens_now(bucket, now_us) + 1;
        bucket->at_us  = now_us;
    }
    pthread_mutex_unlock(&limits->lock);
}
