#include "api/post/backoff.h"

int64_t backoff_us(int64_t first_us, int64_t max_us, uint64_t attempt, uint32_t random)
{
    int64_t whole = first_us < max_us ? first_us : max_us;

    ensure(first_us > 0 && max_us > 0 && attempt > 0);
    for (uint64_t i = 1; i < attempt && whole < max_us; i++)
        whole = whole > max_us / 2 ? max_us : whole * 2;
    int64_t sure = whole / 2, randomness = whole - sure;
    return sure + (int64_t)((double)randomness * ((double)random / (double)UINT32_MAX));
}

size_t breaker_room(const struct breaker *breaker, int64_t now_us, size_t max)
{
    if (now_us < breaker->open_until) return 0;
    return breaker->failures >= BREAKER_FAILURES && max > 1 ? 1 : max;
}

void breaker_worked(struct breaker *breaker) { breaker->failures = breaker->rests = 0; }

void breaker_failed(struct breaker *breaker, int64_t now_us, uint32_t random)
{
    if (breaker->failures < BREAKER_FAILURES) breaker->failures++;
    if (breaker->failures < BREAKER_FAILURES) return;
    if (now_us < breaker->open_until) return; /* it was under way when the breaker opened */
    breaker->rests++;
    breaker_pause(breaker, now_us + backoff_us(BREAKER_REST_FIRST, BREAKER_REST_MAX, breaker->rests,
                                               random));
}

void breaker_pause(struct breaker *breaker, int64_t until_us)
{
    if (breaker->open_until < until_us) breaker->open_until = until_us;
}
