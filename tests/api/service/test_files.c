/* Does every part of the service get its descriptors before strangers do, whatever the limit?
 *
 * Planted bug that it caught: shares that did not count the loops. */
#include "api/service/files.h"
#include "core/store/store.h"
#include "tests/world/checks.h"

static struct settings settings;

static void strangers_get_what_the_rest_leaves(void **state)
{
    (void)state;
    for (size_t loops = 1; loops <= 64; loops *= 4)
        for (size_t limit = 64; limit < 2000000; limit += limit / 7) {
            struct files_shares shares = files_shares_of(&settings, loops, limit);
            assert_int_equal(shares.connections > 0, limit >= shares.needed);
            if (!shares.connections) continue;
            assert_in_range(shares.connections, 16, settings.connections_max);
            assert_in_range(shares.store, 64, STORE_FILES_MAX);
            /* 8 a loop, 3 a webhook and 3 for slow ones, and some for the rest */
            assert_true(shares.store + loops * (8 + shares.connections) +
                            (3 + 3) * settings.webhooks_at_once + 200 <=
                        limit);
        }
}

static void a_usual_limit_is_enough(void **state)
{
    (void)state;
    assert_true(files_shares_of(&settings, 1, 1024).connections >= 200);
    assert_int_equal(files_shares_of(&settings, 1, 20000).connections, settings.connections_max);
    assert_int_equal(files_shares_of(&settings, 1, 20000).store, STORE_FILES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strangers_get_what_the_rest_leaves),
        cmocka_unit_test(a_usual_limit_is_enough),
    };

    settings_default(&settings);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
