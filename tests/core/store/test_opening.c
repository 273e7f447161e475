/* Who may open a store, what is kept between openings, and what a reader leaves
 * alone. */
#include "tests/world/place.h"

#include <rocksdb/c.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static struct status open_read_only(struct place *place, struct store **store)
{
    struct store_options options = place_options(place);
    options.read_only            = true;
    return store_open(store, &options);
}

/* Runs first: the child is to start RocksDB's threads itself, not inherit them. */
static void a_second_process_is_told_of_a_conflict(void **state)
{
    struct place *place = *state;
    int           ready[2];
    char          byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct store_options options = place_options(place);
        struct status        status  = store_open(&place->store, &options);
        byte                         = status.code == STATUS_OK ? 'y' : 'n';
        if (write(ready[1], &byte, 1) == 1) pause();
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    struct store_options options = place_options(place);
    struct status        status  = store_open(&place->store, &options);
    assert_int_equal(status.code, STATUS_CONFLICT);

    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    place_open(place);
    close(ready[0]);
    close(ready[1]);
}

static void a_second_opener_in_the_process_is_told_of_a_conflict(void **state)
{
    struct place        *place   = *state;
    struct store        *second  = NULL;
    struct store_options options = place_options(place);
    place_open(place);
    assert_int_equal(store_open(&second, &options).code, STATUS_CONFLICT);
    assert_null(second);
    write_one(place, FAMILY_devices, "lamp", "on");
}

static void what_was_committed_is_there_again(void **state)
{
    struct place *place = *state;
    place_open(place);
    write_one(place, FAMILY_devices, "flushed", "1");
    assert_ok(store_flush(place->store));
    write_one(place, FAMILY_devices, "logged", "2");
    place_close(place);
    place_open(place);
    assert_slice(look(place, store_reader(place->store), FAMILY_devices, "flushed"), "1");
    assert_slice(look(place, store_reader(place->store), FAMILY_devices, "logged"), "2");
}

static void families_come_and_stay(void **state)
{
    struct place        *place     = *state;
    struct store_options options   = { .path = place->path };
    options.families[FAMILY_vault] = true;
    assert_ok(store_open(&place->store, &options));
    write_one(place, FAMILY_vault, "owner", "key");
    place_close(place);

    place_open(place); /* all but the vault: it is opened and kept, yet not offered */
    write_one(place, FAMILY_devices, "lamp", "on");
    place_close(place);

    options.families[FAMILY_devices] = true;
    assert_ok(store_open(&place->store, &options));
    assert_slice(look(place, store_reader(place->store), FAMILY_vault, "owner"), "key");
    assert_slice(look(place, store_reader(place->store), FAMILY_devices, "lamp"), "on");
}

