#include "tests/world/model_run.h"

const char *const gateways[PLACES] = { "gw-0", "gw-1", "gw-2", "gw-3", "gw-4", "gw-5" };
const char *const things[THINGS]   = { "t-0", "t-1", "t-2", "t-3", "t-4", "t-5" };
const char *const logins[ACCOUNTS] = { "alice", "bob", "carol" };

unsigned pick(struct run *run, unsigned below)
{
    run->chance ^= run->chance << 13;
    run->chance ^= run->chance >> 7;
    run->chance ^= run->chance << 17;
    return (unsigned)((run->chance >> 11) % below);
}

struct id numbered(char letter, uint64_t number)
{
    struct id id = { { (uint8_t)letter } };

    for (int i = 0; i < 8; i++) id.bytes[ID_SIZE - 1 - i] = (uint8_t)(number >> 8 * i);
    return id;
}

struct id account_id(int account) { return numbered('a', (uint64_t)account + 1); }

struct id vendor_id(int vendor) { return numbered('v', (uint64_t)vendor + 1); }

struct id gateway_id(int place)
{
    return place < 0 ? NO_ID : name_gateway(NULL, slice_text(gateways[place]));
}

struct id claim_id(int thing)
{
    return name_claim(NULL, vendor_id(vendor_of(thing)), slice_text(things[thing]));
}

static void learn_ids(struct ledger_request *request)
{
    struct probe         *probe   = (struct probe *)request;
    const struct outcome *outcome = &probe->item.outcome;
    const struct event   *asked   = outcome_event(outcome, EVENT_consent_requested);
    const struct event   *granted = outcome_event(outcome, EVENT_consent_granted);

    probe->answers++;
    if (asked) probe->consent = asked->consent_requested.consent;
    if (granted) probe->device = granted->consent_granted.device;
}

struct probe put(struct run *run, struct intent intent, enum refusal expected)
{
    struct probe probe  = { .item.intent = intent };
    uint64_t     before = world_head(run->world);

    probe.request = (struct ledger_request){ .items = &probe.item, .count = 1, .done = learn_ids };
    assert_true(ledger_submit(run->world->ledger, &probe.request));
    turn(run->world);
    assert_int_equal(probe.answers, 1);
    if (probe.item.outcome.refusal != expected)
        fail_msg("%s: service %d, model %d", intent_shape(intent.type)->name,
                 probe.item.outcome.refusal, expected);
    if (expected) assert_int_equal(world_head(run->world), before);
    run->refused += expected != ACCEPTED;
    run->accepted += expected == ACCEPTED;
    return probe;
}
