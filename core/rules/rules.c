#include "core/rules/ruling.h"

#include <string.h>

enum refusal decide(struct ruling *on)
{
    const struct intent *intent = on->intent;
    enum refusal         answer = ACCEPTED;

    ensure(on->out->count == 0 && id_given(intent->stream));
    ensure(intent_stream_kind(intent->type) == ID_NONE ||
           intent_stream_kind(intent->type) == id_kind(intent->stream));
    switch (intent->type) {
    case INTENT_NONE:
        impossible("an intent of no type");
/* clang-format off */
#define INTENT(name, ...) \
    case INTENT_##name: answer = decide_##name(on, &intent->name); break;
/* clang-format on */
#include "core/facts/intents.def"
#undef INTENT
    }
    ensure(answer == ACCEPTED || on->out->count == 0); /* a refusal changes nothing */
    if (reader_failure(on->registry).code != STATUS_OK) on->out->count = 0;
    return answer;
}

enum refusal rules_contradicted(struct ruling *on, const char *what)
{
    reader_note(on->registry, failed(STATUS_CORRUPT, "the registry contradicts itself: %s", what));
    ensure(reader_failure(on->registry).code != STATUS_OK); /* so decide() gives no events */
    return ACCEPTED;
}

/* Does an event of that type belong into such a stream? */
static bool stands_in(enum event_type type, struct id stream)
{
    const char *kind = event_stream_name(type);

    return strcmp(kind, "any") == 0 || strcmp(kind, id_kind_name(id_kind(stream))) == 0;
}

struct event *rules_happened(struct ruling *on, enum event_type type)
{
    ensure(on->out->count < EVENT_BATCH_MAX);
    ensure(stands_in(type, on->intent->stream));
    struct event *event = &on->out->events[on->out->count++];

    *event              = (struct event){ .type = type, .schema = EVENT_SCHEMA };
    event->id           = ids_next(on->ids, ID_event, on->now_us);
    event->stream       = on->intent->stream;
    event->actor        = on->intent->actor;
    event->on_behalf_of = on->intent->on_behalf_of;
    event->causation    = on->intent->causation;
    event->occurred_at  = on->intent->occurred_at;
    return event;
}

struct id rules_new_id(struct ruling *on, enum id_kind kind)
{
    ensure(id_kind_known(kind) && on->now_us > 0);
    return ids_next(on->ids, kind, on->now_us);
}

_Static_assert(SALT_SIZE >= 16, "nobody tries all of them");
struct slice rules_new_salt(struct ruling *on)
{
    char *bytes = arena_take(on->arena, SALT_SIZE);

    on->ids->random(on->ids->context, bytes, SALT_SIZE);
    return (struct slice){ bytes, SALT_SIZE };
}

bool rules_vendor_works(struct ruling *on, struct id vendor)
{
    struct vendor_record record;

    if (!known_vendor(on, vendor, NO_ID, &record)) return false;
    return AS_WRITTEN(on, record.status != VENDOR_none) && record.status == VENDOR_approved;
}
