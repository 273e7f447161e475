#include "core/wire/webhook_signature.h"

#include <string.h>

#include "core/base/crypto.h"
#include "core/base/text.h"

enum {
    MAC_TEXT_SIZE = 44, /* base64 of SHA256_SIZE bytes */
    TIMESTAMP_MAX = 12, /* digits of seconds that, as microseconds, still fit an instant */
};

static const struct slice SECRET_PREFIX = { "whsec_", 6 };
static const struct slice VERSION_ONE   = { "v1,", 3 };

static struct slice past(struct slice text, size_t size)
{
    return (struct slice){ text.data + size, text.size - size };
}

/* -- secrets ---------------------------------------------------------------------- */

void secret_wipe(struct secret *secret) { crypto_wipe(secret, sizeof *secret); }

bool secret_parse(struct slice text, struct secret *secret)
{
    struct arena arena = { 0 };
    struct slice bytes;
    bool         well_formed = slice_starts(text, SECRET_PREFIX) &&
                       text.size <= SECRET_PREFIX.size + (SECRET_SIZE_MAX + 2) / 3 * 4 &&
                       text_unbase64(&arena, past(text, SECRET_PREFIX.size), &bytes) &&
                       bytes.size >= SECRET_SIZE_MIN && bytes.size <= SECRET_SIZE_MAX;

    if (well_formed) {
        *secret = (struct secret){ .size = bytes.size };
        memcpy(secret->bytes, bytes.data, bytes.size);
        crypto_wipe((void *)(uintptr_t)bytes.data, bytes.size);
    }
    arena_free(&arena);
    return well_formed;
}

struct slice secret_text(struct arena *arena, struct slice secret)
{
    struct slice base64;

    ensure(secret.size >= SECRET_SIZE_MIN && secret.size <= SECRET_SIZE_MAX);
    base64 = text_base64(arena, secret);
    return arena_print(arena, "whsec_%.*s", (int)base64.size, base64.data);
}

/* -- verifying -------------------------------------------------------------------- */

const char *signature_why(enum signature_verdict verdict)
{
    switch (verdict) {
    case SIGNATURE_GOOD: break;
    case SIGNATURE_HEADERS_MISSING:
        return "A signed delivery has webhook-id, webhook-timestamp and webhook-signature.";
    case SIGNATURE_ID_MALFORMED: return "webhook-id has to be 1 to 128 visible ASCII characters.";
    case SIGNATURE_TIMESTAMP_MALFORMED:
        return "webhook-timestamp has to be seconds since 1970 in plain decimal digits.";
    case SIGNATURE_TOO_OLD:
        return "webhook-timestamp is too old: sign each attempt again, and set your clock.";
    case SIGNATURE_IN_FUTURE: return "webhook-timestamp lies in the future: set your clock.";
    case SIGNATURE_WRONG:
        return "No v1 signature fits this id, timestamp and body under a secret of the vendor.";
    }
    impossible("a good signature needs no excuse");
}

static bool is_visible(struct slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < 0x21 || text.data[i] > 0x7e) return false;
    return text.size > 0;
}

static struct hash mac_of(const struct secret *secret, struct slice id, struct slice timestamp,
                          struct slice body)
{
    char   stamp[TIMESTAMP_MAX + 2];
    size_t size = 0;

    ensure(secret->size >= SECRET_SIZE_MIN && secret->size <= SECRET_SIZE_MAX);
    ensure(timestamp.size <= TIMESTAMP_MAX);
    stamp[size++] = '.';
    memcpy(stamp + size, timestamp.data, timestamp.size);
    size += timestamp.size;
    stamp[size++] = '.';
    return crypto_hmac_sha256(secret_slice(secret), id, (struct slice){ stamp, size }, body);
}

/* The next of the list: what is before a blank. */
static bool next_signature(struct slice *rest, struct slice *signature)
{
    size_t size = 0;

    while (rest->size && rest->data[0] == ' ') *rest = past(*rest, 1);
    while (size < rest->size && rest->data[size] != ' ') size++;
    *signature = (struct slice){ rest->data, size };
    *rest      = past(*rest, size);
    return size > 0;
}

/* The MACs of the v1 signatures; what is malformed cannot fit and is passed over. */
static size_t read_signatures(struct slice list, struct arena *arena,
                              struct slice macs[SIGNATURES_MAX])
{
    struct slice signature, mac;
    size_t       count = 0;

    while (count < SIGNATURES_MAX && next_signature(&list, &signature))
        if (slice_starts(signature, VERSION_ONE) &&
            signature.size == VERSION_ONE.size + MAC_TEXT_SIZE &&
            text_unbase64(arena, past(signature, VERSION_ONE.size), &mac) &&
            mac.size == SHA256_SIZE)
            macs[count++] = mac;
    return count;
}

static enum signature_verdict check_time(struct slice timestamp, int64_t now_us,
                                         int64_t tolerance_us)
{
    uint64_t seconds;

    if (timestamp.size > TIMESTAMP_MAX || !text_u64(timestamp, &seconds))
        return SIGNATURE_TIMESTAMP_MALFORMED;
    int64_t at_us = (int64_t)seconds * SECOND;
    if (at_us < now_us - tolerance_us) return SIGNATURE_TOO_OLD;
    if (at_us > now_us + tolerance_us) return SIGNATURE_IN_FUTURE;
    return SIGNATURE_GOOD;
}

enum signature_verdict signature_verify(struct arena *arena, const struct delivery_signed *delivery,
                                        const struct secret *secrets, size_t count, int64_t now_us,
                                        int64_t tolerance_us, size_t *which)
{
    struct slice macs[SIGNATURES_MAX];
    size_t       fits = count; /* none */

    if (!delivery->id.size || !delivery->timestamp.size || !delivery->signatures.size)
        return SIGNATURE_HEADERS_MISSING;
    if (delivery->id.size > WEBHOOK_ID_MAX || !is_visible(delivery->id))
        return SIGNATURE_ID_MALFORMED;
    enum signature_verdict in_time = check_time(delivery->timestamp, now_us, tolerance_us);
    if (in_time) return in_time;

    size_t given = read_signatures(delivery->signatures, arena, macs);
    for (size_t s = 0; given && s < count; s++) {
        struct hash mac = mac_of(&secrets[s], delivery->id, delivery->timestamp, delivery->body);
        for (size_t i = 0; i < given; i++)
            if (crypto_equal(SLICE_OF(mac.bytes), macs[i])) fits = s;
        crypto_wipe(&mac, sizeof mac);
    }
    if (which) *which = fits;
    return fits < count ? SIGNATURE_GOOD : SIGNATURE_WRONG;
}

/* -- signing ----------------------------------------------------------------------- */

struct slice signature_make(struct arena *arena, struct slice id, struct slice timestamp,
                            struct slice body, const struct secret *secrets, size_t count)
{
    struct slice list = SLICE("");

    ensure(count > 0 && id.size <= WEBHOOK_ID_MAX && is_visible(id));
    for (size_t i = 0; i < count; i++) {
        struct hash  mac  = mac_of(&secrets[i], id, timestamp, body);
        struct slice text = text_base64(arena, SLICE_OF(mac.bytes));
        list = arena_print(arena, "%.*s%sv1,%.*s", (int)list.size, list.data, i ? " " : "",
                           (int)text.size, text.data);
    }
    return list;
}
