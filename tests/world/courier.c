#include "tests/world/courier.h"

#include "core/facts/names.h"

#include "core/wire/webhook_signature.h"
#include "projections/projection.h"

struct vendor_endpoint endpoint = { .lock = PTHREAD_MUTEX_INITIALIZER };
struct settings        configured;
struct ground          ground;
struct courier        *courier;
struct id              found;
const char            *wanted_field;

static struct ids fresh;

#define KEEP(room, text) keep_text(room, sizeof(room), text)

static void keep_text(char *room, size_t size, struct slice text)
{
    snprintf(room, size, "%.*s", (int)text.size, text.data ? text.data : "");
}

static const struct manners *manners_of(const struct reception *heard)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        const struct manners *manners = &endpoint.manners[i];
        if (manners->path && strcmp(manners->path, heard->path) == 0 &&
            (!manners->of || strstr(heard->body, manners->of)))
            return manners;
    }
    static const struct manners good = { .status = 204 };
    return &good;
}

void answer(struct request *request, const struct manners *manners)
{
    if (manners->retry_after)
        request_header(request, "Retry-After", slice_text(manners->retry_after));
    if (manners->pause) request_header(request, "Webhook-Delivery", SLICE("Pause"));
    if (manners->location) request_header(request, "Location", slice_text(manners->location));
    request_answer(request, manners->status, manners->type,
                   slice_text(manners->body ? manners->body : ""));
}

void on_webhook(void *context, struct request *request)
{
    (void)context;
    pthread_mutex_lock(&endpoint.lock);
    ensure(endpoint.heard_count < HEARD_MAX);
    struct reception *heard = &endpoint.heard[endpoint.heard_count++];
    KEEP(heard->path, request->head->path);
    KEEP(heard->id, http_header(request->head, "webhook-id"));
    KEEP(heard->timestamp, http_header(request->head, "webhook-timestamp"));
    KEEP(heard->signatures, http_header(request->head, "webhook-signature"));
    KEEP(heard->type, http_header(request->head, "content-type"));
    KEEP(heard->body, request->body);
    const struct manners *manners = manners_of(heard);
    if (manners->status) answer(request, manners);
    else endpoint.silent[endpoint.silent_count++] = request;
    pthread_mutex_unlock(&endpoint.lock);
}

void speak(void *argument)
{
    (void)argument;
    pthread_mutex_lock(&endpoint.lock);
    while (endpoint.silent_count) {
        struct request *request = endpoint.silent[--endpoint.silent_count];
        if (request_gone(request)) request_abandon(request);
        else request_answer(request, 204, NULL, SLICE(""));
    }
    pthread_mutex_unlock(&endpoint.lock);
}

void *serve_endpoint(void *server)
{
    server_run(server);
    return NULL;
}

void behave(size_t index, struct manners manners)
{
    pthread_mutex_lock(&endpoint.lock);
    free(endpoint.bodies[index]);
    endpoint.bodies[index]       = manners.body ? strdup(manners.body) : NULL;
    endpoint.manners[index]      = manners;
    endpoint.manners[index].body = endpoint.bodies[index];
    pthread_mutex_unlock(&endpoint.lock);
}

size_t heard_count(void)
{
    pthread_mutex_lock(&endpoint.lock);
    size_t count = endpoint.heard_count;
    pthread_mutex_unlock(&endpoint.lock);
    return count;
}

const struct reception *heard(size_t index)
{
    assert_true(index < heard_count());
    return &endpoint.heard[index]; /* written once */
}

static void zeros(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 0, size);
}

struct id new_id(enum id_kind kind) { return ids_next(&fresh, kind, ground.clock.fixed_us); }

void take_turn(void)
{
    bool worked;

    assert_ok(ledger_turn(ground.ledger, &worked));
}

void settle(void)
{
    for (int quiet = 0; quiet < 5; quiet++) {
        size_t before = heard_count();
        courier_step(courier, 2 * MILLISECOND);
        take_turn();
        if (courier_looks(courier) || courier->count || heard_count() != before) quiet = 0;
    }
}

void pass(int64_t us) { ground.clock.fixed_us += us; }

static void on_committed(void *context, const struct commit *commit)
{
    (void)context;
    if (courier) courier_note(courier, commit);
}

static void on_asked(struct ledger_request *request) { *(bool *)request->context = true; }

static void look_into(struct ledger_request *request, struct reader *reader)
{
    (void)reader;
    for (size_t i = 0; wanted_field && i < request->items[0].outcome.count; i++) {
        struct id id = event_field_id(&request->items[0].outcome.events[i], wanted_field);
        if (id_given(id)) found = id;
    }
}

void request(struct intent intent)
{
    bool                  done    = false;
    struct ledger_item    item    = { .intent = intent };
    struct ledger_request request = {
        .items = &item, .count = 1, .done = on_asked, .answer = look_into, .context = &done
    };

    assert_true(ledger_submit(ground.ledger, &request));
    while (!done) take_turn();
    buffer_free(&request.reply);
    if (item.outcome.refusal) fail_msg("%s", refusal_shape(item.outcome.refusal)->name);
}

struct slice url_of(const char *path)
{
    return arena_print(&configured.arena, "http://127.0.0.1:%u%s", server_port(endpoint.server),
                       path);
}

struct id a_vendor(const char *path)
{
    struct id vendor = new_id(ID_vendor);

    ask_for(onboard_vendor, vendor, .name = SLICE("Glow"), .endpoint = url_of(path),
            .key = new_id(ID_key), .secret = { SECRET, 32 }, .token = new_id(ID_token),
            .hash = SLICE("0123456789abcdef0123456789abcdef"));
    ask_for(approve_vendor, vendor, .none_ = { 0 });
    return vendor;
}

