/* Can anything that a vendor tells crash the reader, or become an intent without being well
 * formed?
 *
 * The input is a CloudEvent, signed already. What is not wrong has an id that fits, a type of
 * ours, and an intent for the rules; what is wrong is said.
 */
#include "api/vendors/vendor_event.h"
#include "tests/world/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vendor_event incoming;
    struct arena               arena = { 0 };
    struct bad_field           bad;
    const struct node         *node = node_parse(&arena, input_of(data, size), &bad);

    if (node) {
        memset(&incoming, 0, sizeof incoming);
        vendor_event_read(node, SLICE("piot"), &arena, &incoming);
        ensure(incoming.event.id.size <= CLOUDEVENT_ID_MAX);
        if (incoming.wrong) ensure(*incoming.bad.why);
        else if (!incoming.refusal) {
            ensure(incoming.event.id.size > 0 &&
                   incoming.event.source.size <= CLOUDEVENT_SOURCE_MAX);
            ensure(slice_starts(incoming.event.type, SLICE("piot.v1.")));
            ensure(incoming.intent.type != INTENT_NONE);
        }
    }
    arena_free(&arena);
    return 0;
}
