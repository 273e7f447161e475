/* Does an archive have the tiles and the checkpoint that lead from its events to a signed
 * root; does a newer checkpoint stay; is what belongs to another log refused; is a copy
 * whole; and is a tile that was altered, exchanged or lost named?
 *
 * Planted bugs that this must notice, and did: a checkpoint that is written before its tiles;
 * one that replaces a newer one; a copy without the tiles of the right edge; a tile that is
 * there already and is believed. */
#include "tests/world/archive.h"

#include "core/base/durable.h"
#include "tests/world/checks.h"

#include <sys/stat.h>

enum { MORE = 100 };

static const char *in(struct archive *archive, const char *name)
{
    return arena_print(&archive->world->arena, "%s/%s", archive->folder, name).data;
}

static bool is_there(struct archive *archive, const char *name)
{
    return access(in(archive, name), F_OK) == 0;
}

static struct status check(struct archive *archive)
{
    return archived_check(world_reader(archive->world), archive->folder, TWO_BUNDLES, NULL);
}

static void assert_names(struct status status, enum status_code code, const char *name)
{
    assert_status(status, code);
    if (!strstr(status.text, name)) fail_msg("%s: %s was expected", status.text, name);
}

static struct checkpoint head_of(struct archive *archive)
{
    struct checkpoint head;
    struct slice      note;

    assert_ok(archived_note(archive->folder, &archive->world->arena, &note));
    assert_ok(archived_note_read(note, &head));
    return head;
}

static void put_note(struct archive *archive, const char *origin, uint64_t size)
{
    struct buffer note = { 0 };

    write_note(archive->world, origin, size, &note);
    assert_ok(durable_write(in(archive, "checkpoint"), buffer_slice(&note), DURABLE_REPLACE));
    buffer_free(&note);
}

static void an_archive_has_the_way_from_its_events_to_the_signed_root(void **state)
{
    static const char *const there[] = { "checkpoint", "tile/entries/001", "tile/0/000",
                                         "tile/0/001", "tile/0/002.p/88",  "tile/1/000.p/2" };
    struct archive          *archive = *state;

    archive_some(archive);
    for (size_t i = 0; i < COUNT(there); i++)
        if (!is_there(archive, there[i])) fail_msg("%s is missing", there[i]);
    assert_false(is_there(archive, "tile/entries/002.p/88"));
    assert_int_equal(head_of(archive).size, EVENTS);
    assert_ok(check(archive));
}

static void tiles_are_of_the_archived_events_and_above_them_of_all(void **state)
{
    struct archived_tiles tiles = { .through = 256 * 2, .size = 256 * 300 + 7 };
    /* clang-format off */
    static const struct tile_path wanted[] = {
        { .level = 0, .index = 0, .width = 256 },   { .level = 0, .index = 1, .width = 256 },
        { .level = 0, .index = 300, .width = 7 },   { .level = 1, .index = 0, .width = 256 },
        { .level = 1, .index = 1, .width = 44 },    { .level = 2, .index = 0, .width = 1 },
    };
    /* clang-format on */
    struct tile_path path;

    (void)state;
    for (size_t i = 0; i < COUNT(wanted); i++) {
        assert_true(archived_tiles_next(&tiles, &path));
        assert_int_equal(path.level, wanted[i].level);
        assert_int_equal(path.index, wanted[i].index);
        assert_int_equal(path.width, wanted[i].width);
    }
    assert_false(archived_tiles_next(&tiles, &path));
}

static void the_next_events_bring_a_newer_checkpoint(void **state)
{
    struct archive *archive = *state;
    struct world   *world   = archive->world;
    struct reader  *reader  = world_reader(world);

    archive_some(archive);
    append_some(world, 256);
    sign(world);
    assert_ok(archived_write(reader, archive->folder, 768));
    assert_int_equal(head_of(archive).size, EVENTS + 256);
    assert_ok(archived_check(reader, archive->folder, 768, NULL));
    assert_true(is_there(archive, "tile/0/002") && is_there(archive, "tile/1/000.p/3"));
}

