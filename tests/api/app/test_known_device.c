/* Question: is a device known again by its own text for its own account in time, and by nothing
 * else?
 *
 * Planted bug that it caught: a text that was good for any account. */
#include "api/app/known_device.h"

#include "core/base/crypto.h"
#include "tests/world/checks.h"

static struct arena    arena;
static struct pipeline pipeline = { .device_key = { 1 } }, another = { .device_key = { 2 } };
static struct loop     loop = { .pipeline = &pipeline };
static struct call     call = { .arena = &arena, .loop = &loop, .now_us = 1000 * DAY };

static const struct id ALICES = { "aalice" }, BOBS = { "abob" };

static int forget(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void a_device_is_known_again_and_keeps_its_name(void **state)
{
    struct id first  = known_device_read(&call, ALICES, known_device_text(&call, ALICES, NO_ID));
    struct id second = known_device_read(&call, ALICES, known_device_text(&call, ALICES, NO_ID));

    (void)state;
    assert_true(id_given(first) && id_given(second));
    assert_false(id_equal(first, second));
    struct slice renewed = known_device_text(&call, ALICES, first);
    assert_true(id_equal(known_device_read(&call, ALICES, renewed), first));
    assert_true(renewed.size <= KNOWN_DEVICE_MAX);
}

static void it_is_known_to_its_account_only_and_for_half_a_year(void **state)
{
    struct slice text  = known_device_text(&call, ALICES, NO_ID);
    struct call  later = call;

    (void)state;
    assert_false(id_given(known_device_read(&call, BOBS, text)));
    assert_false(id_given(known_device_read(&call, NO_ID, text)));
    later.now_us += KNOWN_DEVICE_LIFE - 1;
    assert_true(id_given(known_device_read(&later, ALICES, text)));
    later.now_us += 1;
    assert_false(id_given(known_device_read(&later, ALICES, text)));
}

static void a_text_that_was_altered_is_none(void **state)
{
    struct slice text    = known_device_text(&call, ALICES, NO_ID);
    struct loop  foreign = { .pipeline = &another };
    struct call  other   = call;

    (void)state;
    for (size_t i = 0; i < text.size; i++) {
        struct slice forged = arena_copy(&arena, text);
        ((char *)(uintptr_t)forged.data)[i] ^= 1;
        assert_false(id_given(known_device_read(&call, ALICES, forged)));
        forged = (struct slice){ text.data, i };
        assert_false(id_given(known_device_read(&call, ALICES, forged)));
    }
    other.loop = &foreign;
    assert_false(id_given(known_device_read(&other, ALICES, text)));
    assert_false(id_given(known_device_read(&call, ALICES, (struct slice){ NULL, 0 })));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_device_is_known_again_and_keeps_its_name, forget),
        cmocka_unit_test_teardown(it_is_known_to_its_account_only_and_for_half_a_year, forget),
        cmocka_unit_test_teardown(a_text_that_was_altered_is_none, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
