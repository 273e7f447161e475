#include "tests/world/life.h"

void does(struct life *life, struct question asked)
{
    ask(life->world, &asked);
    if (asked.item.outcome.refusal)
        fail_msg("refused: %s", refusal_shape(asked.item.outcome.refusal)->name);
    life->world->clock.fixed_us += SECOND;
    if (life->step) life->step(life);
}

void vendor_comes(struct life *life, struct id vendor, const char *name)
{
    const struct slice on  = SLICE("on");
    struct id          key = vendor, token = vendor;

    key.bytes[0]   = ID_key;
    token.bytes[0] = ID_token;
    DOES(life, vendor, onboard_vendor, .name = slice_text(name), .key = key, .token = token,
         .hash = slice_text(name));
    does(life,
         (struct question){ .item.intent = { .type = INTENT_approve_vendor, .stream = vendor } });
    DOES(life, vendor, publish_thing_model, .model = SLICE("lamp:1.0.0"), .title = SLICE("Lamp"),
         .capabilities = { &on, 1 }, .definition = SLICE("{}"));
}

void account_comes(struct life *life, struct id account, const char *login, struct id network)
{
    DOES(life, name_login(NULL, slice_text(login)), claim_login, .login = slice_text(login),
         .display_name = SLICE("Somebody"), .account = account,
         .activation_hash = slice_text(login));
    DOES(life, account, activate_account, .activation_hash = slice_text(login),
         .password = SLICE("scrypt-of-a-password"));
    DOES(life, account, create_network, .network = network, .name = SLICE("Home"));
    DOES(life, name_gateway(NULL, slice_text(login)), claim_gateway,
         .gateway_id = slice_text(login), .account_id = account, .network_id = network);
}

struct id lamp_is_seen(struct life *life, struct id account, const char *login, const char *lamp,
                       struct id report)
{
    struct id       claim = name_claim(NULL, GLOW, slice_text(lamp));
    struct question seen  = ASKING(claim, resolve_detection, .vendor = GLOW,
                                   .vendor_device_id = slice_text(lamp), .detection = report,
                                   .model = SLICE("lamp:1.0.0"), .method = SLICE("lease"),
                                   .confidence = CONFIDENCE_exact, .address_hash = SLICE("\1\2\3"),
                                   .account = account,
                                   .gateway = name_gateway(NULL, slice_text(login)));

    DOES(life, claim, report_detection, .vendor = GLOW, .vendor_device_id = slice_text(lamp),
         .detection = report, .model = SLICE("lamp:1.0.0"),
         .observed_at = life->world->clock.fixed_us);
    ask(life->world, &seen);
    assert_int_equal(seen.last.type, EVENT_consent_requested);
    if (life->step) life->step(life);
    return seen.last.consent_requested.consent;
}

struct id lamp_is_granted(struct life *life, struct id account, struct id question)
{
    struct question granted = ASKING(account, decide_consent, .consent = question,
                                     .decision = SLICE("grant"), .name = SLICE("Desk lamp"));

    ask(life->world, &granted);
    assert_int_equal(granted.last.type, EVENT_device_held);
    if (life->step) life->step(life);
    return granted.last.device_held.device;
}

void lamp_reports(struct life *life, const char *on)
{
    const struct value told[] = { { SLICE("on"), slice_text(on) } };

    DOES(life, ALICE, report_state, .device = life->lamp, .vendor = GLOW, .properties = { told, 1 },
         .observed_at = life->world->clock.fixed_us);
}

void life_begins(struct life *life)
{
    vendor_comes(life, GLOW, "Glow");
    vendor_comes(life, ACME, "Acme");
    account_comes(life, ALICE, "alice", HOME);
    account_comes(life, BOB, "bob", BOBS_HOME);
    life->question = lamp_is_seen(life, ALICE, "alice", "lamp-1", REPORT);
    DOES(life, ALICE, note_notified, .consent = life->question);
    life->lamp = lamp_is_granted(life, ALICE, life->question);
}

void life_goes_on(struct life *life)
{
    const struct slice rooms[] = { SLICE("Kitchen"), SLICE("Study") };

    lamp_reports(life, "false");
    DOES(life, ALICE, change_network, .network = HOME, .name = SLICE("Our home"),
         .rooms = { rooms, COUNT(rooms) });
    DOES(life, ALICE, change_device, .device = life->lamp, .room = SLICE("Study"),
         .name = SLICE("Reading lamp"));
    DOES(life, ALICE, request_command, .device = life->lamp, .command = SWITCH,
         .operation = SLICE("writeProperty"), .name = SLICE("on"), .input = SLICE("true"));
    lamp_reports(life, "true");
    DOES(life, GLOW, change_vendor, .name = SLICE("Glow & Sons"));
    lamp_is_granted(life, BOB, lamp_is_seen(life, BOB, "bob", "lamp-2", (struct id){ "oother" }));
    DOES(life, ALICE, create_network, .network = OFFICE, .name = SLICE("Office"));
    DOES(life, ALICE, change_device, .device = life->lamp, .network_id = OFFICE);
}

void life_parts(struct life *life)
{
    DOES(life, ALICE, withdraw_consent, .consent = life->question, .reason = SLICE("moved out"));
    DOES(life, ALICE, acknowledge_withdrawal, .grant_id = life->question, .vendor = GLOW);
    DOES(life, ALICE, delete_network, .network = OFFICE);
}

int life_is_given(void **state)
{
    struct life *life = calloc(1, sizeof *life);

    assert_non_null(life);
    life->world = world_with_ledger(false);
    *state      = life;
    return 0;
}

int life_ends(void **state)
{
    struct life *life = *state;

    world_free(life->world);
    free(life);
    return 0;
}

struct past past_of(struct life *life, bool personal)
{
    struct past past = { .reader = store_reader(life->world->store),
                         .vault  = personal ? life->world->vault : NULL };

    assert_ok(past_open_nothing(&past.nothing, past.reader));
    return past;
}

const char *as_of(struct life *life, struct id subject, uint64_t position, bool personal,
                  struct status *why)
{
    struct past   past = past_of(life, personal);
    struct buffer text = { 0 };
    struct json   json = json_to(&text);

    *why = replay_as_of(&past, subject, (struct moment){ { .number = position }, INT64_MAX },
                        &json);
    struct slice kept = arena_copy(&life->world->arena, buffer_slice(&text));
    buffer_free(&text);
    store_close(past.nothing);
    return arena_print(&life->world->arena, "%.*s", (int)kept.size, kept.data).data;
}

const char *named(struct life *life, struct id id)
{
    char *text = arena_take(&life->world->arena, ID_TEXT_MAX);

    id_text(id, text);
    return text;
}
