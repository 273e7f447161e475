/* Can any bytes be read as an event that is not the one they are, or upset who shows it?
 *
 * The input is two bytes of length, an envelope so long, and opened personal fields. What
 * is read as an envelope has to encode to the same bytes, since those are hashed; whatever
 * is read can be shown as a CloudEvent.
 */
#include "core/facts/event.h"
#include "tests/world/input.h"

static void show(const struct event *event)
{
    const struct event_view view = {
        .source = SLICE("urn:x"), .prefix = SLICE("piot"), .partition = 1, .personal = true
    };
    struct buffer out  = { 0 };
    struct json   json = json_to(&out);

    event_cloudevent(event, &view, &json);
    ensure(out.size > 0 && json.depth == 0);
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice  rest     = input_of(data, size);
    size_t        length   = (size_t)input_number(&rest, 2);
    struct slice  envelope = input_take(&rest, length);
    struct arena  arena    = { 0 };
    struct buffer anew     = { 0 };
    struct event  event;

    if (event_decode(envelope, &arena, &event).code == STATUS_OK) {
        event_encode(&event, &anew);
        ensure(slice_equal(buffer_slice(&anew), envelope));
        show(&event);
        if (event_decode_personal(rest, &arena, &event).code == STATUS_OK) show(&event);
    }
    buffer_free(&anew);
    arena_free(&arena);
    return 0;
}
