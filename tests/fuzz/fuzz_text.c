/* Has everything that is read exactly one text: ids, instants, numbers, base64, the codes that
 * people type?
 *
 * What is read from the input has to be written as it came; a code may come with dashes.
 */
#include "api/call/auth.h"
#include "core/base/text.h"
#include "tests/world/input.h"

static void fuzz_ids(struct slice text)
{
    char      written[ID_TEXT_MAX];
    struct id id;

    if (!id_parse(text, &id)) return;
    id_text(id, written);
    ensure(slice_equal(slice_text(written), text));
}

/* An instant may come with another offset, or more digits; but then it is the same one. */
static void fuzz_instants(struct slice text)
{
    char    written[INSTANT_TEXT_MAX];
    int64_t at, again;

    if (!instant_parse(text, &at)) return;
    instant_text(at, written);
    ensure(instant_parse(slice_text(written), &again));
    ensure(again / MILLISECOND == at / MILLISECOND);
}

static void fuzz_numbers(struct arena *arena, struct slice text)
{
    uint64_t number;

    if (!text_u64(text, &number)) return;
    ensure(slice_equal(arena_print(arena, "%llu", (unsigned long long)number), text));
}

static void fuzz_base64(struct arena *arena, struct slice text)
{
    struct slice bytes;

    if (text_unbase64(arena, text, &bytes)) ensure(slice_equal(text_base64(arena, bytes), text));
    if (text_unbase64url(arena, text, &bytes))
        ensure(slice_equal(text_base64url(arena, bytes), text));
}

static void fuzz_percent(struct arena *arena, struct slice text)
{
    struct slice plain;

    if (!text_unpercent(arena, text, true, &plain)) return;
    ensure(plain.size <= text.size && text_utf8(plain));
}

static void fuzz_codes(struct arena *arena, struct slice text)
{
    struct slice hash, again;

    if (!auth_code_hash(arena, text, &hash)) return;
    struct slice dashed = arena_print(arena, "-%.*s -", (int)text.size, text.data);
    ensure(auth_code_hash(arena, dashed, &again) && slice_equal(hash, again));
}

static void fuzz_addresses(struct slice text)
{
    uint8_t  address[16], again[16];
    unsigned length;

    (void)text_ipv4(text, address);
    (void)text_ipv6(text, address);
    if (!text_ipv6_prefix(text, address, &length)) return;
    ensure(length <= 128);
    memcpy(again, address, sizeof again);
    for (unsigned bit = length; bit < 128; bit++) again[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
    ensure(memcmp(address, again, sizeof again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct slice text  = input_of(data, size);

    fuzz_ids(text);
    fuzz_instants(text);
    fuzz_numbers(&arena, text);
    fuzz_base64(&arena, text);
    fuzz_percent(&arena, text);
    fuzz_codes(&arena, text);
    fuzz_addresses(text);
    arena_free(&arena);
    return 0;
}
