/* Does an intent kept by the timers come back as it was, and nothing else as one? */
#include "tests/world/sample.h"

#include <stdlib.h>

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

enum {
    LAST = INTENT_NONE
#define INTENT(name, ...) +1
#include "core/facts/intents.def"
#undef INTENT
};

static struct intent sample_intent(enum intent_type type)
{
    const struct shape *shape  = intent_shape(type);
    enum id_kind        kind   = intent_stream_kind(type);
    struct intent       intent = {
              .type   = type,
              .stream = sample_id(kind == ID_NONE ? ID_account : kind, shape->name),
    };

    sample_body(&arena, shape, intent_body(&intent, shape));
    return intent;
}

static struct slice kept(const struct intent *intent)
{
    struct buffer out = { 0 };

    intent_encode(intent, &out);
    struct slice copy = arena_copy(&arena, buffer_slice(&out));
    buffer_free(&out);
    return copy;
}

static void every_type_of_intent_survives(void **state)
{
    (void)state;
    for (int type = INTENT_NONE + 1; type <= LAST; type++) {
        const struct shape *shape  = intent_shape((enum intent_type)type);
        struct intent       wanted = sample_intent((enum intent_type)type), found;

        assert_ok(intent_decode(kept(&wanted), &arena, &found));
        assert_int_equal(found.type, type);
        assert_true(id_equal(found.stream, wanted.stream));
        assert_same_part(shape, intent_body(&found, shape), intent_body(&wanted, shape), SHAPE_ALL);
    }
}

static void an_intent_from_the_timers_is_the_systems_own(void **state)
{
    struct intent wanted = sample_intent(INTENT_lapse_consent), found;

    (void)state;
    wanted.actor        = (struct actor){ ACTOR_SUBSCRIBER, sample_id(ID_account, "who") };
    wanted.on_behalf_of = sample_id(ID_account, "behalf");
    wanted.causation    = sample_id(ID_event, "cause");
    assert_ok(intent_decode(kept(&wanted), &arena, &found));
    assert_int_equal(found.actor.kind, ACTOR_SYSTEM);
    assert_false(id_given(found.actor.id) || id_given(found.on_behalf_of) ||
                 id_given(found.causation));
}

static void a_cut_or_lengthened_intent_is_corrupt(void **state)
{
    struct intent intent = sample_intent(INTENT_request_consent), found;
    struct slice  whole  = kept(&intent);

    (void)state;
    for (size_t size = 0; size <= whole.size + 1; size++) {
        char *bytes = calloc(1, size + 1);

        if (size == whole.size) { /* the one length that is right */
            free(bytes);
            continue;
        }
        memcpy(bytes, whole.data, size < whole.size ? size : whole.size);
        assert_status(intent_decode((struct slice){ bytes, size }, &arena, &found), STATUS_CORRUPT);
        free(bytes);
    }
}

static void an_unknown_name_is_corrupt(void **state)
{
    struct intent intent = sample_intent(INTENT_lapse_consent), found;
    struct slice  whole  = kept(&intent);
    char         *bytes  = arena_take(&arena, whole.size);

    (void)state;
    memcpy(bytes, whole.data, whole.size);
    char *name = memmem(bytes, whole.size, "lapse_consent", 13);
    assert_non_null(name);
    name[0] = 'x';
    assert_status(intent_decode((struct slice){ bytes, whole.size }, &arena, &found),
                  STATUS_CORRUPT);
}

static void no_name_is_used_twice(void **state)
{
    (void)state;
    for (int a = INTENT_NONE + 1; a <= LAST; a++)
        for (int b = a + 1; b <= LAST; b++)
            assert_string_not_equal(intent_shape((enum intent_type)a)->name,
                                    intent_shape((enum intent_type)b)->name);
}

static void what_enters_from_outside_has_a_limit(void **state)
{
    (void)state;
    for (int type = INTENT_NONE + 1; type <= LAST; type++)
        for (const struct field *f = intent_shape((enum intent_type)type)->fields(); f->name; f++) {
            bool sized = f->type == FIELD_text || f->type == FIELD_json || f->type == FIELD_bytes ||
                         f->type == FIELD_texts || f->type == FIELD_values;

            if (f->source != FROM_US && sized && f->size_max == 0)
                fail_msg("%s.%s has none", intent_shape((enum intent_type)type)->name, f->name);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_of_intent_survives),
        cmocka_unit_test(an_intent_from_the_timers_is_the_systems_own),
        cmocka_unit_test(a_cut_or_lengthened_intent_is_corrupt),
        cmocka_unit_test(an_unknown_name_is_corrupt),
        cmocka_unit_test(no_name_is_used_twice),
        cmocka_unit_test(what_enters_from_outside_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
