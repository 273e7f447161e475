/* shape.h -- what facts, intents and stored records are made of, and the one
 * codec for all of them.
 *
 * A struct is declared once, as rows of a .def table; from the rows come the C
 * struct, and a struct shape that tells everybody who must treat all structs
 * alike -- the codec here, the JSON readers, the references -- what is in it.
 *
 * Stored form: a MessagePack array of the fields in the order of the rows. A
 * field is only ever added at the end; an older, shorter array leaves the rest
 * zero. Integers take their shortest form, so equal values are equal bytes. A state is an
 * enum to the program and its text to everybody else: this codec is where they meet.
 *
 * THREADS   Pure.
 * MEMORY    Decoded text points into the bytes it was decoded from; decoded
 *           lists are in the caller's arena.
 * ERRORS    STATUS_CORRUPT: not MessagePack, a wrong type, a longer form of a value than
 *           its shortest, a text that is no state of its list, or fields too many.
 */
#ifndef PIOT_SHAPE_H
#define PIOT_SHAPE_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/ids.h"
#include "core/base/json.h"

enum field_type {
    FIELD_id,      /* a name; all zero: none */
    FIELD_text,    /* UTF-8; size 0: none */
    FIELD_state,   /* an enum whose text is what is stored and shown; 0: none */
    FIELD_bytes,   /* a hash, a key */
    FIELD_json,    /* one JSON value as compact text, keys sorted */
    FIELD_u64,     /* a count */
    FIELD_instant, /* microseconds since 1970; 0: none */
    FIELD_flag,    /* yes or no */
    FIELD_texts,   /* a list of texts */
    FIELD_values,  /* names and JSON values, in the order of the names */
};

struct texts {
    const struct slice *items;
    size_t              count;
};
struct value {
    struct slice name, json;
};
struct values {
    const struct value *items;
    size_t              count;
};
bool texts_have(struct texts texts, struct slice text);

/* The text of each value of an enum, in order; that of 0 is empty and stands for none. And
 * of a life cycle the values that each may come after, a bit for each. */
struct words {
    const struct slice *texts;
    const unsigned     *after;
    size_t              count;
};
struct slice words_text(const struct words *words, unsigned value);
/* 0: it is not one of them. */
unsigned words_find(const struct words *words, struct slice text);
bool     words_may_become(const struct words *words, unsigned from, unsigned to);

/* The C type of each, for the tables to expand into. */
#define C_id      struct id
#define C_text    struct slice
#define C_bytes   struct slice
#define C_json    struct slice
#define C_u64     uint64_t
#define C_instant int64_t
#define C_flag    bool
#define C_texts   struct texts
#define C_values  struct values

/* Where an intent's field comes from. */
enum field_source {
    FROM_US,       /* the path, the caller's token, or a look-up: never the body */
    FROM_BODY,     /* the body must have it */
    FROM_BODY_MAY, /* the body may have it */
};

/* As `size_max` of a text: a name that people see, see text_name_fault(). */
#define PEOPLE_SEE SIZE_MAX

struct field {
    const char         *name; /* snake_case; camelCase on the wire */
    enum field_type     type;
    size_t              offset;   /* within the struct it belongs to */
    bool                personal; /* about a person: shown to those alone who may see that */
    bool                internal; /* a secret, or nobody else's business: never shown */
    bool                passing;  /* personal, and not kept forever */
    enum field_source   source;
    size_t              size_max; /* of text and JSON: bytes; of lists: items */
    const char         *meaning;
    const struct words *words; /* of a state; of all others NULL */
};

enum { FIELD_NAME_MAX = 64 };
/* "network_id" is networkId on the wire. */
void field_wire_name(const struct field *field, char name[FIELD_NAME_MAX]);
/* `size_max` as it is told: of a name that people see, how many characters. */
size_t field_max(const struct field *field);

struct shape {
    const char *name; /* snake_case */
    const char *meaning;
    unsigned    tag;    /* what stands for it in stored bytes */
    size_t      offset; /* of its struct within struct event or intent */
    size_t      size;
    const struct field *(*fields)(void); /* ends at a NULL name */
};

/* What the tables' rows expand to; a table's user sets FIELD and friends to
 * these, includes the table, and undefines them again. */
#define NO_FIELDS
#define FIELD_MEMBER(type, name) C_##type name;
#define STATE_MEMBER(type, name) enum type name;
/* clang-format off */
#define FIELD_ROW(type, name, personal, source, max, meaning)                               \
    { #name, FIELD_##type, offsetof(self, name), personal, false, false, source, max, meaning, \
      NULL },
#define STATE_ROW(type, name, personal, source, max, meaning)                         \
    { #name, FIELD_state, offsetof(self, name), personal, false, false, source, max, meaning, \
      &type##_words },
#define FIELD_ROW_INTERNAL(type, name, meaning) \
    { #name, FIELD_##type, offsetof(self, name), false, true, false, FROM_US, 0, meaning, NULL },
#define FIELD_ROW_PASSING(type, name, meaning) \
    { #name, FIELD_##type, offsetof(self, name), true, false, true, FROM_US, 0, meaning, NULL },
#define FIELD_ROW_LAST                                                        \
    { NULL, FIELD_flag, sizeof(self), false, false, false, FROM_US, 0, NULL, NULL }
#define FIELDS_FUNCTION(struct_name, ...)                                     \
    static const struct field *struct_name##_fields(void)                     \
    {                                                                         \
        typedef struct struct_name self;                                      \
        static const struct field fields[] = {                                \
            __VA_ARGS__ FIELD_ROW_LAST                                        \
        };                                                                    \
        return fields;                                                        \
    }
/* clang-format on */

enum shape_part { SHAPE_ALL, SHAPE_PUBLIC, SHAPE_PERSONAL };
size_t             shape_count(const struct shape *shape, enum shape_part part); /* its fields */
static inline bool shape_has_personal(const struct shape *shape)
{
    return shape_count(shape, SHAPE_PERSONAL) > 0;
}
/* The fields of that part, as one MessagePack array, after what `out` holds. */
void shape_encode(const struct shape *shape, const void *body, enum shape_part part,
                  struct buffer *out);
/* The first `count` of them alone, as a program wrote it that knew no more. */
void shape_encode_first(const struct shape *shape, const void *body, enum shape_part part,
                        size_t count, struct buffer *out);
must_use struct status shape_decode(const struct shape *shape, struct slice bytes,
                                    enum shape_part part, struct arena *arena, void *body);

/* Is there anything in it? Counts and flags always are. */
bool field_is_there(const struct field *field, const void *body);
/* Its value alone; it has to be there. */
void field_json(const struct field *field, const void *body, struct json *json);
/* Name and value of every field that is there, camelCase, into an open object. */
void shape_json(const struct shape *shape, const void *body, enum shape_part part,
                struct json *json);

#endif
