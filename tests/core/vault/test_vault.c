/* Does the vault give back exactly what was sealed, to its owner's key alone, and
 * never again once that key is destroyed -- whoever reads meanwhile? */
#include "core/vault/vault.h"

#include "tests/world/checks.h"
#include "tests/world/sample.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define ANN sample_id(ID_account, "ann")
#define BEN sample_id(ID_account, "ben")

static struct arena arena;

struct sealed {
    uint8_t      nonce[AES_NONCE_SIZE];
    struct slice bytes;
};

static int open_vault(void **state)
{
    struct vault *vault;

    assert_ok(vault_open(&vault, NULL, false));
    *state = vault;
    return 0;
}

static int close_vault(void **state)
{
    vault_close(*state);
    arena_free(&arena);
    return 0;
}

static struct sealed seal(struct vault *vault, struct id owner, struct slice plain)
{
    struct sealed sealed;

    assert_ok(vault_seal(vault, owner, SLICE("aad"), plain, &arena, sealed.nonce, &sealed.bytes));
    return sealed;
}

static struct status unseal(struct vault *vault, struct id owner, const struct sealed *sealed,
                            struct slice *plain)
{
    return vault_unseal(vault, owner, SLICE("aad"), sealed->nonce, sealed->bytes, &arena, plain);
}

static void what_is_sealed_can_be_unsealed(void **state)
{
    struct slice  plain;
    struct sealed sealed, empty;

    assert_ok(vault_create_key(*state, ANN));
    sealed = seal(*state, ANN, SLICE("my lamp"));
    assert_null(memmem(sealed.bytes.data, sealed.bytes.size, "my lamp", 7));
    assert_ok(unseal(*state, ANN, &sealed, &plain));
    assert_slice(plain, "my lamp");
    empty = seal(*state, ANN, SLICE(""));
    assert_ok(unseal(*state, ANN, &empty, &plain));
    assert_true(plain.data != NULL && plain.size == 0);
}

static void the_same_text_is_never_sealed_alike(void **state)
{
    assert_ok(vault_create_key(*state, ANN));
    struct sealed one = seal(*state, ANN, SLICE("same")), two = seal(*state, ANN, SLICE("same"));
    assert_memory_not_equal(one.nonce, two.nonce, AES_NONCE_SIZE);
    assert_false(slice_equal(one.bytes, two.bytes));
}

static void every_altered_bit_is_noticed(void **state)
{
    struct slice plain;

    assert_ok(vault_create_key(*state, ANN));
    struct sealed sealed = seal(*state, ANN, SLICE("my lamp"));
    char         *bytes  = arena_take(&arena, sealed.bytes.size);
    memcpy(bytes, sealed.bytes.data, sealed.bytes.size);
    for (size_t bit = 0; bit < 8 * sealed.bytes.size; bit++) {
        struct sealed altered = sealed;

        altered.bytes.data = bytes;
        bytes[bit / 8]     = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        assert_status(unseal(*state, ANN, &altered, &plain), STATUS_CORRUPT);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t size = 0; size < sealed.bytes.size; size++) {
        struct sealed cut = sealed;

        cut.bytes.size = size;
        assert_status(unseal(*state, ANN, &cut, &plain), STATUS_CORRUPT);
    }
    assert_status(vault_unseal(*state, ANN, SLICE("else"), sealed.nonce, sealed.bytes, &arena,
                               &plain),
                  STATUS_CORRUPT);
}

static void another_owners_key_opens_nothing(void **state)
{
    struct slice plain;

    assert_ok(vault_create_key(*state, ANN));
    assert_ok(vault_create_key(*state, BEN));
    struct sealed sealed = seal(*state, ANN, SLICE("my lamp"));
    assert_status(unseal(*state, BEN, &sealed, &plain), STATUS_CORRUPT);
}

