/* Do the service and a naive model of it agree, whatever is asked in whatever order?
 *
 * Thousands of random intents, each put to both: the same refusal or none, the same
 * holders, statuses and networks after it, and what must always be true is looked up
 * in the views: no device without a live grant, no command waiting without one, one
 * holder a device, no event after a refusal. In the end everything is folded again.
 *
 * A seed that fails is printed; PIOT_SEED=… runs it alone. Tried against a withdrawal
 * that left queued commands in place, and against the old way of firing timers (see
 * tests/core/ledger/test_timers.c): seed 1 found both.
 */
#include "tests/world/model_agree.h"
#include "tests/world/replayed.h"

enum { SEEDS = 4, INTENTS = 4000, LOOK_EVERY = 100 };

/* -- one random intent each ------------------------------------------------------------- */

static void detect(struct run *run)
{
    struct model *m     = run->model;
    int           thing = (int)pick(run, THINGS), place = (int)pick(run, PLACES + 1) - 1;
    uint64_t      epoch = run->epoch[thing] += pick(run, 12) == 0;
    if (epoch && !pick(run, 8)) epoch--; /* a vendor may report what it knew before */
    enum refusal expected = model_detect(m, thing, place, epoch);

    struct slice model  = guarded(thing) ? SLICE("lock:1.0.0") : SLICE("lamp:1.0.0");
    struct id    report = numbered('o', ++run->names), vendor = vendor_id(vendor_of(thing));
    struct probe probe = PUT(run, expected, claim_id(thing), report_detection, .vendor = vendor,
                             .vendor_device_id = slice_text(things[thing]),
                             .ownership_epoch = epoch, .detection = report, .observed_at = m->now,
                             .model = model);
    assert_false(id_given(probe.consent)); /* nobody is asked before it is resolved */
    if (!expected)
        probe = PUT(run, ACCEPTED, claim_id(thing), resolve_detection, .vendor = vendor,
                    .vendor_device_id = slice_text(things[thing]), .ownership_epoch = epoch,
                    .detection = report, .model = model, .method = SLICE("ipv4"),
                    .confidence = place < 0 ? CONFIDENCE_none : CONFIDENCE_exact,
                    .account    = place < 0 ? NO_ID : account_id(place / 2),
                    .gateway    = gateway_id(place));
    assert_int_equal(id_given(probe.consent), !expected && m->asked >= 0);
    if (m->asked >= 0) m->questions[m->asked].consent = probe.consent;
}

/* Mostly one of the last few, which are the ones something can still be done about. */
static int some(struct run *run, int count)
{
    int last = count < 12 ? count : 12;

    return pick(run, 10) ? count - 1 - (int)pick(run, (unsigned)last)
                         : (int)pick(run, (unsigned)count);
}

/* Mostly what stands in `now` for some thing: a grant that lives, a question that waits. */
static int some_question(struct run *run, const int now[THINGS])
{
    unsigned thing = pick(run, THINGS);
    int      q     = now[thing];

    for (int tries = 0; q < 0 && tries < THINGS; tries++) q = now[++thing % THINGS];
    return q >= 0 && pick(run, 10) ? q : some(run, run->model->question_count);
}

static int64_t some_end(struct run *run)
{
    int64_t ends[] = { 0, 0, run->model->now - 1, run->model->now + HOUR + pick(run, 1000000),
                       run->model->now + DAY + pick(run, 1000000) };

    return ends[pick(run, COUNT(ends))];
}

