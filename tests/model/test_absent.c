/* Can a fold tell "nothing there" from "empty"? It must not: an event fresh from a
 * rule has lists without items and texts without bytes where the same event, read
 * from the log, has empty ones, and live and replay would drift apart.
 *
 * Every type of event is folded three times upon the same past: with nothing where
 * something may be missing, with something empty there, and as its bytes give it
 * back. The rows must be the same. Tried against a fold that kept rooms only when
 * their items were not NULL: network_changed was named.
 */
#include "tests/world/asked.h"

#include "core/facts/event.h"

enum way { ABSENT, EMPTY, STORED, WAYS };

static struct id named(const char *name)
{
#define ID(kind, letter, prefix, what) \
    if (!strcmp(name, #kind)) return (struct id){ { letter, 1 } };
#include "core/base/ids.def"
#undef ID
    if (!strcmp(name, "previous") || !strcmp(name, "proposed")) return named("network");
    if (!strcmp(name, "holder")) return named("account");
    if (!strcmp(name, "by")) return named("command");
    return named(!strcmp(name, "bond") ? "consent" : "system");
}

static struct id stream_of(enum event_type type)
{
    const char *kind = event_stream_name(type);

    return named(!strcmp(kind, "any") ? "account" : kind);
}

/* Ids name the one thing of their kind, numbers are 1; lists and texts are full, or
 * there are none, or empty ones. */
static struct event sample(enum event_type type, bool full, enum way way)
{
    static const struct slice one_text[]  = { { "on", 2 } };
    static const struct value one_value[] = { { { "on", 2 }, { "true", 4 } } };
    const struct shape       *shape       = event_shape(type);
    struct event              event       = { .type    = type,
                                              .stream  = stream_of(type),
                                              .schema  = EVENT_SCHEMA,
                                              .version = 1,
                                              .actor   = { ACTOR_SYSTEM, NO_ID } };

    for (const struct field *f = shape->fields(); f->name; f++) {
        void        *at    = (char *)&event + shape->offset + f->offset;
        struct slice empty = { way == EMPTY ? "" : NULL, 0 };

        switch (f->type) {
        case FIELD_id: *(struct id *)at = named(f->name); break;
        case FIELD_state: fail_msg("%s: events tell of states in text", f->name); break;
        case FIELD_u64: *(uint64_t *)at = 1; break;
        case FIELD_instant: *(int64_t *)at = full ? START + DAY : 0; break;
        case FIELD_flag: *(bool *)at = true; break;
        case FIELD_text: *(struct slice *)at = full ? SLICE("on") : empty; break;
        case FIELD_bytes: *(struct slice *)at = full ? SLICE("hash") : empty; break;
        case FIELD_json: *(struct slice *)at = full ? SLICE("true") : empty; break;
        case FIELD_texts:
            *(struct texts *)at = full ? (struct texts){ one_text, 1 }
                                       : (struct texts){ way == EMPTY ? one_text : NULL, 0 };
            break;
        case FIELD_values:
            *(struct values *)at = full ? (struct values){ one_value, 1 }
                                        : (struct values){ way == EMPTY ? one_value : NULL, 0 };
            break;
        }
    }
    return event;
}

static struct event from_bytes(const struct event *event, struct arena *arena)
{
    struct buffer envelope = { 0 }, personal = { 0 };
    struct event  stored;

    event_encode(event, &envelope);
    assert_ok(event_decode(arena_copy(arena, buffer_slice(&envelope)), arena, &stored));
    if (shape_has_personal(event_shape(event->type))) {
        event_encode_personal(event, &personal);
        assert_ok(
            event_decode_personal(arena_copy(arena, buffer_slice(&personal)), arena, &stored));
    }
    stored.position = event->position;
    buffer_free(&envelope);
    buffer_free(&personal);
    return stored;
}

static void fold(struct batch *batch, struct arena *arena, struct event event, uint64_t position,
                 bool stored)
{
    event.position    = position;
    event.recorded_at = START + (int64_t)position;
    event.id          = (struct id){ { ID_event, (uint8_t)position } };
    if (shape_has_personal(event_shape(event.type))) event.seal.owner = event_owner(&event);
    if (stored) event = from_bytes(&event, arena);
    fold_registry.apply(batch, arena, &event);
    for (const struct fold *const *each = all_folds; *each; each++)
        (*each)->apply(batch, arena, &event);
}

/* Enough for every later event to be about something. */
static const enum event_type past[] = {
    EVENT_login_claimed,         EVENT_account_opened,        EVENT_network_created,
    EVENT_network_changed,       EVENT_gateway_claimed,       EVENT_gateway_attached,
    EVENT_vendor_onboarded,      EVENT_vendor_key_added,      EVENT_endpoint_set,
    EVENT_thing_model_published, EVENT_device_offered,        EVENT_consent_requested,
    EVENT_consent_granted,       EVENT_device_added,          EVENT_device_placed,
    EVENT_device_held,           EVENT_device_state_reported, EVENT_device_connectivity_changed,
    EVENT_command_requested,
};

/* All rows of all families after the past and that event, one after the other. Not every
 * event may come after that past: the registry's fold says so, and all fold it. */
static void rows_after(enum event_type type, enum way way, struct buffer *rows)
{
    struct store_options options = { .path = NULL };
    struct arena         arena   = { 0 };
    struct store        *store;
    uint64_t             position = 0;

    store_families_all(options.families);
    assert_ok(store_open(&store, &options));
    struct batch *batch = batch_open(store);
    for (size_t i = 0; i < COUNT(past); i++)
        fold(batch, &arena, sample(past[i], true, STORED), ++position, false);
    fold(batch, &arena, sample(type, false, way), ++position, way == STORED);
    struct status found = reader_failure(batch_reader(batch));
    if (!strstr(found.text, "does not follow")) assert_ok(found);
    for (enum family family = 0; family < FAMILY_COUNT; family++) {
        if (!options.families[family]) continue;
        struct cursor *cursor = cursor_open(batch_reader(batch), family, (struct slice){ 0 },
                                            (struct slice){ 0 });
        while (cursor_next(cursor)) {
            buffer_print(rows, "\n%s %zu ", family_name(family), cursor_key(cursor).size);
            buffer_add(rows, cursor_key(cursor));
            buffer_add(rows, cursor_value(cursor));
        }
        assert_ok(cursor_close(cursor));
    }
    batch_close(batch);
    store_close(store);
    arena_free(&arena);
}

static void absent_and_empty_fold_alike_fresh_and_stored(void **state)
{
    const struct shape *shape;

    (void)state;
    for (size_t i = 0; (shape = event_shape_at(i)); i++) {
        struct buffer rows[WAYS] = { { 0 } };

        for (enum way way = ABSENT; way < WAYS; way++)
            rows_after((enum event_type)shape->tag, way, &rows[way]);
        for (enum way way = EMPTY; way < WAYS; way++)
            if (!slice_equal(buffer_slice(&rows[way]), buffer_slice(&rows[ABSENT])))
                fail_msg("%s folds otherwise when it is %s", shape->name,
                         way == EMPTY ? "empty" : "read from the log");
        for (enum way way = ABSENT; way < WAYS; way++) buffer_free(&rows[way]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_and_empty_fold_alike_fresh_and_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
