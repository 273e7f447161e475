#include "tests/world/model_agree.h"

#include "core/rules/registry.h"

void agree_on_things(struct run *run)
{
    struct reader *reader = store_reader(run->world->store);

    for (int t = 0; t < THINGS; t++) {
        const struct model *m    = run->model;
        int                 held = m->holder[t], asked = m->offered[t];
        struct claim_record claim;

        registry_get_claim(reader, claim_id(t), NO_ID, &run->world->arena, &claim);
        assert_id(claim.holder, held < 0 ? NO_ID : account_id(m->questions[held].account));
        assert_id(claim.device, held < 0 ? NO_ID : m->questions[held].device);
        assert_id(claim.consent, held < 0 ? NO_ID : m->questions[held].consent);
        assert_id(claim.offered_to, asked < 0 ? NO_ID : account_id(m->questions[asked].account));
    }
    assert_ok(reader_failure(reader));
    arena_reset(&run->world->arena);
}

static void agree_on_question(struct run *run, const struct prompt *it)
{
    static const enum consent_state states[] = { CONSENT_requested, CONSENT_granted,
                                                 CONSENT_expired,   CONSENT_denied,
                                                 CONSENT_lapsed,    CONSENT_withdrawn,
                                                 CONSENT_revoked };
    struct reader                  *reader   = store_reader(run->world->store);
    struct arena                   *arena    = &run->world->arena;
    struct id                       account  = account_id(it->account);
    struct consent_record           consent;
    struct device_record            device;
    struct consent_row              row;

    assert_true(registry_get_consent(reader, account, it->consent, arena, &consent));
    assert_int_equal(consent.status, states[it->state]);
    assert_true(view_get_consent(reader, it->consent, NO_ID, arena, &row));
    assert_int_equal(row.status, states[it->state]);
    if (!it->was_granted) return;
    assert_true(registry_get_device(reader, account, it->device, arena, &device));
    assert_int_equal(device.status, it->state == GRANTED   ? DEVICE_active
                                    : it->state == EXPIRED ? DEVICE_suspended
                                                           : DEVICE_removed);
    assert_id(device.network, it->network);
}

static void agree_on_order(struct run *run, const struct order *it)
{
    static const enum command_state steps[] = { COMMAND_none, COMMAND_queued, COMMAND_sent,
                                                COMMAND_accepted, COMMAND_delivered };
    struct id             account = account_id(run->model->questions[it->question].account);
    struct command_record command;
    bool                  open = false;

    assert_true(registry_get_command(store_reader(run->world->store), account, it->command,
                                     &run->world->arena, &command));
    for (size_t i = 1; i < COUNT(steps); i++) open |= command.status == steps[i];
    assert_int_equal(open, it->step != CONCLUDED);
    if (open) assert_int_equal(command.status, steps[it->step]);
    if (it->cancelled) assert_int_equal(command.status, COMMAND_cancelled);
}

/* Of one device in the views: a live grant, one holder, and nothing waiting without. */
static void holds_for_device(struct run *run, struct id account, struct id device)
{
    struct reader    *reader = store_reader(run->world->store);
    struct arena     *arena  = &run->world->arena;
    struct device_row row;
    struct id         commands[256];

    assert_true(view_get_device(reader, device, NO_ID, arena, &row));
    bool active = row.status == DEVICE_active;
    if (row.status != DEVICE_removed) {
        struct consent_row  grant;
        struct claim_record claim;
        struct network_row  network;

        assert_true(view_get_consent(reader, row.consent, NO_ID, arena, &grant));
        assert_int_equal(grant.status, active ? CONSENT_granted : CONSENT_expired);
        assert_true(registry_get_claim(reader, row.claim, NO_ID, arena, &claim));
        assert_id(claim.holder, account);
        assert_id(claim.device, device);
        assert_true(view_get_network(reader, row.network, NO_ID, arena, &network));
        assert_id(network.account, account);
    }
    size_t count = view_list_device_command(reader, device, NO_ID, commands, COUNT(commands));
    for (size_t i = 0; i < count; i++) {
        struct command_row command;

        assert_true(view_get_command(reader, commands[i], NO_ID, arena, &command));
        if (!active) assert_int_not_equal(command.status, COMMAND_queued);
    }
}

void agree_on_everything(struct run *run)
{
    struct id devices[512];

    for (int q = 0; q < run->model->question_count; q++)
        agree_on_question(run, &run->model->questions[q]);
    for (int o = 0; o < run->model->order_count; o++) agree_on_order(run, &run->model->orders[o]);
    for (int a = 0; a < ACCOUNTS; a++) {
        size_t count = view_list_account_device(store_reader(run->world->store), account_id(a),
                                                NO_ID, devices, COUNT(devices));
        for (size_t i = 0; i < count; i++) holds_for_device(run, account_id(a), devices[i]);
    }
    assert_ok(reader_failure(store_reader(run->world->store)));
    arena_reset(&run->world->arena);
}
