#include "replay/verify/row_sum.h"

#include "core/base/crypto.h"
#include "core/log/rows.h"

#include <endian.h>
#include <string.h>

/* What a key begins with, which is not told again: the partition. */
enum { LEAD = sizeof(uint32_t), POSITION = sizeof(uint64_t), TYPE = sizeof(uint32_t) };

/* -- what a row says: its kind and three words of where it leads from, position, version -- */

enum kind { KIND_ODD, KIND_INDEX, KIND_STREAM, KIND_TYPE };

static struct log_row log_row_of(enum kind kind, const uint8_t id[ID_SIZE], uint64_t position,
                                 uint64_t version)
{
    uint64_t first, second;

    memcpy(&first, id, sizeof first);
    memcpy(&second, id + sizeof first, sizeof second);
    return (struct log_row){ { first, second, (uint64_t)kind << 8 | id[ID_SIZE - 1], position,
                               version } };
}

struct log_row log_row_from_id(const struct id *id, uint64_t position, uint64_t version)
{
    return log_row_of(version ? KIND_STREAM : KIND_INDEX, id->bytes, position, version);
}

struct log_row log_row_from_type(uint32_t type, uint64_t position)
{
    return (struct log_row){ { type, 0, (uint64_t)KIND_TYPE << 8, position, 0 } };
}

static uint64_t number_at(const uint8_t *bytes)
{
    uint64_t number;

    memcpy(&number, bytes, sizeof number);
    return be64toh(number);
}

static uint32_t type_at(const uint8_t *bytes)
{
    uint32_t number;

    memcpy(&number, bytes, sizeof number);
    return be32toh(number);
}

struct log_row log_row_stored(struct slice key, struct slice value)
{
    const uint8_t *at = (const uint8_t *)key.data + LEAD;

    if (key.size == LEAD + ID_SIZE + POSITION && value.size == 0 && *at != INDEX_TYPE)
        return log_row_of(KIND_INDEX, at, number_at(at + ID_SIZE), 0);
    if (key.size == LEAD + ID_SIZE + POSITION && value.size == sizeof(uint64_t))
        return log_row_of(KIND_STREAM, at, number_at(at + ID_SIZE),
                          number_at((const uint8_t *)value.data));
    if (key.size == LEAD + 1 + TYPE + POSITION && value.size == 0 && *at == INDEX_TYPE)
        return log_row_from_type(type_at(at + 1), number_at(at + 1 + TYPE));
    return (struct log_row){ { KIND_ODD } };
}

/* -- adding them up ------------------------------------------------------------------------- */

struct row_sum_key row_sum_key_new(void)
{
    struct row_sum_key key;

    crypto_random(key.halves, sizeof key.halves);
    return key;
}

/* Both halves of the product, which hangs on every bit of either factor. */
static uint64_t folded(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

void row_sum_add(struct row_sum *sum, const struct log_row *row)
{
    const uint64_t *halves = sum->key.halves, *words = row->words;
    uint64_t        hash = folded(words[0] ^ halves[0], words[1] ^ halves[1]);

    hash = folded(words[2] ^ hash, words[3] ^ halves[1]);
    sum->total += folded(words[4] ^ hash ^ halves[0], ~hash ^ halves[1]);
    sum->count++;
}

bool row_sum_equal(const struct row_sum *a, const struct row_sum *b)
{
    return a->count == b->count && a->total == b->total;
}
