/* Is the holder of an address found whatever leases it had, however many, and is each look-up
 * right against a plain list of them all? Is what an older piotd stored found, too, and does a
 * sweep leave nothing of what is gone?
 *
 * Planted bugs that it caught: a class that was left one port too early; an open lease that a
 * closed one after it did not end; a sweep that left the index. */
#include "core/leases/leases.h"

#include "core/base/clock.h"
#include "tests/world/checks.h"

enum { GATEWAYS = 4, LEASES = 300, LOOKS = 400, ROUNDS = 40, CROWDED = 10000 };

static const int64_t noon = 20000 * DAY + 12 * HOUR;

static struct store *store;
static struct batch *batch;
static struct lease  leases[LEASES];
static size_t        lease_count;

/* The same numbers in every run: xorshift64*. */
static unsigned below(unsigned limit)
{
    static uint64_t at = 7;

    at ^= at >> 12;
    at ^= at << 25;
    at ^= at >> 27;
    return (unsigned)((at * UINT64_C(0x2545f4914f6cdd1d) >> 33) % limit);
}

static int open_store(void **state)
{
    struct store_options options = { .families = { [FAMILY_leases] = true } };

    (void)state;
    lease_count = 0;
    assert_ok(store_open(&store, &options));
    batch = batch_open(store);
    return 0;
}

static int close_store(void **state)
{
    int failure = reader_failure(batch_reader(batch)).code;

    (void)state;
    batch_close(batch);
    store_close(store);
    return failure;
}

static struct id gateway(unsigned number)
{
    return (struct id){ { ID_gateway, (uint8_t)(number >> 8), (uint8_t)number } };
}

static struct lease block(unsigned holder, unsigned port_from, unsigned port_to, int64_t from,
                          int64_t until)
{
    return (struct lease){ .gateway     = gateway(holder),
                           .family      = 4,
                           .address     = { 192, 0, 2, 1 },
                           .port_from   = (uint16_t)port_from,
                           .port_to     = (uint16_t)port_to,
                           .from        = from,
                           .until       = until,
                           .recorded_at = noon };
}

static struct lease whole(unsigned holder, int64_t from, int64_t until)
{
    return block(holder, 0, UINT16_MAX, from, until);
}

/* -- a plain list ----------------------------------------------------------------------- */

static bool is_same(const struct lease *one, const struct lease *other)
{
    return one->port_from == other->port_from && one->from == other->from &&
           id_equal(one->gateway, other->gateway);
}

static void tell(struct lease lease)
{
    size_t at = 0;

    while (at < lease_count && !is_same(&leases[at], &lease)) at++;
    assert_true(at < LEASES);
    leases[at] = lease;
    lease_count += at == lease_count;
    lease_put(batch, &lease);
}

static unsigned width(const struct lease *lease)
{
    unsigned bits = 0;

    for (unsigned more = (unsigned)(lease->port_to - lease->port_from); more; more >>= 1) bits++;
    return bits;
}

static bool is_ended_by_another(const struct lease *open, int64_t at)
{
    for (size_t i = 0; i < lease_count; i++)
        if (leases[i].port_from == open->port_from && width(&leases[i]) == width(open) &&
            leases[i].from > open->from && leases[i].from <= at)
            return true;
    return false;
}

static struct lease_holder expected(int port, bool wholes, int64_t at)
{
    struct lease_holder holder = { .found = false };

    for (size_t i = 0; i < lease_count; i++) {
        const struct lease *lease    = &leases[i];
        bool                is_whole = lease->port_from == 0 && lease->port_to == UINT16_MAX;
        if (at < lease->from || at >= lease->until) continue;
        if (wholes && !is_whole) continue;
        if (port >= 0 && (is_whole || port < lease->port_from || port > lease->port_to)) continue;
        if (lease->until == LEASE_OPEN && is_ended_by_another(lease, at)) continue;
        holder.unsure |= holder.found && !id_equal(holder.gateway, lease->gateway);
        holder.found   = true;
        holder.gateway = lease->gateway;
    }
    return holder;
}

static void assert_agree(struct lease_holder found, struct lease_holder wanted)
{
    assert_int_equal(found.found, wanted.found);
    assert_int_equal(found.unsure, wanted.unsure);
    if (wanted.found && !wanted.unsure) assert_true(id_equal(found.gateway, wanted.gateway));
}

static void look_everywhere(int64_t at, uint16_t port)
{
    const uint8_t  address[] = { 192, 0, 2, 1 };
    struct reader *reader    = batch_reader(batch);

    assert_agree(leases_of_port(reader, address, port, at), expected(port, false, at));
    assert_agree(leases_of_whole(reader, address, at), expected(-1, true, at));
    assert_agree(leases_of_any(reader, address, at), expected(-1, false, at));
}

/* Few ports and moments, so that much overlaps, begins together and ends together. */
static struct lease any_lease(void)
{
    unsigned first = below(8) * 100, more = below(2) ? below(300) : (1U << below(9)) - 1;
    int64_t  from = noon + below(40) * MINUTE, life = 1 + below(90) * MINUTE;
    int64_t  until = below(3) ? from + life : LEASE_OPEN;

    if (below(4) == 0) return whole(below(GATEWAYS), from, until);
    return block(below(GATEWAYS), first, first + more, from, until);
}

/* Often the last one of a block. */
static uint16_t any_port(void)
{
    if (lease_count && below(2)) return leases[below((unsigned)lease_count)].port_to;
    return (uint16_t)below(1100);
}

