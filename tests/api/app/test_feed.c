/* Question: is a subscriber told all of an account's events, in frames any EventSource
 * takes apart, and never a secret? */
#include "tests/world/sample.h"

#include "api/app/feed.h"

static const struct event_view view = {
    .source    = { "https://piot.example", 20 },
    .prefix    = { "piot", 4 },
    .partition = 0,
    .personal  = true,
};

static struct arena  arena;
static struct buffer out;

static int clean(void **state)
{
    (void)state;
    arena_free(&arena);
    buffer_free(&out);
    return 0;
}

static struct slice framed(struct event event)
{
    buffer_clear(&out);
    feed_frame(&(struct feed){ .view = &view }, &event, &out);
    return buffer_slice(&out);
}

static bool has(struct slice text, const char *part)
{
    return memmem(text.data, text.size, part, strlen(part)) != NULL;
}

static void a_frame_is_an_id_one_line_of_data_and_an_empty_line(void **state)
{
    (void)state;
    for (size_t i = 0; event_shape_at(i); i++) {
        struct slice frame = framed(sample_logged(&arena, event_shape_at(i)));
        size_t       lines = 0;

        for (size_t at = 0; at < frame.size; at++) lines += frame.data[at] == '\n';
        assert_int_equal(lines, 3);
        assert_true(slice_starts(frame, SLICE("id: 0/42\ndata: {\"specversion\":\"1.0\",")));
        assert_memory_equal(frame.data + frame.size - 3, "}\n\n", 3);
        assert_false(has(frame, "\r"));
    }
}

static void text_with_line_ends_does_not_break_a_frame(void **state)
{
    struct event event = sample_logged(&arena, event_shape(EVENT_device_renamed));

    (void)state;
    event.device_renamed.name = SLICE("a\n\nevent: reset\r\ndata: x");
    struct slice frame        = framed(event);
    assert_false(has(frame, "\n\nevent:"));
    assert_true(has(frame, "a\\n\\nevent: reset\\r\\ndata: x"));
}

/* A hash's sample stands in the text as base64, hex or however bytes are written: so
 * no field of bytes may even be named. */
static void no_hash_and_no_key_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; event_shape_at(i); i++) {
        struct slice frame = framed(sample_logged(&arena, event_shape_at(i)));

        for (const struct field *f = event_shape_at(i)->fields(); f->name; f++) {
            char name[FIELD_NAME_MAX + 3] = "\"", wire[FIELD_NAME_MAX];
            if (f->type != FIELD_bytes) continue;
            field_wire_name(f, wire);
            strncat(name, wire, FIELD_NAME_MAX);
            strncat(name, "\":", 3);
            assert_false(has(frame, name));
        }
    }
}

static void a_password_is_not_told(void **state)
{
    struct event chosen  = sample_logged(&arena, event_shape(EVENT_account_activated));
    struct event changed = sample_logged(&arena, event_shape(EVENT_password_changed));

    (void)state;
    chosen.account_activated.password = SLICE("$scrypt$secret");
    changed.password_changed.password = SLICE("$scrypt$secret");
    assert_true(has(framed(chosen), "piot.v1.account-activated"));
    assert_true(has(framed(changed), "piot.v1.password-changed"));
    assert_false(has(framed(chosen), "scrypt") || has(framed(chosen), "\"password\""));
    assert_false(has(framed(changed), "scrypt") || has(framed(changed), "\"password\""));
}

static void personal_fields_are_told_to_their_owner(void **state)
{
    struct event event = sample_logged(&arena, event_shape(EVENT_device_renamed));

    (void)state;
    event.device_renamed.name = SLICE("Bedside");
    assert_true(has(framed(event), "\"name\":\"Bedside\""));
}

static void webhooks_are_between_vendor_and_operator(void **state)
{
    size_t kept = 0, all = 0;

    (void)state;
    for (; event_shape_at(all); all++) {
        struct event event   = sample_logged(&arena, event_shape_at(all));
        bool         webhook = strncmp(event_shape_at(all)->name, "webhook_", 8) == 0;

        assert_int_equal(feed_has(&event), !webhook);
        kept += feed_has(&event);
    }
    assert_int_equal(all - kept, 4);
}

static void a_reset_says_where_to_go_on(void **state)
{
    (void)state;
    feed_reset(&out, (struct position){ 0, 17 });
    assert_true(slice_equal(buffer_slice(&out),
                            SLICE("id: 0/17\nevent: reset\ndata: {\"position\":\"0/17\"}\n\n")));
}

static void a_place_has_no_data(void **state)
{
    (void)state;
    feed_retry(&out, 2000);
    feed_place(&out, (struct position){ 0, 17 });
    assert_true(slice_equal(buffer_slice(&out), SLICE("retry: 2000\n\nid: 0/17\n\n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_frame_is_an_id_one_line_of_data_and_an_empty_line, clean),
        cmocka_unit_test_teardown(text_with_line_ends_does_not_break_a_frame, clean),
        cmocka_unit_test_teardown(no_hash_and_no_key_is_told, clean),
        cmocka_unit_test_teardown(a_password_is_not_told, clean),
        cmocka_unit_test_teardown(personal_fields_are_told_to_their_owner, clean),
        cmocka_unit_test_teardown(webhooks_are_between_vendor_and_operator, clean),
        cmocka_unit_test_teardown(a_reset_says_where_to_go_on, clean),
        cmocka_unit_test_teardown(a_place_has_no_data, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
