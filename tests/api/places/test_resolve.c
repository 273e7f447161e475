/* Does an address lead to the one gateway that held it at that moment, and to nobody when
 * that is not sure? */
#include "api/places/resolve.h"

#include "core/leases/leases.h"

#include <stdio.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "projections/projection.h"
#include "tests/world/checks.h"

static struct arena  arena;
static struct store *store;
static struct vault *vault;
static struct batch *batch;

static const int64_t noon = 20000 * DAY + 12 * HOUR;

static struct id gateway(const char *name) { return name_gateway(NULL, slice_text(name)); }

static struct id account_of(const char *name)
{
    struct id id = gateway(name);

    id.bytes[0] = ID_account;
    return id;
}

static void give(const char *name, bool shared)
{
    struct gateway_row row = { .account    = account_of(name),
                               .shared     = shared,
                               .gateway_id = slice_text(name) };

    view_put_gateway(batch, gateway(name), NO_ID, &row);
}

static int open_all(void **state)
{
    struct store_options options = { .path = NULL };

    (void)state;
    options.families[FAMILY_leases]   = true;
    options.families[FAMILY_accounts] = true;
    assert_int_equal(store_open(&store, &options).code, STATUS_OK);
    assert_int_equal(vault_open(&vault, NULL, false).code, STATUS_OK);
    batch = batch_open(store);
    give("ann", false);
    give("bob", false);
    give("cafe", true);
    return 0;
}

static int close_all(void **state)
{
    int failure = reader_failure(batch_reader(batch)).code;

    (void)state;
    batch_close(batch);
    vault_close(vault);
    store_close(store);
    arena_free(&arena);
    return failure;
}

/* -- telling and asking ------------------------------------------------------------------- */

static void tell_v4(const char *name, const char *address, unsigned port_from, unsigned port_to,
                    int64_t from, int64_t until)
{
    struct lease lease = { .gateway     = gateway(name),
                           .family      = 4,
                           .port_from   = (uint16_t)port_from,
                           .port_to     = (uint16_t)port_to,
                           .from        = from,
                           .until       = until,
                           .recorded_at = noon };

    assert_true(text_ipv4(slice_text(address), lease.address));
    lease_put(batch, &lease);
}

static void tell_whole(const char *name, const char *address, int64_t from, int64_t until)
{
    tell_v4(name, address, 0, 65535, from, until);
}

static void tell_v6(const char *name, const char *prefix, int64_t from, int64_t until)
{
    struct lease lease = { .gateway     = gateway(name),
                           .family      = 6,
                           .port_to     = 65535,
                           .from        = from,
                           .until       = until,
                           .recorded_at = noon };

    assert_true(text_ipv6_prefix(slice_text(prefix), lease.address, &lease.prefix));
    lease_put(batch, &lease);
}

static struct resolution seen(const char *address, int port, int64_t at)
{
    struct observation observation = { .at       = at,
                                       .has_port = port >= 0,
                                       .port     = (uint16_t)(port >= 0 ? port : 0) };

    if (text_ipv4(slice_text(address), observation.address)) observation.family = 4;
    else if (text_ipv6(slice_text(address), observation.address)) observation.family = 6;
    return resolve(batch_reader(batch), vault, &arena, &observation);
}

static void assert_leads_to(struct resolution found, const char *name, const char *method)
{
    assert_int_equal(found.confidence, CONFIDENCE_exact);
    assert_slice(found.method, method);
    assert_true(id_equal(found.gateway, gateway(name)));
    assert_true(id_equal(found.account, account_of(name)));
}

static void assert_leads_nowhere(struct resolution found, enum confidence confidence)
{
    assert_int_equal(found.confidence, confidence);
    assert_false(id_given(found.gateway));
    assert_false(id_given(found.account));
}

/* -- time ----------------------------------------------------------------------------------- */

