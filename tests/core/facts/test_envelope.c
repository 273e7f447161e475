/* Does every type of event come out of its bytes as it went in, is nothing else
 * taken for an event, and does nothing personal ever get into an envelope? */
#include "tests/world/sample.h"

#include <stdlib.h>

static struct arena arena;

static int reset_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

#define for_each_type(shape) \
    for (size_t index_ = 0; ((shape) = event_shape_at(index_)) != NULL; index_++)

static struct slice envelope_of(const struct event *event)
{
    struct buffer out = { 0 };

    event_encode(event, &out);
    struct slice copy = arena_copy(&arena, buffer_slice(&out));
    buffer_free(&out);
    return copy;
}

static struct slice personal_of(const struct event *event)
{
    struct buffer out = { 0 };

    event_encode_personal(event, &out);
    struct slice copy = arena_copy(&arena, buffer_slice(&out));
    buffer_free(&out);
    return copy;
}

static void assert_same_header(const struct event *found, const struct event *wanted)
{
    assert_true(id_equal(found->id, wanted->id) && id_equal(found->stream, wanted->stream));
    assert_true(found->type == wanted->type && found->schema == wanted->schema);
    assert_true(found->version == wanted->version);
    assert_memory_equal(&found->previous, &wanted->previous, sizeof found->previous);
    assert_true(found->recorded_at == wanted->recorded_at);
    assert_true(found->occurred_at == wanted->occurred_at);
    assert_true(found->actor.kind == wanted->actor.kind);
    assert_true(id_equal(found->actor.id, wanted->actor.id));
    assert_true(id_equal(found->on_behalf_of, wanted->on_behalf_of));
    assert_true(slice_equal(found->correlation, wanted->correlation));
    assert_true(id_equal(found->causation, wanted->causation));
    assert_true(slice_equal(found->traceparent, wanted->traceparent));
    assert_true(found->flags == wanted->flags);
    assert_true(id_equal(found->seal.owner, wanted->seal.owner));
    assert_memory_equal(&found->seal.nonce, &wanted->seal.nonce, AES_NONCE_SIZE);
    assert_memory_equal(&found->seal.ciphertext, &wanted->seal.ciphertext, SHA256_SIZE);
}

static void every_type_of_event_survives(void **state)
{
    const struct shape *shape;

    (void)state;
    for_each_type(shape)
    {
        struct event wanted = sample_logged(&arena, shape), found;

        assert_ok(event_decode(envelope_of(&wanted), &arena, &found));
        assert_same_header(&found, &wanted);
        assert_int_equal(found.position, 0);
        assert_same_part(shape, event_body(&found, shape), event_body(&wanted, shape),
                         SHAPE_PUBLIC);
        if (!shape_has_personal(shape)) continue;
        assert_ok(event_decode_personal(personal_of(&wanted), &arena, &found));
        assert_same_part(shape, event_body(&found, shape), event_body(&wanted, shape), SHAPE_ALL);
    }
}

static void an_event_with_nothing_but_its_place_survives(void **state)
{
    struct event wanted = { .id          = sample_id(ID_event, "bare"),
                            .type        = EVENT_vendor_approved,
                            .schema      = EVENT_SCHEMA,
                            .stream      = sample_id(ID_vendor, "bare"),
                            .version     = 1,
                            .recorded_at = 1 };
    struct event found;

    (void)state;
    assert_ok(event_decode(envelope_of(&wanted), &arena, &found));
    assert_same_header(&found, &wanted);
}

static void equal_events_are_equal_bytes(void **state)
{
    const struct shape *shape;

    (void)state;
    for_each_type(shape)
    {
        struct event wanted = sample_logged(&arena, shape), found;
        struct slice bytes  = envelope_of(&wanted);

        assert_ok(event_decode(bytes, &arena, &found));
        assert_true(slice_equal(envelope_of(&found), bytes));
    }
}

/* A log outlives the program: it has events from before a field was added. */
static void an_event_older_than_a_field_encodes_to_its_own_bytes(void **state)
{
    const struct shape *shape;

    (void)state;
    for_each_type(shape)
    {
        struct event old = sample_logged(&arena, shape), found;

        for (old.lacking = 0; old.lacking <= shape_count(shape, SHAPE_PUBLIC); old.lacking++) {
            struct slice bytes = envelope_of(&old);

            assert_ok(event_decode(bytes, &arena, &found));
            assert_true(slice_equal(envelope_of(&found), bytes));
            assert_int_equal(found.lacking, old.lacking);
        }
    }
}

static void every_cut_envelope_is_corrupt(void **state)
{
    const struct shape *shape;

    (void)state;
    for_each_type(shape)
    {
        struct event event = sample_logged(&arena, shape), found;
        struct slice whole = envelope_of(&event);

        for (size_t size = 0; size < whole.size; size++) {
            char *cut = malloc(size ? size : 1); /* so that the sanitizer sees a read past it */

            memcpy(cut, whole.data, size);
            assert_status(event_decode((struct slice){ cut, size }, &arena, &found),
                          STATUS_CORRUPT);
            free(cut);
        }
        arena_reset(&arena);
    }
}

