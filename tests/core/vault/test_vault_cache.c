/* Is the cache bounded, and does it never keep a key that was dropped meanwhile? */
#include "core/vault/vault_cache.h"

#include "tests/world/checks.h"
#include "tests/world/sample.h"

static int open_cache(void **state)
{
    *state = vault_cache_open();
    return 0;
}

static int close_cache(void **state)
{
    vault_cache_close(*state);
    return 0;
}

static struct id owner(unsigned number)
{
    return id_derive(ID_account, (struct slice){ (const char *)&number, sizeof number }, SLICE(""),
                     SLICE(""));
}

static void put(struct vault_cache *cache, struct id id, const char *key)
{
    vault_cache_put(cache, id, (const uint8_t *)key, vault_cache_moment(cache));
}

static const char RED[]  = "thirty-two bytes of a red key...",
                  BLUE[] = "thirty-two bytes of a blue key..";

static void a_key_put_is_a_key_got(void **state)
{
    uint8_t key[AES_KEY_SIZE];

    assert_false(vault_cache_get(*state, owner(1), key));
    put(*state, owner(1), RED);
    put(*state, owner(2), BLUE);
    assert_true(vault_cache_get(*state, owner(1), key));
    assert_memory_equal(key, RED, AES_KEY_SIZE);
    put(*state, owner(1), BLUE);
    assert_true(vault_cache_get(*state, owner(1), key));
    assert_memory_equal(key, BLUE, AES_KEY_SIZE);
}

static void a_dropped_key_is_gone(void **state)
{
    uint8_t key[AES_KEY_SIZE];

    put(*state, owner(1), RED);
    put(*state, owner(2), BLUE);
    vault_cache_drop(*state, owner(1));
    vault_cache_drop(*state, owner(3));
    assert_false(vault_cache_get(*state, owner(1), key));
    assert_true(vault_cache_get(*state, owner(2), key));
}

static void a_key_read_before_a_drop_is_not_kept_after_it(void **state)
{
    uint64_t moment = vault_cache_moment(*state);
    uint8_t  key[AES_KEY_SIZE];

    vault_cache_drop(*state, owner(1));
    vault_cache_put(*state, owner(1), (const uint8_t *)RED, moment);
    assert_false(vault_cache_get(*state, owner(1), key));
    put(*state, owner(1), RED);
    assert_true(vault_cache_get(*state, owner(1), key));
}

/* Twice as many as fit: some stay, no more than the limit, and one in steady use
 * is among them. */
static void it_never_holds_more_than_its_limit(void **state)
{
    uint8_t  key[AES_KEY_SIZE];
    unsigned held = 0;

    for (unsigned i = 0; i < 2 * VAULT_CACHE_MAX; i++) {
        put(*state, owner(i), RED);
        assert_true(vault_cache_get(*state, owner(0), key));
    }
    for (unsigned i = 0; i < 2 * VAULT_CACHE_MAX; i++)
        held += vault_cache_get(*state, owner(i), key);
    assert_in_range(held, VAULT_CACHE_MAX / 2, VAULT_CACHE_MAX);
}

#define in_cache(test) cmocka_unit_test_setup_teardown(test, open_cache, close_cache)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_cache(a_key_put_is_a_key_got),
        in_cache(a_dropped_key_is_gone),
        in_cache(a_key_read_before_a_drop_is_not_kept_after_it),
        in_cache(it_never_holds_more_than_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
