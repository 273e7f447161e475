/* test_courier.h -- a real courier, a real ledger in memory, and a vendor's endpoint on
 * loopback that answers as it is told.
 *
 * Nobody has a thread but the endpoint: until() lets the courier and the ledger take
 * turns, and the clock says what the test says. The endpoint's paths are vendors' names;
 * what it heard is in `heard`, in order.
 */
#ifndef PIOT_TESTS_API_COURIER_TEST_COURIER_H
#define PIOT_TESTS_API_COURIER_TEST_COURIER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/courier/courier_internal.h"
#include "api/http/server.h"
#include "core/wire/webhook_signature.h"
#include "projections/projection.h"

enum { PATIENCE_MS = 20000, HEARD_MAX = 128, PATHS_MAX = 4 };
#define START (INT64_C(1795363387123) * MILLISECOND)

/* -- the endpoint -------------------------------------------------------------------------- */

struct reception {
    char path[32], id[64], timestamp[32], signatures[512], type[64], body[2048];
};
struct manners { /* of one path */
    const char *path;
    int         status; /* 0: says nothing until it is changed */
    const char *type, *body, *retry_after, *location;
};
static struct {
    struct server   *server;
    pthread_t        thread;
    pthread_mutex_t  lock; /* over the rest */
    struct manners   manners[PATHS_MAX];
    struct reception heard[HEARD_MAX];
    size_t           heard_count;
    struct request  *silent[HEARD_MAX];
    size_t           silent_count;
} endpoint = { .lock = PTHREAD_MUTEX_INITIALIZER };

static inline void keep_text(char *room, size_t size, struct slice text)
{
    snprintf(room, size, "%.*s", (int)text.size, text.data ? text.data : "");
}
#define KEEP(room, text) keep_text(room, sizeof(room), text)

static inline const struct manners *manners_of(struct slice path)
{
    for (size_t i = 0; i < PATHS_MAX; i++)
        if (endpoint.manners[i].path && slice_equal(slice_text(endpoint.manners[i].path), path))
            return &endpoint.manners[i];
    static const struct manners good = { .status = 204 };
    return &good;
}

static inline void answer(struct request *request, const struct manners *manners)
{
    if (manners->retry_after)
        request_header(request, "Retry-After", slice_text(manners->retry_after));
    if (manners->location) request_header(request, "Location", slice_text(manners->location));
    request_answer(request, manners->status, manners->type,
                   slice_text(manners->body ? manners->body : ""));
}

static inline void on_webhook(void *context, struct request *request)
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
    const struct manners *manners = manners_of(request->head->path);
    if (manners->status) answer(request, manners);
    else endpoint.silent[endpoint.silent_count++] = request;
    pthread_mutex_unlock(&endpoint.lock);
}

/* What was left without an answer gets this one. */
static inline void speak(void *argument)
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

static inline size_t webhook_limit(void *context, const struct http_head *head)
{
    (void)context;
    (void)head;
    return sizeof endpoint.heard[0].body;
}

static inline void *serve_endpoint(void *argument)
{
    server_run(argument);
    return NULL;
}

static inline struct slice no_body(void *context, struct request *request, struct arena *arena,
                                   int status, const char *why, const char **type)
{
    (void)context, (void)request, (void)arena, (void)status, (void)why, (void)type;
    return (struct slice){ NULL, 0 };
}

static inline void behave(size_t index, struct manners manners)
{
    pthread_mutex_lock(&endpoint.lock);
    endpoint.manners[index] = manners;
    pthread_mutex_unlock(&endpoint.lock);
}

static inline size_t heard_count(void)
{
    pthread_mutex_lock(&endpoint.lock);
    size_t count = endpoint.heard_count;
    pthread_mutex_unlock(&endpoint.lock);
    return count;
}

static inline const struct reception *heard(size_t index)
{
    assert_true(index < heard_count());
    return &endpoint.heard[index]; /* written once */
}

/* -- the world ----------------------------------------------------------------------------- */

static struct settings configured;
static struct ground   ground;
static struct courier *courier;
static struct ids      fresh;

static inline void zeros(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 0, size);
}

static inline struct id new_id(enum id_kind kind)
{
    return ids_next(&fresh, kind, ground.clock.fixed_us);
}

static inline void turn(void)
{
    bool          worked;
    struct status status = ledger_turn(ground.ledger, &worked);

    if (status.code != STATUS_OK) fail_msg("%s", status.text);
    courier_wake(courier);
}

