#include "core/base/shape.h"

#include "core/base/packed.h"
#include "core/base/text.h"

bool texts_have(struct texts texts, struct slice text)
{
    for (size_t i = 0; i < texts.count; i++)
        if (slice_equal(texts.items[i], text)) return true;
    return false;
}

struct slice words_text(const struct words *words, unsigned value)
{
    ensure(value < words->count);
    return words->texts[value];
}

unsigned words_find(const struct words *words, struct slice text)
{
    unsigned value = (unsigned)words->count;

    while (--value && !slice_equal(words->texts[value], text)) {}
    return value;
}

bool words_may_become(const struct words *words, unsigned from, unsigned to)
{
    ensure(from < words->count && to < words->count);
    return words->after[to] >> from & 1;
}

static struct slice state_text(const struct field *field, const void *at)
{
    return words_text(field->words, *(const unsigned *)at);
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

static void pack_field(msgpack_packer *packer, const struct field *field, const void *at)
{
    switch (field->type) {
    /* clang-format off */
    case FIELD_id:      pack_id(packer, at); break;
    case FIELD_text:
    case FIELD_json:    pack_text(packer, *(const struct slice *)at); break;
    case FIELD_state:   pack_text(packer, state_text(field, at)); break;
    case FIELD_bytes:   pack_bytes(packer, *(const struct slice *)at); break;
    case FIELD_u64:     msgpack_pack_uint64(packer, *(const uint64_t *)at); break;
    case FIELD_instant: msgpack_pack_int64(packer, *(const int64_t *)at); break;
    case FIELD_flag:
        /* clang-format on */
        if (*(const bool *)at) msgpack_pack_true(packer);
        else msgpack_pack_false(packer);
        break;
    case FIELD_texts: pack_texts(packer, at); break;
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
        pack_field(&packer, f, (const char *)body + f->offset);
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

static struct texts read_texts(struct packed *from, struct arena *arena)
{
    size_t        count = packed_array(from);
    struct slice *items = arena_array(arena, struct slice, count);

    for (size_t i = 0; i < count; i++) items[i] = packed_text(from);
    return (struct texts){ items, count };
}

static struct values read_values(struct packed *from, struct arena *arena)
{
    size_t        count = packed_map(from);
    struct value *items = arena_array(arena, struct value, count);

    for (size_t i = 0; i < count; i++) {
        items[i].name = packed_text(from);
        items[i].json = packed_text(from);
    }
    return (struct values){ items, count };
}

static unsigned read_state(struct packed *from, const struct words *words)
{
    struct slice text  = packed_text(from);
    unsigned     value = words_find(words, text);

    if (!value && text.size) from->good = false;
    return value;
}

static bool read_field(struct packed *from, const struct field *field, struct arena *arena,
                       void *to)
{
    switch (field->type) {
    /* clang-format off */
    case FIELD_id:      *(struct id *)to = packed_id(from); break;
    case FIELD_text:
    case FIELD_json:    *(struct slice *)to = packed_text(from); break;
    case FIELD_state:   *(unsigned *)to = read_state(from, field->words); break;
    case FIELD_bytes:   *(struct slice *)to = packed_bytes(from); break;
    case FIELD_u64:     *(uint64_t *)to = packed_u64(from); break;
    case FIELD_instant: *(int64_t *)to = packed_i64(from); break;
    case FIELD_flag:    *(bool *)to = packed_flag(from); break;
    case FIELD_texts:   *(struct texts *)to = read_texts(from, arena); break;
    case FIELD_values:  *(struct values *)to = read_values(from, arena); break;
        /* clang-format on */
    }
    return from->good;
}

struct status shape_read(const struct shape *shape, struct packed *from, enum shape_part part,
                         struct arena *arena, void *body, size_t *count)
{
    size_t left = *count = packed_array(from);

    if (!from->good) return failed(STATUS_CORRUPT, "%s is not an array", shape->name);
    for (const struct field *f = shape->fields(); f->name && left; f++) {
        if (!in_part(f, part)) continue;
        if (!read_field(from, f, arena, (char *)body + f->offset))
            return failed(STATUS_CORRUPT, "%s.%s has the wrong type, or is not stored as we do",
                          shape->name, f->name);
        left--;
    }
    if (left) return failed(STATUS_CORRUPT, "%s has %zu fields too many", shape->name, left);
    return OK;
}

struct status shape_decode(const struct shape *shape, struct slice bytes, enum shape_part part,
                           struct arena *arena, void *body)
{
    struct packed from = packed_open(bytes);
    size_t        count;

    TRY(shape_read(shape, &from, part, arena, body, &count));
    if (!packed_ended(&from))
        return failed(STATUS_CORRUPT, "%s does not end where its bytes do", shape->name);
    return OK;
}

/* -- telling ---------------------------------------------------------------- */

size_t field_max(const struct field *field)
{
    return field->size_max == PEOPLE_SEE ? NAME_CHARACTERS_MAX : field->size_max;
}

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
    /* clang-format off */
    case FIELD_id:    return id_given(*(const struct id *)at);
    case FIELD_text:
    case FIELD_json:
    case FIELD_bytes: return ((const struct slice *)at)->size > 0;
    case FIELD_state: return *(const unsigned *)at != 0;
    case FIELD_u64:
    case FIELD_flag:  return true;
    case FIELD_instant: return *(const int64_t *)at != 0;
    case FIELD_texts:   return ((const struct texts *)at)->items != NULL;
    case FIELD_values:  return ((const struct values *)at)->items != NULL;
        /* clang-format on */
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
    /* clang-format off */
    case FIELD_id:      json_id(json, *(const struct id *)at); break;
    case FIELD_text:    json_text(json, *(const struct slice *)at); break;
    case FIELD_state:   json_text(json, state_text(field, at)); break;
    case FIELD_json:    json_raw(json, *(const struct slice *)at); break;
    case FIELD_bytes:   json_bytes(json, *(const struct slice *)at); break;
    case FIELD_u64:     json_u64(json, *(const uint64_t *)at); break;
    case FIELD_instant: json_instant(json, *(const int64_t *)at); break;
    case FIELD_flag:    json_flag(json, *(const bool *)at); break;
    case FIELD_texts:
        /* clang-format on */
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