static void an_owner_without_a_key_is_not_found(void **state)
{
    struct sealed sealed = { .bytes = SLICE("sixteen bytes or more") };
    struct slice  plain;
    char          text[27];

    assert_status(vault_seal(*state, ANN, SLICE(""), SLICE("x"), &arena, sealed.nonce, &plain),
                  STATUS_NOT_FOUND);
    assert_status(unseal(*state, ANN, &sealed, &plain), STATUS_NOT_FOUND);
    assert_status(vault_reference(*state, ANN, BEN, BEN, text), STATUS_NOT_FOUND);
}

static void a_key_is_made_once(void **state)
{
    struct slice plain;

    assert_ok(vault_create_key(*state, ANN));
    struct sealed sealed = seal(*state, ANN, SLICE("my lamp"));
    assert_ok(vault_create_key(*state, ANN));
    assert_ok(unseal(*state, ANN, &sealed, &plain));
    assert_slice(plain, "my lamp");
}

static void a_destroyed_key_is_gone_for_ever(void **state)
{
    struct slice plain;
    char         text[27];

    assert_ok(vault_create_key(*state, ANN));
    assert_ok(vault_create_key(*state, BEN));
    struct sealed sealed = seal(*state, ANN, SLICE("my lamp")),
                  other  = seal(*state, BEN, SLICE("my door"));
    for (size_t time = 0; time < 2; time++) {
        assert_ok(vault_destroy_key(*state, ANN));
        assert_status(unseal(*state, ANN, &sealed, &plain), STATUS_NOT_FOUND);
        assert_status(vault_create_key(*state, ANN), STATUS_NOT_FOUND);
        assert_status(vault_seal(*state, ANN, SLICE(""), SLICE("x"), &arena, sealed.nonce, &plain),
                      STATUS_NOT_FOUND);
        assert_status(vault_reference(*state, ANN, BEN, BEN, text), STATUS_NOT_FOUND);
    }
    assert_ok(unseal(*state, BEN, &other, &plain));
}

static void an_owner_may_be_forgotten_before_ever_having_a_key(void **state)
{
    assert_ok(vault_destroy_key(*state, ANN));
    assert_status(vault_create_key(*state, ANN), STATUS_NOT_FOUND);
}

/* More owners than the cache holds: each is read from the store again. */
static void keys_that_left_the_cache_still_open(void **state)
{
    enum { OWNERS = VAULT_CACHE_MAX + VAULT_CACHE_MAX / 8, EVERY = 97 };
    struct sealed *sealed = calloc(OWNERS / EVERY + 1, sizeof *sealed);
    struct slice   plain;

    for (unsigned i = 0; i < OWNERS; i++) {
        struct id owner = id_derive(ID_account, ((struct slice){ (const char *)&i, sizeof i }),
                                    SLICE(""), SLICE(""));

        assert_ok(vault_create_key(*state, owner));
        if (i % EVERY == 0) sealed[i / EVERY] = seal(*state, owner, SLICE("kept"));
    }
    for (unsigned i = 0; i < OWNERS; i += EVERY) {
        struct id owner = id_derive(ID_account, ((struct slice){ (const char *)&i, sizeof i }),
                                    SLICE(""), SLICE(""));

        assert_ok(unseal(*state, owner, &sealed[i / EVERY], &plain));
        assert_slice(plain, "kept");
    }
    free(sealed);
}

/* -- references and hashes -------------------------------------------------- */

static void a_reference_is_the_same_for_the_same_names_only(void **state)
{
    struct id device = sample_id(ID_device, "lamp"), bond = sample_id(ID_key, "bond");
    char      first[27], again[27], renewed[27], other[27], ben[27];

    assert_ok(vault_create_key(*state, ANN));
    assert_ok(vault_create_key(*state, BEN));
    assert_ok(vault_reference(*state, ANN, device, bond, first));
    assert_ok(vault_reference(*state, ANN, device, bond, again));
    assert_ok(vault_reference(*state, ANN, device, sample_id(ID_key, "next"), renewed));
    assert_ok(vault_reference(*state, ANN, sample_id(ID_device, "door"), bond, other));
    assert_ok(vault_reference(*state, BEN, device, bond, ben));
    assert_string_equal(first, again);
    assert_int_equal(strlen(first), 26);
    assert_int_equal(strspn(first, "0123456789abcdefghjkmnpqrstvwxyz"), 26);
    assert_string_not_equal(first, renewed);
    assert_string_not_equal(first, other);
    assert_string_not_equal(first, ben);
}

