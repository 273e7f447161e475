/* Do keys outlive a restart, is a master key others could read refused, and does
 * no file hold a key that was destroyed? */
#include "core/vault/vault.h"

#include "core/log/log.h"
#include "tests/world/checks.h"
#include "tests/world/folder.h"
#include "tests/world/sample.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define ANN sample_id(ID_account, "ann")

struct place {
    char         folder[FOLDER_MAX], path[96], master[128], keys[128];
    struct arena arena;
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);

    assert_non_null(place);
    folder_new(place->folder, "vault");
    snprintf(place->path, sizeof place->path, "%s/vault", place->folder);
    snprintf(place->master, sizeof place->master, "%s/master.key", place->path);
    snprintf(place->keys, sizeof place->keys, "%s/keys", place->path);
    *state = place;
    return 0;
}

static int clear_place(void **state)
{
    struct place *place = *state;

    folder_remove(place->folder);
    arena_free(&place->arena);
    free(place);
    return 0;
}

static struct vault *opened(struct place *place, bool read_only)
{
    struct vault *vault;

    assert_ok(vault_open(&vault, place->path, read_only));
    return vault;
}

/* The sentence it is refused with. */
static struct status refused(struct place *place, bool read_only)
{
    struct vault *vault;
    struct status status = vault_open(&vault, place->path, read_only);

    assert_int_not_equal(status.code, STATUS_OK);
    assert_null(vault);
    assert_non_null(strstr(status.text, "vault"));
    return status;
}