/* Whatever is still taken for an event can be told, as an auditor's tools will. */
static void no_altered_bit_does_harm(void **state)
{
    const struct shape *shape = event_shape(EVENT_consent_requested);
    struct event        event = sample_logged(&arena, shape), found;
    struct slice        whole = envelope_of(&event);
    char               *bytes = malloc(whole.size);
    struct buffer       out   = { 0 };

    (void)state;
    memcpy(bytes, whole.data, whole.size);
    for (size_t bit = 0; bit < 8 * whole.size; bit++) {
        bytes[bit / 8]       = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        struct status status = event_decode((struct slice){ bytes, whole.size }, &arena, &found);
        if (status.code == STATUS_OK) {
            struct json json = json_to(&out);

            event_cloudevent(&found, &(struct event_view){ SLICE("x"), SLICE("piot"), 1, true },
                             &json);
            assert_true(found.version > 0 && found.recorded_at > 0);
        } else {
            assert_int_equal(status.code, STATUS_CORRUPT);
        }
        buffer_clear(&out);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    buffer_free(&out);
    free(bytes);
}

/* So an event has one form in bytes, and no other is taken for it. Tried with
 * the cursor taking any width, and with a zero hash for "none before". */
static void whatever_is_read_encodes_to_its_own_bytes(void **state)
{
    const struct shape *shape;
    struct buffer       again = { 0 };
    struct arena        room  = { 0 };
    size_t              read  = 0;

    (void)state;
    for_each_type(shape)
    {
        struct event event = sample_logged(&arena, shape), found;
        struct slice whole = envelope_of(&event);
        char        *bytes = (char *)(uintptr_t)whole.data; /* our copy */

        for (size_t bit = 0; bit < 8 * whole.size; bit++, arena_reset(&room)) {
            bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
            if (event_decode(whole, &room, &found).code == STATUS_OK) {
                buffer_clear(&again);
                event_encode(&found, &again);
                assert_true(slice_equal(buffer_slice(&again), whole));
                read++;
            }
            bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        }
    }
    assert_true(read > 1000);
    arena_free(&room);
    buffer_free(&again);
}

static struct slice replaced(struct slice whole, struct slice what, struct slice by)
{
    struct buffer out = { 0 };
    size_t at = (size_t)((char *)memmem(whole.data, whole.size, what.data, what.size) - whole.data);

    buffer_add(&out, (struct slice){ whole.data, at });
    buffer_add(&out, by);
    at += what.size;
    buffer_add(&out, (struct slice){ whole.data + at, whole.size - at });
    struct slice copy = arena_copy(&arena, buffer_slice(&out));
    buffer_free(&out);
    return copy;
}

/* No bytes say so, and a nonce is never left out. */
static void nothing_is_said_in_two_ways(void **state)
{
    static const char none[2 + SHA256_SIZE] = { (char)0xc4, SHA256_SIZE };
    struct event      event = sample_logged(&arena, event_shape(EVENT_consent_requested)), found;
    struct slice      whole = envelope_of(&event);
    struct slice      nonce = SLICE_OF(event.seal.nonce);

    (void)state;
    assert_true(id_given(event.seal.owner));
    assert_status(event_decode(replaced(whole, SLICE_OF(event.previous.bytes),
                                        (struct slice){ none + 2, SHA256_SIZE }),
                               &arena, &found),
                  STATUS_CORRUPT);
    nonce = (struct slice){ (char *)memmem(whole.data, whole.size, nonce.data, nonce.size) - 2,
                            nonce.size + 2 };
    assert_status(event_decode(replaced(whole, nonce, (struct slice){ "\xc4\0", 2 }), &arena,
                               &found),
                  STATUS_CORRUPT);
}

/* The array head, then format, id (2 + 17 bytes), type, schema: see event.h. */
enum { AT_FORMAT = 3, AT_TYPE = AT_FORMAT + 1 + 2 + ID_SIZE, AT_SCHEMA = AT_TYPE + 1 };

static void an_unknown_format_type_or_schema_is_corrupt(void **state)
{
    struct event event = sample_logged(&arena, event_shape(EVENT_vendor_onboarded)), found;
    struct slice whole = envelope_of(&event);
    char        *bytes = arena_take(&arena, whole.size);

    (void)state;
    memcpy(bytes, whole.data, whole.size);
    assert_int_equal(bytes[AT_FORMAT], EVENT_FORMAT);
    assert_int_equal(bytes[AT_TYPE], EVENT_vendor_onboarded);
    assert_int_equal(bytes[AT_SCHEMA], EVENT_SCHEMA);
    for (int at = AT_FORMAT; at <= AT_SCHEMA; at += at == AT_FORMAT ? AT_TYPE - AT_FORMAT : 1) {
        char before = bytes[at];

        bytes[at] = 127;
        assert_status(event_decode((struct slice){ bytes, whole.size }, &arena, &found),
                      STATUS_CORRUPT);
        bytes[at] = before;
        assert_ok(event_decode((struct slice){ bytes, whole.size }, &arena, &found));
    }
}

/* A type is stored as any number; in C it is an enum, which holds fewer. */
static void a_type_beyond_an_enum_is_corrupt(void **state)
{
    static const uint64_t beyond = (UINT64_C(1) << 32) + EVENT_vendor_onboarded;
    struct event          event = sample_logged(&arena, event_shape(EVENT_vendor_onboarded)), found;
    struct slice          whole = envelope_of(&event);
    struct buffer         out   = { 0 };

    (void)state;
    buffer_add(&out, (struct slice){ whole.data, AT_TYPE });
    buffer_add_byte(&out, (char)0xcf);
    for (int shift = 56; shift >= 0; shift -= 8) buffer_add_byte(&out, (char)(beyond >> shift));
    buffer_add(&out, (struct slice){ whole.data + AT_SCHEMA, whole.size - AT_SCHEMA });
    assert_status(event_decode(buffer_slice(&out), &arena, &found), STATUS_CORRUPT);
    buffer_free(&out);
}

/* The public fields are the last item but one; without personal fields, nil ends
 * the envelope. An event stored when the type had a field less reads as nothing. */
static void an_older_event_with_fewer_fields_reads(void **state)
{
    const struct shape *shape = event_shape(EVENT_vendor_changed);
    struct event        event = sample_logged(&arena, shape), found;

    (void)state;
    event.vendor_changed.deliveries_pending_max = 5; /* one byte */
    struct slice  whole                         = envelope_of(&event);
    struct buffer fields = { 0 }, older = { 0 };
    shape_encode(shape, event_body(&event, shape), SHAPE_PUBLIC, &fields);
    assert_int_equal((uint8_t)whole.data[whole.size - 1], 0xc0);

    buffer_add(&older, (struct slice){ whole.data, whole.size - 1 - fields.size });
    buffer_add_byte(&older, (char)0x94); /* four fields instead of five */
    buffer_add(&older, (struct slice){ fields.data + 1, fields.size - 2 });
    buffer_add_byte(&older, (char)0xc0);
    assert_ok(event_decode(buffer_slice(&older), &arena, &found));
    assert_true(slice_equal(found.vendor_changed.name, event.vendor_changed.name));
    assert_int_equal(found.vendor_changed.deliveries_pending_max, 0);
    buffer_free(&fields);
    buffer_free(&older);
}

static bool occurs(struct slice in, struct slice what)
{
    return what.size && memmem(in.data, in.size, what.data, what.size) != NULL;
}

static void assert_not_in(struct slice envelope, const struct field *field, const void *at)
{
    const struct texts  *texts  = at;
    const struct values *values = at;
    const struct slice  *text   = at;

    switch (field->type) {
    case FIELD_text:
    case FIELD_json:
    case FIELD_bytes: assert_false(occurs(envelope, *text)); return;
    case FIELD_texts:
        for (size_t i = 0; i < texts->count; i++) assert_false(occurs(envelope, texts->items[i]));
        return;
    case FIELD_values:
        for (size_t i = 0; i < values->count; i++)
            assert_false(occurs(envelope, values->items[i].json));
        return;
    case FIELD_id: assert_false(occurs(envelope, id_slice(at))); return;
    case FIELD_state:
    case FIELD_u64:
    case FIELD_instant:
    case FIELD_flag: fail_msg("how would %s be found?", field->name);
    }
}

static void personal_fields_never_occur_in_an_envelope(void **state)
{
    const struct shape *shape;
    size_t              looked_for = 0;

    (void)state;
    for_each_type(shape)
    {
        struct event event    = sample_logged(&arena, shape);
        struct slice envelope = envelope_of(&event);

        for (const struct field *f = shape->fields(); f->name; f++)
            if (f->personal) {
                assert_not_in(envelope, f, (const char *)event_body(&event, shape) + f->offset);
                looked_for++;
            }
    }
    assert_true(looked_for > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_of_event_survives),
        cmocka_unit_test(an_event_with_nothing_but_its_place_survives),
        cmocka_unit_test(equal_events_are_equal_bytes),
        cmocka_unit_test(an_event_older_than_a_field_encodes_to_its_own_bytes),
        cmocka_unit_test(every_cut_envelope_is_corrupt),
        cmocka_unit_test(no_altered_bit_does_harm),
        cmocka_unit_test(whatever_is_read_encodes_to_its_own_bytes),
        cmocka_unit_test(nothing_is_said_in_two_ways),
        cmocka_unit_test(an_unknown_format_type_or_schema_is_corrupt),
        cmocka_unit_test(a_type_beyond_an_enum_is_corrupt),
        cmocka_unit_test(an_older_event_with_fewer_fields_reads),
        cmocka_unit_test(personal_fields_never_occur_in_an_envelope),
    };
    return cmocka_run_group_tests(tests, NULL, reset_arena);
}
