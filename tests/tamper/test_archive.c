/* Is everything that is altered, exchanged or lost in an archive's folder found and named, by
 * whoever has the folder alone and by whoever has the store; and is it said how far it goes?
 *
 * Planted bugs that this must notice, and did: tiles above the lowest that are taken from the
 * folder without leading to the root; a right edge that is not compared; an end that is found
 * by tiles alone; a kept checkpoint that is passed over; a folder's checkpoint that anybody
 * may have signed. */
#include "tests/world/copied.h"

#include "core/log/archived.h"

enum { THROUGH = 2 * TILE_WIDTH };

static struct verification result;

static void archive(struct copied *copied, uint64_t through)
{
    struct store *store = copied->world->store;
    struct batch *batch = batch_open(store);

    copied_sign(copied);
    checkpoint_put(batch, copied->head.size, buffer_slice(&copied->note));
    assert_ok(batch_commit(batch, false));
    assert_ok(archived_write(store_reader(store), copied->folder, through));
    assert_ok(archived_drop(batch, copied->folder, through));
    assert_ok(batch_commit(batch, false));
    batch_close(batch);
}

/* With a whole bundle between the archive and the right edge. */
static int archive_begins(void **state)
{
    copied_begins(state);
    struct copied *copied = *state;
    accounts_open(copied->world, ACCOUNTS_USUAL + 1, TILE_WIDTH / 2);
    copied->part = true;
    archive(copied, THROUGH);
    return 0;
}

static struct copy_told alone(struct copied *copied)
{
    return copied_verify(copied, NULL, &result);
}

static struct copy_told with_log(struct copied *copied, struct reader *reader, bool older)
{
    struct copy_told     told     = { 0 };
    struct findings      findings = { .found = copy_keep, .context = &told };
    struct replay_checks checks   = { .key = &copied->world->signer.key, .older = older };

    assert_ok(replay_verify_log(reader, NULL, &checks, NULL, &findings, &result));
    return told;
}

static struct copy_told with_store(struct copied *copied)
{
    return with_log(copied, store_reader(copied->world->store), false);
}

static void names(struct copy_told told, const char *rule, uint64_t position, const char *text)
{
    if (!strstr(told.rules, rule)) fail_msg("found: %s; %s was expected", told.rules, rule);
    if (!strstr(told.first.text, text)) fail_msg("%s; %s was expected", told.first.text, text);
    assert_int_equal(told.first.position, position);
}

static void is_whole(struct copied *copied)
{
    struct copy_told told = alone(copied);

    if (told.count) fail_msg("alone: %s %s", told.first.rule, told.first.text);
    told = with_store(copied);
    if (told.count) fail_msg("with the store: %s %s", told.first.rule, told.first.text);
}

static const char *in(struct copied *copied, const char *path)
{
    return arena_print(&copied->world->arena, "%s/%s", copied->folder, path).data;
}

static void flip(struct copied *copied, const char *path, size_t at)
{
    FILE *file = fopen(in(copied, path), "r+");

    assert_non_null(file);
    assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
    fputc(byte ^ 4, file);
    assert_int_equal(fclose(file), 0);
}

static void move(struct copied *copied, const char *from, const char *to)
{
    assert_int_equal(rename(in(copied, from), in(copied, to)), 0);
}

static void exchange(struct copied *copied, const char *one, const char *other)
{
    move(copied, one, "aside");
    move(copied, other, one);
    move(copied, "aside", other);
}

static void put_checkpoint(struct copied *copied, uint64_t size, const struct hash *root,
                           const struct note_signer *signer)
{
    struct buffer note = { 0 };

    checkpoint_sign(signer, size, root, &note);
    copied_put(copied, "checkpoint", buffer_slice(&note));
    buffer_free(&note);
}

/* -- as it is -------------------------------------------------------------------------- */