static void a_keyed_hash_depends_on_vault_label_and_bytes(void **state)
{
    struct vault *other;

    assert_ok(vault_open(&other, NULL, false));
    struct hash hash  = vault_keyed_hash(*state, "address", SLICE("192.0.2.1"));
    struct hash again = vault_keyed_hash(*state, "address", SLICE("192.0.2.1"));
    struct hash bytes = vault_keyed_hash(*state, "address", SLICE("192.0.2.2"));
    struct hash label = vault_keyed_hash(*state, "addres", SLICE("s192.0.2.1"));
    struct hash vault = vault_keyed_hash(other, "address", SLICE("192.0.2.1"));
    assert_memory_equal(&hash, &again, sizeof hash);
    assert_memory_not_equal(&hash, &bytes, sizeof hash);
    assert_memory_not_equal(&hash, &label, sizeof hash);
    assert_memory_not_equal(&hash, &vault, sizeof hash);
    vault_close(other);
}

/* -- threads ---------------------------------------------------------------- */

struct readers {
    struct vault *vault;
    struct sealed sealed;
    atomic_bool   destroyed, stop;
    atomic_uint   opened, wrong;
};

/* What was unsealed after the key's destruction had returned is counted as wrong. */
static void *read_on(void *context)
{
    struct readers *readers = context;
    struct arena    own     = { 0 };

    while (!atomic_load(&readers->stop)) {
        bool          gone = atomic_load(&readers->destroyed);
        struct slice  plain;
        struct status status = vault_unseal(readers->vault, ANN, SLICE("aad"),
                                            readers->sealed.nonce, readers->sealed.bytes, &own,
                                            &plain);

        if (status.code == STATUS_OK)
            atomic_fetch_add(gone ? &readers->wrong : &readers->opened, 1);
        else if (status.code != STATUS_NOT_FOUND) atomic_fetch_add(&readers->wrong, 1);
        arena_reset(&own);
    }
    arena_free(&own);
    return NULL;
}

static void readers_never_bring_a_destroyed_key_back(void **state)
{
    struct readers readers = { .vault = *state };
    pthread_t      threads[4];
    struct slice   plain;

    assert_ok(vault_create_key(*state, ANN));
    readers.sealed = seal(*state, ANN, SLICE("my lamp"));
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readers), 0);
    while (atomic_load(&readers.opened) < 100) assert_ok(vault_create_key(*state, ANN));
    assert_ok(vault_destroy_key(*state, ANN));
    atomic_store(&readers.destroyed, true);
    for (size_t i = 0; i < 200; i++)
        assert_status(unseal(*state, ANN, &readers.sealed, &plain), STATUS_NOT_FOUND);
    atomic_store(&readers.stop, true);
    for (size_t i = 0; i < COUNT(threads); i++) pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&readers.wrong), 0);
}

#define in_memory(test) cmocka_unit_test_setup_teardown(test, open_vault, close_vault)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_memory(what_is_sealed_can_be_unsealed),
        in_memory(the_same_text_is_never_sealed_alike),
        in_memory(every_altered_bit_is_noticed),
        in_memory(another_owners_key_opens_nothing),
        in_memory(an_owner_without_a_key_is_not_found),
        in_memory(a_key_is_made_once),
        in_memory(a_destroyed_key_is_gone_for_ever),
        in_memory(an_owner_may_be_forgotten_before_ever_having_a_key),
        in_memory(keys_that_left_the_cache_still_open),
        in_memory(a_reference_is_the_same_for_the_same_names_only),
        in_memory(a_keyed_hash_depends_on_vault_label_and_bytes),
        in_memory(readers_never_bring_a_destroyed_key_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
