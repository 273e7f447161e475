/* Is what the folds make a matter of the events alone?
 *
 * Events of every type are made up from a seed, about a handful of things, so that
 * many make sense and many do not: unknown things, forgotten fields, outcomes of
 * what is long over. All folds see those that do not contradict what came before, at
 * which a fold stops. Then every family is compared byte by byte with one that was made
 * in another way.
 *
 * Bugs planted to try it: a fold that puts a count of its own in place of the event's
 * position, and one that keeps its list when the event's is NULL, which one read back
 * never is.
 */
#include "tests/world/folding.h"

enum { EVENTS = 1000, LIST_MAX = 4 };

struct world {
    struct store *store;
    struct batch *batch;
    struct arena  scratch;
    uint64_t      seed;
    uint64_t      position;
};

/* Any good mixer will do: this is splitmix64. */
static uint64_t draw(struct world *world, uint64_t below)
{
    uint64_t mix = world->seed += UINT64_C(0x9e3779b97f4a7c15);

    mix = (mix ^ mix >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mix = (mix ^ mix >> 27) * UINT64_C(0x94d049bb133111eb);
    return (mix ^ mix >> 31) % below;
}

/* -- events made up ---------------------------------------------------------- */

static struct id any_of(struct world *world, enum id_kind kind)
{
    struct id id = { { (uint8_t)kind } };

    if (kind == ID_system) return name_system();
    if (kind == ID_delivery) /* of an event not long ago */
        return name_delivery(event_at(1 + draw(world, world->position)));
    id.bytes[ID_SIZE - 1] = (uint8_t)(1 + draw(world, kind == ID_vendor ? 2 : 5));
    return id;
}

static enum id_kind kind_named(const char *name)
{
    static const struct {
        const char  *name;
        enum id_kind kind;
    } kinds[] = {
#define ID(kind, letter, prefix, what) { #kind, ID_##kind },
#include "core/base/ids.def"
#undef ID
        { "previous", ID_network },
        { "by", ID_command },
        { "holder", ID_account },
        { "bond", ID_consent },
    };

    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0) return kinds[i].kind;
    return ID_system;
}

static struct slice any_text(struct world *world, const char *field)
{
    static const char *const texts[] = { "on", "level", "true", "lamp:1.0.0", "deny" };

    if (strcmp(field, "operation") == 0)
        return draw(world, 4) ? SLICE("writeProperty") : SLICE("invokeAction");
    return slice_text(texts[draw(world, COUNT(texts))]);
}

static struct slice any_json(struct world *world)
{
    static const char *const values[] = { "true", "false", "3" };

    return slice_text(values[draw(world, COUNT(values))]);
}

static struct values any_values(struct world *world)
{
    static const char *const names[LIST_MAX] = { "colour", "level", "on", "power" };
    struct value            *items           = arena_array(&world->scratch, struct value, LIST_MAX);
    size_t                   count           = 0;

    for (size_t i = 0; i < LIST_MAX; i++)
        if (draw(world, 2))
            items[count++] = (struct value){ slice_text(names[i]), any_json(world) };
    return (struct values){ items, count };
}

static struct texts any_texts(struct world *world)
{
    struct slice *items = arena_array(&world->scratch, struct slice, LIST_MAX);
    size_t        count = draw(world, LIST_MAX + 1);

    for (size_t i = 0; i < count; i++) items[i] = any_text(world, "");
    return (struct texts){ count ? items : NULL, count }; /* as a decision leaves it out */
}

static void fill(struct world *world, const struct field *field, void *at)
{
    switch (field->type) {
    /* clang-format off */
    case FIELD_id:      *(struct id *)at = any_of(world, kind_named(field->name)); break;
    case FIELD_text:
    case FIELD_bytes:   *(struct slice *)at = any_text(world, field->name); break;
    case FIELD_json:    *(struct slice *)at = any_json(world); break;
    case FIELD_u64:     *(uint64_t *)at = draw(world, 4); break;
    case FIELD_instant:
        /* clang-format on */
        if (draw(world, 4)) *(int64_t *)at = START + (int64_t)draw(world, DAY);
        break;
    /* clang-format off */
    case FIELD_flag:    *(bool *)at = draw(world, 2); break;
    case FIELD_texts:   *(struct texts *)at = any_texts(world); break;
    case FIELD_values:  *(struct values *)at = any_values(world); break;
    case FIELD_state:   fail_msg("%s: events tell of states in text", field->name);
        /* clang-format on */
    }
}

static struct event any_event(struct world *world)
{
    struct event event = { .position = ++world->position, .schema = EVENT_SCHEMA, .version = 1 };
    const struct shape *shape;
    size_t              types = 0;

    while (event_shape_at(types)) types++;
    shape             = event_shape_at(draw(world, types));
    event.type        = (enum event_type)shape->tag;
    event.id          = event_at(event.position);
    event.recorded_at = recorded_at(event.position);
    event.forgotten   = draw(world, 10) == 0;
    if (draw(world, 2)) event.occurred_at = event.recorded_at - (int64_t)draw(world, MINUTE);
    event.stream = any_of(world, kind_named(event_stream_name(event.type)));
    if (id_kind(event.stream) == ID_system) event.stream = any_of(world, ID_account);
    for (const struct field *field = shape->fields(); field->name; field++)
        if (!(event.forgotten && field->personal))
            fill(world, field, (char *)&event + shape->offset + field->offset);
    return event;
}

/* The event as a replay meets it: out of the bytes it is kept in. */
static struct event read_back(struct world *world, const struct event *event)
{
    struct buffer envelope = { 0 }, plain = { 0 };
    struct event  again;