static void answer(struct run *run, int q)
{
    struct model *m       = run->model;
    struct id     consent = m->questions[q].consent, account = account_id(m->questions[q].account);
    unsigned      what = pick(run, 8);

    if (what < 6) {
        struct id    network  = pick(run, 3) ? NO_ID : m->network[pick(run, PLACES)];
        int          here     = pick(run, 4) ? m->questions[q].place : (int)pick(run, PLACES);
        int64_t      end      = some_end(run);
        enum refusal expected = model_grant(m, q, network, here, end);
        struct probe probe    = PUT(run, expected, account, decide_consent, .consent = consent,
                                    .decision = SLICE("grant"), .network_id = network,
                                    .here = gateway_id(here), .expires_at = end);
        if (!expected) m->questions[q].device = probe.device;
    } else if (what < 7) {
        bool never = !pick(run, 60);
        PUT(run, model_deny(m, q, never), account, decide_consent, .consent = consent,
            .decision = never ? SLICE("never-vendor") : SLICE("deny"));
    } else {
        PUT(run, model_later(m, q), account, decide_consent, .consent = consent,
            .decision = SLICE("later"));
    }
}

static void undo(struct run *run, int q)
{
    struct model *m       = run->model;
    int           account = m->questions[q].account;
    struct probe  probe   = PUT(run, model_undo(m, q), account_id(account), undo_answer,
                                .consent = m->questions[q].consent);

    assert_int_equal(id_given(probe.consent), m->asked >= 0);
    run->undone += !probe.item.outcome.refusal;
    if (m->asked >= 0) m->questions[m->asked].consent = probe.consent;
}

static void unblock(struct run *run)
{
    int account = (int)pick(run, ACCOUNTS), vendor = (int)pick(run, VENDORS);

    PUT(run, model_unblock(run->model, account, vendor), account_id(account), unblock_vendor,
        .vendor = vendor_id(vendor));
}

static void grant(struct run *run, int q)
{
    struct model *m       = run->model;
    struct id     consent = m->questions[q].consent, account = account_id(m->questions[q].account);
    struct id     vendor = vendor_id(vendor_of(m->questions[q].thing));
    int64_t       end    = some_end(run);

    switch (pick(run, 3)) {
    case 0: PUT(run, model_withdraw(m, q), account, withdraw_consent, .consent = consent); break;
    case 1:
        PUT(run, model_renew(m, q, end), account, renew_consent, .consent = consent,
            .expires_at = end);
        break;
    default:
        PUT(run, model_acknowledge(m, q), account, acknowledge_withdrawal, .grant_id = consent,
            .vendor = vendor);
    }
}

static void device(struct run *run, int q)
{
    struct model *m       = run->model;
    struct id     account = account_id(m->questions[q].account), it = m->questions[q].device;
    struct id     vendor   = vendor_id(vendor_of(m->questions[q].thing));
    struct value  values[] = { { SLICE("on"), pick(run, 2) ? SLICE("true") : SLICE("false") } };

    if (!m->questions[q].was_granted) return;
    switch (pick(run, 8)) {
    case 0:
        if (live(&m->questions[q])) model_withdraw(m, q);
        PUT(run, ACCEPTED, account, remove_device, .device = it);
        break;
    case 1:
        PUT(run, model_vendor_removes(m, q), account, remove_vendor_device, .device = it,
            .vendor = vendor);
        break;
    case 2:
    case 3: {
        struct id network = m->network[pick(run, PLACES)];
        if (!id_given(network)) return;
        PUT(run, model_move(m, q, network), account, change_device, .device = it,
            .network_id = network, .room = SLICE("Hall"));
        break;
    }
    default:
        PUT(run, model_reportable(m, q), account, report_state, .device = it, .vendor = vendor,
            .properties = { values, 1 });
    }
}

static void command(struct run *run, int q)
{
    static const struct {
        const char *operation, *name;
    } doings[]            = { { "writeProperty", "on" },
                              { "writeProperty", "brightness" },
                              { "invokeAction", "blink" } };
    struct model *m       = run->model;
    unsigned      doing   = pick(run, COUNT(doings));
    uint64_t      seconds = pick(run, 2) ? 30 : 7200;
    struct id     id      = numbered('m', ++run->names);

    if (!m->questions[q].was_granted) return;
    PUT(run, model_command(m, q, id, (enum doing)doing, (int64_t)seconds * SECOND),
        account_id(m->questions[q].account), request_command, .command = id,
        .device = m->questions[q].device, .operation = slice_text(doings[doing].operation),
        .name = slice_text(doings[doing].name), .input = SLICE("true"), .valid_for = seconds);
}

