#include "api/pushes/quiet.h"

#include <stdio.h>
#include <string.h>

#include "core/base/durable.h"

/* -- a zone's file ------------------------------------------------------------------------- */

enum {
    ZONE_HEAD      = 44, /* "TZif", a version, 15 bytes that are not used, and six counts */
    ZONE_COUNTS    = 20,
    ZONE_TYPE_SIZE = 6,         /* offset, is it summer time, and its name */
    ZONE_FILE_MAX  = 16 * 1024, /* bytes; the longest of Debian's has 3.9 KB */
    ZONE_NAME_MAX  = 64,        /* bytes, as the API takes them */
};

struct zone_counts {
    uint32_t utc_marks, standard_marks, leaps, changes, types, letters;
};

static uint64_t zone_number(const char *bytes, size_t size)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++) number = number << 8 | (uint8_t)bytes[i];
    return number;
}

/* Takes a head off the front. False: it is none. */
static bool zone_take_head(struct slice *rest, struct zone_counts *counts)
{
    uint32_t *const all[] = { &counts->utc_marks, &counts->standard_marks, &counts->leaps,
                              &counts->changes,   &counts->types,          &counts->letters };

    if (rest->size < ZONE_HEAD || memcmp(rest->data, "TZif", 4) != 0) return false;
    for (size_t i = 0; i < COUNT(all); i++) {
        *all[i] = (uint32_t)zone_number(rest->data + ZONE_COUNTS + 4 * i, 4);
        if (*all[i] > ZONE_FILE_MAX) return false;
    }
    rest->data += ZONE_HEAD;
    rest->size -= ZONE_HEAD;
    return true;
}

/* Of a block whose instants have so many bytes. */
static size_t zone_block_size(const struct zone_counts *counts, size_t instant)
{
    return counts->changes * (instant + 1) + (size_t)counts->types * ZONE_TYPE_SIZE +
           counts->letters + counts->leaps * (instant + 4) + counts->standard_marks +
           counts->utc_marks;
}

/* Which of the types holds at that second: that of the last change before, else the first. */
static size_t zone_type_at(const char *block, uint32_t changes, int64_t at_s)
{
    size_t low = 0, high = changes; /* how many changes there were by then */

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((int64_t)zone_number(block + 8 * middle, 8) <= at_s) low = middle + 1;
        else high = middle;
    }
    return low ? (uint8_t)block[8 * (size_t)changes + low - 1] : 0;
}

int64_t zone_offset(struct slice file, int64_t at_us)
{
    struct zone_counts counts;
    struct slice       rest = file;
    size_t             skip, type;

    if (!zone_take_head(&rest, &counts)) return 0;
    skip = zone_block_size(&counts, 4); /* the block of 32-bit instants */
    if (rest.size < skip) return 0;
    rest = (struct slice){ rest.data + skip, rest.size - skip };
    if (!zone_take_head(&rest, &counts) || rest.size < zone_block_size(&counts, 8)) return 0;
    type = zone_type_at(rest.data, counts.changes, at_us / SECOND);
    if (type >= counts.types) return 0;
    rest.data += 9 * (size_t)counts.changes + ZONE_TYPE_SIZE * type;
    return (int32_t)(uint32_t)zone_number(rest.data, 4) * SECOND;
}

/* Only names that the API takes come here; a path that leads elsewhere is none of them. */
static int64_t zone_offset_of(struct slice name, int64_t at_us)
{
    char          path[sizeof "/usr/share/zoneinfo/" + ZONE_NAME_MAX];
    struct buffer text   = { 0 };
    int64_t       offset = 0;

    if (!name.size || name.size > ZONE_NAME_MAX || memchr(name.data, '.', name.size)) return 0;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%.*s", (int)name.size, name.data);
    if (durable_read(path, ZONE_FILE_MAX, &text).code == STATUS_OK)
        offset = zone_offset(buffer_slice(&text), at_us);
    buffer_free(&text);
    return offset;
}

/* -- the hours ----------------------------------------------------------------------------- */

/* "22:30" since midnight; -1: it is no time of day. */
static int64_t time_of_day(struct slice text)
{
    unsigned hours, minutes;
    char     copy[8];

    if (text.size != 5) return -1;
    memcpy(copy, text.data, 5);
    copy[5] = '\0';
    return sscanf(copy, "%2u:%2u", &hours, &minutes) == 2 ? hours * HOUR + minutes * MINUTE : -1;
}

int64_t quiet_until(struct slice zone, struct slice from, struct slice to, int64_t now_us)
{
    int64_t begins = time_of_day(from), ends = time_of_day(to), local, since;

    if (begins < 0 || ends < 0 || begins == ends) return 0;
    local = (now_us + zone_offset_of(zone, now_us)) % DAY;
    since = (local - begins + DAY) % DAY;
    if (since >= (ends - begins + DAY) % DAY) return 0;
    return now_us + (ends - local + DAY) % DAY;
}
