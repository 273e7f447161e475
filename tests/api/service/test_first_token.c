/* Is there a way in after a first start, whenever it was interrupted, and none by a lost file
 * later?
 *
 * Planted bugs that it caught: a second start that never looked for the file; one that looked
 * at nothing but the file; one that issued a token whatever had happened.
 */
#include "api/service/data.h"

#include <unistd.h>

#include "projections/projection.h"
#include "tests/world/asked.h"

static struct data_paths paths;
static char              token_path[160];

static int begins(void **state)
{
    struct world *world = world_with_ledger(true);

    snprintf(token_path, sizeof token_path, "%s/operator.token", world->folder);
    paths  = (struct data_paths){ .token = token_path };
    *state = world;
    return 0;
}

static void starts(struct world *world)
{
    world_reopens(world);
    assert_ok(data_first_token(world->store, world->ledger, &paths));
}

/* Does the token in the file let somebody in? */
static bool lets_in(struct world *world)
{
    char             line[128];
    struct token_row row;
    FILE            *file = fopen(token_path, "r");

    if (!file) return false;
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    struct hash hash          = crypto_sha256(slice_text(line));
    return view_get_token(world_reader(world), name_token(SLICE_OF(hash.bytes)), NO_ID,
                          &world->arena, &row);
}

static void a_first_start_leaves_a_token_that_lets_in(void **state)
{
    struct world *world = *state;

    starts(world);
    assert_true(lets_in(world));
    starts(world);
    assert_true(lets_in(world));
    assert_int_equal(world_head(world), 1);
}

static void a_token_that_was_written_and_not_issued_is_issued_by_the_next_start(void **state)
{
    struct world *world = *state;
    FILE         *file  = fopen(token_path, "w");

    assert_non_null(file);
    fputs("piot_o_written_before_a_kill\n", file);
    fclose(file);
    starts(world);
    assert_true(lets_in(world));
}

static void while_nothing_was_done_a_lost_token_is_followed_by_another(void **state)
{
    struct world *world = *state;

    starts(world);
    assert_int_equal(unlink(token_path), 0);
    starts(world);
    assert_true(lets_in(world));
    assert_int_equal(world_head(world), 2);
}

/* As if killed between the two steps, the second time. */
static void the_other_token_is_issued_too_when_that_was_cut_short(void **state)
{
    struct world *world = *state;

    starts(world);
    FILE *file = fopen(token_path, "w");
    assert_non_null(file);
    fputs("piot_o_another_one\n", file);
    fclose(file);
    starts(world);
    assert_true(lets_in(world));
}

static void once_something_was_done_a_lost_file_is_no_way_in(void **state)
{
    struct world   *world = *state;
    struct question asked = for_a_token(7);

    starts(world);
    ask(world, &asked);
    assert_int_equal(unlink(token_path), 0);
    starts(world);
    assert_int_equal(access(token_path, F_OK), -1);
    assert_int_equal(world_head(world), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begins, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_first_start_leaves_a_token_that_lets_in),
        TEST(a_token_that_was_written_and_not_issued_is_issued_by_the_next_start),
        TEST(while_nothing_was_done_a_lost_token_is_followed_by_another),
        TEST(the_other_token_is_issued_too_when_that_was_cut_short),
        TEST(once_something_was_done_a_lost_file_is_no_way_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
