/* Can any headers and body be believed that nobody signed, or crash the reader?
 *
 * The input is id, timestamp, signatures and body, with newlines between. What is
 * found good has to hold our own signature; what we sign has to be found good; a
 * secret that is read has to be written back the same. Tried against a verifier that
 * compared only the first byte of a MAC: found within a second.
 */
#include "core/base/text.h"
#include "core/wire/webhook_signature.h"
#include "tests/world/input.h"

static const struct secret secret = { SECRET_SIZE_MIN, "the secret of the fuzzer" };

static void fuzz_secret(struct arena *arena, struct slice text)
{
    struct secret read;

    if (secret_parse(text, &read))
        ensure(slice_equal(secret_text(arena, secret_slice(&read)), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena           arena = { 0 };
    struct slice           rest  = input_of(data, size);
    struct delivery_signed it;
    uint64_t               seconds;

    fuzz_secret(&arena, rest);
    it.id                        = input_line(&rest);
    it.timestamp                 = input_line(&rest);
    it.signatures                = input_line(&rest);
    it.body                      = rest;
    int64_t                now   = text_u64(it.timestamp, &seconds) && seconds < UINT64_C(1) << 40
                                       ? (int64_t)seconds * SECOND
                                       : 0;
    enum signature_verdict found = signature_verify(&arena, &it, &secret, 1, now, SECOND, NULL);
    if (found == SIGNATURE_GOOD || found == SIGNATURE_WRONG) { /* all else is well-formed */
        struct slice ours = signature_make(&arena, it.id, it.timestamp, it.body, &secret, 1);
        ensure((found == SIGNATURE_GOOD) <= slice_holds(it.signatures, ours));
        it.signatures = ours;
        ensure(signature_verify(&arena, &it, &secret, 1, now, SECOND, NULL) == SIGNATURE_GOOD);
    } else {
        ensure(*signature_why(found));
    }
    arena_free(&arena);
    return 0;
}
