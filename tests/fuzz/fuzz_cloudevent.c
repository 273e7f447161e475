/* Can anything that a vendor tells crash the reader, or become an intent without being well
 * formed?
 *
 * The input is a CloudEvent, signed already. What is not wrong has an id that fits, a type of
 * ours, and an intent for the rules; what is wrong is said.
 */
#include "api/vendors/told.h"
#include "tests/world/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct told told;
    struct arena       arena = { 0 };
    struct bad_field   bad;
    const struct node *node = node_parse(&arena, input_of(data, size), &bad);

    if (node) {
        memset(&told, 0, sizeof told);
        told_read(node, SLICE("piot"), &arena, &told);
        ensure(told.event.id.size <= CLOUDEVENT_ID_MAX);
        if (told.wrong) ensure(*told.bad.why);
        else if (!told.refusal) {
            ensure(told.event.id.size > 0 && told.event.source.size <= CLOUDEVENT_SOURCE_MAX);
            ensure(slice_starts(told.event.type, SLICE("piot.v1.")));
            ensure(told.intent.type != INTENT_NONE);
        }
    }
    arena_free(&arena);
    return 0;
}