#define until(condition)                                                               \
    do {                                                                               \
        int64_t give_up_ = clock_monotonic_us() + PATIENCE_MS * MILLISECOND;           \
        while (!(condition)) {                                                         \
            if (clock_monotonic_us() > give_up_) fail_msg("never so: %s", #condition); \
            courier_step(courier, MILLISECOND);                                        \
            turn();                                                                    \
        }                                                                              \
    } while (0)
/* Everything that can happen now has happened. */
static inline void settle(void)
{
    for (int quiet = 0; quiet < 5; quiet++) {
        size_t before = heard_count();
        courier_step(courier, 2 * MILLISECOND);
        turn();
        if (courier->eager || courier->count || heard_count() != before) quiet = 0;
    }
}

static inline void pass(int64_t us)
{
    ground.clock.fixed_us += us;
    courier_wake(courier);
}

/* -- asking -------------------------------------------------------------------------------- */

static inline void on_asked(struct ask *ask) { *(bool *)ask->context = true; }

/* Of the last request: the id in a field of an event that came of it. */
static struct id   found;
static const char *wanted_field;
static inline void look_into(struct ask *ask, struct reader *reader)
{
    (void)reader;
    for (size_t i = 0; wanted_field && i < ask->items[0].outcome.count; i++) {
        struct id id = event_field_id(&ask->items[0].outcome.events[i], wanted_field);
        if (id_given(id)) found = id;
    }
}

static inline void request(struct intent intent)
{
    bool            done = false;
    struct ask_item item = { .intent = intent };
    struct ask      ask  = {
              .items = &item, .count = 1, .done = on_asked, .answer = look_into, .context = &done
    };

    assert_true(ledger_submit(ground.ledger, &ask));
    while (!done) turn();
    buffer_free(&ask.reply);
    if (item.outcome.refusal) fail_msg("%s", refusal_shape(item.outcome.refusal)->name);
}
/* clang-format off */
#define ask_for(name, where, ...)                                              \
    request((struct intent){ .type = INTENT_##name, .stream = (where),          \
                             .actor = { ACTOR_SYSTEM, { { 0 } } }, .name = { __VA_ARGS__ } })
/* clang-format on */

/* -- vendors and webhooks ------------------------------------------------------------------ */

static const struct id NO_ID;
static const char      SECRET[] = "0123456789abcdef0123456789abcdef";

static inline struct slice url_of(const char *path)
{
    return arena_print(&configured.arena, "http://127.0.0.1:%u%s", server_port(endpoint.server),
                       path);
}

static inline struct id a_vendor(const char *path)
{
    struct id vendor = new_id(ID_vendor);

    ask_for(onboard_vendor, vendor, .name = SLICE("Glow"), .endpoint = url_of(path),
            .key = new_id(ID_key), .secret = { SECRET, 32 }, .token = new_id(ID_token),
            .hash = SLICE("0123456789abcdef0123456789abcdef"));
    ask_for(approve_vendor, vendor, .none_ = { 0 });
    return vendor;
}

static inline void try_out(struct id vendor)
{
    ask_for(request_test_notification, vendor, .none_ = { 0 });
}

/* The row of the vendor's webhook number `index`, oldest first. */
static inline struct delivery_row delivery(struct id vendor, size_t index)
{
    struct id           ids[HEARD_MAX];
    struct delivery_row row;
    size_t count = view_list_delivery(ground_reader(&ground), vendor, NO_ID, ids, HEARD_MAX);

    assert_true(index < count);
    assert_true(
        view_get_delivery(ground_reader(&ground), vendor, ids[index], &configured.arena, &row));
    return row;
}

static inline bool is_now(struct id vendor, size_t index, enum delivery_state status)
{
    return delivery(vendor, index).status == status;
}

/* -- begin and end ------------------------------------------------------------------------- */

static inline void open_ledger(void)
{
    static const struct agenda agenda    = { timers_next, timers_due };
    struct ledger_settings     of_ledger = { .store     = ground.store,
                                             .vault     = ground.vault,
                                             .folds     = all_folds,
                                             .agenda    = &agenda,
                                             .policy    = &ground.policy,
                                             .clock     = &ground.clock,
                                             .queue_max = 64 };

    assert_int_equal(ledger_open(&ground.ledger, &of_ledger).code, STATUS_OK);
}

static inline int world_begins(void **state)
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
    server.hooks   = (struct server_hooks){ NULL, on_webhook, webhook_limit, no_body, NULL };
    endpoint.heard_count = endpoint.silent_count = 0;
    memset(endpoint.manners, 0, sizeof endpoint.manners);
    assert_int_equal(store_open(&ground.store, &options).code, STATUS_OK);
    assert_int_equal(vault_open(&ground.vault, NULL, false).code, STATUS_OK);
    open_ledger();
    assert_int_equal(server_open(&endpoint.server, &server).code, STATUS_OK);
    assert_int_equal(pthread_create(&endpoint.thread, NULL, serve_endpoint, endpoint.server), 0);
    assert_int_equal(courier_open(&courier, &ground).code, STATUS_OK);
    return 0;
}

static inline int world_ends(void **state)
{
    (void)state;
    courier_close(courier);
    courier = NULL;
    assert_true(server_post(endpoint.server, speak, NULL));
    server_stop(endpoint.server);
    assert_int_equal(pthread_join(endpoint.thread, NULL), 0);
    server_close(endpoint.server);
    ledger_close(ground.ledger);
    vault_close(ground.vault);
    store_close(ground.store);
    settings_free(&configured);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begins, world_ends)

#endif
