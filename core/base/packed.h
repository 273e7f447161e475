/* packed.h -- the one face of msgpack-c: for shape.c, and for the event's
 * envelope, which is the one stored thing that is not a plain shape. */
#ifndef PIOT_PACKED_H
#define PIOT_PACKED_H

#include <msgpack.h>

#include "core/base/shape.h"

/* `bytes` as one object, whose text points into them and whose arrays are in the
 * zone. False: not MessagePack as our shapes use it, or not all of it. */
bool unpack(struct slice bytes, msgpack_zone *zone, msgpack_object *root);
/* Reads the fields of `part` from an array that is unpacked already. */
must_use struct status shape_read(const struct shape *shape, const msgpack_object *root,
                                  enum shape_part part, struct arena *arena, void *body);

/* A packer that writes to the end of `out`. */
msgpack_packer packer_to(struct buffer *out);
void pack_id(msgpack_packer *packer, const struct id *id); /* none: no bytes */
void pack_text(msgpack_packer *packer, struct slice text);
void pack_bytes(msgpack_packer *packer, struct slice bytes);
bool read_text(const msgpack_object *from, struct slice *to);

#endif
