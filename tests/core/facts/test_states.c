/* Is a state its text to everybody but the program, and does a text of no list never
 * become one? */
#include "tests/world/sample.h"

static const struct {
    const char         *name;
    const struct words *words;
} lists[] = {
#define STATES(list, ...) { #list, &list##_words },
#include "core/facts/states.def"
#undef STATES
};

struct kept {
    enum device_state state;
};
static const struct field *kept_fields(void)
{
    typedef struct kept       self;
    static const struct field fields[] = { STATE_ROW(device_state, state, false, FROM_US, 0, "")
                                               FIELD_ROW_LAST };
    return fields;
}
static const struct shape shape = { "kept", "", 0, 0, sizeof(struct kept), kept_fields };

static struct status read_state(struct slice bytes, enum device_state *state)
{
    struct arena  arena  = { 0 };
    struct kept   kept   = { 0 };
    struct status status = shape_decode(&shape, bytes, SHAPE_ALL, &arena, &kept);

    arena_free(&arena);
    *state = kept.state;
    return status;
}

static void every_state_has_a_text_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(lists); i++)
        for (unsigned value = 0; value < lists[i].words->count; value++) {
            struct slice text = words_text(lists[i].words, value);

            if (!text.data || (value && !text.size))
                fail_msg("%s: %u has no text", lists[i].name, value);
            if (words_find(lists[i].words, text) != value)
                fail_msg("%s: %s is another's text too", lists[i].name, text.data);
        }
}

static void a_state_is_stored_as_its_text(void **state)
{
    struct buffer     out = { 0 };
    enum device_state found;

    (void)state;
    shape_encode(&shape, &(struct kept){ DEVICE_suspended }, SHAPE_ALL, &out);
    assert_true(slice_equal(buffer_slice(&out), SLICE("\x91\xa9suspended")));
    assert_ok(read_state(buffer_slice(&out), &found));
    assert_int_equal(found, DEVICE_suspended);
    buffer_free(&out);
}

static void no_state_is_stored_as_an_empty_text(void **state)
{
    enum device_state found;

    (void)state;
    assert_ok(read_state(SLICE("\x91\xa0"), &found));
    assert_int_equal(found, DEVICE_none);
    assert_ok(read_state(SLICE("\x90"), &found)); /* as before there was one */
    assert_int_equal(found, DEVICE_none);
}

static void a_text_of_no_list_is_corrupt(void **state)
{
    static const struct slice wrong[] = { { "\x91\xa5"
                                            "activ",
                                            7 },
                                          { "\x91\xa7"
                                            "active ",
                                            9 },
                                          { "\x91\xa7"
                                            "granted",
                                            9 } }; /* a consent's */
    enum device_state         found;

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_status(read_state(wrong[i], &found), STATUS_CORRUPT);
    assert_int_equal(device_state_of(SLICE("granted")), DEVICE_none);
}

static void a_life_begins_once_and_leads_to_every_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(lists); i++) {
        const struct words *words   = lists[i].words;
        unsigned            reached = 1, before = 0; /* a bit for each; 0 is */

        if (!words_may_become(words, 0, 1)) continue; /* no life */
        while (reached != before) {
            before = reached;
            for (unsigned to = 1; to < words->count; to++)
                if (words->after[to] & before) reached |= 1u << to;
        }
        assert_int_equal(reached, (1u << words->count) - 1);
        for (unsigned to = 2; to < words->count; to++) assert_false(words_may_become(words, 0, to));
        for (unsigned from = 0; from < words->count; from++)
            assert_false(words_may_become(words, from, 0));
    }
    assert_true(consent_state_may_become(CONSENT_expired, CONSENT_granted));
    assert_false(consent_state_may_become(CONSENT_withdrawn, CONSENT_granted));
    assert_false(command_state_may_become(COMMAND_cancelled, COMMAND_sent));
    assert_false(vendor_state_may_become(VENDOR_offboarded, VENDOR_approved));
    assert_false(account_state_may_become(ACCOUNT_erased, ACCOUNT_active));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_has_a_text_of_its_own),
        cmocka_unit_test(a_state_is_stored_as_its_text),
        cmocka_unit_test(no_state_is_stored_as_an_empty_text),
        cmocka_unit_test(a_text_of_no_list_is_corrupt),
        cmocka_unit_test(a_life_begins_once_and_leads_to_every_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
