#include "core/base/ids.h"

#include "core/base/crypto.h"

#include <string.h>

enum { TEXT_DIGITS = 26 };
static const char DIGITS[] = "0123456789abcdefghjkmnpqrstvwxyz"; /* no i, l, o, u */

struct kind {
    enum id_kind kind;
    const char  *prefix, *name;
};
static const struct kind kinds[] = {
#define ID(kind, letter, prefix, what) { ID_##kind, prefix, #kind },
#include "core/base/ids.def"
#undef ID
};

static const struct kind *find(enum id_kind kind)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (kinds[i].kind == kind) return &kinds[i];
    return NULL;
}

struct slice id_slice(const struct id *id) { return SLICE_OF(id->bytes); }

bool id_kind_known(enum id_kind kind) { return find(kind) != NULL; }

const char *id_kind_name(enum id_kind kind)
{
    const struct kind *found = find(kind);

    ensure(found || kind == ID_NONE);
    return found ? found->name : "none";
}

/* -- text: 128 bits as 26 digits of five bits, two zero bits in front -- */

void id_text(struct id id, char text[ID_TEXT_MAX])
{
    const struct kind *kind = find(id_kind(id));
    size_t             size;
    uint32_t           bits = 0;
    unsigned           held = 2;

    ensure(kind != NULL);
    size = strlen(kind->prefix);
    memcpy(text, kind->prefix, size);
    text[size++] = '_';
    for (size_t i = 1; i < ID_SIZE; i++) {
        bits = bits << 8 | id.bytes[i];
        for (held += 8; held >= 5; text[size++] = DIGITS[bits >> held & 31]) held -= 5;
    }
    text[size] = '\0';
}

void id_urn(struct id id, char urn[ID_URN_MAX])
{
    static const char hex[] = "0123456789abcdef";
    size_t            size  = strlen("urn:uuid:");

    memcpy(urn, "urn:uuid:", size);
    for (size_t i = 0; i < ID_SIZE - 1; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) urn[size++] = '-';
        urn[size++] = hex[id.bytes[i + 1] >> 4];
        urn[size++] = hex[id.bytes[i + 1] & 15];
    }
    urn[size] = '\0';
}

static const struct kind *kind_of_prefix(struct slice prefix)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (slice_equal(slice_text(kinds[i].prefix), prefix)) return &kinds[i];
    return NULL;
}

static int digit_value(char digit)
{
    static const int8_t letters[] = { 10, 11, 12, 13, 14, 15, 16, 17, -1, 18, 19, -1, 20,
                                      21, -1, 22, 23, 24, 25, 26, -1, 27, 28, 29, 30, 31 };

    if (digit >= '0' && digit <= '9') return digit - '0';
    return digit >= 'a' && digit <= 'z' ? letters[digit - 'a'] : -1;
}

static bool read_digits(const char *digits, uint8_t bytes[ID_SIZE - 1])
{
    uint32_t bits = 0;
    unsigned held = 0;

    if (digits[0] > '7') return false; /* would need more than 128 bits */
    for (size_t i = 0, written = 0; i < TEXT_DIGITS; i++) {
        int value = digit_value(digits[i]);

        if (value < 0) return false;
        bits = bits << 5 | (uint32_t)value;
        held += i == 0 ? 3 : 5;
        if (held >= 8) {
            held -= 8;
            bytes[written++] = (uint8_t)(bits >> held);
        }
    }
    return true;
}

bool id_parse(struct slice text, struct id *id)
{
    const struct kind *kind;
    struct id          found;
    size_t             prefix;

    if (text.size < TEXT_DIGITS + 2) return false;
    prefix = text.size - TEXT_DIGITS - 1;
    kind   = kind_of_prefix((struct slice){ text.data, prefix });
    if (!kind || text.data[prefix] != '_' || !read_digits(text.data + prefix + 1, found.bytes + 1))
        return false;
    found.bytes[0] = (uint8_t)kind->kind;
    *id            = found;
    return true;
}

/* -- where ids come from -- */

static void put_big_endian(uint8_t *at, size_t size, uint64_t value)
{
    for (uint8_t *to = at + size; to > at; value >>= 8) *--to = (uint8_t)value;
}

/* Kind and lengths go in front, so that nothing inside the parts can shift the
 * border between them, nor an id of one kind tell that of another. */
struct id id_derive(enum id_kind kind, struct slice first, struct slice second, struct slice third)
{
    uint8_t      head[1 + 3 * 8] = { (uint8_t)kind };
    struct slice parts[]         = { SLICE_OF(head), first, second, third };
    struct id    id;
    struct hash  hash;

    ensure(find(kind) != NULL);
    for (size_t i = 0; i < 3; i++) put_big_endian(head + 1 + 8 * i, 8, parts[1 + i].size);
    hash        = crypto_sha256_all(parts, COUNT(parts));
    id.bytes[0] = (uint8_t)kind;
    memcpy(id.bytes + 1, hash.bytes, ID_SIZE - 1);
    return id;
}

/* RFC 9562, 5.7 and 6.2: 48 bits of milliseconds, version, 12 bits of counter,
 * variant, 14 bits of counter, 48 bits of chance. The counter takes the most
 * significant bits, so ids rise within a millisecond too. */
struct id ids_next(struct ids *ids, enum id_kind kind, int64_t now_us)
{
    const uint32_t counter_max = (UINT32_C(1) << 26) - 1;
    uint64_t       now_ms      = (uint64_t)(now_us / 1000);
    struct id      id          = { { (uint8_t)kind } };

    ensure(now_us >= 0 && find(kind) != NULL);
    if (now_ms > ids->last_ms) {
        ids->last_ms = now_ms;
        ids->counter = 0;
    } else if (ids->counter++ == counter_max) { /* run ahead of a clock that stands still */
        ids->last_ms++;
        ids->counter = 0;
    }
    put_big_endian(id.bytes + 1, 6, ids->last_ms);
    put_big_endian(id.bytes + 7, 2, 0x7000 | ids->counter >> 14);
    put_big_endian(id.bytes + 9, 2, 0x8000 | (ids->counter & 0x3FFF));
    ids->random(ids->context, id.bytes + 11, 6);
    return id;
}
