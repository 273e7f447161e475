/* Does every event get its place, keep it, and come back as it was -- and is it
 * said aloud when what is stored is not what was written? */
#include "tests/world/logged.h"

#include "tests/world/checks.h"

#define ANN sample_id(ID_account, "ann")
#define BEN sample_id(ID_account, "ben")

static uint64_t head_of(struct reader *reader)
{
    uint64_t position;

    assert_ok(log_head(reader, &position));
    return position;
}

static struct log_record record_of(struct world *world, uint64_t position)
{
    struct log_record record;

    assert_ok(log_read_record(world_reader(world), position, &world->arena, &record));
    return record;
}

/* -- a place for everything ------------------------------------------------- */

static void an_empty_log_has_no_last_event(void **state)
{
    struct world          *world = *state;
    struct log_stream_head head;
    struct event           event;

    assert_int_equal(log_last(world->log), 0);
    assert_int_equal(head_of(world_reader(world)), 0);
    assert_ok(log_stream_head(world_reader(world), ANN, &head));
    assert_int_equal(head.version, 0);
    assert_status(log_read(world_reader(world), world->vault, 1, &world->arena, &event),
                  STATUS_NOT_FOUND);
}

static void positions_count_over_all_and_versions_in_each_stream(void **state)
{
    struct world *world = *state;

    for (uint64_t i = 1; i <= 20; i++) {
        struct event event = world_append(world, renamed(i % 4 ? ANN : BEN, SLICE("lamp")));

        assert_int_equal(event.position, i);
        assert_int_equal(event.version, i % 4 ? i - i / 4 : i / 4);
        assert_int_equal(world_read(world, i).version, event.version);
    }
    assert_int_equal(log_last(world->log), 20);
    assert_int_equal(head_of(world_reader(world)), 20);
}

static void each_event_names_the_leaf_hash_of_its_streams_previous_one(void **state)
{
    struct world          *world = *state;
    struct hash            none = { { 0 } }, leaf[2] = { none, none };
    struct log_stream_head head;

    for (uint64_t i = 1; i <= 12; i++) {
        size_t       who   = i % 3 == 0;
        struct event event = world_append(world, renamed(who ? BEN : ANN, SLICE("lamp")));

        assert_memory_equal(&event.previous, &leaf[who], sizeof event.previous);
        struct log_record record = record_of(world, i);
        leaf[who] = crypto_sha256_two(SLICE("\0"), record.envelope); /* RFC 6962, 2.1 */
        assert_true(slice_equal(record.leaf, SLICE_OF(leaf[who].bytes)));
        assert_ok(log_stream_head(world_reader(world), who ? BEN : ANN, &head));
        assert_memory_equal(&head.leaf, &leaf[who], sizeof head.leaf);
        assert_int_equal(head.position, i);
        assert_int_equal(head.version, event.version);
    }
}

static void recorded_at_rises_even_when_the_clock_goes_back(void **state)
{
    struct world *world = *state;
    int64_t       start = world->clock.fixed_us, last = 0;

    assert_int_equal(world_append(world, renamed(ANN, SLICE("a"))).recorded_at, start);
    for (size_t i = 0; i < 10; i++) {
        world->clock.fixed_us -= i == 3 ? HOUR : 0;
        struct event event = world_append(world, renamed(ANN, SLICE("a")));
        assert_true(event.recorded_at > last);
        last = event.recorded_at;
    }
    assert_int_equal(last, start + 10); /* a microsecond after the last, no more */
    world->clock.fixed_us = start + SECOND;
    assert_int_equal(world_append(world, renamed(ANN, SLICE("a"))).recorded_at, start + SECOND);
}

