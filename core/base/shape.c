#include "core/base/shape.h"

#include <string.h>

#include "core/base/packed.h"
#include "core/base/text.h"

bool texts_have(struct texts texts, struct slice text)
{
    for (size_t i = 0; i < texts.count; i++)
        if (slice_equal(texts.items[i], text)) return true;
    return false;
}

static bool in_part(const struct field *field, enum shape_part part)
{
    return part == SHAPE_ALL || field->personal == (part == SHAPE_PERSONAL);
}

size_t shape_count(const struct shape *shape, enum shape_part part)
{
    size_t count = 0;

    for (const struct field *f = shape->fields(); f->name; f++) count += in_part(f, part);
    return count;
}

/* -- writing ---------------------------------------------------------------- */

static int append(void *out, const char *data, size_t size)
{
    buffer_add(out, (struct slice){ data, size });
    return 0;
}

void pack_text(msgpack_packer *packer, struct slice text)
{
    msgpack_pack_str(packer, text.size);
    if (text.size) msgpack_pack_str_body(packer, text.data, text.size);
}

void pack_bytes(msgpack_packer *packer, struct slice bytes)
{
    msgpack_pack_bin(packer, bytes.size);
    if (bytes.size) msgpack_pack_bin_body(packer, bytes.data, bytes.size);
}

void pack_id(msgpack_packer *packer, const struct id *id)
{
    pack_bytes(packer, id_given(*id) ? id_slice(id) : (struct slice){ 0 });
}

msgpack_packer packer_to(struct buffer *out)
{
    msgpack_packer packer;

    msgpack_packer_init(&packer, out, append);
    return packer;
}

static void pack_texts(msgpack_packer *packer, const struct texts *texts)
{
    msgpack_pack_array(packer, texts->count);
    for (size_t i = 0; i < texts->count; i++) pack_text(packer, texts->items[i]);
}

static void pack_values(msgpack_packer *packer, const struct values *values)
{
    msgpack_pack_map(packer, values->count);
    for (size_t i = 0; i < values->count; i++) {
        pack_text(packer, values->items[i].name);
        pack_text(packer, values->items[i].json);
    }
}

static void pack_field(msgpack_packer *packer, enum field_type type, const void *at)
{
    switch (type) {
    case FIELD_id:      pack_id(packer, at); break;
    case FIELD_text:
    case FIELD_json:    pack_text(packer, *(const struct slice *)at); break;
    case FIELD_bytes:   pack_bytes(packer, *(const struct slice *)at); break;
    case FIELD_u64:     msgpack_pack_uint64(packer, *(const uint64_t *)at); break;
    case FIELD_instant: msgpack_pack_int64(packer, *(const int64_t *)at); break;
    case FIELD_flag:
        if (*(const bool *)at) msgpack_pack_true(packer);
        else msgpack_pack_false(packer);
        break;
    case FIELD_texts:  pack_texts(packer, at); break;
    case FIELD_values: pack_values(packer, at); break;
    }
}

void shape_encode_first(const struct shape *shape, const void *body, enum shape_part part,
                        size_t count, struct buffer *out)
{
    msgpack_packer packer = packer_to(out);

    msgpack_pack_array(&packer, count);
    for (const struct field *f = shape->fields(); f->name && count; f++) {
        if (!in_part(f, part)) continue;
        pack_field(&packer, f->type, (const char *)body + f->offset);
        count--;
    }
    ensure(count == 0);
}

void shape_encode(const struct shape *shape, const void *body, enum shape_part part,
                  struct buffer *out)
{
    shape_encode_first(shape, body, part, shape_count(shape, part), out);
}

/* -- reading ---------------------------------------------------------------- */

bool read_text(const msgpack_object *from, struct slice *to)
{
    if (from->type != MSGPACK_OBJECT_STR) return false;
    *to = (struct slice){ from->via.str.size ? from->via.str.ptr : NULL, from->via.str.size };
    return true;
}

static bool read_bytes(const msgpack_object *from, struct slice *to)
{
    if (from->type != MSGPACK_OBJECT_BIN) return false;
    *to = (struct slice){ from->via.bin.size ? from->via.bin.ptr : NULL, from->via.bin.size };
    return true;
}

static bool read_id(const msgpack_object *from, struct id *to)
{
    struct slice bytes;

    if (!read_bytes(from, &bytes) || (bytes.size && bytes.size != ID_SIZE)) return false;
    *to = (struct id){ { 0 } };
    if (bytes.size) memcpy(to->bytes, bytes.data, ID_SIZE);
    return bytes.size == 0 || id_kind_known(id_kind(*to));
}

static bool read_texts(const msgpack_object *from, struct arena *arena, struct texts *to)
{
    if (from->type != MSGPACK_OBJECT_ARRAY) return false;
    size_t        count = from->via.array.size;
    struct slice *items = arena_array(arena, struct slice, count);

    for (size_t i = 0; i < count; i++)
        if (!read_text(&from->via.array.ptr[i], &items[i])) return false;
    *to = (struct texts){ items, count };
    return true;
}

static bool read_values(const msgpack_object *from, struct arena *arena, struct values *to)
{
    if (from->type != MSGPACK_OBJECT_MAP) return false;
    size_t        count = from->via.map.size;
    struct value *items = arena_array(arena, struct value, count);

    for (size_t i = 0; i < count; i++)
        if (!read_text(&from->via.map.ptr[i].key, &items[i].name) ||
            !read_text(&from->via.map.ptr[i].val, &items[i].json)) return false;
    *to = (struct values){ items, count };
    return true;
}

