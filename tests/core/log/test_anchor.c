/* Is a log that lost its end, or has another one, always noticed by its anchor, and does
 * of two who write it only one go on?
 *
 * Planted bugs that this must notice, and did: a swap that does not compare, a gate that
 * does not look at the log's own rows, one that does not ask for the root. */
#include "tests/world/logged.h"

#include "core/base/durable.h"
#include "core/log/anchor.h"
#include "tests/world/checks.h"

#include <sys/stat.h>

#define ANN sample_id(ID_account, "ann")

struct place {
    char folder[FOLDER_MAX], path[96];
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);

    assert_non_null(place);
    folder_new(place->folder, "anchor");
    snprintf(place->path, sizeof place->path, "%s/anchor", place->folder);
    *state = place;
    return 0;
}

static int clear_place(void **state)
{
    struct place *place = *state;

    folder_remove(place->folder);
    free(place);
    return 0;
}

static size_t load(const char *path, char *bytes, size_t max)
{
    int fd = open(path, O_RDONLY);

    assert_true(fd >= 0);
    ssize_t got = read(fd, bytes, max);
    assert_true(got > 0 && close(fd) == 0);
    return (size_t)got;
}

static void save(const char *path, const char *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    assert_int_equal(close(fd), 0);
}

/* -- the file --------------------------------------------------------------- */

static struct arena arena;

static struct slice read_back(struct place *place)
{
    struct slice note = { 0 };

    assert_ok(anchor_read(place->path, &arena, &note));
    return note;
}

static void an_anchor_is_swapped_for_the_next_by_who_knows_the_last(void **state)
{
    struct place *place = *state;
    struct slice  none  = { 0 };

    assert_ok(anchor_swap(place->path, none, SLICE("one\n")));
    assert_ok(anchor_swap(place->path, SLICE("one\n"), SLICE("two\n")));
    assert_slice(read_back(place), "two\n");
    assert_status(anchor_swap(place->path, none, SLICE("three\n")), STATUS_CONFLICT);
    assert_status(anchor_swap(place->path, SLICE("one\n"), SLICE("three\n")), STATUS_CONFLICT);
    assert_slice(read_back(place), "two\n");
}

static void a_missing_anchor_is_not_found(void **state)
{
    struct place *place = *state;
    struct slice  note;

    assert_status(anchor_read(place->path, &arena, &note), STATUS_NOT_FOUND);
    assert_status(anchor_swap(place->path, SLICE("one\n"), SLICE("two\n")), STATUS_CONFLICT);
}

static void of_two_processes_one_swaps(void **state)
{
    struct place *place = *state;
    int           won   = 0;

    assert_ok(anchor_swap(place->path, (struct slice){ 0 }, SLICE("start\n")));
    for (int i = 0; i < 8; i++) {
        char mine[16];

        snprintf(mine, sizeof mine, "mine %d\n", i);
        if (fork() == 0)
            _exit(anchor_swap(place->path, SLICE("start\n"), slice_text(mine)).code == STATUS_OK);
    }
    for (int i = 0, outcome; i < 8; i++) {
        assert_true(wait(&outcome) > 0 && WIFEXITED(outcome));
        won += WEXITSTATUS(outcome);
    }
    assert_int_equal(won, 1);
}

