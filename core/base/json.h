/* json.h -- writing JSON, straight into a buffer.
 *
 * The writer puts commas and quotes where they belong; misuse (a value without
 * a name inside an object, an end that does not match) is ensure(). Strings are
 * escaped so that the text is also safe inside HTML and on a terminal: control
 * characters, quotes, backslash, <, >, &, U+2028 and U+2029; bytes that are not
 * UTF-8 become U+FFFD. Reading JSON is the business of core/wire.
 *
 * What is to be signed is written canonically (RFC 8785, JCS): strings are escaped only
 * where they must be, and whoever writes names the members in the order of their names
 * and no number but whole ones below 2^53.
 *
 * THREADS   One at a time.
 */
#ifndef PIOT_JSON_H
#define PIOT_JSON_H

#include "core/base/buffer.h"
#include "core/base/ids.h"
#include "core/base/position.h"

enum { JSON_DEPTH_MAX = 32 };

struct json {
    struct buffer *out;
    unsigned       depth;
    bool           started[JSON_DEPTH_MAX];   /* something stands at this depth */
    bool           in_object[JSON_DEPTH_MAX]; /* else in an array, or outermost */
    bool           named;                     /* a name waits for its value */
    bool           canonical;
};
struct json json_to(struct buffer *out);
struct json json_canonical_to(struct buffer *out);

void json_object(struct json *json);
void json_object_end(struct json *json);
void json_array(struct json *json);
void json_array_end(struct json *json);
void json_name(struct json *json, const char *name); /* a literal: not escaped */
void json_name_slice(struct json *json, struct slice name);

void json_text(struct json *json, struct slice text);
void json_raw(struct json *json, struct slice value); /* already JSON */
void json_u64(struct json *json, uint64_t value);
void json_flag(struct json *json, bool value);
void json_null(struct json *json);
void json_id(struct json *json, struct id id);
void json_instant(struct json *json, int64_t at_us);
void json_position(struct json *json, struct position position);

/* Name and value at once. The second group writes nothing for an absent value:
 * an empty text, no id, number 0, instant 0. */
void json_put_text(struct json *json, const char *name, struct slice text);
void json_put_raw(struct json *json, const char *name, struct slice value);
void json_put_u64(struct json *json, const char *name, uint64_t value);
void json_put_flag(struct json *json, const char *name, bool value);
void json_put_id(struct json *json, const char *name, struct id id);
void json_put_instant(struct json *json, const char *name, int64_t at_us);
void json_put_position(struct json *json, const char *name, struct position position);
void json_may_text(struct json *json, const char *name, struct slice text);
void json_may_raw(struct json *json, const char *name, struct slice value);
void json_may_id(struct json *json, const char *name, struct id id);
void json_may_u64(struct json *json, const char *name, uint64_t value);
void json_may_instant(struct json *json, const char *name, int64_t at_us);

#endif
