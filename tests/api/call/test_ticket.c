/* Question: is a ticket good for what it is for, if it was used in time, as long as its session
 * is; and is nothing else one?
 *
 * Planted bugs that it caught: one that need not be used in time, one that may write, and one
 * for a device that opens the stream. */
#include "api/call/ticket.h"

#include "api/call/router.h"
#include "projections/projection.h"
#include "tests/world/checks.h"

static struct arena    arena;
static struct store   *store;
static struct pipeline pipeline = { .ticket_key = { 1 } }, another = { .ticket_key = { 2 } };
static struct loop     loop = { .pipeline = &pipeline }, foreign = { .pipeline = &another };

static const struct route stream = { .path = "/app/v1/stream", .queries = "ticket" };
static const struct route device = { .path    = "/app/v1/devices/{deviceId}/seen",
                                     .queries = "ticket" };

#define START (1000 * DAY)

static struct id some(enum id_kind kind) { return (struct id){ { (uint8_t)kind, 7 } }; }

static void put(struct slice hash, const struct token_row *row)
{
    struct batch *batch = batch_open(store);

    if (row) view_put_token(batch, name_token(hash), NO_ID, row);
    else view_erase_token(batch, name_token(hash), NO_ID);
    assert_int_equal(batch_commit(batch, false).code, STATUS_OK);
    batch_close(batch);
}

static struct slice session_hash(void)
{
    static const char bytes[SHA256_SIZE] = "of a session";

    return SLICE_OF(bytes);
}

static int open_all(void **state)
{
    struct store_options options = { .path = NULL };

    (void)state;
    options.families[FAMILY_tokens] = true;
    if (store_open(&store, &options).code != STATUS_OK) return 1;
    pipeline.tickets = tickets_open(START);
    another.tickets  = tickets_open(START);
    put(session_hash(), &(struct token_row){ .role       = SLICE("app"),
                                             .token      = some(ID_token),
                                             .principal  = some(ID_account),
                                             .expires_at = START + 30 * DAY });
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    tickets_close(pipeline.tickets);
    tickets_close(another.tickets);
    store_close(store);
    arena_free(&arena);
    return 0;
}

static struct call call_at(const struct route *route, int64_t now_us)
{
    return (struct call){ .arena  = &arena,
                          .loop   = &loop,
                          .route  = route,
                          .now_us = now_us,
                          .reader = store_reader(store) };
}

static struct slice ticket_at(int64_t now_us, struct id for_device)
{
    struct call call = call_at(NULL, now_us);

    call.credentials.token_hash = session_hash();
    return ticket_text(&call, for_device);
}

static bool opens(struct slice text, const struct route *route, int64_t now_us)
{
    struct call call = call_at(route, now_us);

    return ticket_look_up(&call, text);
}

static void a_ticket_stands_for_its_session_to_read_only(void **state)
{
    struct call call = call_at(&stream, START + SECOND);

    (void)state;
    assert_true(ticket_look_up(&call, ticket_at(START, NO_ID)));
    assert_int_equal(call.credentials.caller.kind, CALLER_APP);
    assert_true(id_equal(call.credentials.caller.principal, some(ID_account)));
    assert_true(id_equal(call.credentials.token, some(ID_token)));
    assert_int_equal(call.credentials.caller.rights, RIGHT_SEE);
}

static void it_is_used_within_a_minute_and_then_as_long_as_its_session(void **state)
{
    struct slice used = ticket_at(START, NO_ID), late = ticket_at(START, NO_ID);

    (void)state;
    assert_true(opens(used, &stream, START + TICKET_FIRST_USE));
    assert_false(opens(late, &stream, START + TICKET_FIRST_USE + 1));
    assert_true(opens(used, &stream, START + 29 * DAY));
    assert_false(opens(used, &stream, START + 30 * DAY)); /* the session is too old */
    put(session_hash(), NULL);
    assert_false(opens(used, &stream, START + DAY));
    assert_false(opens(ticket_at(START, NO_ID), &stream, START));
}

static void one_from_before_a_restart_counts_as_used(void **state)
{
    struct slice before = ticket_at(START, NO_ID);

    (void)state;
    tickets_close(pipeline.tickets);
    pipeline.tickets   = tickets_open(START + HOUR);
    struct slice after = ticket_at(START + HOUR, NO_ID);
    assert_true(opens(before, &stream, START + 2 * HOUR));
    assert_false(opens(after, &stream, START + 2 * HOUR));
}

static void it_is_for_one_thing(void **state)
{
    struct id    lamp = some(ID_device), other = { { ID_device, 8 } };
    struct slice for_lamp = ticket_at(START, lamp), for_stream = ticket_at(START, NO_ID);
    struct call  call = call_at(&device, START);
    char         text[ID_TEXT_MAX];

    (void)state;
    assert_false(opens(for_lamp, &stream, START));
    id_text(lamp, text);
    call.parameters[0] = slice_text(text);
    assert_true(ticket_look_up(&call, for_lamp));
    assert_false(ticket_look_up(&call, for_stream));
    assert_false(ticket_look_up(&call, ticket_at(START, other)));
    call.parameters[0] = SLICE("lamp");
    assert_false(ticket_look_up(&call, for_lamp));
}

static void one_that_was_altered_is_none(void **state)
{
    struct slice text  = ticket_at(START, NO_ID);
    struct call  there = call_at(&stream, START);

    (void)state;
    assert_true(text.size <= TICKET_MAX);
    for (size_t i = 0; i < text.size; i++) {
        struct slice forged = arena_copy(&arena, text);

        ((char *)(uintptr_t)forged.data)[i] ^= 1;
        assert_false(opens(forged, &stream, START));
        assert_false(opens((struct slice){ text.data, i }, &stream, START));
    }
    there.loop = &foreign;
    assert_false(ticket_look_up(&there, text));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_ticket_stands_for_its_session_to_read_only),
        TEST(it_is_used_within_a_minute_and_then_as_long_as_its_session),
        TEST(one_from_before_a_restart_counts_as_used),
        TEST(it_is_for_one_thing),
        TEST(one_that_was_altered_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