static void order(struct run *run, int o)
{
    static const struct {
        enum command_state status;
        enum step          step;
    } words[]             = { { COMMAND_accepted, ACCEPTED_BY_VENDOR },
                              { COMMAND_delivered, DELIVERED },
                              { COMMAND_succeeded, CONCLUDED },
                              { COMMAND_failed, CONCLUDED } };
    struct model *m       = run->model;
    int           q       = m->orders[o].question;
    struct id     account = account_id(m->questions[q].account), id = m->orders[o].command;
    struct id     vendor = vendor_id(vendor_of(m->questions[q].thing));
    unsigned      what   = pick(run, 8);

    if (what == 0) {
        PUT(run, model_cancel(m, o), account, cancel_command, .command = id);
    } else if (what < 4) {
        if (m->orders[o].step == QUEUED) m->orders[o].step = SENT;
        PUT(run, ACCEPTED, account, note_delivered, .delivery = numbered('w', o + 1),
            .vendor = vendor, .command = id, .attempt = 1, .http_status = 200);
    } else {
        unsigned word = pick(run, COUNT(words));
        model_goes_on(m, o, words[word].step);
        PUT(run, ACCEPTED, account, record_outcome, .command_id = id, .vendor = vendor,
            .status = words[word].status, .output = SLICE("{}"));
    }
}

/* A network is given up, or made again and its gateway bound to it again. */
static void network(struct run *run)
{
    struct model *m       = run->model;
    int           place   = (int)pick(run, PLACES);
    struct id     account = account_id(place / 2), old = m->network[place];

    if (id_given(old)) {
        PUT(run, model_give_up(m, place), account, delete_network, .network = old);
        return;
    }
    m->network[place] = numbered('n', ++run->names);
    PUT(run, ACCEPTED, account, create_network, .network = m->network[place],
        .name = SLICE("Home"));
    if (!pick(run, 3)) return; /* its gateway goes on pointing at what is gone */
    m->bound[place] = m->network[place];
    PUT(run, ACCEPTED, gateway_id(place), claim_gateway, .account_id = account,
        .gateway_id = slice_text(gateways[place]), .network_id = m->network[place]);
}

static void vendor(struct run *run)
{
    int   v         = (int)pick(run, VENDORS);
    bool *suspended = &run->model->suspended[v];

    *suspended = !*suspended;
    if (*suspended) PUT_PLAINLY(run, ACCEPTED, vendor_id(v), suspend_vendor);
    else PUT_PLAINLY(run, ACCEPTED, vendor_id(v), resume_vendor);
}

static void time_passes(struct run *run)
{
    static const int64_t spans[] = { SECOND, 20 * SECOND, MINUTE, 20 * MINUTE, 5 * HOUR, 2 * DAY };
    int64_t              span    = spans[pick(run, COUNT(spans))] + pick(run, 999999) + 1;

    model_wait(run->model, span);
    run->world->clock.fixed_us += span;
    turn(run->world);
}

static void anything(struct run *run)
{
    struct model *m    = run->model;
    unsigned      what = pick(run, 100);

    if (what < 25 || !m->question_count) detect(run);
    else if (what < 40) answer(run, some_question(run, m->offered));
    else if (what < 41) undo(run, some_question(run, pick(run, 2) ? m->offered : m->holder));
    else if (what == 41 && !pick(run, 4)) unblock(run);
    else if (what < 44) grant(run, some_question(run, m->holder));
    else if (what < 52) device(run, some_question(run, m->holder));
    else if (what < 75) command(run, some_question(run, m->holder));
    else if (what < 88 && m->order_count) order(run, some(run, m->order_count));
    else if (what < 90) network(run);
    else if (what == 90 || m->suspended[0] || m->suspended[1]) vendor(run);
    else time_passes(run);
}