static void only_we_may_read_an_anchor_and_nothing_else_is_left(void **state)
{
    struct place *place = *state;
    struct stat   found;
    char          fresh[128];

    snprintf(fresh, sizeof fresh, "%s.new", place->path);
    save(fresh, "left by a crash", 15);
    assert_ok(anchor_swap(place->path, (struct slice){ 0 }, SLICE("one\n")));
    assert_int_equal(stat(place->path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_not_equal(access(fresh, F_OK), 0);
}

static void an_anchor_that_cannot_be_written_leaves_the_old_one(void **state)
{
    struct place *place = *state;
    char          fresh[128];

    assert_ok(anchor_swap(place->path, (struct slice){ 0 }, SLICE("one\n")));
    snprintf(fresh, sizeof fresh, "%s.new", place->path);
    assert_int_equal(mkdir(fresh, 0700), 0); /* in the way */
    assert_status(anchor_swap(place->path, SLICE("one\n"), SLICE("two\n")), STATUS_IO);
    assert_slice(read_back(place), "one\n");
}

static void a_new_file_never_replaces_one_that_is_there(void **state)
{
    struct place *place = *state;
    char          bytes[8];

    assert_ok(durable_write(place->path, SLICE("first"), DURABLE_NEW));
    assert_status(durable_write(place->path, SLICE("second"), DURABLE_NEW), STATUS_CONFLICT);
    assert_int_equal(load(place->path, bytes, sizeof bytes), 5);
    assert_memory_equal(bytes, "first", 5);
}

/* -- against the log -------------------------------------------------------- */

static struct note_signer signer;

static void append(struct world *world, unsigned count)
{
    while (count--) world_append(world, renamed(ANN, SLICE("lamp")));
    log_committed(world->log);
}

/* Signed as of now, for as long as the world's arena. */
static struct slice signed_now(struct world *world)
{
    struct merkle *tree = log_merkle(world->log);
    struct buffer  note = { 0 };
    struct hash    root;

    if (!signer.key.name[0]) note_signer_new(&signer, SLICE("log"), NOTE_ED25519);
    assert_ok(merkle_root(tree, world_reader(world), merkle_size(tree), &root));
    checkpoint_sign(&signer, merkle_size(tree), &root, &note);
    struct slice copy = arena_copy(&world->arena, buffer_slice(&note));
    buffer_free(&note);
    return copy;
}

static struct status reached(struct world *world, struct slice note)
{
    return anchor_reached(note, &signer.key, world_reader(world));
}

static void a_log_that_reaches_its_anchor_passes(void **state)
{
    struct slice notes[5];

    for (size_t i = 0; i < COUNT(notes); i++) {
        append(*state, 1);
        notes[i] = signed_now(*state);
    }
    for (size_t i = 0; i < COUNT(notes); i++) assert_ok(reached(*state, notes[i]));
}

static void every_altered_or_cut_anchor_is_corrupt(void **state)
{
    struct world *world = *state;

    append(world, 3);
    struct slice note  = signed_now(world);
    char        *bytes = (char *)(uintptr_t)note.data;
    for (size_t bit = 0; bit < 8 * note.size; bit++) {
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        assert_status(reached(world, note), STATUS_CORRUPT);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < note.size; cut++)
        assert_status(reached(world, (struct slice){ bytes, cut }), STATUS_CORRUPT);
    assert_ok(reached(world, note));
}

static void a_log_that_lost_its_end_says_what_is_missing(void **state)
{
    struct world *world = *state;

    append(world, 5);
    struct slice note = signed_now(world);
    for (uint64_t i = 4; i <= 5; i++) {
        struct key key = world_row(i);

        batch_erase(world->batch, FAMILY_log, key_slice(&key));
    }
    assert_ok(batch_commit(world->batch, false));
    struct status status = reached(world, note);
    assert_int_equal(status.code, STATUS_CORRUPT);
    assert_string_equal(status.text,
                        "the log ends at 3, but it had come to 5: 2 events are missing");
}

static void another_history_is_noticed(void **state)
{
    struct world *other = world_with_log(false);

    append(*state, 3);
    append(other, 3);
    assert_status(reached(*state, signed_now(other)), STATUS_CORRUPT);
    world_free(other);
}

static void a_hole_in_the_log_is_noticed(void **state)
{
    struct world *world = *state;
    struct key    key   = world_row(2);

    append(world, 3);
    struct slice note = signed_now(world);
    batch_erase(world->batch, FAMILY_log, key_slice(&key));
    assert_ok(batch_commit(world->batch, false));
    assert_status(reached(world, note), STATUS_CORRUPT);
}

static struct status covered(struct world *world, struct slice note)
{
    return anchor_covers(note, world_reader(world));
}

static void no_checkpoint_is_beyond_the_anchor(void **state)
{
    struct world *world = *state;
    struct slice  none  = { 0 };

    assert_ok(covered(world, none)); /* nothing was signed yet */
    append(world, 2);
    struct slice older = signed_now(world);
    append(world, 1);
    struct slice newer = signed_now(world);
    checkpoint_put(world->batch, 3, newer);
    assert_ok(batch_commit(world->batch, false));
    assert_ok(covered(world, newer));
    assert_status(covered(world, older), STATUS_CORRUPT);
    assert_status(covered(world, none), STATUS_CORRUPT);
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, make_place, clear_place)
#define in_memory(test) cmocka_unit_test_setup_teardown(test, a_log, world_ends)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(an_anchor_is_swapped_for_the_next_by_who_knows_the_last),
        in_folder(a_missing_anchor_is_not_found),
        in_folder(of_two_processes_one_swaps),
        in_folder(only_we_may_read_an_anchor_and_nothing_else_is_left),
        in_folder(an_anchor_that_cannot_be_written_leaves_the_old_one),
        in_folder(a_new_file_never_replaces_one_that_is_there),
        in_memory(a_log_that_reaches_its_anchor_passes),
        in_memory(every_altered_or_cut_anchor_is_corrupt),
        in_memory(a_log_that_lost_its_end_says_what_is_missing),
        in_memory(another_history_is_noticed),
        in_memory(a_hole_in_the_log_is_noticed),
        in_memory(no_checkpoint_is_beyond_the_anchor),
    };
    int failures = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(&arena);
    return failures;
}