static void an_archive_is_verified_by_itself_as_far_as_it_goes(void **state)
{
    struct copied *copied = *state;

    is_whole(copied);
    assert_int_equal(alone(copied).count, 0);
    assert_int_equal(result.events, THROUGH);
    assert_int_equal(result.head, THROUGH);
    assert_int_equal(result.size, copied->head.size);
    assert_true(hash_equal(&result.root, &copied->head.root));
}

static void an_archive_is_no_whole_log(void **state)
{
    struct copied *copied = *state;

    copied->part = false;
    names(alone(copied), "gap", THROUGH + 1, "tile/0/002 is missing");
}

/* Only the store knows better. */
static void an_archive_without_its_last_bundle_is_a_smaller_one(void **state)
{
    struct copied *copied = *state;

    move(copied, "tile/0/001", "tile-away");
    move(copied, "tile/entries/001", "entries-away");
    assert_int_equal(alone(copied).count, 0);
    assert_int_equal(result.events, TILE_WIDTH);
    names(with_store(copied), "gap", TILE_WIDTH + 1, "tile/entries/001 is lost");
}

static void a_checkpoint_kept_from_before_is_checked_or_it_is_said_that_it_cannot(void **state)
{
    struct copied    *copied = *state;
    struct checkpoint kept   = { .size = 300 };
    struct copy_told  told   = { 0 };
    struct ledger    *ledger = copied->world->ledger;
    struct reader    *reader = store_reader(copied->world->store);

    assert_ok(merkle_root(ledger_merkle(ledger), reader, kept.size, &kept.root));
    assert_int_equal(copied_verify(copied, &kept, &result).count, 0);
    kept.root.bytes[0] ^= 1;
    names(copied_verify(copied, &kept, &result), "checkpoint", 300, "another root");
    kept.size = THROUGH + 1;
    assert_int_equal(copied_look(copied, &kept, &told, &result).code, STATUS_INVALID);
}

/* -- entries ----------------------------------------------------------------------------- */

static void an_altered_entry_is_named(void **state)
{
    struct copied *copied = *state;

    flip(copied, "tile/entries/000", 20);
    names(alone(copied), "leaf", 1, "hash");
    names(with_store(copied), "gap", 1, "tile/entries/000");
}

static void exchanged_bundles_are_named(void **state)
{
    struct copied *copied = *state;

    exchange(copied, "tile/entries/000", "tile/entries/001");
    names(alone(copied), "leaf", 1, "hash");
    names(with_store(copied), "gap", 1, "tile/entries/000");
}

static void a_lost_bundle_is_named(void **state)
{
    struct copied *copied = *state;

    move(copied, "tile/entries/001", "away");
    names(alone(copied), "gap", TILE_WIDTH + 1, "tile/entries/001 is missing");
    names(with_store(copied), "gap", TILE_WIDTH + 1, "tile/entries/001 is lost");
    move(copied, "away", "tile/entries/001");
    move(copied, "tile/entries/000", "away");
    move(copied, "tile/0/000", "tile-away");
    names(alone(copied), "gap", 1, "tile/0/000 is missing");
}

static void an_archive_without_any_entry_is_none(void **state)
{
    struct copied *copied = *state;

    move(copied, "tile/entries", "entries-away");
    move(copied, "tile/0", "tiles-away");
    names(alone(copied), "gap", 1, "tile/0/000 is missing");
}

/* -- tiles ------------------------------------------------------------------------------- */