/* -- a history ----------------------------------------------------------------------------- */

static void begin(struct run *run, uint64_t seed)
{
    const struct slice lamp[] = { SLICE("on"), SLICE("brightness"), SLICE("blink") };

    *run = (struct run){ .world  = world_with_ledger(false),
                         .model  = calloc(1, sizeof *run->model),
                         .chance = seed * UINT64_C(0x9e3779b97f4a7c15) };
    assert_non_null(run->model);
    run->world->policy.prompts_open_max        = OPEN_MAX;
    run->world->policy.vendor_prompts_open_max = OPEN_OF_VENDOR_MAX;
    run->world->policy.commands_open_max       = COMMANDS_OPEN_MAX;
    model_begin(run->model, run->world->clock.fixed_us);
    for (int v = 0; v < VENDORS; v++) {
        PUT(run, ACCEPTED, vendor_id(v), onboard_vendor, .name = SLICE("Glow"),
            .key = numbered('k', v + 1), .token = numbered('t', v + 1), .hash = SLICE("hash"));
        PUT_PLAINLY(run, ACCEPTED, vendor_id(v), approve_vendor);
        for (int guards = 0; guards < 2; guards++)
            PUT(run, ACCEPTED, vendor_id(v), publish_thing_model, .guarded = guards,
                .model = guards ? SLICE("lock:1.0.0") : SLICE("lamp:1.0.0"),
                .title = SLICE("Thing"), .capabilities = { lamp, 3 }, .definition = SLICE("{}"));
    }
    for (int a = 0; a < ACCOUNTS; a++)
        PUT(run, ACCEPTED, name_login(NULL, slice_text(logins[a])), claim_login,
            .login = slice_text(logins[a]), .account = account_id(a),
            .activation_hash = SLICE("code"));
}

/* A run that did nothing would agree, too. */
static void it_was_a_full_life(const struct run *run)
{
    const struct model *m      = run->model;
    int                 grants = 0, expired = 0, revoked = 0, cancelled = 0;

    for (int q = 0; q < m->question_count; q++) {
        grants += m->questions[q].was_granted;
        expired += m->questions[q].state == EXPIRED;
        revoked += m->questions[q].state == REVOKED;
    }
    for (int o = 0; o < m->order_count; o++) cancelled += m->orders[o].cancelled;
    print_message("  %d questions, %d grants (%d revoked, %d expired), %d commands (%d "
                  "cancelled), %llu refusals\n",
                  m->question_count, grants, revoked, expired, m->order_count, cancelled,
                  (unsigned long long)run->refused);
    assert_true(grants > 20 && revoked > 3 && m->order_count > 80 && cancelled > 20);
    assert_true(run->undone > 0);
    assert_true(run->refused > INTENTS / 20 && run->accepted > INTENTS / 4);
}

static void play(uint64_t seed)
{
    struct run run;

    print_message("seed %llu\n", (unsigned long long)seed);
    begin(&run, seed);
    for (int i = 0; i < INTENTS; i++) {
        anything(&run);
        agree_on_things(&run);
        if (i % LOOK_EVERY == 0) agree_on_everything(&run);
    }
    agree_on_everything(&run);
    assert_int_equal(assert_replayed(store_reader(run.world->store), run.world->vault),
                     world_head(run.world));
    it_was_a_full_life(&run);
    free(run.model);
    world_free(run.world);
}

static void service_and_model_agree_whatever_is_asked(void **state)
{
    const char *alone = getenv("PIOT_SEED");

    (void)state;
    if (alone) play(strtoull(alone, NULL, 10));
    else
        for (uint64_t seed = 1; seed <= SEEDS; seed++) play(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(service_and_model_agree_whatever_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
