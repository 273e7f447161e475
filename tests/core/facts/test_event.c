/* Has every event its owner and its one name, and does a CloudEvent tell of it what
 * its reader may know? */
#include "tests/world/sample.h"

#include <stdio.h>

static struct arena arena;

static int reset_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

#define for_each_type(shape) \
    for (size_t index_ = 0; ((shape) = event_shape_at(index_)) != NULL; index_++)

static bool occurs(struct slice in, struct slice what)
{
    return what.size && memmem(in.data, in.size, what.data, what.size) != NULL;
}

static void personal_fields_always_have_an_owner_with_a_key(void **state)
{
    const struct shape *shape;

    (void)state;
    for_each_type(shape)
    {
        struct event event = sample_event(&arena, shape);
        struct id    owner = event_owner(&event);

        if (!shape_has_personal(shape)) assert_false(id_given(owner));
        else assert_true(id_kind(owner) == ID_account || id_kind(owner) == ID_vendor);
    }
}

static void a_detection_belongs_to_the_account_it_resolved_to_or_else_to_the_vendor(void **state)
{
    struct event event = sample_event(&arena, event_shape(EVENT_device_detected));

    (void)state;
    assert_true(id_equal(event_owner(&event), event.device_detected.account));
    event.device_detected.account = NO_ID;
    assert_true(id_equal(event_owner(&event), event.device_detected.vendor));
}

static void names_on_the_wire_lead_there_and_back(void **state)
{
    const struct shape *shape;
    char                name[128];

    (void)state;
    for_each_type(shape)
    {
        snprintf(name, sizeof name, "piot.v1.%s", shape->name);
        for (char *c = name; *c; c++)
            if (*c == '_') *c = '-';
        assert_ptr_equal(event_shape_by_wire_name(slice_text(name)), shape);
        assert_ptr_equal(event_shape((enum event_type)shape->tag), shape);
        name[strlen(name) - 1] = '\0';
        assert_ptr_not_equal(event_shape_by_wire_name(slice_text(name)), shape);
    }
    assert_null(event_shape_by_wire_name(SLICE("piot.v1.device_added")));
    assert_null(event_shape_by_wire_name(SLICE("piot.v1.device-added-")));
    assert_null(event_shape_by_wire_name(SLICE("piot.v1.")));
    assert_null(event_shape_by_wire_name(SLICE("piot.v2.device-added")));
    assert_null(event_shape_by_wire_name((struct slice){ 0 }));
    assert_null(event_shape((enum event_type)0));
}

static void a_hushed_event_tells_everything_but_secrets(void **state)
{
    const struct shape *shape;
    size_t              secrets = 0;

    (void)state;
    for_each_type(shape)
    {
        struct event told = sample_event(&arena, shape), redacted = told;
        const char  *before = event_body(&told, shape), *after = event_body(&redacted, shape);

        event_redact(&redacted);
        for (const struct field *f = shape->fields(); f->name; f++) {
            const struct slice *now    = (const void *)(after + f->offset);
            bool                secret = f->type == FIELD_bytes || strcmp(f->name, "password") == 0;

            secrets += secret;
            if (secret) assert_true(now->size == 0);
            else if (f->type == FIELD_text)
                assert_memory_equal(now, before + f->offset, sizeof *now);
        }
    }
    assert_true(secrets > 10);
}

static void no_tag_is_used_twice(void **state)
{
    const struct shape *shape;
    bool                used[1024] = { false };

    (void)state;
    for_each_type(shape)
    {
        assert_true(shape->tag > 0 && shape->tag < COUNT(used) && !used[shape->tag]);
        used[shape->tag] = true;
    }
}

static struct slice cloudevent(const struct event *event, bool personal)
{
    struct event_view view = { SLICE("https://piot.example"), SLICE("piot"), 1, personal };
    struct buffer     out  = { 0 };
    struct json       json = json_to(&out);

    event_cloudevent(event, &view, &json);
    buffer_add_byte(&out, '\0');
    struct slice copy = arena_copy(&arena, buffer_slice(&out));
    buffer_free(&out);
    return copy;
}

static void a_cloudevent_says_all_an_auditor_may_know(void **state)
{
    static const char public_text[] =
        "{\"specversion\":\"1.0\",\"id\":\"evt_00000000000000000000000001\","
        "\"source\":\"https://piot.example\",\"type\":\"piot.v1.device-renamed\","
        "\"subject\":\"acc_00000000000000000000000002\",\"time\":\"2026-11-22T16:03:07.123Z\","
        "\"datacontenttype\":\"application/json\",\"position\":\"1/42\",\"streamversion\":7,"
        "\"occurredat\":\"2026-11-22T16:03:06.123Z\",\"actorkind\":\"subscriber\","
        "\"actorid\":\"acc_00000000000000000000000002\",\"correlationid\":\"abc\","
        "\"causationid\":\"evt_00000000000000000000000003\","
        "\"data\":{\"device\":\"dev_00000000000000000000000004\"";
    struct event event = { .position       = 42,
                           .id             = { { 'e', [16] = 1 } },
                           .type           = EVENT_device_renamed,
                           .stream         = { { 'a', [16] = 2 } },
                           .version        = 7,
                           .recorded_at    = SAMPLE_INSTANT,
                           .occurred_at    = SAMPLE_INSTANT - 1000000,
                           .actor          = { ACTOR_SUBSCRIBER, { { 'a', [16] = 2 } } },
                           .correlation    = SLICE("abc"),
                           .causation      = { { 'e', [16] = 3 } },
                           .device_renamed = { .device = { { 'd', [16] = 4 } },
                                               .name   = SLICE("<Lamp>") } };
    char         wanted[sizeof public_text + 32];

    (void)state;
    snprintf(wanted, sizeof wanted, "%s}}", public_text);
    assert_string_equal(cloudevent(&event, false).data, wanted);
    snprintf(wanted, sizeof wanted, "%s,\"name\":\"\\u003cLamp\\u003e\"}}", public_text);
    assert_string_equal(cloudevent(&event, true).data, wanted);
}

static void no_cloudevent_tells_personal_fields_to_who_may_not_see_them(void **state)
{
    const struct shape *shape;

    (void)state;
    for_each_type(shape)
    {
        struct event event = sample_logged(&arena, shape);

        for (const struct field *f = shape->fields(); f->name; f++) {
            const struct slice *text = (const void *)((const char *)event_body(&event, shape) +
                                                      f->offset);
            if (!f->personal || f->type != FIELD_text) continue;
            assert_true(occurs(cloudevent(&event, true), *text));
            assert_false(occurs(cloudevent(&event, false), *text));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(personal_fields_always_have_an_owner_with_a_key),
        cmocka_unit_test(a_detection_belongs_to_the_account_it_resolved_to_or_else_to_the_vendor),
        cmocka_unit_test(names_on_the_wire_lead_there_and_back),
        cmocka_unit_test(a_hushed_event_tells_everything_but_secrets),
        cmocka_unit_test(no_tag_is_used_twice),
        cmocka_unit_test(a_cloudevent_says_all_an_auditor_may_know),
        cmocka_unit_test(no_cloudevent_tells_personal_fields_to_who_may_not_see_them),
    };
    return cmocka_run_group_tests(tests, NULL, reset_arena);
}
