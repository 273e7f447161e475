/* envelope.c -- an event to and from the bytes that are hashed and kept. */
#include <limits.h>
#include <string.h>

#include "core/base/packed.h"
#include "core/facts/event.h"

enum { ENVELOPE_ITEMS = 17, SEAL_ITEMS = 3 };

/* -- writing ---------------------------------------------------------------- */

static void pack_seal(msgpack_packer *packer, const struct seal *seal)
{
    if (!id_given(seal->owner)) {
        msgpack_pack_nil(packer);
        return;
    }
    msgpack_pack_array(packer, SEAL_ITEMS);
    pack_id(packer, &seal->owner);
    pack_bytes(packer, SLICE_OF(seal->nonce));
    pack_bytes(packer, SLICE_OF(seal->ciphertext.bytes));
}

void event_encode(const struct event *event, struct buffer *envelope)
{
    const struct shape *shape = event_shape(event->type);
    ensure(shape != NULL && id_given(event->id) && id_given(event->stream));
    ensure(event->version > 0 && event->recorded_at > 0 && event->occurred_at >= 0);
    static const struct hash none;
    bool                     first  = memcmp(&event->previous, &none, sizeof none) == 0;
    msgpack_packer           packer = packer_to(envelope);

    msgpack_pack_array(&packer, ENVELOPE_ITEMS);
    msgpack_pack_uint64(&packer, EVENT_FORMAT);
    pack_id(&packer, &event->id);
    msgpack_pack_uint64(&packer, (uint64_t)event->type);
    msgpack_pack_uint64(&packer, event->schema);
    pack_id(&packer, &event->stream);
    msgpack_pack_uint64(&packer, event->version);
    pack_bytes(&packer, first ? (struct slice){ 0 } : SLICE_OF(event->previous.bytes));
    msgpack_pack_int64(&packer, event->recorded_at);
    msgpack_pack_int64(&packer, event->occurred_at);
    msgpack_pack_array(&packer, 2);
    msgpack_pack_uint64(&packer, (uint64_t)event->actor.kind);
    pack_id(&packer, &event->actor.id);
    pack_id(&packer, &event->on_behalf_of);
    pack_text(&packer, event->correlation);
    pack_id(&packer, &event->causation);
    pack_text(&packer, event->traceparent);
    msgpack_pack_uint64(&packer, event->flags);
    shape_encode_first(shape, event_body(event, shape), SHAPE_PUBLIC,
                       shape_count(shape, SHAPE_PUBLIC) - event->lacking, envelope);
    pack_seal(&packer, &event->seal);
}

void event_encode_personal(const struct event *event, struct buffer *plain)
{
    const struct shape *shape = event_shape(event->type);
    ensure(shape != NULL && shape_has_personal(shape));

    shape_encode(shape, event_body(event, shape), SHAPE_PERSONAL, plain);
}

/* -- reading ---------------------------------------------------------------- */

/* Exactly `size` bytes, or the cursor is spoilt. */
static void take_bytes(struct packed *from, void *to, size_t size)
{
    struct slice bytes = packed_bytes(from);

    if (bytes.size == size) memcpy(to, bytes.data, size);
    else from->good = false;
}

/* The first event of a stream has none before it, and says so with no bytes alone. */
static void take_previous(struct packed *from, struct hash *previous)
{
    static const struct hash none;
    struct slice             bytes = packed_bytes(from);

    if (bytes.size == 0) return;
    if (bytes.size == SHA256_SIZE) memcpy(previous->bytes, bytes.data, SHA256_SIZE);
    if (memcmp(previous, &none, sizeof none) == 0) from->good = false;
}

static int64_t take_instant(struct packed *from)
{
    int64_t value = packed_i64(from);

    if (value < 0) from->good = false; /* nothing is recorded before 1970 */
    return value;
}

static void take_array(struct packed *from, size_t size)
{
    if (packed_array(from) != size) from->good = false;
}

static void take_actor(struct packed *from, struct actor *actor)
{
    take_array(from, 2);
    uint64_t kind = packed_u64(from);

    if (kind > ACTOR_SUBSCRIBER) from->good = false;
    actor->kind = (enum actor_kind)kind;
    actor->id   = packed_id(from);
}

static void take_seal(struct packed *from, struct seal *seal)
{
    if (packed_nil(from)) return;
    take_array(from, SEAL_ITEMS);
    seal->owner = packed_id(from);
    take_bytes(from, seal->nonce, sizeof seal->nonce);
    take_bytes(from, seal->ciphertext.bytes, sizeof seal->ciphertext.bytes);
    if (!id_given(seal->owner)) from->good = false;
}

/* The public fields stand in the middle of the envelope as an array of their
 * own, which the shape's codec reads. */
static struct status take_fields(struct packed *from, struct arena *arena, struct event *event)
{
    const struct shape *shape = event_shape(event->type);
    size_t              count;

    if (!shape) return failed(STATUS_CORRUPT, "unknown event type %u", (unsigned)event->type);
    if (event->schema != EVENT_SCHEMA)
        return failed(STATUS_CORRUPT, "%s has the unknown schema %llu", shape->name,
                      (unsigned long long)event->schema);
    TRY(shape_read(shape, from, SHAPE_PUBLIC, arena, (char *)event + shape->offset, &count));
    event->lacking = shape_count(shape, SHAPE_PUBLIC) - count;
    return OK;
}

struct status event_decode(struct slice envelope, struct arena *arena, struct event *event)
{
    struct packed from = packed_open(envelope);

    *event = (struct event){ 0 };
    take_array(&from, ENVELOPE_ITEMS);
    if (packed_u64(&from) != EVENT_FORMAT || !from.good)
        return failed(STATUS_CORRUPT, "not an envelope of a known format");
    event->id      = packed_id(&from);
    uint64_t type  = packed_u64(&from);
    event->type    = (enum event_type)type;
    event->schema  = packed_u64(&from);
    event->stream  = packed_id(&from);
    event->version = packed_u64(&from);
    take_previous(&from, &event->previous);
    event->recorded_at = take_instant(&from);
    event->occurred_at = take_instant(&from);
    take_actor(&from, &event->actor);
    event->on_behalf_of = packed_id(&from);
    event->correlation  = packed_text(&from);
    event->causation    = packed_id(&from);
    event->traceparent  = packed_text(&from);
    event->flags        = packed_u64(&from);
    if (!from.good || type > INT_MAX) /* an enum would cut it down to one of ours */
        return failed(STATUS_CORRUPT, "an envelope's header has a wrong type");
    TRY(take_fields(&from, arena, event));
    take_seal(&from, &event->seal);
    if (!packed_ended(&from) || !id_given(event->id) || !id_given(event->stream))
        return failed(STATUS_CORRUPT, "an envelope lacks its seal, id or stream, or goes on");
    if (event->version == 0 || event->recorded_at == 0)
        return failed(STATUS_CORRUPT, "an envelope lacks its version or instant");
    return OK;
}

struct status event_decode_personal(struct slice plain, struct arena *arena, struct event *event)
{
    const struct shape *shape = event_shape(event->type);
    ensure(shape != NULL);

    return shape_decode(shape, plain, SHAPE_PERSONAL, arena, (char *)event + shape->offset);
}