static void an_event_read_is_the_event_appended(void **state)
{
    struct world       *world = *state;
    const struct shape *shape;

    for (size_t i = 0; (shape = event_shape_at(i)) != NULL; i++) {
        struct event wanted = world_append_sample(world, shape);
        struct event found  = world_read(world, wanted.position);

        assert_int_equal(found.position, i + 1);
        assert_int_equal(found.type, wanted.type);
        assert_int_equal(found.schema, EVENT_SCHEMA);
        assert_true(id_equal(found.id, wanted.id) && id_equal(found.stream, wanted.stream));
        assert_int_equal(found.recorded_at, wanted.recorded_at);
        assert_memory_equal(&found.previous, &wanted.previous, sizeof found.previous);
        assert_memory_equal(&found.seal, &wanted.seal, sizeof found.seal);
        assert_false(found.forgotten || wanted.forgotten);
        assert_same_part(shape, event_body(&found, shape), event_body(&wanted, shape), SHAPE_ALL);
    }
}

/* -- batches ---------------------------------------------------------------- */

static void what_a_batch_holds_is_seen_through_it_alone(void **state)
{
    struct world *world = *state;
    struct event  event = renamed(ANN, SLICE("lamp")), again = renamed(ANN, SLICE("lamp"));

    event.id = ids_next(&world->ids, ID_event, world->clock.fixed_us);
    again.id = ids_next(&world->ids, ID_event, world->clock.fixed_us);
    assert_ok(log_append(world->log, world->batch, world->clock.fixed_us, &world->arena, &event));
    assert_ok(log_append(world->log, world->batch, world->clock.fixed_us, &world->arena, &again));
    assert_int_equal(again.version, 2);
    assert_int_equal(head_of(batch_reader(world->batch)), 2);
    assert_int_equal(head_of(world_reader(world)), 0);
    assert_ok(batch_commit(world->batch, false));
    assert_int_equal(head_of(world_reader(world)), 2);
}

static void a_dropped_batch_leaves_no_trace(void **state)
{
    struct world *world = *state;
    struct event  first = world_append(world, renamed(ANN, SLICE("lamp"))), lost = first;

    assert_ok(
        log_append(world->log, world->batch, world->clock.fixed_us + HOUR, &world->arena, &lost));
    batch_clear(world->batch);
    assert_ok(log_rewind(world->log));
    assert_int_equal(log_last(world->log), 1);
    struct event second = world_append(world, renamed(ANN, SLICE("lamp")));
    assert_int_equal(second.position, 2);
    assert_int_equal(second.version, 2);
    assert_int_equal(second.recorded_at, first.recorded_at + 1);
    assert_memory_equal(&second.previous, record_of(world, 1).leaf.data, SHA256_SIZE);
}

static void a_log_opened_again_goes_on_where_it_ended(void **state)
{
    struct world *world = world_with_log(true);

    (void)state;
    struct event last = world_append(world, renamed(ANN, SLICE("lamp")));
    world_stop(world);
    world_start(world);
    world->clock.fixed_us -= HOUR;
    assert_int_equal(log_last(world->log), 1);
    struct event next = world_append(world, renamed(ANN, SLICE("lantern")));
    assert_int_equal(next.position, 2);
    assert_int_equal(next.version, 2);
    assert_int_equal(next.recorded_at, last.recorded_at + 1);
    assert_slice(world_read(world, 1).device_renamed.name, "lamp");
    assert_slice(world_read(world, 2).device_renamed.name, "lantern");
    world_free(world);
}

/* -- forgetting ------------------------------------------------------------- */

static void assert_forgotten(struct world *world, uint64_t position, struct slice leaf)
{
    struct event event = world_read(world, position);

    assert_true(event.forgotten);
    assert_int_equal(event.device_renamed.name.size, 0);
    assert_true(id_given(event.device_renamed.device)); /* public fields stay */
    assert_true(slice_equal(record_of(world, position).leaf, leaf));
}

static void without_its_ciphertext_an_event_is_forgotten_and_its_hash_intact(void **state)
{
    struct world *world = *state;

    world_append(world, renamed(ANN, SLICE("lamp")));
    struct slice leaf = record_of(world, 1).leaf;
    struct key   key  = world_row(1);
    batch_erase(world->batch, FAMILY_personal, key_slice(&key));
    assert_ok(batch_commit(world->batch, false));
    assert_null(record_of(world, 1).ciphertext.data);
    assert_forgotten(world, 1, leaf);
}

