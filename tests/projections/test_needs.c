/* Are the views the same when all is folded again without the values of those reports that
 * no view needs?
 *
 * Random reports, commands and outcomes of a few devices, observed out of order and now and
 * then in one millisecond; at random moments every report that is not needed loses its
 * values, and in the end what is left is folded into an empty store.
 *
 * Planted bugs that this must notice, and did: a report that told of a command dropped once
 * its value was replaced; only the first of a report's values looked at. */
#include "tests/world/folding.h"

#include <stdlib.h>

enum { DEVICES = 3, EVENTS = 900, SEEDS = 12, COMMANDS_OPEN = 4 };

static const char *const names[] = { "brightness", "hue", "on" };

struct history {
    struct event events[EVENTS];
    bool         dropped[EVENTS];
    size_t       count;
    uint64_t     randomness;
    int64_t      now_us;
    struct id    command[DEVICES]; /* the last, while it is open */
    bool         last_is_gone;     /* of the devices; it comes again */
    struct arena arena;
};

static const struct fold *const folds[] = { &fold_devices, &fold_commands };

static unsigned pick(struct history *history, unsigned below)
{
    history->randomness ^= history->randomness << 13;
    history->randomness ^= history->randomness >> 7;
    history->randomness ^= history->randomness << 17;
    return (unsigned)((history->randomness >> 11) % below);
}

static struct id numbered(char letter, uint64_t number)
{
    struct id id = event_at(number);

    id.bytes[0] = (uint8_t)letter;
    return id;
}

static struct store *empty_store(void)
{
    struct store_options options = { .path = NULL };
    struct store        *store;

    for (size_t i = 0; i < COUNT(folds); i++)
        for (size_t f = 0; f < folds[i]->family_count; f++)
            options.families[folds[i]->families[f]] = true;
    assert_int_equal(store_open(&store, &options).code, STATUS_OK);
    return store;
}

static void fold_into(struct batch *batch, const struct event *event)
{
    struct arena scratch = { 0 };

    for (size_t i = 0; i < COUNT(folds); i++) folds[i]->apply(batch, &scratch, event);
    assert_int_equal(batch_commit(batch, false).code, STATUS_OK);
    arena_free(&scratch);
}

/* -- what happens ------------------------------------------------------------------------- */

static struct values some_values(struct history *history)
{
    struct value *items = arena_array(&history->arena, struct value, COUNT(names));
    size_t        count = 0;

    for (size_t i = 0; i < COUNT(names); i++)
        if (pick(history, 2) || (i + 1 == COUNT(names) && count == 0))
            items[count++] = (struct value){ slice_text(names[i]),
                                             pick(history, 2) ? SLICE("1") : SLICE("0") };
    return (struct values){ items, count };
}

static struct event device_comes(unsigned number)
{
    return (struct event){ .type         = EVENT_device_added,
                           .stream       = ALICE,
                           .device_added = { .device  = numbered('d', number),
                                             .network = HOME,
                                             .vendor  = GLOW,
                                             .consent = GRANT,
                                             .claim   = numbered('p', number) } };
}

static struct event something(struct history *history)
{
    unsigned     device = pick(history, DEVICES), what = pick(history, 20);
    struct id    lamp = numbered('d', device + 1), command = history->command[device];
    struct event event = { .stream = ALICE };

    if (device + 1 == DEVICES && history->last_is_gone) {
        history->last_is_gone    = false;
        history->command[device] = NO_ID;
        return device_comes(DEVICES);
    }
    if (what < 3) {
        history->command[device] = numbered('m', history->count + 1);
        event.type               = EVENT_command_requested;
        event.command_requested  = (struct command_requested){
             .command     = history->command[device],
             .device      = lamp,
             .vendor      = GLOW,
             .operation   = SLICE("writeProperty"),
             .name        = slice_text(names[pick(history, 3)]),
             .valid_until = history->now_us + MINUTE,
             .input       = pick(history, 2) ? SLICE("1") : SLICE("0")
        };
    } else if (what < 5 && id_given(command)) {
        event.type               = EVENT_command_succeeded;
        event.command_succeeded  = (struct command_succeeded){ .command = command, .device = lamp };
        history->command[device] = NO_ID;
    } else {
        event.type        = EVENT_device_state_reported;
        event.occurred_at = pick(history, 3) ? history->now_us - (int64_t)pick(history, 9) * SECOND
                                             : 0;
        event.device_state_reported = (struct device_state_reported){
            .device = lamp, .vendor = GLOW, .properties = some_values(history)
        };
    }
    return event;
}

static void happens(struct history *history, struct batch *live, struct event event)
{
    if (history->count == EVENTS) return;
    history->now_us += pick(history, 4) ? SECOND : 100; /* now and then in one millisecond */
    event.recorded_at                 = history->now_us;
    event.position                    = history->count + 1;
    event.id                          = event_at(event.position);
    history->events[history->count++] = event;
    fold_into(live, &event);
}

static size_t drop_what_is_not_needed(struct history *history, struct store *live)
{
    struct arena arena   = { 0 };
    size_t       dropped = 0;

    for (size_t i = 0; i < history->count; i++) {
        if (history->events[i].type != EVENT_device_state_reported || history->dropped[i] ||
            view_needs_report(store_reader(live), &history->events[i], &arena))
            continue;
        history->dropped[i] = true;
        dropped++;
    }
    arena_free(&arena);
    return dropped;
}

static void fold_again(struct history *history, struct store *fresh)
{
    struct batch *batch = batch_open(fresh);

    for (size_t i = 0; i < history->count; i++) {
        struct event event = history->events[i];
        if (history->dropped[i]) {
            event.forgotten                        = true;
            event.device_state_reported.properties = (struct values){ NULL, 0 };
        }
        fold_into(batch, &event);
    }
    batch_close(batch);
}

static void lives(uint64_t seed)
{
    struct history *history = calloc(1, sizeof *history);
    struct store   *live = empty_store(), *fresh = empty_store();
    struct batch   *batch   = batch_open(live);
    size_t          dropped = 0;

    history->randomness = seed * UINT64_C(0x9e3779b97f4a7c15);
    history->now_us     = START;
    for (unsigned i = 1; i <= DEVICES; i++) happens(history, batch, device_comes(i));
    while (history->count < EVENTS) {
        if (pick(history, 400) == 0 && !history->last_is_gone) {
            history->last_is_gone = true;
            happens(history, batch,
                    (struct event){
                        .type           = EVENT_device_removed,
                        .stream         = ALICE,
                        .device_removed = { .device = numbered('d', DEVICES), .network = HOME } });
        }
        happens(history, batch, something(history));
        if (pick(history, 50) == 0) dropped += drop_what_is_not_needed(history, live);
    }
    batch_close(batch);
    dropped += drop_what_is_not_needed(history, live);
    assert_true(dropped > EVENTS / 3);
    fold_again(history, fresh);
    assert_true(rows_that_agree(live, fresh, FAMILY_devices) > 0);
    assert_true(rows_that_agree(live, fresh, FAMILY_commands) > 0);
    store_close(live);
    store_close(fresh);
    arena_free(&history->arena);
    free(history);
}

static void what_no_view_needs_can_go_and_no_view_is_another(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) lives(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_view_needs_can_go_and_no_view_is_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
