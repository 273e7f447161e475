#include "core/base/clock.h"

#include "core/base/text.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

static int64_t read_us(clockid_t id)
{
    struct timespec now;

    ensure(clock_gettime(id, &now) == 0);
    return now.tv_sec * SECOND + now.tv_nsec / 1000;
}

static int64_t real_now(const struct clock *clock)
{
    (void)clock;
    return read_us(CLOCK_REALTIME);
}

static int64_t fake_now(const struct clock *clock)
{
    return clock->fixed_us + atomic_load(&clock->offset_us);
}

static int64_t steady_now(const struct clock *clock)
{
    return read_us(CLOCK_BOOTTIME) + atomic_load(&clock->offset_us);
}

struct clock clock_real(void) { return (struct clock){ .now_us = real_now }; }

struct clock clock_steady(void)
{
    int64_t boot = read_us(CLOCK_BOOTTIME);

    return (struct clock){ .now_us      = steady_now,
                           .offset_us   = read_us(CLOCK_REALTIME) - boot,
                           .followed_us = boot };
}

struct clock clock_fake(int64_t at_us)
{
    return (struct clock){ .now_us = fake_now, .fixed_us = at_us, .followed_us = at_us };
}

/* -- against the wall clock -- */

#define FOLLOW_EVERY SECOND
#define FOLLOW_SHARE 2000 /* one part of it, which is 500 ppm */

static bool is_fake(const struct clock *clock) { return clock->now_us == fake_now; }

static int64_t boot_us(const struct clock *clock)
{
    return is_fake(clock) ? clock->fixed_us : read_us(CLOCK_BOOTTIME);
}

static int64_t wall_us(const struct clock *clock)
{
    return is_fake(clock) ? clock->fixed_us + clock->stepped_us : read_us(CLOCK_REALTIME);
}

/* The wall clock is read at some moment between the two others. However long this thread is
 * kept from going on there, that is no step. */
static int64_t step_from(const struct clock *clock, int64_t offset)
{
    int64_t before = boot_us(clock), wall = wall_us(clock), after = boot_us(clock);

    if (wall > after + offset) return wall - after - offset;
    if (wall < before + offset) return wall - before - offset;
    return 0;
}

int64_t clock_step(const struct clock *clock)
{
    if (clock->now_us == real_now) return 0; /* it is the wall clock */
    return step_from(clock, atomic_load(&clock->offset_us));
}

void clock_follow(struct clock *clock)
{
    int64_t boot = boot_us(clock), passed = boot - clock->followed_us;

    if (clock->now_us == real_now || passed < FOLLOW_EVERY) return;
    int64_t offset = atomic_load(&clock->offset_us), most = passed / FOLLOW_SHARE;
    int64_t step = step_from(clock, offset);
    if (step > most) step = most;
    if (step < -most) step = -most;
    /* If another time was accepted meanwhile, that stands. */
    atomic_compare_exchange_strong(&clock->offset_us, &offset, offset + step);
    clock->followed_us = boot;
}

bool clock_accept(struct clock *clock, int64_t now_us, int64_t within_us, int64_t *wall,
                  int64_t *step_us)
{
    int64_t boot = boot_us(clock);

    ensure(clock->now_us != real_now && within_us >= 0);
    *wall    = wall_us(clock);
    *step_us = *wall - boot - atomic_load(&clock->offset_us);
    if (*wall - now_us > within_us || now_us - *wall > within_us) return false;
    atomic_store(&clock->offset_us, *wall - boot);
    return true;
}

int64_t clock_monotonic_us(void) { return read_us(CLOCK_MONOTONIC); }

struct date {
    int year, month, day;
};

/* Days since 1970-01-01 and back, in the Gregorian calendar. Counting years from
 * March puts the leap day at the end of a year, so that month lengths follow one
 * formula; 146097 days are 400 years, 719468 days lie between 0000-03-01 and
 * 1970-01-01. For years 0 to 9999. */
static int64_t days_of(struct date date)
{
    int64_t year  = date.month > 2 ? date.year : date.year - 1;
    int64_t era   = (year + 400) / 400 - 1; /* rounds down for year -1 too */
    int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t in    = year - era * 400;

    return era * 146097 + in * 365 + in / 4 - in / 100 + (153 * month + 2) / 5 + date.day - 1 -
           719468;
}

static struct date date_of(int64_t days)
{
    int64_t since = days + 719468 + 146097; /* one era more keeps it positive */
    int64_t era = since / 146097, in_era = since % 146097;
    int64_t year  = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t day   = in_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * day + 2) / 153;

    day   = day - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    year += (era - 1) * 400 + (month <= 2);
    return (struct date){ (int)year, (int)month, (int)day };
}

static void put_digits(char *at, int digits, int value)
{
    for (char *to = at + digits; to > at; value /= 10) *--to = (char)('0' + value % 10);
}

#define YEAR_0     (-719528 * DAY) /* 0000-01-01T00:00:00Z */
#define YEAR_10000 (2932897 * DAY)