    event_encode(event, &envelope);
    assert_int_equal(event_decode(arena_copy(&world->scratch, buffer_slice(&envelope)),
                                  &world->scratch, &again)
                         .code,
                     STATUS_OK);
    if (shape_has_personal(event_shape(event->type)) && !event->forgotten) {
        event_encode_personal(event, &plain);
        assert_int_equal(event_decode_personal(arena_copy(&world->scratch, buffer_slice(&plain)),
                                               &world->scratch, &again)
                             .code,
                         STATUS_OK);
    }
    again.position = event->position;
    buffer_free(&envelope);
    buffer_free(&plain);
    return again;
}

/* -- worlds ------------------------------------------------------------------ */

enum source { AS_DECIDED, AS_READ_BACK };

static void destroy(struct world *world)
{
    batch_close(world->batch);
    store_close(world->store);
    arena_free(&world->scratch);
    test_free(world);
}

/* Of each family of each fold. */
#define EACH_FAMILY(family, ...)                                       \
    for (const struct fold *const *each_ = all_folds; *each_; each_++) \
        for (size_t of_ = 0; of_ < (*each_)->family_count; of_++) {    \
            enum family family = (*each_)->families[of_];              \
            __VA_ARGS__;                                               \
        }

static struct world *begin(uint64_t seed)
{
    struct store_options options = { .path = NULL };
    struct world        *world   = test_calloc(1, sizeof *world);

    EACH_FAMILY(family, options.families[family] = true);
    assert_int_equal(store_open(&world->store, &options).code, STATUS_OK);
    world->batch = batch_open(world->store);
    world->seed  = seed;
    return world;
}

static void fold(struct world *world, const struct event *event)
{
    for (const struct fold *const *fold = all_folds; *fold; fold++)
        (*fold)->apply(world->batch, &world->scratch, event);
}

/* Which events of a seed a fold would stop at: chance knows of no rules. */
static void find_what_follows(uint64_t seed, bool follows[EVENTS + 1])
{
    struct world *world = begin(seed);
    size_t        count = 0;

    while (world->position < EVENTS) {
        struct event event = any_event(world);
        fold(world, &event);
        follows[event.position] = reader_failure(batch_reader(world->batch)).code == STATUS_OK;
        count += follows[event.position];
        if (follows[event.position]) assert_ok(batch_commit(world->batch, false));
        else batch_clear(world->batch);
        arena_reset(&world->scratch);
    }
    assert_true(count > EVENTS / 4);
    destroy(world);
}

/* Folds the events of a seed that follow, committing every so many. */
static struct world *make(uint64_t seed, enum source source, uint64_t commit_every)
{
    struct world *world = begin(seed);
    bool          follows[EVENTS + 1];

    find_what_follows(seed, follows);
    while (world->position < EVENTS) {
        struct event event = any_event(world);
        if (source == AS_READ_BACK) event = read_back(world, &event);
        if (follows[event.position]) fold(world, &event);
        if (world->position % commit_every == 0)
            assert_int_equal(batch_commit(world->batch, false).code, STATUS_OK);
        arena_reset(&world->scratch);
    }
    assert_int_equal(batch_commit(world->batch, false).code, STATUS_OK);
    return world;
}

struct tally {
    size_t rows[FAMILY_COUNT]; /* compared so far */
};

static void assert_same(struct world *one, struct world *other, struct tally *tally)
{
    EACH_FAMILY(family, tally->rows[family] += rows_that_agree(one->store, other->store, family));
}

/* A comparison of nothing with nothing would prove nothing. */
static void assert_all_compared(const struct tally *tally)
{
    EACH_FAMILY(family, assert_true(tally->rows[family] > 0));
}

static void the_same_events_give_the_same_bytes(void **state)
{
    struct tally tally = { { 0 } };
    (void)state;

    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct world *one = make(seed, AS_DECIDED, 64), *other = make(seed, AS_DECIDED, 64);
        assert_same(one, other, &tally);
        destroy(one);
        destroy(other);
    }
    assert_all_compared(&tally);
}

static void where_a_commit_falls_makes_no_difference(void **state)
{
    struct tally tally = { { 0 } };
    (void)state;

    for (uint64_t seed = 11; seed <= 20; seed++) {
        struct world *never = make(seed, AS_DECIDED, EVENTS);
        struct world *each  = make(seed, AS_DECIDED, 1);
        struct world *some  = make(seed, AS_DECIDED, 17);
        assert_same(never, each, &tally);
        assert_same(never, some, &tally);
        destroy(never);
        destroy(each);
        destroy(some);
    }
    assert_all_compared(&tally);
}

static void a_replay_gives_the_same_bytes_as_the_live_events(void **state)
{
    struct tally tally = { { 0 } };
    (void)state;

    for (uint64_t seed = 21; seed <= 60; seed++) {
        struct world *live = make(seed, AS_DECIDED, 64), *replay = make(seed, AS_READ_BACK, 256);
        assert_same(live, replay, &tally);
        destroy(live);
        destroy(replay);
    }
    assert_all_compared(&tally);
}

static void a_fold_has_no_family_of_another(void **state)
{
    bool taken[FAMILY_COUNT] = { false };
    (void)state;

    for (const struct fold *const *fold = all_folds; *fold; fold++)
        for (size_t i = 0; i < (*fold)->family_count; i++) {
            assert_false(taken[(*fold)->families[i]]);
            taken[(*fold)->families[i]] = true;
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_events_give_the_same_bytes),
        cmocka_unit_test(where_a_commit_falls_makes_no_difference),
        cmocka_unit_test(a_replay_gives_the_same_bytes_as_the_live_events),
        cmocka_unit_test(a_fold_has_no_family_of_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