static bool read_instant(const msgpack_object *from, int64_t *to)
{
    if (from->type == MSGPACK_OBJECT_POSITIVE_INTEGER && from->via.u64 > INT64_MAX) return false;
    if (from->type != MSGPACK_OBJECT_POSITIVE_INTEGER &&
        from->type != MSGPACK_OBJECT_NEGATIVE_INTEGER) return false;
    *to = from->via.i64;
    return true;
}

static bool read_field(const msgpack_object *from, enum field_type type, struct arena *arena,
                       void *to)
{
    switch (type) {
    case FIELD_id: return read_id(from, to);
    case FIELD_text:
    case FIELD_json:  return read_text(from, to);
    case FIELD_bytes: return read_bytes(from, to);
    case FIELD_u64:
        if (from->type != MSGPACK_OBJECT_POSITIVE_INTEGER) return false;
        *(uint64_t *)to = from->via.u64;
        return true;
    case FIELD_instant: return read_instant(from, to);
    case FIELD_flag:
        if (from->type != MSGPACK_OBJECT_BOOLEAN) return false;
        *(bool *)to = from->via.boolean;
        return true;
    case FIELD_texts:  return read_texts(from, arena, to);
    case FIELD_values: return read_values(from, arena, to);
    }
    impossible("a field of an undeclared type");
}

struct status shape_read(const struct shape *shape, const msgpack_object *root,
                         enum shape_part part, struct arena *arena, void *body)
{
    if (root->type != MSGPACK_OBJECT_ARRAY)
        return failed(STATUS_CORRUPT, "%s is not an array", shape->name);
    const msgpack_object *item = root->via.array.ptr;
    size_t                left = root->via.array.size;

    for (const struct field *f = shape->fields(); f->name && left; f++) {
        if (!in_part(f, part)) continue;
        if (!read_field(item, f->type, arena, (char *)body + f->offset))
            return failed(STATUS_CORRUPT, "%s.%s has the wrong type", shape->name, f->name);
        item++, left--;
    }
    if (left) return failed(STATUS_CORRUPT, "%s has %zu fields too many", shape->name, left);
    return OK;
}

struct status shape_decode(const struct shape *shape, struct slice bytes, enum shape_part part,
                           struct arena *arena, void *body)
{
    msgpack_zone   zone;
    msgpack_object root;
    struct status  status;

    ensure(msgpack_zone_init(&zone, 2048));
    if (!unpack(bytes, &zone, &root))
        status = failed(STATUS_CORRUPT, "%s is not MessagePack", shape->name);
    else
        status = shape_read(shape, &root, part, arena, body);
    msgpack_zone_destroy(&zone);
    return status;
}

/* -- telling ---------------------------------------------------------------- */

void field_wire_name(const struct field *field, char name[FIELD_NAME_MAX])
{
    size_t size = 0;

    for (const char *c = field->name; *c; c++) {
        ensure(size + 1 < FIELD_NAME_MAX);
        if (*c == '_' && c[1]) name[size++] = (char)(*++c - 'a' + 'A');
        else name[size++] = *c;
    }
    name[size] = '\0';
}

bool field_is_there(const struct field *field, const void *body)
{
    const void *at = (const char *)body + field->offset;

    switch (field->type) {
    case FIELD_id:    return id_given(*(const struct id *)at);
    case FIELD_text:
    case FIELD_json:
    case FIELD_bytes: return ((const struct slice *)at)->size > 0;
    case FIELD_u64:
    case FIELD_flag:  return true;
    case FIELD_instant: return *(const int64_t *)at != 0;
    case FIELD_texts:   return ((const struct texts *)at)->items != NULL;
    case FIELD_values:  return ((const struct values *)at)->items != NULL;
    }
    impossible("a field of an undeclared type");
}

static void json_bytes(struct json *json, struct slice bytes)
{
    char text[2 * 64 + 1];

    ensure(bytes.size <= 64);
    text_hex(bytes, text);
    json_text(json, slice_text(text));
}

void field_json(const struct field *field, const void *body, struct json *json)
{
    const void          *at     = (const char *)body + field->offset;
    const struct texts  *texts  = at;
    const struct values *values = at;

    switch (field->type) {
    case FIELD_id:      json_id(json, *(const struct id *)at); break;
    case FIELD_text:    json_text(json, *(const struct slice *)at); break;
    case FIELD_json:    json_raw(json, *(const struct slice *)at); break;
    case FIELD_bytes:   json_bytes(json, *(const struct slice *)at); break;
    case FIELD_u64:     json_u64(json, *(const uint64_t *)at); break;
    case FIELD_instant: json_instant(json, *(const int64_t *)at); break;
    case FIELD_flag:    json_flag(json, *(const bool *)at); break;
    case FIELD_texts:
        json_array(json);
        for (size_t i = 0; i < texts->count; i++) json_text(json, texts->items[i]);
        json_array_end(json);
        break;
    case FIELD_values:
        json_object(json);
        for (size_t i = 0; i < values->count; i++) {
            json_name_slice(json, values->items[i].name);
            json_raw(json, values->items[i].json);
        }
        json_object_end(json);
        break;
    }
}

void shape_json(const struct shape *shape, const void *body, enum shape_part part,
                struct json *json)
{
    for (const struct field *f = shape->fields(); f->name; f++) {
        char name[FIELD_NAME_MAX];

        if (!in_part(f, part) || !field_is_there(f, body)) continue;
        field_wire_name(f, name);
        json_name(json, name);
        field_json(f, body, json);
    }
}
