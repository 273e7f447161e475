/* envelope.c -- an event to and from the bytes that are hashed and kept. */
#include <limits.h>
#include <string.h>

#include "core/facts/event.h"
#include "core/base/packed.h"

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
    bool                     first = memcmp(&event->previous, &none, sizeof none) == 0;
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

/* -- reading: a cursor over the items of the array -------------------------- */

struct items {
    const msgpack_object *at;
    bool                  good; /* all so far had the type they should */
};

static const msgpack_object *take(struct items *items, msgpack_object_type type)
{
    const msgpack_object *item = items->at++;

    if (item->type != type) items->good = false;
    return items->good ? item : NULL;
}

static uint64_t take_u64(struct items *items)
{
    const msgpack_object *item = take(items, MSGPACK_OBJECT_POSITIVE_INTEGER);

    return item ? item->via.u64 : 0;
}

static int64_t take_instant(struct items *items)
{
    uint64_t value = take_u64(items); /* nothing is recorded before 1970 */

    if (value > INT64_MAX) items->good = false;
    return items->good ? (int64_t)value : 0;
}

/* Exactly `size` bytes, or none, which leaves `to` as it is. */
static void take_bytes(struct items *items, void *to, size_t size)
{
    const msgpack_object *item = take(items, MSGPACK_OBJECT_BIN);

    if (item && item->via.bin.size == size) memcpy(to, item->via.bin.ptr, size);
    else if (item && item->via.bin.size) items->good = false;
}

/* None, or of a kind we know: whoever writes it out as text relies on that. */
static void take_id(struct items *items, struct id *id)
{
    take_bytes(items, id->bytes, ID_SIZE);
    if (id_given(*id) && !id_kind_known(id_kind(*id))) items->good = false;
}

static struct slice take_text(struct items *items)
{
    const msgpack_object *item = take(items, MSGPACK_OBJECT_STR);
    struct slice          text = { 0 };

    if (item) items->good = read_text(item, &text);
    return text;
}

static struct items take_array(struct items *items, size_t size)
{
    const msgpack_object *item = take(items, MSGPACK_OBJECT_ARRAY);

    if (item && item->via.array.size != size) items->good = false;
    return (struct items){ items->good ? item->via.array.ptr : NULL, items->good };
}

static void take_actor(struct items *items, struct actor *actor)
{
    struct items inner = take_array(items, 2);
    if (!inner.good) return;
    uint64_t kind = take_u64(&inner);

    take_id(&inner, &actor->id);
    actor->kind = (enum actor_kind)kind;
    items->good = inner.good && kind <= ACTOR_SUBSCRIBER;
}

static void take_seal(struct items *items, struct seal *seal)
{
    if (items->at->type == MSGPACK_OBJECT_NIL) {
        items->at++;
        return;
    }
    struct items inner = take_array(items, SEAL_ITEMS);
    if (!inner.good) return;

    take_id(&inner, &seal->owner);
    take_bytes(&inner, seal->nonce, sizeof seal->nonce);
    take_bytes(&inner, seal->ciphertext.bytes, sizeof seal->ciphertext.bytes);
    items->good = inner.good && id_given(seal->owner);
}

/* The public fields stand in the middle of the envelope as an array of their
 * own, which the shape's codec reads. */
static struct status take_fields(struct items *items, struct arena *arena, struct event *event)
{
    const struct shape   *shape = event_shape(event->type);
    const msgpack_object *item  = items->at++;

    if (!shape) return failed(STATUS_CORRUPT, "unknown event type %u", (unsigned)event->type);
    if (event->schema != EVENT_SCHEMA)
        return failed(STATUS_CORRUPT, "%s has the unknown schema %llu", shape->name,
                      (unsigned long long)event->schema);
    TRY(shape_read(shape, item, SHAPE_PUBLIC, arena, (char *)event + shape->offset));
    event->lacking = shape_count(shape, SHAPE_PUBLIC) - item->via.array.size;
    return OK;
}

static struct status read_envelope(const msgpack_object *root, struct arena *arena,
                                   struct event *event)
{
    struct items outer = { root, true };
    struct items items = take_array(&outer, ENVELOPE_ITEMS);

    if (!items.good || take_u64(&items) != EVENT_FORMAT)
        return failed(STATUS_CORRUPT, "not an envelope of a known format");
    take_id(&items, &event->id);
    uint64_t type = take_u64(&items);
    event->type   = (enum event_type)type;
    event->schema = take_u64(&items);
    take_id(&items, &event->stream);
    event->version = take_u64(&items);
    take_bytes(&items, event->previous.bytes, SHA256_SIZE);
    event->recorded_at = take_instant(&items);
    event->occurred_at = take_instant(&items);
    take_actor(&items, &event->actor);
    take_id(&items, &event->on_behalf_of);
    event->correlation = take_text(&items);
    take_id(&items, &event->causation);
    event->traceparent = take_text(&items);
    event->flags       = take_u64(&items);
    if (!items.good || type > INT_MAX) /* an enum would cut it down to one of ours */
        return failed(STATUS_CORRUPT, "an envelope's header has a wrong type");
    TRY(take_fields(&items, arena, event));
    take_seal(&items, &event->seal);
    if (!items.good || !id_given(event->id) || !id_given(event->stream))
        return failed(STATUS_CORRUPT, "an envelope lacks its seal, id or stream");
    if (event->version == 0 || event->recorded_at == 0)
        return failed(STATUS_CORRUPT, "an envelope lacks its version or instant");
    return OK;
}

struct status event_decode(struct slice envelope, struct arena *arena, struct event *event)
{
    msgpack_zone   zone;
    msgpack_object root;
    struct status  status;

    *event = (struct event){ 0 };
    ensure(msgpack_zone_init(&zone, 2048));
    if (!unpack(envelope, &zone, &root))
        status = failed(STATUS_CORRUPT, "an envelope is not MessagePack");
    else
        status = read_envelope(&root, arena, event);
    msgpack_zone_destroy(&zone);
    return status;
}

struct status event_decode_personal(struct slice plain, struct arena *arena,
                                    struct event *event)
{
    const struct shape *shape = event_shape(event->type);
    ensure(shape != NULL);

    return shape_decode(shape, plain, SHAPE_PERSONAL, arena, (char *)event + shape->offset);
}