static void a_lease_holds_from_its_beginning_until_before_its_end(void **state)
{
    (void)state;
    tell_whole("ann", "192.0.2.1", noon, noon + HOUR);
    assert_leads_nowhere(seen("192.0.2.1", -1, noon - 1), CONFIDENCE_none);
    assert_leads_to(seen("192.0.2.1", -1, noon), "ann", "ipv4");
    assert_leads_to(seen("192.0.2.1", -1, noon + HOUR - 1), "ann", "ipv4");
    assert_leads_nowhere(seen("192.0.2.1", -1, noon + HOUR), CONFIDENCE_none);
    assert_leads_nowhere(seen("192.0.2.2", -1, noon), CONFIDENCE_none);
}

static void an_address_that_moved_leads_to_whoever_held_it_then(void **state)
{
    (void)state;
    tell_whole("ann", "192.0.2.1", noon, noon + HOUR);
    tell_whole("bob", "192.0.2.1", noon + HOUR, LEASE_OPEN);
    assert_leads_to(seen("192.0.2.1", 4711, noon + 1), "ann", "ipv4");
    assert_leads_to(seen("192.0.2.1", 4711, noon + DAY), "bob", "ipv4");
}

static void an_open_lease_ends_where_the_next_one_begins(void **state)
{
    (void)state;
    tell_whole("ann", "192.0.2.1", noon, LEASE_OPEN);
    tell_whole("bob", "192.0.2.1", noon + HOUR, LEASE_OPEN);
    assert_leads_to(seen("192.0.2.1", -1, noon + HOUR - 1), "ann", "ipv4");
    assert_leads_to(seen("192.0.2.1", -1, noon + HOUR), "bob", "ipv4");
}

static void two_gateways_at_once_are_nobody(void **state)
{
    (void)state;
    tell_whole("ann", "192.0.2.1", noon, noon + HOUR);
    tell_whole("bob", "192.0.2.1", noon + MINUTE, noon + HOUR);
    assert_leads_to(seen("192.0.2.1", -1, noon), "ann", "ipv4");
    assert_leads_nowhere(seen("192.0.2.1", -1, noon + MINUTE), CONFIDENCE_ambiguous);
    tell_whole("ann", "192.0.2.2", noon, LEASE_OPEN);
    tell_whole("bob", "192.0.2.2", noon, LEASE_OPEN);
    assert_leads_nowhere(seen("192.0.2.2", -1, noon), CONFIDENCE_ambiguous);
}

static void a_lease_told_again_has_its_new_end(void **state)
{
    (void)state;
    tell_whole("ann", "192.0.2.1", noon, LEASE_OPEN);
    tell_whole("ann", "192.0.2.1", noon, noon + HOUR);
    assert_leads_to(seen("192.0.2.1", -1, noon), "ann", "ipv4");
    assert_leads_nowhere(seen("192.0.2.1", -1, noon + HOUR), CONFIDENCE_none);
}

/* -- ports ------------------------------------------------------------------------------------ */

static void a_port_leads_to_the_block_it_is_in(void **state)
{
    (void)state;
    tell_v4("ann", "203.0.113.5", 1024, 2047, noon, LEASE_OPEN);
    tell_v4("bob", "203.0.113.5", 2048, 3071, noon, LEASE_OPEN);
    assert_leads_to(seen("203.0.113.5", 1024, noon), "ann", "ipv4-port");
    assert_leads_to(seen("203.0.113.5", 2047, noon), "ann", "ipv4-port");
    assert_leads_to(seen("203.0.113.5", 2048, noon), "bob", "ipv4-port");
    assert_leads_nowhere(seen("203.0.113.5", 1023, noon), CONFIDENCE_none);
    assert_leads_nowhere(seen("203.0.113.5", 3072, noon), CONFIDENCE_none);
}

static void without_a_port_an_address_of_blocks_is_nobodys(void **state)
{
    (void)state;
    tell_v4("ann", "203.0.113.5", 1024, 2047, noon, LEASE_OPEN);
    assert_leads_nowhere(seen("203.0.113.5", -1, noon), CONFIDENCE_ambiguous);
    tell_whole("bob", "203.0.113.5", noon, LEASE_OPEN);
    assert_leads_nowhere(seen("203.0.113.5", -1, noon), CONFIDENCE_ambiguous);
    assert_leads_to(seen("203.0.113.5", 1500, noon), "ann", "ipv4-port");
    assert_leads_to(seen("203.0.113.5", 80, noon), "bob", "ipv4");
}

