#include "api/post/backoff.h"

int64_t backoff_us(const struct backoff *backoff, uint64_t attempt, uint32_t random)
{
    int64_t max = backoff->max_us, whole = backoff->first_us < max ? backoff->first_us : max;

    ensure(whole > 0 && attempt > 0 && backoff->factor > 0);
    for (uint64_t i = 1; i < attempt && whole < max && backoff->factor > 1; i++)
        whole = whole > max / backoff->factor ? max : whole * backoff->factor;
    int64_t sure = whole / 2, randomness = whole - sure;
    return sure + (int64_t)((double)randomness * ((double)random / (double)UINT32_MAX));
}

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

int64_t breaker_until(const struct breaker *breaker, int64_t now_us)
{
    int64_t until = later(breaker->open_until, later(breaker->asked_until, breaker->paused_until));

    return until > now_us ? until : 0;
}

bool breaker_tries(const struct breaker *breaker) { return breaker->failures >= BREAKER_FAILURES; }

size_t breaker_room(const struct breaker *breaker, int64_t now_us, size_t max)
{
    if (breaker_until(breaker, now_us)) return 0;
    return breaker_tries(breaker) && max > 1 ? 1 : max;
}

void breaker_worked(struct breaker *breaker) { breaker->failures = breaker->rests = 0; }

void breaker_failed(struct breaker *breaker, int64_t now_us, uint32_t random)
{
    static const struct backoff rest = { BREAKER_REST_FIRST, BREAKER_REST_MAX, 2 };

    if (breaker->failures < BREAKER_FAILURES) breaker->failures++;
    if (breaker->failures < BREAKER_FAILURES) return;
    if (now_us < breaker->open_until) return; /* it was under way when the breaker opened */
    breaker->rests++;
    breaker->open_until = now_us + backoff_us(&rest, breaker->rests, random);
}

void breaker_rest(struct breaker *breaker, int64_t until_us)
{
    breaker->asked_until = later(breaker->asked_until, until_us);
}

void breaker_pause(struct breaker *breaker, int64_t until_us)
{
    breaker->paused_until = later(breaker->paused_until, until_us);
}

void breaker_heard(struct breaker *breaker, int64_t now_us)
{
    int64_t again_at = breaker->heard_at + BREAKER_HEARD_EVERY;

    breaker->paused_until = 0;
    if (breaker->open_until <= now_us) return;
    if (again_at < now_us) again_at = now_us;
    if (again_at < breaker->open_until) breaker->open_until = breaker->heard_at = again_at;
}
