#include "replay/fold/moment.h"

#include "core/base/clock.h"
#include "core/base/text.h"

static bool parse_position(struct slice text, struct position *position)
{
    *position = (struct position){ 0 };
    return (position_parse(text, position) || text_u64(text, &position->number)) &&
           position->number > 0;
}

bool moment_parse(struct slice text, struct moment *moment)
{
    struct moment found = { .at_us = 0 };

    if (!text.size) return false;
    if (!parse_position(text, &found.position)) {
        found.position = (struct position){ 0 };
        if (!instant_parse(text, &found.at_us)) return false;
    }
    *moment = found;
    return true;
}

static struct status at_instant(struct reader *reader, int64_t at_us, uint64_t *position)
{
    char text[INSTANT_TEXT_MAX];

    TRY(log_position_at(reader, at_us, position));
    if (*position) return OK;
    instant_text(at_us, text);
    return at_us == INT64_MAX ? failed(STATUS_NOT_FOUND, "nothing has happened here yet")
                              : failed(STATUS_NOT_FOUND, "nothing had happened by %s", text);
}

static struct status check_reached(struct reader *reader, struct position position)
{
    char     text[POSITION_TEXT_MAX];
    uint64_t head;

    if (position.partition != reader_partition(reader))
        return failed(STATUS_INVALID, "the log has no partition %u", position.partition);
    TRY(log_head(reader, &head));
    position_text(log_position(reader, head), text);
    return position.number <= head ? OK : failed(STATUS_NOT_FOUND, "the log ends at %s", text);
}

struct status moment_settle(struct reader *reader, struct moment moment, struct position *position,
                            int64_t *at_us)
{
    struct arena arena = { 0 };
    struct event event;

    *position = moment.position;
    if (!position->number) TRY(at_instant(reader, moment.at_us, &position->number));
    if (!position->partition) position->partition = reader_partition(reader);
    TRY(check_reached(reader, *position));
    struct status status = log_read(reader, NULL, position->number, &arena, &event);
    *at_us               = status.code == STATUS_OK ? event.recorded_at : 0;
    arena_free(&arena);
    return status;
}
