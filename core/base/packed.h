/* packed.h -- MessagePack as stored things use it: for shape.c, and for the event's
 * envelope, which is the one stored thing that is not a plain shape.
 *
 * msgpack-c writes, and this is its one face. Reading is ours, for two reasons: its
 * unpacker makes a tree of objects on the heap first, so that reading an event took
 * two and a half times as long; and it takes every form of a number or a length, while
 * for us equal values are equal bytes. The cursor here takes the shortest form alone,
 * so whatever it reads is packed to the very same bytes again.
 */
#ifndef PIOT_PACKED_H
#define PIOT_PACKED_H

#include <msgpack.h>

#include "core/base/shape.h"

/* -- reading ------------------------------------------------------------------
 *
 * Each call takes the next item. If it is not there, of another type, or in a longer
 * form than it needs, the cursor is spoilt: it stays so, and every item is 0 or empty
 * from then on. So one look at `good` behind the last item tells about all of them.
 * Text and bytes point into what is read; empty ones are NULL. */
struct packed {
    const uint8_t *at, *end;
    bool           good;
};
struct packed      packed_open(struct slice bytes);
static inline bool packed_ended(const struct packed *from) /* well, and nothing follows */
{
    return from->good && from->at == from->end;
}
uint64_t     packed_u64(struct packed *from);
int64_t      packed_i64(struct packed *from);
bool         packed_flag(struct packed *from);
struct slice packed_text(struct packed *from);
struct slice packed_bytes(struct packed *from);
struct id    packed_id(struct packed *from); /* none, or of a kind we know */
/* How many items follow, or pairs of them; no more than there are bytes left. */
size_t packed_array(struct packed *from);
size_t packed_map(struct packed *from);
/* Only if it is nil, it is taken; else the cursor stays as it is. */
bool packed_nil(struct packed *from);
/* The fields of `part`, and how many there are; an older array has fewer. */
must_use struct status shape_read(const struct shape *shape, struct packed *from,
                                  enum shape_part part, struct arena *arena, void *body,
                                  size_t *count);

/* -- writing ------------------------------------------------------------------ */

/* Here, so that where a packer is local the compiler sees through its call of append. */
static inline int packer_append(void *out, const char *data, size_t size)
{
    buffer_add(out, (struct slice){ data, size });
    return 0;
}
/* A packer that writes to the end of `out`. */
static inline msgpack_packer packer_to(struct buffer *out)
{
    return (msgpack_packer){ out, packer_append };
}
static inline void pack_text(msgpack_packer *packer, struct slice text)
{
    msgpack_pack_str(packer, text.size);
    if (text.size) msgpack_pack_str_body(packer, text.data, text.size);
}
static inline void pack_bytes(msgpack_packer *packer, struct slice bytes)
{
    msgpack_pack_bin(packer, bytes.size);
    if (bytes.size) msgpack_pack_bin_body(packer, bytes.data, bytes.size);
}
static inline void pack_id(msgpack_packer *packer, const struct id *id) /* none: no bytes */
{
    pack_bytes(packer, (struct slice){ (const char *)id->bytes, id_given(*id) ? ID_SIZE : 0 });
}

#endif