static void a_first_opening_makes_a_master_key_for_us_alone(void **state)
{
    struct place *place = *state;
    struct stat   found;

    vault_close(opened(place, false));
    assert_int_equal(stat(place->path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0700);
    assert_int_equal(stat(place->master, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_equal(found.st_size, AES_KEY_SIZE);
}

static void keys_references_and_hashes_outlive_a_restart(void **state)
{
    struct place *place = *state;
    struct vault *vault = opened(place, false);
    uint8_t       nonce[AES_NONCE_SIZE];
    struct slice  sealed, plain;
    char          before[27], after[27];
    struct hash   hash = vault_keyed_hash(vault, "address", SLICE("192.0.2.1")), again;

    assert_ok(vault_create_key(vault, ANN));
    assert_ok(
        vault_seal(vault, ANN, SLICE("aad"), SLICE("my lamp"), &place->arena, nonce, &sealed));
    assert_ok(vault_reference(vault, ANN, ANN, ANN, before));
    vault_close(vault);
    for (int read_only = 0; read_only < 2; read_only++) {
        vault = opened(place, read_only);
        assert_ok(vault_unseal(vault, ANN, SLICE("aad"), nonce, sealed, &place->arena, &plain));
        assert_slice(plain, "my lamp");
        assert_ok(vault_reference(vault, ANN, ANN, ANN, after));
        assert_string_equal(before, after);
        again = vault_keyed_hash(vault, "address", SLICE("192.0.2.1"));
        assert_memory_equal(&hash, &again, sizeof hash);
        vault_close(vault);
    }
}

static void a_destroyed_key_stays_destroyed_after_a_restart(void **state)
{
    struct place *place = *state;
    struct vault *vault = opened(place, false);

    assert_ok(vault_create_key(vault, ANN));
    assert_ok(vault_destroy_key(vault, ANN));
    vault_close(vault);
    vault = opened(place, false);
    assert_status(vault_create_key(vault, ANN), STATUS_NOT_FOUND);
    vault_close(vault);
}

static void a_master_key_that_others_may_read_is_refused(void **state)
{
    struct place *place = *state;

    vault_close(opened(place, false));
    for (mode_t others = 1; others <= 040; others <<= 1) {
        assert_int_equal(chmod(place->master, 0600 | others), 0);
        struct status status = refused(place, false);
        assert_int_equal(status.code, STATUS_INVALID);
        assert_non_null(strstr(status.text, "make it 0600"));
    }
    assert_int_equal(chmod(place->master, 0400), 0);
    vault_close(opened(place, false));
}

static void a_lost_master_key_is_never_replaced(void **state)
{
    struct place *place = *state;

    vault_close(opened(place, false));
    assert_int_equal(unlink(place->master), 0);
    assert_status(refused(place, false), STATUS_CORRUPT);
    assert_int_not_equal(access(place->master, F_OK), 0);
}

static void a_cut_master_key_is_refused(void **state)
{
    struct place *place = *state;

    vault_close(opened(place, false));
    assert_int_equal(truncate(place->master, AES_KEY_SIZE - 1), 0);
    assert_status(refused(place, false), STATUS_CORRUPT);
}

static void under_another_master_key_nothing_opens(void **state)
{
    struct place *place = *state;
    struct vault *vault = opened(place, false);
    uint8_t       nonce[AES_NONCE_SIZE];
    struct slice  sealed;

    assert_ok(vault_create_key(vault, ANN));
    vault_close(vault);
    int fd = open(place->master, O_WRONLY);
    assert_int_equal(write(fd, "another master key of this size.", AES_KEY_SIZE), AES_KEY_SIZE);
    close(fd);
    vault = opened(place, false);
    assert_status(vault_create_key(vault, ANN), STATUS_CORRUPT);
    assert_status(vault_seal(vault, ANN, SLICE(""), SLICE("x"), &place->arena, nonce, &sealed),
                  STATUS_CORRUPT);
    vault_close(vault);
}

static void opening_read_only_makes_nothing(void **state)
{
    struct place *place = *state;

    assert_status(refused(place, true), STATUS_NOT_FOUND);
    assert_int_not_equal(access(place->path, F_OK), 0);
}

/* -- what the anchor is for ------------------------------------------------- */

static void a_vault_that_lost_its_keys_is_noticed(void **state)
{
    struct place *place = *state;
    struct vault *vault = opened(place, false);

    assert_ok(vault_create_key(vault, ANN));
    vault_close(vault);
    folder_remove(place->keys);
    struct status status = refused(place, false);
    assert_int_equal(status.code, STATUS_CORRUPT);
    assert_string_equal(status.text,
                        "the vault has lost its end: 0 of at least 1 changes are left. Bring the "
                        "log back the vault that belongs to it, or its newest backup");
}

/* A child makes keys and ends without closing; then the WAL it was writing
 * loses its last bytes, as after a power cut. */
static void a_torn_end_is_cut_off_as_far_as_the_anchor_allows(void **state)
{
    struct place *place = *state;
    int           outcome;
    pid_t         child = fork();

    if (child == 0) {
        struct vault *vault;

        if (vault_open(&vault, place->path, false).code != STATUS_OK) _exit(1);
        for (unsigned i = 0; i < 70; i++) {
            struct id owner = ANN;

            owner.bytes[16] = (uint8_t)i;
            if (vault_create_key(vault, owner).code != STATUS_OK) _exit(1);
        }
        _exit(0);
    }
    assert_int_equal(waitpid(child, &outcome, 0), child);
    assert_int_equal(outcome, 0);

    char command[512];
    snprintf(command, sizeof command, "cp -r '%s' '%s.copy'", place->path, place->path);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "truncate -s -5 $(ls %s/*.log | tail -1)", place->keys);
    assert_int_equal(system(command), 0);
    struct vault *short_of; /* the log may know better than the anchor, and nothing is changed */
    assert_status(vault_open_least(&short_of, place->path, 70), STATUS_CORRUPT);
    assert_null(short_of);
    vault_close(opened(place, false)); /* one of the six after the anchor is gone */
    assert_ok(vault_open_least(&short_of, place->path, 69));
    vault_close(short_of);

    snprintf(command, sizeof command,
             "rm -r %s && mv %s.copy %s && truncate -s -1500 $(ls %s/*.log | tail -1)", place->path,
             place->path, place->path, place->keys);
    assert_int_equal(system(command), 0);
    assert_status(refused(place, false), STATUS_CORRUPT); /* too many are */
}

/* -- what is left on disk --------------------------------------------------- */

static bool file_holds(const char *path, struct slice what)
{
    static char bytes[1 << 24];
    int         fd  = open(path, O_RDONLY);
    ssize_t     got = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);

    assert_true(got >= 0 && close(fd) == 0);
    return memmem(bytes, (size_t)got, what.data, what.size) != NULL;
}

static bool any_file_holds(const char *folder, struct slice what)
{
    DIR           *listing = opendir(folder);
    struct dirent *entry;
    bool           found = false;

    assert_non_null(listing);
    while ((entry = readdir(listing)) != NULL) {
        char path[512];

        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_type == DT_REG) found = found || file_holds(path, what);
    }
    closedir(listing);
    return found;
}

