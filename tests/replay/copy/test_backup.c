/* Does a backup come back as the log that was signed, is only what is new copied, and is nothing
 * brought back that is damaged, is older than the anchor knows, or would lie over another log?
 *
 * Planted bugs that this caught: an anchor that was asked and not heard, a draft left behind, a
 * vault's copy let in with the log's, old ones that were not taken away.
 */
#include "replay/copy/backup.h"
#include "tests/world/copied.h"

#include <ftw.h>
#include <unistd.h>

enum { MANY = 3000 }; /* accounts, so that what a log of them takes is more than what any has */

struct drill {
    struct copied    copied; /* its world lies in a folder, and all of this beside it */
    char             folder[80], scratch[80], back[80], vaults[80];
    struct copy_told told;
    struct restored  restored;
};

static int drill_begins(void **state)
{
    struct drill *drill = calloc(1, sizeof *drill);

    assert_non_null(drill);
    drill->copied.world = world_with_ledger(true);
    const char *at      = drill->copied.world->folder;
    snprintf(drill->folder, sizeof drill->folder, "%s/backups", at);
    snprintf(drill->scratch, sizeof drill->scratch, "%s/frozen", at);
    snprintf(drill->back, sizeof drill->back, "%s/back", at);
    snprintf(drill->vaults, sizeof drill->vaults, "%s/backups/vaults", at);
    accounts_open(drill->copied.world, 1, ACCOUNTS_USUAL);
    copied_sign(&drill->copied);
    *state = drill;
    return 0;
}

static int drill_ends(void **state)
{
    struct drill *drill = *state;

    buffer_free(&drill->copied.note);
    world_free(drill->copied.world);
    free(drill);
    return 0;
}

static struct backup_order order_of(struct drill *drill)
{
    struct world *world = drill->copied.world;

    return (struct backup_order){ .store   = world->store,
                                  .key     = &world->signer.key,
                                  .folds   = all_folds,
                                  .note    = buffer_slice(&drill->copied.note),
                                  .folder  = drill->folder,
                                  .scratch = drill->scratch };
}

static struct backup taken(struct drill *drill)
{
    struct backup_order order = order_of(drill);
    struct backup       backup;

    assert_ok(backup_take(&order, &drill->copied.world->arena, &backup));
    return backup;
}

/* The log goes on, and is signed. */
static void goes_on(struct drill *drill, unsigned first, unsigned count)
{
    accounts_open(drill->copied.world, first, count);
    copied_sign(&drill->copied);
}

static struct slice anchor_now(struct drill *drill)
{
    return arena_copy(&drill->copied.world->arena, buffer_slice(&drill->copied.note));
}

static struct restore_order back(struct drill *drill, struct findings *findings)
{
    struct world *world = drill->copied.world;

    drill->told = (struct copy_told){ 0 };
    *findings   = (struct findings){ .found = copy_keep, .context = &drill->told };
    return (struct restore_order){ .folder   = drill->folder,
                                   .path     = drill->back,
                                   .vault    = world->vault,
                                   .key      = &world->signer.key,
                                   .folds    = all_folds,
                                   .anchor   = anchor_now(drill),
                                   .findings = findings };
}

static struct status restored(struct drill *drill, const struct restore_order *order)
{
    return backup_restore(order, &drill->copied.world->arena, &drill->restored);
}

static bool nothing_is_back(const struct drill *drill)
{
    char draft[100];

    snprintf(draft, sizeof draft, "%s.restoring", drill->back);
    return access(drill->back, F_OK) != 0 && access(draft, F_OK) != 0;
}

static void assert_refused(struct status status, enum status_code code, const char *words)
{
    assert_int_equal(status.code, code);
    if (!strstr(status.text, words)) fail_msg("it says: %s", status.text);
}

static uint64_t bytes; /* nftw() hands nothing through */

static int add_size(const char *path, const struct stat *found, int type, struct FTW *place)
{
    (void)path, (void)place;
    if (type == FTW_F) bytes += (uint64_t)found->st_size;
    return 0;
}

static uint64_t size_of_folder(const char *path)
{
    bytes = 0;
    assert_int_equal(nftw(path, add_size, 8, FTW_PHYS), 0);
    return bytes;
}

/* -- taking --------------------------------------------------------------------------------- */

static void a_log_that_was_never_signed_is_not_backed_up(void **state)
{
    struct drill       *drill = *state;
    struct backup_order order = order_of(drill);
    struct backup       backup;

    order.note = (struct slice){ 0 };
    assert_refused(backup_take(&order, &drill->copied.world->arena, &backup), STATUS_CONFLICT,
                   "has not been signed yet");
    assert_int_not_equal(access(drill->folder, F_OK), 0);
}

static void only_what_is_new_is_copied(void **state)
{
    struct drill  *drill = *state;
    struct backup *backups;
    size_t         count;

    goes_on(drill, 1000, MANY);
    struct backup first = taken(drill);
    uint64_t      alone = size_of_folder(drill->folder);
    struct backup again = taken(drill);
    goes_on(drill, MANY + 1000, 5);
    struct backup later = taken(drill);
    assert_true(size_of_folder(drill->folder) - alone < alone / 4);
    assert_int_equal(again.position.number, first.position.number);
    assert_int_equal(later.position.number, drill->copied.head.size);
    assert_ok(backup_list(drill->folder, &drill->copied.world->arena, &backups, &count));
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) assert_int_equal(backups[i].number, i + 1);
}