static void a_newer_checkpoint_stays(void **state)
{
    struct archive *archive = *state;
    struct world   *world   = archive->world;

    append_some(world, EVENTS);
    sign(world);
    append_some(world, MORE); /* which nobody has signed in the store */
    assert_ok(batch_commit(world->batch, false));
    log_committed(world->log);
    put_note(archive, "log", EVENTS + MORE);
    assert_ok(write_files(archive));
    assert_int_equal(head_of(archive).size, EVENTS + MORE);
}

static void what_is_of_another_log_or_history_is_refused(void **state)
{
    struct archive *archive = *state;

    archive_some(archive);
    put_note(archive, "another", EVENTS);
    assert_names(write_files(archive), STATUS_CONFLICT, "of another log, another");
    assert_names(check(archive), STATUS_CONFLICT, "of another log");
    put_note(archive, "log", EVENTS);
    struct buffer      forged = { 0 };
    struct hash        root   = crypto_sha256(SLICE("another history"));
    struct note_signer signer;
    note_signer_new(&signer, SLICE("log"), NOTE_ED25519);
    checkpoint_sign(&signer, EVENTS, &root, &forged);
    assert_ok(durable_write(in(archive, "checkpoint"), buffer_slice(&forged), DURABLE_REPLACE));
    assert_names(write_files(archive), STATUS_CONFLICT, "another history");
    buffer_clear(&forged);
    checkpoint_sign(&signer, EVENTS + 1, &root, &forged);
    assert_ok(durable_write(in(archive, "checkpoint"), buffer_slice(&forged), DURABLE_REPLACE));
    assert_names(write_files(archive), STATUS_CONFLICT, "lost its end");
    buffer_free(&forged);
}

static void an_older_log_finds_its_archive_whole_and_may_not_live_with_it(void **state)
{
    struct archive *archive = *state;
    struct world   *world   = archive->world;

    archive_some(archive);
    struct snapshot *snapshot = snapshot_open(world->store);
    struct reader   *older    = snapshot_reader(snapshot);
    append_some(world, MORE);
    sign(world);
    assert_ok(write_files(archive));
    assert_ok(archived_check(older, archive->folder, TWO_BUNDLES, NULL));
    assert_names(archived_belongs(older, archive->folder), STATUS_CONFLICT, "lost its end");
    assert_ok(archived_belongs(world_reader(world), archive->folder));
    flip(in(archive, "tile/0/001"), 5);
    assert_names(archived_check(older, archive->folder, TWO_BUNDLES, NULL), STATUS_CORRUPT,
                 "tile/0/001");
    snapshot_close(snapshot);
}

static void an_archive_without_its_tree_gets_all_of_it(void **state)
{
    struct archive *archive = *state;
    char            command[128];

    archive_some(archive);
    snprintf(command, sizeof command, "cd %s && rm -r checkpoint tile/[0-9]", archive->folder);
    assert_int_equal(system(command), 0);
    assert_names(check(archive), STATUS_CORRUPT, "checkpoint");
    assert_ok(write_files(archive)); /* nothing else is due */
    assert_ok(check(archive));
    assert_true(is_there(archive, "tile/0/000"));
}

static void a_checkpoint_comes_after_its_tiles(void **state)
{
    struct archive *archive = *state;

    append_some(archive->world, EVENTS);
    sign(archive->world);
    assert_int_equal(mkdir(in(archive, "tile"), 0700), 0);
    assert_int_equal(mkdir(in(archive, "tile/1"), 0700), 0);
    FILE *file = fopen(in(archive, "tile/1/000.p"), "w"); /* where a folder must be */
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_not_equal(write_files(archive).code, STATUS_OK);
    assert_false(is_there(archive, "checkpoint"));
    assert_int_equal(remove(in(archive, "tile/1/000.p")), 0);
    assert_ok(write_files(archive));
    assert_ok(check(archive));
}

/* -- copies -------------------------------------------------------------------- */