void instant_text(int64_t at_us, char text[INSTANT_TEXT_MAX])
{
    struct date date;
    int64_t     days, of_day;

    if (at_us < YEAR_0) at_us = YEAR_0;
    if (at_us >= YEAR_10000) at_us = YEAR_10000 - 1;
    days   = at_us / DAY - (at_us % DAY < 0);
    of_day = at_us - days * DAY;
    date   = date_of(days);

    memcpy(text, "YYYY-MM-DDThh:mm:ss.fffZ", 25);
    put_digits(text, 4, date.year);
    put_digits(text + 5, 2, date.month);
    put_digits(text + 8, 2, date.day);
    put_digits(text + 11, 2, (int)(of_day / HOUR));
    put_digits(text + 14, 2, (int)(of_day / MINUTE % 60));
    put_digits(text + 17, 2, (int)(of_day / SECOND % 60));
    put_digits(text + 20, 3, (int)(of_day / MILLISECOND % 1000));
}

/* -- reading -- */

static bool take_number(struct slice *rest, size_t digits, int *value)
{
    int sum = 0;

    if (rest->size < digits) return false;
    for (size_t i = 0; i < digits; i++) {
        if (rest->data[i] < '0' || rest->data[i] > '9') return false;
        sum = 10 * sum + (rest->data[i] - '0');
    }
    *rest  = (struct slice){ rest->data + digits, rest->size - digits };
    *value = sum;
    return true;
}

/* One character out of `choice`, or '\0'. */
static char take_one(struct slice *rest, const char *choice)
{
    char found;

    if (rest->size == 0 || rest->data[0] == '\0' || !strchr(choice, rest->data[0])) return '\0';
    found = rest->data[0];
    *rest = (struct slice){ rest->data + 1, rest->size - 1 };
    return found;
}

static bool take_date(struct slice *rest, struct date *date)
{
    static const int8_t lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool                leap;

    if (!take_number(rest, 4, &date->year) || !take_one(rest, "-") ||
        !take_number(rest, 2, &date->month) || !take_one(rest, "-") ||
        !take_number(rest, 2, &date->day))
        return false;
    leap = date->year % 4 == 0 && (date->year % 100 != 0 || date->year % 400 == 0);
    return date->month >= 1 && date->month <= 12 && date->day >= 1 &&
           date->day <= lengths[date->month - 1] + (date->month == 2 && leap);
}

/* The fraction after a second, in microseconds; finer digits are cut off. */
static bool take_fraction(struct slice *rest, int64_t *us)
{
    int64_t unit = SECOND / 10;
    int     digit, count = 0;

    *us = 0;
    if (!take_one(rest, ".")) return true;
    for (; count < 9 && take_number(rest, 1, &digit); count++, unit /= 10) *us += digit * unit;
    return count > 0;
}

static bool take_offset(struct slice *rest, int64_t *us)
{
    int  hours, minutes;
    char sign = take_one(rest, "Zz+-");

    *us = 0;
    if (sign == 'Z' || sign == 'z') return true;
    if (!sign || !take_number(rest, 2, &hours) || !take_one(rest, ":") ||
        !take_number(rest, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *us = (hours * HOUR + minutes * MINUTE) * (sign == '-' ? -1 : 1);
    return true;
}

bool instant_parse(struct slice text, int64_t *at_us)
{
    struct slice rest = text;
    struct date  date;
    int          hour, minute, second;
    int64_t      fraction, offset, at;

    if (!take_date(&rest, &date) || !take_one(&rest, "Tt") || !take_number(&rest, 2, &hour) ||
        !take_one(&rest, ":") || !take_number(&rest, 2, &minute) || !take_one(&rest, ":") ||
        !take_number(&rest, 2, &second) || !take_fraction(&rest, &fraction) ||
        !take_offset(&rest, &offset) || rest.size || hour > 23 || minute > 59 || second > 60)
        return false;

    at = days_of(date) * DAY + hour * HOUR + minute * MINUTE + second * SECOND - offset;
    /* A leap second ends a month in UTC; not counting it, it is the next one. */
    if (second == 60 && (at % DAY != 0 || date_of(at / DAY).day != 1)) return false;
    at += fraction;
    if (at < 0 || at >= YEAR_10000) return false;
    *at_us = at;
    return true;
}

bool span_parse(struct slice text, int64_t *span_us)
{
    static const struct {
        const char *name;
        int64_t     us;
    } units[] = {
        { "ms", MILLISECOND }, { "s", SECOND }, { "m", MINUTE }, { "h", HOUR }, { "d", DAY },
    };
    size_t   digits = 0;
    uint64_t count;

    while (digits < text.size && text.data[digits] >= '0' && text.data[digits] <= '9') digits++;
    const struct slice unit = { text.data + digits, text.size - digits };
    if (!text_u64((struct slice){ text.data, digits }, &count)) return false;
    for (size_t i = 0; i < COUNT(units); i++) {
        if (!slice_equal(unit, slice_text(units[i].name))) continue;
        if (count > (uint64_t)(INT64_MAX / units[i].us)) return false;
        *span_us = (int64_t)count * units[i].us;
        return true;
    }
    return false;
}