static void the_newest_are_kept_and_numbers_go_on(void **state)
{
    struct drill       *drill = *state;
    struct backup_order order = order_of(drill);
    struct backup       backup, *backups;
    size_t              count;

    taken(drill);
    taken(drill);
    order.keep = 2;
    assert_ok(backup_take(&order, &drill->copied.world->arena, &backup));
    assert_ok(backup_list(drill->folder, &drill->copied.world->arena, &backups, &count));
    assert_int_equal(count, 2);
    assert_int_equal(backups[0].number, 2);
    assert_int_equal(backups[1].number, 3);
}

static void another_logs_backups_are_left_alone(void **state)
{
    struct drill       *drill = *state;
    struct backup_order order = order_of(drill);
    struct note_signer  other;
    struct backup       backup;

    taken(drill);
    note_signer_new(&other, SLICE("example.org/other"), NOTE_ED25519);
    order.key = &other.key;
    assert_refused(backup_take(&order, &drill->copied.world->arena, &backup), STATUS_CONFLICT,
                   "holds backups of another log, example.net/log");
}

static void the_vault_never_lies_with_the_log(void **state)
{
    struct drill       *drill = *state;
    struct backup_order order = order_of(drill);
    struct backup       backup;

    order.vault        = drill->copied.world->vault;
    order.vault_folder = drill->vaults;
    assert_refused(backup_take(&order, &drill->copied.world->arena, &backup), STATUS_INVALID,
                   "lies with the log's backups");
}

/* -- bringing back ---------------------------------------------------------------------------- */

static void it_comes_back_as_it_was_signed(void **state)
{
    struct drill   *drill = *state;
    struct findings findings;

    taken(drill);
    struct restore_order order = back(drill, &findings);
    assert_ok(restored(drill, &order));
    assert_int_equal(drill->restored.verdict, RESTORED);
    assert_int_equal(findings.count, 0);
    assert_int_equal(drill->restored.log.head, drill->copied.head.size);
    assert_true(hash_equal(&drill->restored.log.root, &drill->copied.head.root));
    assert_int_equal(access(drill->back, F_OK), 0);
}

static void a_place_that_is_taken_is_left_as_it_is(void **state)
{
    struct drill   *drill = *state;
    struct findings findings;

    taken(drill);
    struct restore_order order = back(drill, &findings);
    assert_int_equal(mkdir(drill->back, 0700), 0);
    assert_refused(restored(drill, &order), STATUS_CONFLICT, "nothing is overwritten");
    assert_int_equal(rmdir(drill->back), 0); /* empty still */
}

static void one_that_the_anchor_is_beyond_would_fork_and_stays_away(void **state)
{
    struct drill   *drill = *state;
    struct findings findings;
    uint64_t        position = taken(drill).position.number;

    goes_on(drill, 1000, 5);
    struct restore_order order = back(drill, &findings);
    assert_ok(restored(drill, &order));
    assert_int_equal(drill->restored.verdict, RESTORE_SHORT);
    assert_int_equal(drill->restored.log.head, position);
    assert_int_equal(drill->restored.anchored, drill->copied.head.size);
    assert_non_null(strstr(drill->restored.why, "events are missing"));
    assert_true(nothing_is_back(drill));
    order.accept_loss = true;
    assert_ok(restored(drill, &order));
    assert_int_equal(drill->restored.verdict, RESTORED_SHORT);
}

static void without_an_anchor_nobody_is_sure(void **state)
{
    struct drill   *drill = *state;
    struct findings findings;

    taken(drill);
    struct restore_order order = back(drill, &findings);
    order.anchor               = (struct slice){ 0 };
    assert_ok(restored(drill, &order));
    assert_int_equal(drill->restored.verdict, RESTORE_UNSURE);
    assert_true(nothing_is_back(drill));
}

static void a_look_leaves_nothing(void **state)
{
    struct drill   *drill = *state;
    struct findings findings;

    taken(drill);
    struct restore_order order = back(drill, &findings);
    order.look_only            = true;
    assert_ok(restored(drill, &order));
    assert_int_equal(drill->restored.verdict, RESTORED);
    assert_true(nothing_is_back(drill));
}

static void one_that_is_not_there_is_said(void **state)
{
    struct drill   *drill = *state;
    struct findings findings;

    taken(drill);
    struct restore_order order = back(drill, &findings);
    order.number               = 7;
    assert_refused(restored(drill, &order), STATUS_NOT_FOUND, "there is no backup 7");
    assert_true(nothing_is_back(drill));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, drill_begins, drill_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_log_that_was_never_signed_is_not_backed_up),
        TEST(only_what_is_new_is_copied),
        TEST(the_newest_are_kept_and_numbers_go_on),
        TEST(another_logs_backups_are_left_alone),
        TEST(the_vault_never_lies_with_the_log),
        TEST(it_comes_back_as_it_was_signed),
        TEST(a_place_that_is_taken_is_left_as_it_is),
        TEST(one_that_the_anchor_is_beyond_would_fork_and_stays_away),
        TEST(without_an_anchor_nobody_is_sure),
        TEST(a_look_leaves_nothing),
        TEST(one_that_is_not_there_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