static void an_altered_tile_is_named(void **state)
{
    static const struct {
        const char *path, *rule; /* as the folder alone shows it */
        size_t      hash;
        uint64_t    position, first;
    } tiles[] = {
        { "tile/0/001", "leaf", 5, TILE_WIDTH + 6, TILE_WIDTH + 1 },
        { "tile/1/000.p/3", "tile", 0, 1, 1 },
        { "tile/1/000.p/3", "checkpoint", 2, 856, 1 }, /* of events that are not here */
        { "tile/0/003.p/88", "checkpoint", 87, 856, 3 * TILE_WIDTH + 1 },
    };
    struct copied *copied = *state;

    for (size_t i = 0; i < COUNT(tiles); i++) {
        flip(copied, tiles[i].path, tiles[i].hash * SHA256_SIZE);
        names(alone(copied), tiles[i].rule, tiles[i].position, "");
        names(with_store(copied), "archive", tiles[i].first, tiles[i].path);
        flip(copied, tiles[i].path, tiles[i].hash * SHA256_SIZE);
    }
    is_whole(copied);
}

static void a_lost_tile_is_named(void **state)
{
    static const struct {
        const char *path, *rule;
        uint64_t    first;
    } tiles[] = {
        { "tile/0/000", "gap", 1 },
        { "tile/0/001", "gap", TILE_WIDTH + 1 },
        { "tile/1/000.p/3", "tile", 1 },
        { "tile/0/003.p/88", "tile", 3 * TILE_WIDTH + 1 },
    };
    struct copied *copied = *state;

    for (size_t i = 0; i < COUNT(tiles); i++) {
        move(copied, tiles[i].path, "away");
        names(alone(copied), tiles[i].rule, tiles[i].first, "is missing");
        names(with_store(copied), "archive", tiles[i].first, tiles[i].path);
        move(copied, "away", tiles[i].path);
    }
    is_whole(copied);
}

static void exchanged_tiles_are_named(void **state)
{
    struct copied *copied = *state;

    exchange(copied, "tile/0/000", "tile/0/001");
    names(alone(copied), "leaf", 1, "hash");
    names(with_store(copied), "archive", 1, "tile/0/000");
}

/* -- both -------------------------------------------------------------------------------- */

static void each_damage_is_found_beside_others(void **state)
{
    struct copied   *copied = *state;
    struct copy_told told;
    struct key       key = reader_key(store_reader(copied->world->store));

    flip(copied, "tile/entries/000", 20);
    flip(copied, "tile/0/001", 0);
    told = with_store(copied);
    names(told, "gap", 1, "tile/entries/000");
    names(told, "archive", 1, "");
    flip(copied, "tile/entries/000", 20);

    struct batch *batch = batch_open(copied->world->store); /* and a tile of the log's own */
    key_add_byte(&key, 0);
    key_add_u64(&key, 1);
    batch_erase(batch, FAMILY_tiles, key_slice(&key));
    assert_ok(batch_commit(batch, false));
    batch_close(batch);
    names(with_store(copied), "archive", TILE_WIDTH + 1, "");
}

/* -- an older log ------------------------------------------------------------------------ */

/* Three hashes of tile/1/000.p/4 are the older log's, too. */
static void an_archive_that_went_on_is_checked_as_far_as_an_older_log_reaches(void **state)
{
    static const struct {
        const char *path;
        size_t      hash;
    } own[] = {
        { "tile/0/001", 255 },
        { "tile/1/000.p/4", 0 },
        { "tile/1/000.p/4", 2 },
    };
    struct copied   *copied   = *state;
    struct snapshot *snapshot = snapshot_open(copied->world->store);
    struct reader   *older    = snapshot_reader(snapshot);

    accounts_open(copied->world, 2 * ACCOUNTS_USUAL, TILE_WIDTH / 2);
    archive(copied, THROUGH + TILE_WIDTH);
    assert_int_equal(with_log(copied, older, true).count, 0);
    for (size_t i = 0; i < COUNT(own); i++) {
        flip(copied, own[i].path, own[i].hash * SHA256_SIZE);
        names(with_log(copied, older, true), "archive", i ? 1 : TILE_WIDTH + 1, own[i].path);
        flip(copied, own[i].path, own[i].hash * SHA256_SIZE);
    }
    flip(copied, "tile/1/000.p/4", 3 * SHA256_SIZE);
    assert_int_equal(with_log(copied, older, true).count, 0);
    names(with_store(copied), "archive", 1, "tile/1/000.p/4");
    move(copied, "tile/1/000.p/4", "away");
    names(with_log(copied, older, true), "archive", 1, "tile/1/000.p/4 is lost");
    snapshot_close(snapshot);
}

