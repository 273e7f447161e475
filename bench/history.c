#include "bench/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/facts/names.h"

enum { DEVICES = 12, ELSEWHERE = 1 << 20 /* the other account's device */, COMMIT = 500 };

static const struct id ACCOUNT = { { ID_account, 1 } }, OTHER = { { ID_account, 2 } };
static const struct id NETWORK   = { { ID_network, 1 } };
static const struct id VENDORS[] = { { { ID_vendor, 1 } }, { { ID_vendor, 2 } } };

void stop_if(struct status status)
{
    if (status.code == STATUS_OK) return;
    fprintf(stderr, "bench: %s\n", status.text);
    exit(1);
}

static struct id numbered(enum id_kind kind, uint64_t number)
{
    return id_derive(kind, (struct slice){ (const char *)&number, sizeof number },
                     (struct slice){ 0 }, (struct slice){ 0 });
}

static void random_bytes(void *context, void *bytes, size_t size)
{
    (void)context;
    crypto_random(bytes, size);
}

/* -- the log --------------------------------------------------------------------------- */

struct writing {
    struct log   *log;
    struct batch *batch;
    struct arena  arena;
    struct ids    ids;
};

static void put(struct writing *writing, struct event event)
{
    static unsigned count;
    struct clock    clock = clock_real();
    int64_t         now   = clock_now(&clock);

    event.id = ids_next(&writing->ids, ID_event, now);
    stop_if(log_append(writing->log, writing->batch, now, &writing->arena, &event));
    arena_reset(&writing->arena);
    if (++count % COMMIT == 0) stop_if(batch_commit(writing->batch, false));
}
/* clang-format off */
#define PUT(type_, stream_, ...)                                                      \
    put(writing, (struct event){ .type = EVENT_##type_, .stream = (stream_),          \
                                 .type_ = { __VA_ARGS__ } })
/* clang-format on */

static void account_comes(struct writing *writing, struct id account, const char *hash)
{
    PUT(account_opened, account, .login = SLICE("kim"), .login_id = numbered(ID_login, 1),
        .activation_hash = slice_text(hash));
    PUT(account_activated, account, .activation_hash = slice_text(hash),
        .password = SLICE("scrypt's"));
    PUT(network_created, account, .network = NETWORK, .name = SLICE("Home"));
}

static void device_comes(struct writing *writing, struct id account, unsigned number)
{
    struct id consent = numbered(ID_consent, number), device = numbered(ID_device, number);
    struct id claim = numbered(ID_claim, number), vendor = VENDORS[number % COUNT(VENDORS)];
    struct id bond = numbered(ID_consent, number % COUNT(VENDORS));

    PUT(consent_requested, account, .consent = consent, .claim = claim, .vendor = vendor,
        .notice_text = SLICE("May Acme's lamp join your network?"), .model = SLICE("lamp:1.0.0"));
    PUT(consent_granted, account, .consent = consent, .claim = claim, .vendor = vendor,
        .device = device, .network = NETWORK, .bond = bond);
    PUT(device_added, account, .device = device, .consent = consent, .claim = claim,
        .vendor = vendor, .network = NETWORK, .model = SLICE("lamp:1.0.0"),
        .vendor_device_id = SLICE("A-1"), .name = SLICE("Lamp"));
}

/* One for the account, one for somebody else. */
static void something_happens(struct writing *writing, uint64_t number)
{
    const struct value values[] = { { SLICE("brightness"), SLICE("42") },
                                    { SLICE("on"), number % 2 ? SLICE("true") : SLICE("false") } };
    struct id          device   = numbered(ID_device, number % DEVICES);
    struct id          vendor   = VENDORS[number % DEVICES % COUNT(VENDORS)];
    struct id          command  = numbered(ID_command, number);

    if (number % 20 == 0)
        PUT(command_requested, ACCOUNT, .command = command, .device = device, .vendor = vendor,
            .consent = numbered(ID_consent, number % DEVICES), .valid_until = INT64_MAX,
            .operation = SLICE("writeProperty"), .name = SLICE("on"), .input = SLICE("true"));
    else if (number % 20 == 1)
        PUT(command_succeeded, ACCOUNT, .command = numbered(ID_command, number - 1),
            .device = numbered(ID_device, (number - 1) % DEVICES), .output = SLICE("null"));
    else
        PUT(device_state_reported, ACCOUNT, .device = device, .vendor = vendor,
            .properties = { values, COUNT(values) });
    PUT(device_renamed, OTHER, .device = numbered(ID_device, ELSEWHERE), .name = SLICE("Lamp"));
}

void history_write(struct store *store, struct vault *vault, uint64_t events)
{
    struct writing  room    = { .ids = { .random = random_bytes }, .batch = batch_open(store) };
    struct writing *writing = &room;

    stop_if(log_open(&room.log, store, vault));
    for (unsigned i = 0; i < COUNT(VENDORS); i++) {
        PUT(vendor_onboarded, VENDORS[i], .name = SLICE("Acme"));
        PUT(vendor_approved, VENDORS[i], .none_ = { 0 });
    }
    account_comes(writing, ACCOUNT, "one");
    account_comes(writing, OTHER, "two");
    for (unsigned i = 0; i < DEVICES; i++) device_comes(writing, ACCOUNT, i);
    device_comes(writing, OTHER, ELSEWHERE);
    for (uint64_t i = 0; i + 2 + 3 * DEVICES < events; i++) something_happens(writing, i);
    stop_if(batch_commit(room.batch, true));
    stop_if(store_flush(store));
    batch_close(room.batch);
    log_close(room.log);
    arena_free(&room.arena);
}

struct id history_account(void) { return ACCOUNT; }

struct id history_device(uint64_t number) { return numbered(ID_device, number); }

static int by_size(const void *a, const void *b)
{
    int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;

    return (first > second) - (first < second);
}

double median_of(int64_t *values, unsigned count)
{
    qsort(values, count, sizeof *values, by_size);
    return (double)values[count / 2];
}