/* The wrapped key, past its mark, as the store has it. */
static struct slice wrapped_key(struct place *place)
{
    struct store_options options = { .path      = place->keys,
                                     .read_only = true,
                                     .families  = { [FAMILY_vault] = true } };
    struct store        *store;
    struct key           key;
    struct slice         value;

    assert_ok(store_open(&store, &options));
    key = reader_key(store_reader(store));
    key_add_id(&key, ANN);
    assert_ok(
        reader_get(store_reader(store), FAMILY_vault, key_slice(&key), &place->arena, &value));
    store_close(store);
    assert_true(value.size > 32);
    return (struct slice){ value.data + 1, value.size - 1 };
}

/* Planted bug that this must notice, and did: vault_wipe() without its
 * compaction leaves the wrapped key in an older table or the store's own log. */
static void no_file_holds_a_destroyed_key(void **state)
{
    struct place *place = *state;
    struct vault *vault = opened(place, false);

    assert_ok(vault_create_key(vault, ANN));
    vault_close(vault);
    struct slice wrapped = wrapped_key(place);
    assert_true(any_file_holds(place->keys, wrapped));
    vault = opened(place, false);
    assert_ok(vault_destroy_key(vault, ANN));
    assert_ok(vault_wipe(vault));
    assert_false(any_file_holds(place->keys, wrapped));
    vault_close(vault);
    assert_false(any_file_holds(place->keys, wrapped));
}

/* Planted bug that this must notice, and did: a rotation without its compaction. */
static void no_file_holds_a_key_as_the_old_master_wrapped_it(void **state)
{
    struct place *place = *state;
    struct vault *vault = opened(place, false);

    assert_ok(vault_create_key(vault, ANN));
    vault_close(vault);
    struct slice wrapped = wrapped_key(place);
    vault                = opened(place, false);
    assert_ok(vault_rotate_master(vault));
    assert_false(any_file_holds(place->keys, wrapped));
    vault_close(vault);
    assert_false(any_file_holds(place->keys, wrapped));
}

static void a_copy_is_a_vault_as_of_then(void **state)
{
    struct place *place = *state;
    struct vault *vault = opened(place, false), *copy;
    uint8_t       nonce[AES_NONCE_SIZE];
    struct slice  sealed, plain;
    char          path[128];

    snprintf(path, sizeof path, "%s/copy", place->folder);
    assert_ok(vault_create_key(vault, ANN));
    assert_ok(vault_seal(vault, ANN, SLICE("aad"), SLICE("lamp"), &place->arena, nonce, &sealed));
    assert_ok(vault_copy(vault, path));
    assert_int_equal(vault_copy(vault, path).code, STATUS_CONFLICT);
    assert_ok(vault_destroy_key(vault, ANN));
    vault_close(vault);
    for (int read_only = 1; read_only >= 0; read_only--) {
        assert_ok(vault_open(&copy, path, read_only));
        assert_ok(vault_unseal(copy, ANN, SLICE("aad"), nonce, sealed, &place->arena, &plain));
        assert_true(slice_equal(plain, SLICE("lamp")));
        vault_close(copy);
    }
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, make_place, clear_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(a_first_opening_makes_a_master_key_for_us_alone),
        in_folder(keys_references_and_hashes_outlive_a_restart),
        in_folder(a_destroyed_key_stays_destroyed_after_a_restart),
        in_folder(a_master_key_that_others_may_read_is_refused),
        in_folder(a_lost_master_key_is_never_replaced),
        in_folder(a_cut_master_key_is_refused),
        in_folder(under_another_master_key_nothing_opens),
        in_folder(opening_read_only_makes_nothing),
        in_folder(a_vault_that_lost_its_keys_is_noticed),
        in_folder(a_torn_end_is_cut_off_as_far_as_the_anchor_allows),
        in_folder(no_file_holds_a_destroyed_key),
        in_folder(no_file_holds_a_key_as_the_old_master_wrapped_it),
        in_folder(a_copy_is_a_vault_as_of_then),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
