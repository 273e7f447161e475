#include "replay/fold/moment.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"

static bool parse_position(struct slice text, uint64_t *position)
{
    const char  *slash     = memchr(text.data, '/', text.size);
    uint64_t     partition = PARTITION_ONE;
    struct slice last      = text;

    if (slash) {
        size_t first = (size_t)(slash - text.data);
        if (!text_u64((struct slice){ text.data, first }, &partition)) return false;
        last = (struct slice){ slash + 1, text.size - first - 1 };
    }
    return partition == PARTITION_ONE && text_u64(last, position) && *position > 0;
}

bool moment_parse(struct slice text, struct moment *moment)
{
    struct moment found = { 0, 0 };

    if (!text.size) return false;
    if (!parse_position(text, &found.position)) {
        found.position = 0;
        if (!instant_parse(text, &found.at_us)) return false;
    }
    *moment = found;
    return true;
}

static struct status at_instant(struct reader *reader, int64_t at_us, uint64_t *position)
{
    char text[INSTANT_TEXT_MAX];

    TRY(log_position_at(reader, PARTITION_ONE, at_us, position));
    if (*position) return OK;
    instant_text(at_us, text);
    return at_us == INT64_MAX ? failed(STATUS_NOT_FOUND, "nothing has happened here yet")
                              : failed(STATUS_NOT_FOUND, "nothing had happened by %s", text);
}

struct status moment_settle(struct reader *reader, struct moment moment, uint64_t *position,
                            int64_t *at_us)
{
    struct arena arena = { 0 };
    struct event event;
    uint64_t     head;

    *position = moment.position;
    if (!moment.position) TRY(at_instant(reader, moment.at_us, position));
    TRY(log_head(reader, PARTITION_ONE, &head));
    if (*position > head)
        return failed(STATUS_NOT_FOUND, "the log ends at %u/%llu", PARTITION_ONE,
                      (unsigned long long)head);
    struct status status = log_read(reader, NULL, PARTITION_ONE, *position, &arena, &event);
    *at_us               = status.code == STATUS_OK ? event.recorded_at : 0;
    arena_free(&arena);
    return status;
}

void moment_text(uint64_t position, char text[MOMENT_TEXT_MAX])
{
    snprintf(text, MOMENT_TEXT_MAX, "%u/%llu", PARTITION_ONE, (unsigned long long)position);
}
