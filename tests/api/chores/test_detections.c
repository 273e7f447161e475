/* Is every detection resolved, after its vendor has the answer, once, and in order; and does one
 * that cannot be read keep no other waiting?
 *
 * Planted bugs that this must notice, and did: a damaged or a lost one tried for ever, no
 * rest before the first look. */
#include "api/chores/detections.h"

#include <poll.h>

#include "api/places/waiting.h"
#include "core/leases/leases.h"
#include "tests/world/life.h"

enum { PATIENCE_MS = 20000, MANY = 3 * CHORE_REQUESTS_MAX + 1 };

static struct settings settings;
static struct ground   ground;
static struct chore   *chore;

static const struct observation AT_ALICES  = { .family  = 4,
                                               .address = { 198, 51, 100, 7 },
                                               .at      = START + HOUR };
static const struct observation AT_NOBODYS = { .family  = 4,
                                               .address = { 198, 51, 100, 8 },
                                               .at      = START + HOUR };

/* -- a life that goes on by threads ------------------------------------------------------- */

static void put_lease(struct life *life)
{
    struct batch *batch = batch_open(life->world->store);

    lease_put(batch, &(struct lease){ .gateway     = name_gateway(NULL, SLICE("alice")),
                                      .family      = 4,
                                      .address     = { 198, 51, 100, 7 },
                                      .port_to     = 65535,
                                      .from        = START,
                                      .until       = LEASE_OPEN,
                                      .recorded_at = START });
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
}

static int begins(void **state)
{
    life_is_given(state);
    struct life *life = *state;

    life_begins(life);
    put_lease(life);
    settings_default(&settings);
    ground = (struct ground){ .settings = &settings,
                              .policy   = life->world->policy,
                              .clock    = life->world->clock,
                              .store    = life->world->store,
                              .vault    = life->world->vault,
                              .ledger   = life->world->ledger };
    assert_ok(chore_open(&chore, &detections_chore, &ground));
    return 0;
}

static int ends(void **state)
{
    chore_stop(chore);
    ledger_stop(ground.ledger);
    chore_close(chore);
    settings_free(&settings);
    return life_ends(state);
}

static const struct observation *waits_from; /* of the report that is made just now */

static void wait_there(struct ledger_request *request, struct batch *batch)
{
    waiting_put(batch, ground.vault, request->items->outcome.events[0].position, waits_from);
}

/* Where its device-detected stands. */
static uint64_t is_reported(struct life *life, const char *lamp, const struct observation *seen)
{
    struct question report = ASKING(name_claim(NULL, GLOW, slice_text(lamp)), report_detection,
                                    .vendor = GLOW, .vendor_device_id = slice_text(lamp),
                                    .detection = { "onext" }, .model = SLICE("lamp:1.0.0"),
                                    .observed_at = life->world->clock.fixed_us);

    waits_from                 = seen;
    report.request.change      = CHANGE_await_resolution;
    report.request.make        = wait_there;
    report.request.correlation = slice_text(lamp);
    ask(life->world, &report);
    assert_int_equal(report.last.type, EVENT_device_detected);
    return report.last.position;
}

static void goes_on(void)
{
    assert_ok(ledger_start(ground.ledger));
    assert_ok(chore_start(chore));
}

static void all_are_resolved(void)
{
    int64_t give_up = clock_monotonic_us() + PATIENCE_MS * MILLISECOND;

    while (detections_waiting(&ground)) {
        if (clock_monotonic_us() > give_up) fail_msg("a detection waits for ever");
        poll(NULL, 0, 1);
    }
}

/* The events of that type after the position; how many. */
static size_t came_after(struct life *life, enum event_type type, uint64_t position,
                         struct event *first)
{
    size_t count = 0;

    *first = (struct event){ 0 };
    for (uint64_t at = position + 1; at <= world_head(life->world); at++) {
        struct event event = world_read(life->world, at);
        if (event.type != type) continue;
        if (!count++) *first = event;
    }
    return count;
}

/* -- what is asked ---------------------------------------------------------------------------- */