static void a_checkpoint_beyond_the_log_has_to_be_its_own(void **state)
{
    struct copied     *copied   = *state;
    struct snapshot   *snapshot = snapshot_open(copied->world->store);
    struct reader     *older    = snapshot_reader(snapshot);
    struct note_signer other;

    accounts_open(copied->world, 2 * ACCOUNTS_USUAL, TILE_WIDTH / 2);
    archive(copied, THROUGH);
    names(with_log(copied, older, false), "archive", THROUGH, "does not reach");
    note_signer_new(&other, slice_text(copied->world->signer.key.name), NOTE_ED25519);
    put_checkpoint(copied, copied->head.size, &copied->head.root, &other);
    names(with_log(copied, older, true), "archive", THROUGH, "/checkpoint: ");
    snapshot_close(snapshot);
}

/* -- the checkpoint ------------------------------------------------------------------------ */

static void a_checkpoint_that_is_not_the_log_s_is_named(void **state)
{
    struct copied     *copied = *state;
    struct note_signer other;
    struct hash        root = crypto_sha256(SLICE("another history")), older;

    note_signer_new(&other, slice_text(copied->world->signer.key.name), NOTE_ED25519);
    put_checkpoint(copied, copied->head.size, &copied->head.root, &other);
    names(with_store(copied), "archive", THROUGH, "/checkpoint: ");
    put_checkpoint(copied, copied->head.size, &root, &copied->world->signer);
    names(alone(copied), "checkpoint", copied->head.size, "another root");
    names(with_store(copied), "archive", THROUGH, "another root");
    put_checkpoint(copied, copied->head.size + 1, &root, &copied->world->signer);
    names(with_store(copied), "archive", THROUGH, "does not reach");
    assert_ok(merkle_root(ledger_merkle(copied->world->ledger), store_reader(copied->world->store),
                          THROUGH - 1, &older));
    put_checkpoint(copied, THROUGH - 1, &older, &copied->world->signer);
    names(with_store(copied), "archive", THROUGH, "before the end of what is archived");
}

static void an_altered_or_lost_checkpoint_is_named(void **state)
{
    struct copied *copied = *state;
    struct slice   whole  = copied_file(copied, "checkpoint");

    for (size_t at = 0; at < whole.size; at += 7) {
        flip(copied, "checkpoint", at);
        names(with_store(copied), "archive", THROUGH, "/checkpoint: ");
        flip(copied, "checkpoint", at);
    }
    is_whole(copied);
    move(copied, "checkpoint", "away");
    names(with_store(copied), "archive", THROUGH, "/checkpoint: it is lost");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_begins, copied_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_archive_is_verified_by_itself_as_far_as_it_goes),
        TEST(an_archive_is_no_whole_log),
        TEST(an_archive_without_its_last_bundle_is_a_smaller_one),
        TEST(a_checkpoint_kept_from_before_is_checked_or_it_is_said_that_it_cannot),
        TEST(an_altered_entry_is_named),
        TEST(exchanged_bundles_are_named),
        TEST(a_lost_bundle_is_named),
        TEST(an_archive_without_any_entry_is_none),
        TEST(an_altered_tile_is_named),
        TEST(a_lost_tile_is_named),
        TEST(exchanged_tiles_are_named),
        TEST(each_damage_is_found_beside_others),
        TEST(an_archive_that_went_on_is_checked_as_far_as_an_older_log_reaches),
        TEST(a_checkpoint_beyond_the_log_has_to_be_its_own),
        TEST(a_checkpoint_that_is_not_the_log_s_is_named),
        TEST(an_altered_or_lost_checkpoint_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
