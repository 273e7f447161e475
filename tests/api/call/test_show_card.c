/* Which questions does an app show as one card?
 *
 * Planted bug that this must notice, and did: a card without the network in it.
 */
#include "api/call/show.h"
#include "core/base/clock.h"
#include "core/wire/json_tree.h"
#include "tests/world/checks.h"

static const struct id ALICE = { "aalice" }, HOME = { "nhome" }, OFFICE = { "noffice" };
static const struct id GLOW = { "vglow" }, ACME = { "vacme" }, GRANT = { "cgrant" };

#define AT (INT64_C(1795363200000) * MILLISECOND) /* 2026-11-22T16:00:00Z */
_Static_assert(AT % (10 * MINUTE) == 0, "ten minutes begin then");

static struct slice card_of(struct store *store, struct arena *arena, struct consent_row row)
{
    struct showing   showing = { .reader = store_reader(store), .arena = arena };
    struct buffer    out     = { 0 };
    struct json      json    = json_to(&out);
    struct bad_field bad;

    row.account = ALICE;
    row.model   = SLICE("lamp:1.0.0");
    show_question(&json, &showing, GRANT, &row);
    const struct node *shown = node_parse(arena, arena_copy(arena, buffer_slice(&out)), &bad);
    buffer_free(&out);
    assert_non_null(shown);
    return node_text(node_member(shown, "card"));
}

static void questions_of_one_vendor_network_and_ten_minutes_share_a_card(void **state)
{
    struct consent_row   row  = { .vendor = GLOW, .network = HOME, .requested_at = AT };
    struct consent_row   soon = row, then = row, elsewhere = row, other = row;
    struct store_options options = { .path = NULL };
    struct arena         arena   = { 0 };
    struct store        *store;

    (void)state;
    options.families[FAMILY_networks] = options.families[FAMILY_vendors] = true;
    assert_int_equal(store_open(&store, &options).code, STATUS_OK);
    soon.requested_at = AT + 10 * MINUTE - 1;
    then.requested_at = AT + 10 * MINUTE;
    elsewhere.network = OFFICE;
    other.vendor      = ACME;
    struct slice card = card_of(store, &arena, row);
    assert_int_equal(card.size, 32);
    assert_true(slice_equal(card, card_of(store, &arena, soon)));
    assert_false(slice_equal(card, card_of(store, &arena, then)));
    assert_false(slice_equal(card, card_of(store, &arena, elsewhere)));
    assert_false(slice_equal(card, card_of(store, &arena, other)));
    arena_free(&arena);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_of_one_vendor_network_and_ten_minutes_share_a_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
