#include "cli/demo/signature.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/text.h"

struct slice demo_secret(struct arena *arena, struct slice text)
{
    const struct slice prefix = SLICE("whsec_");
    struct slice       secret = { NULL, 0 };

    if (!slice_starts(text, prefix)) return secret;
    text = (struct slice){ text.data + prefix.size, text.size - prefix.size };
    if (!text_unbase64(arena, text, &secret)) secret = (struct slice){ NULL, 0 };
    return secret;
}

struct slice demo_sign(struct arena *arena, struct slice secret, struct slice id,
                       struct slice timestamp, struct slice body)
{
    struct slice head = arena_print(arena, "%.*s.%.*s.", (int)id.size, id.data, (int)timestamp.size,
                                    timestamp.data);
    struct hash  hash = crypto_hmac_sha256(secret, head, body, (struct slice){ NULL, 0 });
    struct slice text = text_base64(arena, SLICE_OF(hash.bytes));

    return arena_print(arena, "v1,%.*s", (int)text.size, text.data);
}

static bool has_signature(struct slice header, struct slice wanted)
{
    while (header.size) {
        const char  *blank = memchr(header.data, ' ', header.size);
        size_t       size  = blank ? (size_t)(blank - header.data) : header.size;
        struct slice one   = { header.data, size };
        if (crypto_equal(one, wanted)) return true;
        size += blank ? 1 : 0;
        header = (struct slice){ header.data + size, header.size - size };
    }
    return false;
}

const char *demo_distrust(struct arena *arena, struct slice secret, struct slice id,
                          struct slice timestamp, struct slice header, struct slice body,
                          int64_t now_us)
{
    uint64_t seconds;

    if (!id.size || !timestamp.size || !header.size) return "it is not signed";
    if (!text_u64(timestamp, &seconds) || seconds > INT64_MAX / SECOND)
        return "its timestamp is none";
    int64_t age = now_us / SECOND - (int64_t)seconds;
    if (age > WEBHOOK_TOLERANCE_S || age < -WEBHOOK_TOLERANCE_S) return "it is not of now";
    if (!has_signature(header, demo_sign(arena, secret, id, timestamp, body)))
        return "its signature is wrong";
    return NULL;
}