static void whoever_held_the_address_is_asked(void **state)
{
    struct life *life = *state;
    uint64_t     at   = is_reported(life, "lamp-2", &AT_ALICES);
    struct event resolved, asked;

    goes_on();
    all_are_resolved();
    assert_int_equal(came_after(life, EVENT_detection_resolved, at, &resolved), 1);
    assert_true(id_equal(resolved.detection_resolved.account, ALICE));
    assert_true(slice_equal(resolved.detection_resolved.method, SLICE("ipv4")));
    assert_true(slice_equal(resolved.correlation, SLICE("lamp-2")));
    assert_true(id_equal(resolved.causation, world_read(life->world, at).id));
    assert_int_equal(came_after(life, EVENT_consent_requested, at, &asked), 1);
    assert_true(id_equal(asked.stream, ALICE));
}

static void nobody_is_asked_about_an_address_of_nobody(void **state)
{
    struct life *life = *state;
    uint64_t     at   = is_reported(life, "lamp-2", &AT_NOBODYS);
    struct event resolved;

    goes_on();
    all_are_resolved();
    assert_int_equal(came_after(life, EVENT_detection_resolved, at, &resolved), 1);
    assert_false(id_given(resolved.detection_resolved.account));
    assert_true(slice_equal(resolved.detection_resolved.confidence, SLICE("none")));
    assert_int_equal(resolved.detection_resolved.address_hash.size, SHA256_SIZE);
    assert_int_equal(world_head(life->world), resolved.position);
}

static void however_many_wait_each_is_resolved_once_in_order(void **state)
{
    struct life *life = *state;
    struct event first;
    uint64_t     at[MANY];

    for (unsigned i = 0; i < MANY; i++) at[i] = is_reported(life, "lamp-2", &AT_NOBODYS);
    goes_on();
    all_are_resolved();
    assert_int_equal(came_after(life, EVENT_detection_resolved, at[MANY - 1], &first), MANY);
    for (unsigned i = 0; i < MANY; i++) {
        struct event resolved = world_read(life->world, first.position + i);
        assert_true(id_equal(resolved.causation, world_read(life->world, at[i]).id));
    }
}

static void none_is_resolved_before_its_time(void **state)
{
    struct life *life = *state;

    is_reported(life, "lamp-2", &AT_ALICES);
    int64_t then = clock_monotonic_us();
    goes_on();
    all_are_resolved();
    assert_true(clock_monotonic_us() - then >= RESOLVE_AFTER);
}

/* The row at that position of a family, altered behind piotd's back; without bytes: lost. */
static void alter(struct life *life, enum family family, uint64_t position, struct slice row)
{
    struct batch *batch = batch_open(life->world->store);
    struct key    key   = batch_key(batch);

    key_add_u64(&key, position);
    if (row.size) batch_put(batch, family, key_slice(&key), row);
    else batch_erase(batch, family, key_slice(&key));
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
}

static void only_this_one_is_resolved(struct life *life, uint64_t good)
{
    struct event resolved;

    goes_on();
    all_are_resolved();
    assert_int_equal(came_after(life, EVENT_detection_resolved, good, &resolved), 1);
    assert_true(id_equal(resolved.causation, world_read(life->world, good).id));
}

static void one_that_is_damaged_is_given_up_and_the_next_is_resolved(void **state)
{
    struct life *life = *state;
    uint64_t     bad  = is_reported(life, "lamp-2", &AT_ALICES);
    uint64_t     good = is_reported(life, "lamp-3", &AT_ALICES);

    alter(life, FAMILY_detections, bad, SLICE("not one of ours at all"));
    only_this_one_is_resolved(life, good);
}

static void one_that_the_log_lost_is_given_up_and_the_next_is_resolved(void **state)
{
    struct life *life = *state;
    uint64_t     bad  = is_reported(life, "lamp-2", &AT_ALICES);
    uint64_t     good = is_reported(life, "lamp-3", &AT_ALICES);

    alter(life, FAMILY_log, bad, (struct slice){ 0 });
    only_this_one_is_resolved(life, good);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begins, ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whoever_held_the_address_is_asked),
        TEST(nobody_is_asked_about_an_address_of_nobody),
        TEST(however_many_wait_each_is_resolved_once_in_order),
        TEST(none_is_resolved_before_its_time),
        TEST(one_that_is_damaged_is_given_up_and_the_next_is_resolved),
        TEST(one_that_the_log_lost_is_given_up_and_the_next_is_resolved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
