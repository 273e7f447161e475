/* Does a token stand for its bearer, from the commit that issued it to the one that ended
 * it, and can a code be typed the way people type? */
#include "api/call/auth.h"

#include "core/base/crypto.h"
#include "projections/projection.h"
#include "tests/world/checks.h"

static struct arena  arena;
static struct store *store;

static int open_store(void **state)
{
    struct store_options options = { .path = NULL };

    (void)state;
    options.families[FAMILY_tokens] = true;
    return store_open(&store, &options).code;
}

static int close_store(void **state)
{
    (void)state;
    store_close(store);
    arena_free(&arena);
    return 0;
}

static struct id some(enum id_kind kind) { return (struct id){ { (uint8_t)kind, 7 } }; }

static void put(struct slice hash, const struct token_row *row)
{
    struct batch *batch = batch_open(store);

    if (row) view_put_token(batch, name_token(hash), NO_ID, row);
    else view_erase_token(batch, name_token(hash), NO_ID);
    assert_int_equal(batch_commit(batch, false).code, STATUS_OK);
    batch_close(batch);
}

static bool look_up(struct slice token, struct credentials *found)
{
    return auth_look_up(store_reader(store), DAY, token, &arena, found);
}

static void a_token_says_its_role_and_its_hash_is_all_that_is_kept(void **state)
{
    struct fresh_token one  = auth_new_token(&arena, CALLER_OPERATOR);
    struct fresh_token two  = auth_new_token(&arena, CALLER_VENDOR);
    struct hash        hash = crypto_sha256(one.text);

    (void)state;
    assert_true(slice_starts(one.text, SLICE("piot_o_")));
    assert_true(slice_starts(two.text, SLICE("piot_v_")));
    assert_int_equal(one.text.size, 7 + 43);
    assert_false(slice_equal(one.text, two.text));
    assert_true(slice_equal(one.hash, SLICE_OF(hash.bytes)));
}

static void a_token_stands_for_its_bearer(void **state)
{
    struct fresh_token fresh = auth_new_token(&arena, CALLER_APP);
    struct credentials found;

    (void)state;
    assert_false(look_up(fresh.text, &found));
    put(fresh.hash, &(struct token_row){ .role      = SLICE("app"),
                                         .token     = some(ID_token),
                                         .principal = some(ID_account) });
    assert_true(look_up(fresh.text, &found));
    assert_int_equal(found.caller.kind, CALLER_APP);
    assert_true(id_equal(found.caller.principal, some(ID_account)));
    assert_int_equal(caller_actor(&found.caller).kind, ACTOR_SUBSCRIBER);
    assert_true(id_equal(caller_actor(&found.caller).id, some(ID_account)));
}

static void an_operator_acts_under_the_tokens_name(void **state)
{
    struct fresh_token fresh = auth_new_token(&arena, CALLER_OPERATOR);
    struct credentials found;

    (void)state;
    put(fresh.hash, &(struct token_row){ .role = SLICE("operator"), .token = some(ID_token) });
    assert_true(look_up(fresh.text, &found));
    assert_int_equal(caller_actor(&found.caller).kind, ACTOR_OPERATOR);
    assert_true(id_equal(found.caller.principal, some(ID_token)));
}

static void an_ended_token_is_good_for_nothing_at_once(void **state)
{
    struct fresh_token fresh = auth_new_token(&arena, CALLER_AUDITOR);
    struct credentials found;

    (void)state;
    put(fresh.hash, &(struct token_row){ .role = SLICE("auditor"), .token = some(ID_token) });
    assert_true(look_up(fresh.text, &found));
    put(fresh.hash, NULL);
    assert_false(look_up(fresh.text, &found));
}

static void a_token_is_good_until_the_instant_it_expires(void **state)
{
    struct fresh_token fresh = auth_new_token(&arena, CALLER_APP);
    struct token_row   row   = { .role       = SLICE("app"),
                                 .token      = some(ID_token),
                                 .principal  = some(ID_account),
                                 .expires_at = DAY + 1 };
    struct credentials found;

    (void)state;
    put(fresh.hash, &row);
    assert_true(look_up(fresh.text, &found));
    row.expires_at = DAY;
    put(fresh.hash, &row);
    assert_false(look_up(fresh.text, &found));
}

static void an_activation_code_opens_no_door_by_itself(void **state)
{
    struct fresh_token fresh = auth_new_token(&arena, CALLER_APP);
    struct credentials found;

    (void)state;
    put(fresh.hash,
        &(struct token_row){ .role = SLICE("activation"), .principal = some(ID_account) });
    assert_false(look_up(fresh.text, &found));
}

static void what_does_not_look_like_a_token_is_none(void **state)
{
    struct credentials found;

    (void)state;
    assert_false(look_up(SLICE(""), &found));
    assert_false(look_up(SLICE("piot_"), &found));
    assert_false(look_up(SLICE("eyJhbGciOiJub25lIn0"), &found));
}

static void a_code_may_be_typed_with_other_dashes_case_and_lookalikes(void **state)
{
    struct fresh_token fresh = auth_new_code(&arena);
    struct slice       hash;
    char               typed[40];
    size_t             size = 0;

    (void)state;
    assert_int_equal(fresh.text.size, 19);
    for (size_t i = 0; i < fresh.text.size; i++) {
        char c = fresh.text.data[i];
        if (c == '-') continue;
        if (c == '0') c = 'o';
        else if (c == '1') c = i % 2 ? 'l' : 'I';
        else if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        typed[size++] = c;
        if (i % 3 == 0) typed[size++] = ' ';
    }
    assert_true(auth_code_hash(&arena, (struct slice){ typed, size }, &hash));
    assert_true(slice_equal(hash, fresh.hash));
}

static void what_is_no_code_has_no_hash(void **state)
{
    static const char *const typed[] = { "", "AAAA-AAAA-AAAA-AAA", "AAAA-AAAA-AAAA-AAAAA",
                                         "UUUU-AAAA-AAAA-AAAA", "AAAA_AAAA_AAAA_AAAA" };
    struct slice             hash;

    (void)state;
    for (size_t i = 0; i < COUNT(typed); i++)
        assert_false(auth_code_hash(&arena, slice_text(typed[i]), &hash));
    assert_false(auth_code_hash(&arena, SLICE("AAAA\0AAAAAAAAAAA"), &hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_says_its_role_and_its_hash_is_all_that_is_kept),
        cmocka_unit_test(a_token_stands_for_its_bearer),
        cmocka_unit_test(an_operator_acts_under_the_tokens_name),
        cmocka_unit_test(an_ended_token_is_good_for_nothing_at_once),
        cmocka_unit_test(a_token_is_good_until_the_instant_it_expires),
        cmocka_unit_test(an_activation_code_opens_no_door_by_itself),
        cmocka_unit_test(what_does_not_look_like_a_token_is_none),
        cmocka_unit_test(a_code_may_be_typed_with_other_dashes_case_and_lookalikes),
        cmocka_unit_test(what_is_no_code_has_no_hash),
    };

    return cmocka_run_group_tests(tests, open_store, close_store);
}
