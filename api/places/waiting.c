#include "api/places/waiting.h"

#include <string.h>

#include "core/facts/names.h"
#include "core/store/key.h"

enum { OBSERVATION_SIZE = 1 + 16 + 1 + 2 + 8 };

static struct key waiting_key(const struct reader *reader, uint64_t position)
{
    struct key key = reader_key(reader);

    key_add_u64(&key, position);
    return key;
}

/* -- an observation as bytes ----------------------------------------------------------- */

static struct key observation_bytes(const struct observation *seen)
{
    struct key bytes = { .size = 0 };

    key_add_byte(&bytes, (uint8_t)seen->family);
    key_add_bytes(&bytes, SLICE_OF(seen->address));
    key_add_byte(&bytes, seen->has_port);
    key_add_byte(&bytes, (uint8_t)(seen->port >> 8));
    key_add_byte(&bytes, (uint8_t)(seen->port & 0xff));
    key_add_u64(&bytes, (uint64_t)seen->at);
    ensure(bytes.size == OBSERVATION_SIZE);
    return bytes;
}

static bool observation_read(struct slice bytes, struct observation *seen)
{
    uint8_t  family, has_port, high, low;
    uint64_t at;

    if (bytes.size != OBSERVATION_SIZE || !key_read_byte(&bytes, &family)) return false;
    memcpy(seen->address, bytes.data, sizeof seen->address);
    bytes = (struct slice){ bytes.data + sizeof seen->address, bytes.size - sizeof seen->address };
    if (!key_read_byte(&bytes, &has_port) || !key_read_byte(&bytes, &high) ||
        !key_read_byte(&bytes, &low) || !key_read_u64(&bytes, &at))
        return false;
    seen->family   = family;
    seen->has_port = has_port;
    seen->port     = (uint16_t)(high << 8 | low);
    seen->at       = (int64_t)at;
    return true;
}

/* -- the rows -------------------------------------------------------------------------- */

void waiting_put(struct batch *batch, struct vault *vault, uint64_t position,
                 const struct observation *seen)
{
    struct key    key   = waiting_key(batch_reader(batch), position);
    struct key    plain = observation_bytes(seen), row = { .size = 0 };
    struct arena  arena = { 0 };
    uint8_t       nonce[AES_NONCE_SIZE];
    struct slice  sealed;
    struct status status = vault_seal(vault, name_system(), key_slice(&key), key_slice(&plain),
                                      &arena, nonce, &sealed);

    ensure(position > 0);
    reader_note(batch_reader(batch), status);
    if (status.code == STATUS_OK) {
        key_add_bytes(&row, SLICE_OF(nonce));
        key_add_bytes(&row, sealed);
        batch_put(batch, FAMILY_detections, key_slice(&key), key_slice(&row));
    }
    arena_free(&arena);
}

void waiting_erase(struct batch *batch, uint64_t position)
{
    struct key key = waiting_key(batch_reader(batch), position);

    batch_erase(batch, FAMILY_detections, key_slice(&key));
}

struct status waiting_list(struct reader *reader, uint64_t after, uint64_t until,
                           uint64_t *positions, size_t max, size_t *count)
{
    struct key     prefix = reader_key(reader), from = waiting_key(reader, after + 1);
    struct cursor *rows = cursor_open(reader, FAMILY_detections, key_slice(&prefix),
                                      key_slice(&from));
    bool           good = true;
    uint64_t       position;

    *count = 0;
    while (*count < max && good && cursor_next(rows)) {
        struct slice rest = cursor_key(rows);
        rest              = (struct slice){ rest.data + prefix.size, rest.size - prefix.size };
        good              = key_read_u64(&rest, &position) && !rest.size;
        if (!good || position > until) break;
        positions[(*count)++] = position;
    }
    TRY(cursor_close(rows));
    return good ? OK : failed(STATUS_CORRUPT, "a key of detections is not one of ours");
}

struct status waiting_get(struct reader *reader, struct vault *vault, uint64_t position,
                          struct arena *arena, struct observation *seen)
{
    struct key   key = waiting_key(reader, position);
    struct slice row, plain;
    uint8_t      nonce[AES_NONCE_SIZE];

    TRY(reader_get(reader, FAMILY_detections, key_slice(&key), arena, &row));
    if (!row.data) return failed(STATUS_NOT_FOUND, "no address waits there");
    if (row.size < sizeof nonce) return failed(STATUS_CORRUPT, "an address that waits is cut");
    memcpy(nonce, row.data, sizeof nonce);
    TRY(vault_unseal(vault, name_system(), key_slice(&key), nonce,
                     (struct slice){ row.data + sizeof nonce, row.size - sizeof nonce }, arena,
                     &plain));
    return observation_read(plain, seen)
               ? OK
               : failed(STATUS_CORRUPT, "an address that waits is not as written");
}
