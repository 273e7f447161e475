/* Has a vendor the secrets its log tells of, each good from its commit on and none a
 * moment longer than the view has it? */
#include "tests/world/checks.h"

#include "api/courier/secrets.h"
#include "core/log/log.h"
#include "projections/projection.h"

#define NOW (INT64_C(1795363387123) * MILLISECOND)

static const struct id GLOW = { "vglow" }, OTHER = { "vother" };

static struct arena   arena;
static struct store  *store;
static struct vault  *vault;
static struct log    *all;
static struct batch  *batch;
static struct secrets found;
static uint64_t       told;

static int open_log(void **state)
{
    struct store_options options = { .path = NULL };

    (void)state;
    store_families_all(options.families);
    assert_int_equal(store_open(&store, &options).code, STATUS_OK);
    assert_int_equal(vault_open(&vault, NULL, false).code, STATUS_OK);
    assert_int_equal(log_open(&all, store, vault).code, STATUS_OK);
    batch = batch_open(store);
    return 0;
}

static int close_log(void **state)
{
    (void)state;
    secrets_wipe(&found);
    batch_close(batch);
    log_close(all);
    vault_close(vault);
    store_close(store);
    arena_free(&arena);
    return 0;
}

static void happens(struct event event)
{
    struct slice text = arena_print(&arena, "event %llu", (unsigned long long)++told);

    event.id = id_derive(ID_event, text, SLICE(""), SLICE(""));
    assert_int_equal(log_append(all, batch, NOW, &arena, &event).code, STATUS_OK);
    fold_vendors.apply(batch, &arena, &event);
    assert_int_equal(batch_commit(batch, false).code, STATUS_OK);
}

/* A key is named after its secret. */
static struct id key_of(const char *text)
{
    return id_derive(ID_key, slice_text(text), SLICE(""), SLICE(""));
}
static void adds(struct id vendor, const char *text)
{
    happens(
        (struct event){ .type             = EVENT_vendor_key_added,
                        .stream           = vendor,
                        .vendor_key_added = { .key = key_of(text), .secret = slice_text(text) } });
}
static void removes(struct id vendor, const char *text)
{
    happens((struct event){ .type               = EVENT_vendor_key_removed,
                            .stream             = vendor,
                            .vendor_key_removed = { .key = key_of(text) } });
}

static size_t secrets(struct id vendor)
{
    secrets_wipe(&found);
    assert_int_equal(secrets_of(store_reader(store), vault, vendor, &arena, &found).code,
                     STATUS_OK);
    return found.count;
}
static bool has(const char *text)
{
    for (size_t i = 0; i < found.count; i++)
        if (slice_equal(secret_slice(&found.items[i]), slice_text(text))) return true;
    return false;
}

#define OLDER "the first secret, of 32 bytes ..."
#define NEWER "another one, of about as many ..."

static void a_vendor_nobody_knows_has_none(void **state)
{
    (void)state;
    assert_int_equal(secrets(GLOW), 0);
}

static void a_secret_is_good_from_its_commit_until_its_removal(void **state)
{
    (void)state;
    adds(GLOW, OLDER);
    assert_int_equal(secrets(GLOW), 1);
    assert_true(has(OLDER));
    adds(GLOW, NEWER);
    for (int again = 0; again < 2; again++) { /* from the log, then from the table */
        assert_int_equal(secrets(GLOW), 2);
        assert_true(has(OLDER) && has(NEWER));
    }
    removes(GLOW, OLDER);
    assert_int_equal(secrets(GLOW), 1);
    assert_true(has(NEWER));
}

static void a_secret_is_its_vendors_alone(void **state)
{
    (void)state;
    adds(GLOW, OLDER);
    assert_int_equal(secrets(GLOW), 1);
    assert_int_equal(secrets(OTHER), 0);
}

static void a_forgotten_secret_is_none(void **state)
{
    (void)state;
    adds(OTHER, "a secret nobody has opened before");
    assert_int_equal(vault_destroy_key(vault, OTHER).code, STATUS_OK);
    assert_int_equal(secrets(OTHER), 0);
}

static void more_than_the_table_holds_are_opened_again(void **state)
{
    enum { MANY = SECRETS_KEPT + 500 };

    (void)state;
    for (int i = 0; i < MANY; i++) {
        struct slice name   = arena_print(&arena, "vendor %d", i);
        struct id    vendor = id_derive(ID_vendor, name, SLICE(""), SLICE(""));
        adds(vendor, arena_print(&arena, "%06d is in this secret of a vendor", i).data);
    }
    for (int i = 0; i < MANY; i++) {
        struct slice name   = arena_print(&arena, "vendor %d", i);
        struct id    vendor = id_derive(ID_vendor, name, SLICE(""), SLICE(""));
        assert_int_equal(secrets(vendor), 1);
        assert_true(has(arena_print(&arena, "%06d is in this secret of a vendor", i).data));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_log, close_log)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_vendor_nobody_knows_has_none),
        TEST(a_secret_is_good_from_its_commit_until_its_removal),
        TEST(a_secret_is_its_vendors_alone),
        TEST(a_forgotten_secret_is_none),
        TEST(more_than_the_table_holds_are_opened_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