static void overlapping_blocks_of_two_gateways_are_nobody(void **state)
{
    (void)state;
    tell_v4("ann", "203.0.113.5", 1024, 4095, noon, LEASE_OPEN);
    tell_v4("bob", "203.0.113.5", 2048, 3071, noon, LEASE_OPEN);
    assert_leads_to(seen("203.0.113.5", 1500, noon), "ann", "ipv4-port");
    assert_leads_nowhere(seen("203.0.113.5", 2500, noon), CONFIDENCE_ambiguous);
}

/* -- IPv6 ------------------------------------------------------------------------------ */

static void the_longest_prefix_wins(void **state)
{
    (void)state;
    tell_v6("bob", "2001:db8::/32", noon, LEASE_OPEN);
    tell_v6("ann", "2001:db8:1:100::/56", noon, LEASE_OPEN);
    assert_leads_to(seen("2001:db8:1:1ff::1", -1, noon), "ann", "ipv6-prefix");
    assert_leads_to(seen("2001:db8:1:200::1", -1, noon), "bob", "ipv6-prefix");
    assert_leads_nowhere(seen("2001:db9::1", -1, noon), CONFIDENCE_none);
}

static void a_longer_prefix_that_is_over_gives_way_to_the_shorter(void **state)
{
    (void)state;
    tell_v6("bob", "2001:db8::/32", noon, LEASE_OPEN);
    tell_v6("ann", "2001:db8::/64", noon, noon + HOUR);
    assert_leads_to(seen("2001:db8::1", -1, noon), "ann", "ipv6-prefix");
    assert_leads_to(seen("2001:db8::1", -1, noon + HOUR), "bob", "ipv6-prefix");
}

static void prefixes_of_any_length_match_bit_by_bit(void **state)
{
    (void)state;
    tell_v6("ann", "2001:db8::8000:0:0/81", noon, LEASE_OPEN);
    tell_v6("bob", "::/0", noon, LEASE_OPEN);
    assert_leads_to(seen("2001:db8::ffff:0:1", -1, noon), "ann", "ipv6-prefix");
    assert_leads_to(seen("2001:db8::7fff:0:1", -1, noon), "bob", "ipv6-prefix");
    tell_v6("bob", "2001:db8::8000:0:1/128", noon, LEASE_OPEN);
    assert_leads_to(seen("2001:db8::8000:0:1", -1, noon), "bob", "ipv6-prefix");
    assert_leads_to(seen("2001:db8::8000:0:2", -1, noon), "ann", "ipv6-prefix");
}

/* -- whose gateway --------------------------------------------------------------------- */

static void a_shared_gateway_never_prompts(void **state)
{
    (void)state;
    tell_whole("cafe", "192.0.2.9", noon, LEASE_OPEN);
    assert_leads_nowhere(seen("192.0.2.9", -1, noon), CONFIDENCE_ambiguous);
}

static void a_gateway_that_no_account_has_is_nobody(void **state)
{
    (void)state;
    tell_whole("nobodys", "192.0.2.9", noon, LEASE_OPEN);
    assert_leads_nowhere(seen("192.0.2.9", -1, noon), CONFIDENCE_none);
    assert_leads_nowhere(seen("none", -1, noon), CONFIDENCE_none);
}

static void an_app_is_found_behind_the_gateway_it_calls_from(void **state)
{
    struct peer peer = { .family = 4, .address = { 192, 0, 2, 1 }, .port = 50000 };

    (void)state;
    tell_whole("ann", "192.0.2.1", noon, LEASE_OPEN);
    assert_true(
        id_equal(resolve_here(batch_reader(batch), vault, &arena, peer, noon), gateway("ann")));
    peer.address[3] = 2;
    assert_false(id_given(resolve_here(batch_reader(batch), vault, &arena, peer, noon)));
}

