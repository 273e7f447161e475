/* ids.h -- names that never repeat.
 *
 * An id is a kind and 128 bits: a UUIDv7 (RFC 9562, 5.7) for things that are
 * born, a SHA-256 prefix for things that are derived from what they name. On the
 * wire it is a TypeID: prefix, "_", 26 characters of Crockford base32, lower
 * case, most significant first; the first character is 0 to 7.
 *
 * THREADS   The functions are pure, but ids_next(), which belongs to whoever
 *           owns the generator.
 * ERRORS    id_parse() says false for anything but the one canonical text.
 */
#ifndef PIOT_IDS_H
#define PIOT_IDS_H

#include <string.h>

#include "core/base/base.h"

enum id_kind {
    ID_NONE = 0,
#define ID(kind, letter, prefix, what) ID_##kind = letter,
#include "core/base/ids.def"
#undef ID
};

enum { ID_SIZE = 17, ID_TEXT_MAX = 40 }; /* kind letter, 16 bytes; text with its NUL */

struct id {
    uint8_t bytes[ID_SIZE]; /* all zero: none */
};

static const struct id NO_ID = { { 0 } }; /* nobody, nothing */

static inline enum id_kind id_kind(struct id id) { return (enum id_kind)id.bytes[0]; }
static inline bool         id_given(struct id id) { return id.bytes[0] != 0; }
static inline bool         id_equal(struct id a, struct id b)
{
    return memcmp(a.bytes, b.bytes, ID_SIZE) == 0;
}
struct slice id_slice(const struct id *id); /* its 17 bytes, borrowed */

/* Writes the text and its NUL; `id` must be given. */
void id_text(struct id id, char text[ID_TEXT_MAX]);
/* The same without its kind: "urn:uuid:" and the 128 bits as RFC 9562, 4 has them. */
enum { ID_URN_MAX = 46 };
void id_urn(struct id id, char urn[ID_URN_MAX]);
/* Any kind; the caller checks id_kind(). */
bool id_parse(struct slice text, struct id *id);
/* Is it one of ours? Asked of stored bytes; the functions here take no other. */
bool id_kind_known(enum id_kind kind);
/* "account" … ; "none" for ID_NONE. */
const char *id_kind_name(enum id_kind kind);

/* The same parts always give the same id. Each part is hashed with its length,
 * so ("ab","c") differs from ("a","bc"). */
struct id id_derive(enum id_kind kind, struct slice first, struct slice second, struct slice third);

/* Where new ids come from: the clock's millisecond, a counter within it, and 48
 * bits from `random`. Ids of one generator rise strictly. */
struct ids {
    uint64_t last_ms;
    uint32_t counter;
    void (*random)(void *context, void *bytes, size_t size);
    void *context;
};
struct id ids_next(struct ids *ids, enum id_kind kind, int64_t now_us);

#endif