static void a_copy_is_whole_and_brings_only_what_is_new(void **state)
{
    struct archive *archive = *state;
    struct reader  *reader  = world_reader(archive->world);
    struct stat     before, after;

    archive_some(archive);
    const char *copy = in(archive, "copy"), *file = in(archive, "copy/tile/entries/000");
    assert_ok(archived_copy(reader, copy));
    assert_ok(archived_check(reader, copy, TWO_BUNDLES, NULL));
    assert_int_equal(stat(file, &before), 0);
    assert_int_equal(remove(in(archive, "copy/tile/entries/001")), 0);
    assert_ok(archived_copy(reader, copy));
    assert_ok(archived_check(reader, copy, TWO_BUNDLES, NULL));
    assert_int_equal(stat(file, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
}

static void a_damaged_archive_is_not_copied_as_if_it_were_none(void **state)
{
    struct archive *archive = *state;

    archive_some(archive);
    flip(archive->first, 5);
    assert_names(archived_copy(world_reader(archive->world), in(archive, "copy")), STATUS_CORRUPT,
                 "event 256");
    assert_false(is_there(archive, "copy/checkpoint"));
}

static void a_log_without_an_archive_makes_no_copy(void **state)
{
    struct archive *archive = *state;

    append_some(archive->world, EVENTS);
    sign(archive->world);
    assert_ok(archived_copy(world_reader(archive->world), in(archive, "copy")));
    assert_false(is_there(archive, "copy"));
}

/* -- damage -------------------------------------------------------------------- */

static void a_tile_that_was_altered_exchanged_or_lost_is_named(void **state)
{
    static const char *const tiles[] = { "tile/0/000", "tile/0/001", "tile/0/002.p/88",
                                         "tile/1/000.p/2" };
    struct archive          *archive = *state;

    archive_some(archive);
    for (size_t i = 0; i < COUNT(tiles); i++) {
        flip(in(archive, tiles[i]), 5);
        assert_names(check(archive), STATUS_CORRUPT, tiles[i]);
        flip(in(archive, tiles[i]), 5);
        assert_int_equal(rename(in(archive, tiles[i]), in(archive, "away")), 0);
        assert_names(check(archive), STATUS_CORRUPT, tiles[i]);
        assert_int_equal(rename(in(archive, "away"), in(archive, tiles[i])), 0);
    }
    assert_int_equal(rename(in(archive, tiles[0]), in(archive, "away")), 0);
    assert_int_equal(rename(in(archive, tiles[1]), in(archive, tiles[0])), 0);
    assert_int_equal(rename(in(archive, "away"), in(archive, tiles[1])), 0);
    assert_names(check(archive), STATUS_CORRUPT, tiles[0]);
}

static void a_tile_that_is_there_already_has_to_be_right(void **state)
{
    struct archive *archive = *state;

    append_some(archive->world, EVENTS);
    sign(archive->world);
    assert_ok(write_files(archive));
    assert_int_equal(remove(in(archive, "checkpoint")), 0); /* as a kill leaves it */
    flip(in(archive, "tile/0/001"), 5);
    assert_names(write_files(archive), STATUS_CORRUPT, "tile/0/001");
    assert_false(is_there(archive, "checkpoint"));
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, archive_begins, archive_ends)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(an_archive_has_the_way_from_its_events_to_the_signed_root),
        cmocka_unit_test(tiles_are_of_the_archived_events_and_above_them_of_all),
        in_place(the_next_events_bring_a_newer_checkpoint),
        in_place(a_newer_checkpoint_stays),
        in_place(what_is_of_another_log_or_history_is_refused),
        in_place(an_older_log_finds_its_archive_whole_and_may_not_live_with_it),
        in_place(an_archive_without_its_tree_gets_all_of_it),
        in_place(a_checkpoint_comes_after_its_tiles),
        in_place(a_copy_is_whole_and_brings_only_what_is_new),
        in_place(a_damaged_archive_is_not_copied_as_if_it_were_none),
        in_place(a_log_without_an_archive_makes_no_copy),
        in_place(a_tile_that_was_altered_exchanged_or_lost_is_named),
        in_place(a_tile_that_is_there_already_has_to_be_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