void try_out(struct id vendor) { ask_for(request_test_notification, vendor, .none_ = { 0 }); }

struct delivery_row delivery(struct id vendor, size_t index)
{
    struct id           ids[HEARD_MAX];
    struct delivery_row row;
    size_t count = view_list_delivery(store_reader(ground.store), vendor, NO_ID, ids, HEARD_MAX);

    assert_true(index < count);
    assert_true(
        view_get_delivery(store_reader(ground.store), vendor, ids[index], &configured.arena, &row));
    return row;
}

bool is_now(struct id vendor, size_t index, enum delivery_state status)
{
    return delivery(vendor, index).status == status;
}

static void open_ledger(void)
{
    static const struct timer_source timers    = { timers_next, timers_due };
    struct ledger_settings           of_ledger = { .store     = ground.store,
                                                   .vault     = ground.vault,
                                                   .folds     = all_folds,
                                                   .timers    = &timers,
                                                   .policy    = &ground.policy,
                                                   .clock     = &ground.clock,
                                                   .committed = on_committed,
                                                   .queue_max = 64 };

    assert_ok(ledger_open(&ground.ledger, &of_ledger));
}

int courier_begins(void **state)
{
    struct store_options   options = { .path = NULL };
    struct server_settings server  = server_settings_default();

    (void)state;
    store_families_all(options.families);
    ground = (struct ground){ .settings = &configured, .clock = clock_fake(START) };
    fresh  = (struct ids){ .random = zeros };
    settings_default(&configured);
    configured.allow_private_endpoints = true;
    ground.policy                      = settings_policy(&configured);
    ground.view    = (struct event_view){ SLICE("https://piot.example"), SLICE("piot"), 1, true };
    server.address = "127.0.0.1";
    server.hooks   = (struct server_hooks){ .body_max = sizeof endpoint.heard[0].body,
                                            .handle   = on_webhook };
    endpoint.heard_count = endpoint.silent_count = 0;
    assert_ok(store_open(&ground.store, &options));
    assert_ok(vault_open(&ground.vault, NULL, false));
    open_ledger();
    assert_ok(server_open(&endpoint.server, &server));
    assert_int_equal(pthread_create(&endpoint.thread, NULL, serve_endpoint, endpoint.server), 0);
    assert_ok(courier_open(&courier, &ground));
    return 0;
}

int courier_ends(void **state)
{
    (void)state;
    courier_close(courier);
    courier = NULL;
    assert_true(server_post(endpoint.server, speak, NULL));
    server_stop(endpoint.server);
    assert_int_equal(pthread_join(endpoint.thread, NULL), 0);
    server_close(endpoint.server);
    for (size_t i = 0; i < PATHS_MAX; i++) behave(i, (struct manners){ 0 });
    ledger_close(ground.ledger);
    vault_close(ground.vault);
    store_close(ground.store);
    settings_free(&configured);
    return 0;
}

/* -- a household ----------------------------------------------------------------------------- */

struct household home;

void a_lamp(const char *name)
{
    struct slice device_id = slice_text(name);

    home.detection = new_id(ID_detection);
    wanted_field   = "consent";
    ask_for(resolve_detection, name_claim(NULL, home.vendor, device_id),
            .vendor_device_id = device_id, .detection = home.detection, .vendor = home.vendor,
            .model = SLICE("lamp:1.0.0"), .method = SLICE("ipv6-prefix"),
            .confidence = CONFIDENCE_exact, .address_hash = SLICE("hash"), .account = home.account,
            .gateway = name_gateway(NULL, SLICE("box-1")));
    home.consent = found;
}

void a_household(void)
{
    const struct slice capabilities = SLICE("on"), purposes = SLICE("control");
    struct id          network = new_id(ID_network);

    home.vendor  = a_vendor("/glow");
    home.account = new_id(ID_account);
    ask_for(publish_thing_model, home.vendor, .model = SLICE("lamp:1.0.0"), .title = SLICE("Lamp"),
            .capabilities = { &capabilities, 1 }, .purposes = { &purposes, 1 },
            .definition = SLICE("{}"));
    ask_for(claim_login, name_login(NULL, SLICE("alice")), .login = SLICE("alice"),
            .account = home.account, .activation_hash = SLICE("hash"));
    ask_for(activate_account, home.account, .activation_hash = SLICE("hash"),
            .password = SLICE("scrypt"));
    ask_for(create_network, home.account, .name = SLICE("Home"), .network = network);
    ask_for(claim_gateway, name_gateway(NULL, SLICE("box-1")), .gateway_id = SLICE("box-1"),
            .account_id = home.account, .network_id = network);
}

void the_owner_says(const char *decision)
{
    wanted_field = "device";
    ask_for(decide_consent, home.account, .decision = slice_text(decision),
            .consent = home.consent);
}

struct id a_granted_lamp(const char *name)
{
    a_lamp(name);
    the_owner_says("grant");
    until(!courier_under_way(courier));
    settle();
    return found;
}

struct id a_command(struct id device, const char *operation)
{
    struct id command = new_id(ID_command);

    ask_for(request_command, home.account, .operation = slice_text(operation), .name = SLICE("on"),
            .input = SLICE("true"), .device = device, .command = command);
    return command;
}

struct command_row command_now(struct id command)
{
    struct command_row row;

    assert_true(
        view_get_command(store_reader(ground.store), command, NO_ID, &configured.arena, &row));
    return row;
}

bool became(struct id command, enum command_state status)
{
    return command_now(command).status == status;
}