static void an_address_leaves_only_a_keyed_hash(void **state)
{
    struct hash one = seen("192.0.2.1", 80, noon).address_hash;
    struct hash two = seen("192.0.2.1", 81, noon).address_hash;
    struct hash six = seen("2001:db8::1", -1, noon).address_hash;

    (void)state;
    assert_memory_not_equal(one.bytes, two.bytes, SHA256_SIZE);
    assert_memory_not_equal(one.bytes, six.bytes, SHA256_SIZE);
    assert_memory_equal(one.bytes, seen("192.0.2.1", 80, noon + DAY).address_hash.bytes,
                        SHA256_SIZE);
}

/* -- forgetting ------------------------------------------------------------------------ */

static size_t sweep_all(int64_t now_us)
{
    struct sweep_place place = { .key = { .size = 0 } };
    size_t             count = 0;

    do count += leases_sweep(batch, &place, now_us, 24 * HOUR);
    while (place.key.size);
    return count;
}

static void a_lease_is_forgotten_a_day_after_it_ended(void **state)
{
    (void)state;
    tell_whole("ann", "192.0.2.1", noon, noon + HOUR);
    tell_v6("bob", "2001:db8::/56", noon, noon + 2 * HOUR);
    assert_int_equal(sweep_all(noon + 25 * HOUR - 1), 0);
    assert_int_equal(sweep_all(noon + 25 * HOUR), 1);
    assert_leads_nowhere(seen("192.0.2.1", -1, noon), CONFIDENCE_none);
    assert_leads_to(seen("2001:db8::1", -1, noon), "bob", "ipv6-prefix");
    assert_int_equal(sweep_all(noon + 26 * HOUR), 1);
}

static void an_open_lease_is_forgotten_unless_it_is_told_again(void **state)
{
    (void)state;
    tell_whole("ann", "192.0.2.1", noon - 9 * DAY, LEASE_OPEN);
    assert_int_equal(sweep_all(noon + 24 * HOUR - 1), 0);
    assert_int_equal(sweep_all(noon + 24 * HOUR), 1);
}

static void a_sweep_goes_on_where_it_stopped(void **state)
{
    struct sweep_place place = { .key = { .size = 0 } };
    char               address[32];
    size_t             count = 0, steps = 0;

    (void)state;
    for (unsigned i = 0; i < 3 * LEASE_SWEEP_MAX; i++) {
        snprintf(address, sizeof address, "10.0.%u.%u", i / 256, i % 256);
        tell_whole("ann", address, noon, i % 2 ? noon + HOUR : noon + DAY);
    }
    do count += leases_sweep(batch, &place, noon + 25 * HOUR, 24 * HOUR), steps++;
    while (place.key.size);
    assert_int_equal(count, 3 * LEASE_SWEEP_MAX / 2);
    assert_in_range(steps, 6, 7); /* each lease has a row in the index, too */
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_lease_holds_from_its_beginning_until_before_its_end),
        WITH_STORE(an_address_that_moved_leads_to_whoever_held_it_then),
        WITH_STORE(an_open_lease_ends_where_the_next_one_begins),
        WITH_STORE(two_gateways_at_once_are_nobody),
        WITH_STORE(a_lease_told_again_has_its_new_end),
        WITH_STORE(a_port_leads_to_the_block_it_is_in),
        WITH_STORE(without_a_port_an_address_of_blocks_is_nobodys),
        WITH_STORE(overlapping_blocks_of_two_gateways_are_nobody),
        WITH_STORE(the_longest_prefix_wins),
        WITH_STORE(a_longer_prefix_that_is_over_gives_way_to_the_shorter),
        WITH_STORE(prefixes_of_any_length_match_bit_by_bit),
        WITH_STORE(a_shared_gateway_never_prompts),
        WITH_STORE(a_gateway_that_no_account_has_is_nobody),
        WITH_STORE(an_app_is_found_behind_the_gateway_it_calls_from),
        WITH_STORE(an_address_leaves_only_a_keyed_hash),
        WITH_STORE(a_lease_is_forgotten_a_day_after_it_ended),
        WITH_STORE(an_open_lease_is_forgotten_unless_it_is_told_again),
        WITH_STORE(a_sweep_goes_on_where_it_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
