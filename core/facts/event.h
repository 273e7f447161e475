/* event.h -- a fact that happened, and its place in the order of all.
 *
 * An event is two things: the envelope, hashed and kept forever, and the
 * personal fields, sealed apart, so that they can be forgotten without touching
 * a hash. The envelope is a MessagePack array in fixed order:
 *
 *     format, id, type, schema, stream, version, previous, recorded-at,
 *     occurred-at, [actor kind, actor id], on-behalf-of, correlation,
 *     causation, traceparent, flags, [public fields…],
 *     nil | [key owner, nonce, SHA-256 of the ciphertext]
 *
 * It is written once and hashed as stored; it does not hold its own position. A
 * field added to a type's row since then is not in it: it reads as absent, and the
 * event encodes to the bytes it came from all the same, because it remembers how
 * many of today's public fields its envelope lacks. Personal fields are never
 * encoded again: what is checked of them is the ciphertext.
 *
 * MEMORY    Text of a decoded event points into the bytes it came from; lists
 *           are in the arena.
 * ERRORS    STATUS_CORRUPT: the bytes are not an envelope this program knows.
 */
#ifndef PIOT_EVENT_H
#define PIOT_EVENT_H

#include "core/base/crypto.h"
#include "core/base/shape.h"
#include "core/facts/actor.h"

#define FIELD(type, name, meaning)    FIELD_MEMBER(type, name)
#define PERSONAL(type, name, meaning) FIELD_MEMBER(type, name)
#define PASSING(type, name, meaning)  FIELD_MEMBER(type, name)
#define EVENT(tag, name, stream, meaning, ...) \
    struct name {                              \
        char none_[1];                         \
        __VA_ARGS__                            \
    };
#include "core/facts/events.def"
#undef EVENT
#undef PASSING
#undef PERSONAL
#undef FIELD

enum event_type {
#define EVENT(tag, name, ...) EVENT_##name = tag,
#include "core/facts/events.def"
#undef EVENT
};

/* How the personal fields are sealed; owner all zero: there are none. */
struct seal {
    struct id   owner; /* whose key in the vault */
    uint8_t     nonce[AES_NONCE_SIZE];
    struct hash ciphertext; /* SHA-256 of it */
};

enum { EVENT_FORMAT = 1, EVENT_SCHEMA = 1 };

struct event {
    uint64_t        position; /* its number in the log; not in the envelope */
    struct id       id;       /* UUIDv7 */
    enum event_type type;
    uint64_t        schema;
    struct id       stream;
    uint64_t        version;     /* in the stream: 1, 2, 3, … */
    struct hash     previous;    /* leaf hash of the stream's previous event; zero at first */
    int64_t         recorded_at; /* the writer's clock, strictly rising */
    int64_t         occurred_at; /* claimed by whoever reported it; 0: as recorded */
    struct actor    actor;
    struct id       on_behalf_of;
    struct slice    correlation; /* x-correlator */
    struct id       causation;   /* the event this one follows from; none: a request */
    struct slice    traceparent; /* W3C Trace Context */
    uint64_t        flags;       /* none defined yet */
    size_t          lacking;     /* how many of the last public fields of its type an
                                    older program did not write; 0: none, all are there */
    struct seal     seal;
    bool            forgotten; /* it had personal fields, and they are gone */
    union {
#define EVENT(tag, name, ...) struct name name;
#include "core/facts/events.def"
#undef EVENT
    };
};

/* What a decision yields: a few events, not yet in the log. */
enum { EVENT_BATCH_MAX = 48 }; /* a withdrawal cancels each open command of a device */
struct event_batch {
    size_t       count;
    struct event events[EVENT_BATCH_MAX];
};

/* The shape of each type; its tag is the type. NULL: not ours. */
const struct shape *event_shape(enum event_type type);
const struct shape *event_shape_at(size_t index); /* all in the table's order; NULL: no more */
/* "account", "claim" … : whose stream the type stands in; "any". */
const char *event_stream_name(enum event_type type);
/* The shape whose name on the wire is "piot.v1.<kebab>"; NULL: none. */
const struct shape       *event_shape_by_wire_name(struct slice type);
static inline const void *event_body(const struct event *event, const struct shape *shape)
{
    return (const char *)event + shape->offset;
}

/* Whose key seals the personal fields: the account's that is told of or whose
 * stream it is, else the vendor's. None for a type without any. */
struct id event_owner(const struct event *event);
/* Is it of the class that is not kept forever? Then all its personal fields are. */
bool event_passes(enum event_type type);
/* The id in the field of that name; none if the type has no such field. */
struct id event_field_id(const struct event *event, const char *name);

void                   event_encode(const struct event *event, struct buffer *envelope);
void                   event_encode_personal(const struct event *event, struct buffer *plain);
must_use struct status event_decode(struct slice envelope, struct arena *arena,
                                    struct event *event);
/* After event_decode(), with the opened personal fields. */
must_use struct status event_decode_personal(struct slice plain, struct arena *arena,
                                             struct event *event);

/* Empties what is told to nobody who only reads: hashes, keys and signing secrets
 * (every field of bytes), which prove something to us and tell a person nothing, and
 * the text of a password. Whoever shows an event calls this first. */
void event_redact(struct event *event);

/* The event as a CloudEvent 1.0, structured JSON, as apps and auditors see it:
 * type "<prefix>.v1.<name>", subject the stream's id, time recorded-at, the
 * extensions of the contract, data the fields. */
struct event_view {
    struct slice source;    /* of the CloudEvent: who we are, a URI */
    struct slice prefix;    /* "piot" */
    uint32_t     partition; /* of the log it stands in */
    bool         personal;  /* may the reader see personal fields? */
};
void event_cloudevent(const struct event *event, const struct event_view *view, struct json *json);
/* The same, but its data stays open for more members: two objects are still to be ended. */
void event_cloudevent_open(const struct event *event, const struct event_view *view,
                           struct json *json);

#endif