static void listing(const struct place *place, char out[4096])
{
    char command[160];
    snprintf(command, sizeof command, "ls -l --time-style=full-iso '%s'", place->path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    out[fread(out, 1, 4095, pipe)] = '\0';
    assert_int_equal(pclose(pipe), 0);
}

static void a_reader_sees_what_a_running_writer_committed_and_changes_nothing(void **state)
{
    struct place *place  = *state;
    struct store *reader = NULL;
    char          before[4096], after[4096];
    place_open(place);
    write_one(place, FAMILY_devices, "flushed", "1");
    assert_ok(store_flush(place->store));
    write_one(place, FAMILY_devices, "logged", "2");
    listing(place, before);
    assert_ok(open_read_only(place, &reader));
    assert_slice(look(place, store_reader(reader), FAMILY_devices, "flushed"), "1");
    assert_slice(look(place, store_reader(reader), FAMILY_devices, "logged"), "2");
    store_close(reader);
    listing(place, after);
    assert_string_equal(before, after);
}

static void a_reader_finds_a_family_that_is_not_yet_there_empty(void **state)
{
    struct place        *place   = *state;
    struct store        *reader  = NULL;
    struct store_options options = { .path = place->path };
    options.families[FAMILY_log] = true;
    assert_ok(store_open(&place->store, &options));
    assert_ok(open_read_only(place, &reader));
    assert_null(look(place, store_reader(reader), FAMILY_devices, "lamp").data);
    struct cursor *cursor = cursor_open(store_reader(reader), FAMILY_devices, SLICE(""), SLICE(""));
    assert_false(cursor_next(cursor));
    assert_ok(cursor_close(cursor));
    store_close(reader);
}

/* As another program would have left it: the view of devices in that version, where one key
 * has the version's name. */
static void other_program_kept(const struct place *place, const char *version)
{
    const char                     *names[] = { "default", version };
    rocksdb_options_t              *options = rocksdb_options_create();
    const rocksdb_options_t        *each[]  = { options, options };
    rocksdb_column_family_handle_t *families[2];
    rocksdb_writeoptions_t         *how   = rocksdb_writeoptions_create();
    char                           *error = NULL;

    rocksdb_options_set_create_if_missing(options, 1);
    rocksdb_options_set_create_missing_column_families(options, 1);
    rocksdb_t *db = rocksdb_open_column_families(options, place->path, 2, names, each, families,
                                                 &error);
    assert_null(error);
    rocksdb_put_cf(db, how, families[1], "lamp", 4, version, strlen(version), &error);
    assert_null(error);
    rocksdb_column_family_handle_destroy(families[0]);
    rocksdb_column_family_handle_destroy(families[1]);
    rocksdb_close(db);
    rocksdb_writeoptions_destroy(how);
    rocksdb_options_destroy(options);
}

static void a_view_of_another_version_is_read_if_that_is_asked_for(void **state)
{
    struct place        *place   = *state;
    struct store_options options = place_options(place);
    struct store        *reader  = NULL;

    other_program_kept(place, "devices_v12");
    options.read_only = true;
    assert_ok(store_open(&reader, &options));
    assert_null(look(place, store_reader(reader), FAMILY_devices, "lamp").data);
    store_close(reader);
    options.any_version = true;
    assert_ok(store_open(&reader, &options));
    assert_slice(look(place, store_reader(reader), FAMILY_devices, "lamp"), "devices_v12");
    assert_null(look(place, store_reader(reader), FAMILY_networks, "lamp").data);
    store_close(reader);
}

static void a_reader_does_not_make_a_store(void **state)
{
    struct place *place  = *state;
    struct store *reader = NULL;
    assert_int_equal(open_read_only(place, &reader).code, STATUS_NOT_FOUND);
    assert_int_equal(access(place->path, F_OK), -1);
}

static void a_checkpoint_is_a_store_of_that_moment(void **state)
{
    struct place *place = *state;
    char          path[128];
    snprintf(path, sizeof path, "%s/copy", place->folder);
    place_open(place);
    write_one(place, FAMILY_devices, "lamp", "off");
    assert_ok(store_checkpoint(place->store, path));
    write_one(place, FAMILY_devices, "lamp", "on");
    assert_int_not_equal(store_checkpoint(place->store, path).code, STATUS_OK);

    struct store        *copy    = NULL;
    struct store_options options = place_options(place);
    options.path                 = path;
    assert_ok(store_open(&copy, &options));
    assert_slice(look(place, store_reader(copy), FAMILY_devices, "lamp"), "off");
    store_close(copy);
}

static void a_compacted_family_holds_no_erased_bytes(void **state)
{
    struct place *place = *state;
    char          command[160];
    snprintf(command, sizeof command, "grep -rqa 'very-secret-words' '%s'", place->path);
    place_open(place);
    write_one(place, FAMILY_personal, "a", "very-secret-words");
    write_one(place, FAMILY_personal, "b", "kept");
    assert_ok(store_flush(place->store));
    assert_int_equal(system(command), 0);
    struct batch *batch = batch_open(place->store);
    batch_erase(batch, FAMILY_personal, text("a"));
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
    assert_ok(store_compact(place->store, FAMILY_personal));
    assert_int_not_equal(system(command), 0);
    assert_slice(look(place, store_reader(place->store), FAMILY_personal, "b"), "kept");
}

static int enter(void **state)
{
    *state = place_new(false);
    return 0;
}

static int leave(void **state)
{
    place_free(*state);
    return 0;
}

#define fresh(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        fresh(a_second_process_is_told_of_a_conflict),
        fresh(a_second_opener_in_the_process_is_told_of_a_conflict),
        fresh(what_was_committed_is_there_again),
        fresh(families_come_and_stay),
        fresh(a_reader_sees_what_a_running_writer_committed_and_changes_nothing),
        fresh(a_reader_finds_a_family_that_is_not_yet_there_empty),
        fresh(a_view_of_another_version_is_read_if_that_is_asked_for),
        fresh(a_reader_does_not_make_a_store),
        fresh(a_checkpoint_is_a_store_of_that_moment),
        fresh(a_compacted_family_holds_no_erased_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