static void without_its_owners_key_an_event_is_forgotten_and_its_hash_intact(void **state)
{
    struct world *world = *state;

    world_append(world, renamed(ANN, SLICE("lamp")));
    world_append(world, renamed(BEN, SLICE("door")));
    struct slice leaf = record_of(world, 1).leaf;
    assert_slice(world_read(world, 1).device_renamed.name, "lamp");
    assert_ok(vault_destroy_key(world->vault, ANN));
    assert_forgotten(world, 1, leaf);
    assert_slice(world_read(world, 2).device_renamed.name, "door");
}

/* Or the folds would know today what a replay of tomorrow cannot. */
static void what_is_said_of_a_forgotten_owner_is_forgotten_at_once(void **state)
{
    struct world *world = *state;

    world_append(world, renamed(ANN, SLICE("lamp")));
    assert_ok(vault_destroy_key(world->vault, ANN));
    struct event event = world_append(world, renamed(ANN, SLICE("torch")));
    assert_true(event.forgotten);
    assert_int_equal(event.device_renamed.name.size, 0);
    assert_null(record_of(world, 2).ciphertext.data);
    assert_forgotten(world, 2, record_of(world, 2).leaf);
    assert_forgotten(world, 1, record_of(world, 1).leaf);
}

static void the_vault_is_another(struct world *world)
{
    log_close(world->log);
    vault_close(world->vault);
    assert_ok(vault_open(&world->vault, NULL, false));
    assert_ok(log_open(&world->log, world->store, world->vault));
}

static struct status appended(struct world *world, struct event event)
{
    event.id = ids_next(&world->ids, ID_event, START);
    return log_append(world->log, world->batch, START, &world->arena, &event);
}

/* Else what was sealed would be lost, and nobody told. */
static void who_has_a_past_and_no_key_gets_no_other(void **state)
{
    struct world *world = *state;

    for (unsigned i = 0; i < 2; i++) world_append(world, renamed(ANN, SLICE("lamp")));
    the_vault_is_another(world);
    assert_status(appended(world, renamed(ANN, SLICE("torch"))), STATUS_CORRUPT);
    assert_int_equal(batch_count(world->batch), 0);
    assert_int_equal(log_last(world->log), 2);
    assert_status(vault_has_key(world->vault, ANN), STATUS_NOT_FOUND);
    assert_ok(appended(world, renamed(BEN, SLICE("door")))); /* it is his first event */
}

static void in_a_log_that_came_bare_everybody_gets_one(void **state)
{
    struct world *world = *state;

    for (unsigned i = 0; i < 2; i++) world_append(world, renamed(ANN, SLICE("lamp")));
    log_put_bare(world->batch, 2);
    assert_ok(batch_commit(world->batch, false));
    the_vault_is_another(world);
    assert_ok(appended(world, renamed(ANN, SLICE("torch"))));
}

static void no_personal_field_is_stored_in_the_clear(void **state)
{
    struct world *world = *state;
    struct slice  name  = SLICE("the lamp beside my bed");

    world_append(world, renamed(ANN, name));
    struct log_record record = record_of(world, 1);
    assert_null(memmem(record.envelope.data, record.envelope.size, name.data, name.size));
    assert_null(memmem(record.ciphertext.data, record.ciphertext.size, name.data, name.size));
}

static void shut_personal_fields_are_not_forgotten_ones(void **state)
{
    struct world *world = *state;
    struct event  event;

    world_append(world, renamed(ANN, SLICE("lamp")));
    assert_ok(log_read(world_reader(world), NULL, 1, &world->arena, &event));
    assert_false(event.forgotten);
    assert_int_equal(event.device_renamed.name.size, 0);
}

/* -- damage ----------------------------------------------------------------- */

/* Every bit of a stored value in turn. Planted bug that this must notice, and did:
 * open_personal() without its comparison, or log_record_event() without its own. */