static void any_leases_lead_where_a_list_of_them_leads(void **state)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t count = below(round < 20 ? 4 : LEASES);
        for (size_t i = 0; i < count; i++) tell(any_lease());
        for (int i = 0; i < LOOKS / 10; i++)
            look_everywhere(noon + below(3 * 60) * MINUTE + below(3) - 1, any_port());
        assert_int_equal(close_store(state), 0);
        open_store(state);
    }
}

/* -- a crowded address ------------------------------------------------------------------ */

static void a_crowded_address_still_leads_to_one_gateway(void **state)
{
    const uint8_t       address[] = { 192, 0, 2, 1 };
    struct lease_holder holder;

    (void)state;
    for (unsigned i = 0; i < CROWDED; i++) {
        struct lease lease = block(i % 9, 1024 + 512 * (i % 126), 1535 + 512 * (i % 126),
                                   noon - (1 + i / 126) * HOUR, noon - i / 126 * HOUR);
        lease_put(batch, &lease);
    }
    struct lease now = block(77, 2048, 2559, noon, LEASE_OPEN);
    lease_put(batch, &now);
    holder = leases_of_port(batch_reader(batch), address, 2100, noon + MINUTE);
    assert_true(holder.found && !holder.unsure && id_equal(holder.gateway, gateway(77)));
    holder = leases_of_port(batch_reader(batch), address, 2100, noon - MINUTE);
    assert_true(holder.found && !holder.unsure && id_equal(holder.gateway, gateway(2)));
}

static void one_gateway_is_itself_however_often_it_was_told_of(void **state)
{
    const uint8_t       address[] = { 192, 0, 2, 1 };
    struct lease_holder holder;

    (void)state;
    for (unsigned i = 0; i < 1199; i++) {
        struct lease lease = whole(5, noon - i * MINUTE, i % 2 ? LEASE_OPEN : noon + HOUR);
        lease_put(batch, &lease);
    }
    holder = leases_of_whole(batch_reader(batch), address, noon + MINUTE);
    assert_true(holder.found && !holder.unsure && id_equal(holder.gateway, gateway(5)));
}

/* -- rows --------------------------------------------------------------------------------- */

static size_t rows_of(char kind)
{
    struct key     all    = reader_key(batch_reader(batch));
    size_t         prefix = all.size, count = 0;
    struct cursor *cursor = cursor_open(batch_reader(batch), FAMILY_leases, key_slice(&all),
                                        (struct slice){ 0 });

    while (cursor_next(cursor)) count += cursor_key(cursor).data[prefix] == kind;
    assert_ok(cursor_close(cursor));
    return count;
}

static void erase_index(void)
{
    struct key     all    = reader_key(batch_reader(batch));
    struct cursor *cursor = cursor_open(batch_reader(batch), FAMILY_leases, key_slice(&all),
                                        (struct slice){ 0 });

    while (cursor_next(cursor))
        if (cursor_key(cursor).data[all.size] == 'i')
            batch_erase(batch, FAMILY_leases, cursor_key(cursor));
    assert_ok(cursor_close(cursor));
    assert_ok(batch_commit(batch, false));
}

static void what_was_stored_without_an_index_is_found_again(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100; i++) tell(any_lease());
    assert_ok(batch_commit(batch, false));
    erase_index();
    assert_false(leases_of_any(batch_reader(batch), leases[0].address, noon + HOUR).found);
    for (int twice = 0; twice < 2; twice++) {
        assert_ok(leases_make_ready(store));
        assert_int_equal(rows_of('i'), lease_count);
        for (int i = 0; i < 50; i++) look_everywhere(noon + below(60) * MINUTE, any_port());
    }
}

static void a_sweep_leaves_no_index_of_what_is_gone(void **state)
{
    struct sweep_place place = { .key = { .size = 0 } };

    (void)state;
    for (unsigned i = 0; i < 200; i++) tell(any_lease());
    tell(whole(1, noon, noon + MINUTE));
    tell(whole(1, noon, noon + 9 * HOUR)); /* another class: the index has a row too many */
    assert_true(rows_of('i') > rows_of('4'));
    do leases_sweep(batch, &place, noon + 25 * HOUR, 24 * HOUR);
    while (place.key.size);
    assert_true(rows_of('4') > 0);
    assert_int_equal(rows_of('i'), rows_of('4'));
    do leases_sweep(batch, &place, noon + 1000 * DAY, 24 * HOUR);
    while (place.key.size);
    assert_int_equal(rows_of('i') + rows_of('4'), 0);
}

static void forgotten_gateways_leave_no_index(void **state)
{
    const struct id    all[] = { gateway(0), gateway(1), gateway(2), gateway(3) };
    struct sweep_place place = { .key = { .size = 0 } };

    (void)state;
    for (unsigned i = 0; i < 200; i++) tell(any_lease());
    do leases_forget(batch, &place, all, COUNT(all));
    while (place.key.size);
    assert_int_equal(rows_of('i') + rows_of('4'), 0);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, open_store, close_store)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(any_leases_lead_where_a_list_of_them_leads),
        WITH_STORE(a_crowded_address_still_leads_to_one_gateway),
        WITH_STORE(one_gateway_is_itself_however_often_it_was_told_of),
        WITH_STORE(what_was_stored_without_an_index_is_found_again),
        WITH_STORE(a_sweep_leaves_no_index_of_what_is_gone),
        WITH_STORE(forgotten_gateways_leave_no_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
