/* webhook_signature.h -- Standard Webhooks 1.0: whether a delivery is what a vendor sent, and
 * signing what we send ourselves.
 *
 *     webhook-id:        msg_2KWPBgLlAfxdpx2AI54pPJ85f4W
 *     webhook-timestamp: 1674087231
 *     webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
 *
 * "v1" is the base64 of HMAC-SHA256, under a shared secret, over id "." timestamp "."
 * body, the body's bytes as they came. The header is a list with blanks between, so
 * that secrets can be changed with overlap: one good signature is enough, and other
 * versions than v1 are passed over.
 *
 * An id may hold dots. That cannot make one delivery pass for another: the timestamp
 * holds none, so moving the border between id, timestamp and body leaves a body that
 * begins with digits and a dot, which is no JSON of ours.
 *
 * THREADS   Pure.
 * MEMORY    A struct secret is wiped by whoever made it: secret_wipe().
 * ERRORS    enum signature_verdict, whose sentences never repeat what was sent.
 */
#ifndef PIOT_CORE_WIRE_WEBHOOK_SIGNATURE_H
#define PIOT_CORE_WIRE_WEBHOOK_SIGNATURE_H

#include "core/base/arena.h"
#include "core/base/clock.h"

enum {
    SECRET_SIZE     = 32, /* bytes of one we make */
    SECRET_SIZE_MIN = 24, /* bytes of one, as the standard has it */
    SECRET_SIZE_MAX = 64,
    WEBHOOK_ID_MAX  = 128, /* bytes; it is an idempotency key, too */
    SIGNATURES_MAX  = 16,  /* v1 signatures looked at; a rotation needs two */
};

struct secret {
    size_t  size;
    uint8_t bytes[SECRET_SIZE_MAX];
};
static inline struct slice secret_slice(const struct secret *secret)
{
    return (struct slice){ (const char *)secret->bytes, secret->size };
}
void secret_wipe(struct secret *secret);
/* "whsec_" and base64 of 24 to 64 bytes. */
must_use bool secret_parse(struct slice text, struct secret *secret);
struct slice  secret_text(struct arena *arena, struct slice secret);

/* What a signed request brought; an absent header has data NULL. */
struct delivery_signed {
    struct slice id, timestamp, signatures, body;
};

enum signature_verdict {
    SIGNATURE_GOOD,
    SIGNATURE_HEADERS_MISSING,
    SIGNATURE_ID_MALFORMED,
    SIGNATURE_TIMESTAMP_MALFORMED,
    SIGNATURE_TOO_OLD,
    SIGNATURE_IN_FUTURE,
    SIGNATURE_WRONG,
};
const char *signature_why(enum signature_verdict verdict); /* not of SIGNATURE_GOOD */

/* Whether one of the first SIGNATURES_MAX v1 signatures was made with one of the
 * secrets, within `tolerance_us` of `now_us`. Takes the same time whichever fits; `which`
 * (NULL: nobody asks) is then one that does. */
must_use enum signature_verdict signature_verify(struct arena                 *arena,
                                                 const struct delivery_signed *delivery,
                                                 const struct secret *secrets, size_t count,
                                                 int64_t now_us, int64_t tolerance_us,
                                                 size_t *which);

/* The webhook-signature header for a delivery of ours: "v1,…" for each secret, with a
 * blank between. `timestamp` is the text of the other header. */
struct slice signature_make(struct arena *arena, struct slice id, struct slice timestamp,
                            struct slice body, const struct secret *secrets, size_t count);

#endif