static void alter(struct world *world, enum family family)
{
    struct key     key = world_row(1);
    struct slice   value;
    struct event   event;
    struct reader *reader = world_reader(world);

    assert_ok(reader_get(reader, family, key_slice(&key), &world->arena, &value));
    char *bytes = arena_take(&world->arena, value.size);
    memcpy(bytes, value.data, value.size);
    for (size_t bit = 0; bit < 8 * value.size; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        batch_put(world->batch, family, key_slice(&key), (struct slice){ bytes, value.size });
        assert_ok(batch_commit(world->batch, false));
        assert_status(log_read(reader, world->vault, 1, &world->arena, &event), STATUS_CORRUPT);
        assert_status(log_read(reader, NULL, 1, &world->arena, &event), STATUS_CORRUPT);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
}

static void an_altered_envelope_is_corrupt(void **state)
{
    struct world *world = *state;

    world_append(world, renamed(ANN, SLICE("lamp")));
    alter(world, FAMILY_log);
}

static void an_altered_ciphertext_is_corrupt(void **state)
{
    struct world *world = *state;

    world_append(world, renamed(ANN, SLICE("lamp")));
    alter(world, FAMILY_personal);
}

static void a_ciphertext_without_a_seal_is_corrupt(void **state)
{
    struct world *world  = *state;
    struct key    key    = world_row(1);
    struct event  opened = { .type = EVENT_vendor_approved, .stream = sample_id(ID_vendor, "v") };
    struct event  event;

    world_append(world, opened);
    batch_put(world->batch, FAMILY_personal, key_slice(&key), SLICE("planted"));
    assert_ok(batch_commit(world->batch, false));
    assert_status(log_read(world_reader(world), world->vault, 1, &world->arena, &event),
                  STATUS_CORRUPT);
}

static void a_cut_envelope_or_head_is_corrupt(void **state)
{
    struct world          *world = *state;
    struct key             row = world_row(1), head = reader_key(world_reader(world));
    struct event           event = world_append(world, renamed(ANN, SLICE("lamp")));
    struct log_stream_head found;

    batch_put(world->batch, FAMILY_log, key_slice(&row), SLICE("short"));
    key_add_id(&head, ANN);
    key_add_u64(&head, 0);
    batch_put(world->batch, FAMILY_stream, key_slice(&head), SLICE("short"));
    assert_ok(batch_commit(world->batch, false));
    assert_status(log_read(world_reader(world), NULL, 1, &world->arena, &event), STATUS_CORRUPT);
    assert_status(log_stream_head(world_reader(world), ANN, &found), STATUS_CORRUPT);
    event    = renamed(ANN, SLICE("lamp"));
    event.id = sample_id(ID_event, "after");
    assert_status(log_append(world->log, world->batch, world->clock.fixed_us, &world->arena,
                             &event),
                  STATUS_CORRUPT);
    assert_int_equal(batch_count(world->batch), 0);
    assert_int_equal(log_last(world->log), 1);
}

#define in_memory(test) cmocka_unit_test_setup_teardown(test, a_log, world_ends)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_memory(an_empty_log_has_no_last_event),
        in_memory(positions_count_over_all_and_versions_in_each_stream),
        in_memory(each_event_names_the_leaf_hash_of_its_streams_previous_one),
        in_memory(recorded_at_rises_even_when_the_clock_goes_back),
        in_memory(an_event_read_is_the_event_appended),
        in_memory(what_a_batch_holds_is_seen_through_it_alone),
        in_memory(a_dropped_batch_leaves_no_trace),
        cmocka_unit_test(a_log_opened_again_goes_on_where_it_ended),
        in_memory(without_its_ciphertext_an_event_is_forgotten_and_its_hash_intact),
        in_memory(without_its_owners_key_an_event_is_forgotten_and_its_hash_intact),
        in_memory(what_is_said_of_a_forgotten_owner_is_forgotten_at_once),
        in_memory(who_has_a_past_and_no_key_gets_no_other),
        in_memory(in_a_log_that_came_bare_everybody_gets_one),
        in_memory(no_personal_field_is_stored_in_the_clear),
        in_memory(shut_personal_fields_are_not_forgotten_ones),
        in_memory(an_altered_envelope_is_corrupt),
        in_memory(an_altered_ciphertext_is_corrupt),
        in_memory(a_ciphertext_without_a_seal_is_corrupt),
        in_memory(a_cut_envelope_or_head_is_corrupt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
