/* Does every key outlive a rotation of the master key, does the old master key open
 * nothing any more, and does a vault open after a kill between any two steps?
 *
 * Planted bugs that this must notice, and did: a next key that is never taken over, and one
 * that is taken over before everything is under it.
 */
#include "core/vault/vault.h"

#include "core/base/text.h"
#include "tests/world/checks.h"
#include "tests/world/folder.h"
#include "tests/world/sample.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OWNERS = 300, KILLS = 30 };

struct place {
    char         folder[FOLDER_MAX], path[96], master[128], next[128];
    struct arena arena;
    uint8_t      nonce[OWNERS][AES_NONCE_SIZE];
    struct slice sealed[OWNERS];
};

static struct id owner(size_t number)
{
    char name[16];

    snprintf(name, sizeof name, "owner%zu", number);
    return sample_id(ID_account, name);
}

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);

    assert_non_null(place);
    folder_new(place->folder, "rotate");
    snprintf(place->path, sizeof place->path, "%s/vault", place->folder);
    snprintf(place->master, sizeof place->master, "%s/master.key", place->path);
    snprintf(place->next, sizeof place->next, "%s/master.key.next", place->path);
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

static struct vault *with_owners(struct place *place)
{
    struct vault *vault = opened(place, false);

    for (size_t i = 0; i < OWNERS; i++) {
        assert_ok(vault_create_key(vault, owner(i)));
        assert_ok(vault_seal(vault, owner(i), SLICE("aad"), SLICE("my lamp"), &place->arena,
                             place->nonce[i], &place->sealed[i]));
    }
    return vault;
}

static void all_can_be_opened(struct place *place, struct vault *vault)
{
    struct arena arena = { 0 };
    struct slice plain;

    for (size_t i = 0; i < OWNERS; i++) {
        assert_ok(vault_unseal(vault, owner(i), SLICE("aad"), place->nonce[i], place->sealed[i],
                               &arena, &plain));
        assert_slice(plain, "my lamp");
    }
    arena_free(&arena);
}

static void reads(const char *path, uint8_t key[AES_KEY_SIZE])
{
    int fd = open(path, O_RDONLY);

    assert_int_equal(read(fd, key, AES_KEY_SIZE), AES_KEY_SIZE);
    close(fd);
}

static void writes(const char *path, const uint8_t key[AES_KEY_SIZE])
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(write(fd, key, AES_KEY_SIZE), AES_KEY_SIZE);
    close(fd);
}

static bool is_there(const char *path) { return access(path, F_OK) == 0; }

static void a_rotation_keeps_every_key_and_ends_the_old_master(void **state)
{
    struct place *place = *state;
    struct vault *vault = with_owners(place), *old;
    uint8_t       before[AES_KEY_SIZE], after[AES_KEY_SIZE];

    assert_int_equal(vault_master_number(vault), 1);
    reads(place->master, before);
    assert_ok(vault_rotate_master(vault));
    reads(place->master, after);
    assert_memory_not_equal(before, after, AES_KEY_SIZE);
    assert_false(is_there(place->next));
    assert_int_equal(vault_master_number(vault), 2);
    all_can_be_opened(place, vault);
    vault_close(vault);
    for (int read_only = 0; read_only < 2; read_only++) {
        vault = opened(place, read_only);
        assert_int_equal(vault_master_number(vault), 2);
        all_can_be_opened(place, vault);
        vault_close(vault);
    }
    writes(place->master, before);
    struct status status = vault_open(&old, place->path, false);
    assert_status(status, STATUS_CORRUPT);
    assert_non_null(strstr(status.text, "is not the key that the vault is under"));
}

static void a_destroyed_key_stays_destroyed_through_a_rotation(void **state)
{
    struct place *place = *state;
    struct vault *vault = with_owners(place);
    struct slice  plain;

    assert_ok(vault_destroy_key(vault, owner(7)));
    assert_ok(vault_rotate_master(vault));
    assert_status(vault_create_key(vault, owner(7)), STATUS_NOT_FOUND);
    assert_status(vault_unseal(vault, owner(7), SLICE("aad"), place->nonce[7], place->sealed[7],
                               &place->arena, &plain),
                  STATUS_NOT_FOUND);
    vault_close(vault);
}

static void rotations_follow_one_another_and_keys_are_made_in_between(void **state)
{
    struct place *place = *state;
    struct vault *vault = with_owners(place);

    for (uint64_t number = 2; number < 6; number++) {
        assert_ok(vault_rotate_master(vault));
        assert_int_equal(vault_master_number(vault), number);
        assert_ok(vault_create_key(vault, owner(OWNERS + number)));
    }
    vault_close(vault);
    vault = opened(place, false);
    all_can_be_opened(place, vault);
    assert_ok(vault_create_key(vault, owner(OWNERS + 3)));
    vault_close(vault);
}

/* -- between the steps -------------------------------------------------------------- */

static void a_next_key_that_nothing_is_under_is_dropped(void **state)
{
    struct place *place = *state;

    vault_close(with_owners(place));
    writes(place->next, (const uint8_t *)"a key that came to nothing at all");
    struct vault *vault = opened(place, true);
    all_can_be_opened(place, vault);
    assert_true(is_there(place->next)); /* who only reads changes nothing */
    vault_close(vault);
    vault = opened(place, false);
    all_can_be_opened(place, vault);
    assert_false(is_there(place->next));
    assert_int_equal(vault_master_number(vault), 1);
    vault_close(vault);
}

static void a_next_key_that_everything_is_under_takes_over(void **state)
{
    struct place *place = *state;
    struct vault *vault = with_owners(place);
    uint8_t       before[AES_KEY_SIZE], after[AES_KEY_SIZE];

    reads(place->master, before);
    assert_ok(vault_rotate_master(vault));
    vault_close(vault);
    reads(place->master, after);
    writes(place->next, after);
    writes(place->master, before);
    vault = opened(place, true);
    all_can_be_opened(place, vault);
    vault_close(vault);
    vault = opened(place, false);
    all_can_be_opened(place, vault);
    vault_close(vault);
    assert_false(is_there(place->next));
    reads(place->master, before);
    assert_memory_equal(before, after, AES_KEY_SIZE);
}

/* This program again, as RocksDB's threads do not come along with a fork: says so when it
 * begins, and whenever a rotation has ended. */
static _Noreturn void rotate_until_killed(const char *path, int told)
{
    struct vault *vault;

    if (vault_open(&vault, path, false).code != STATUS_OK) _exit(1);
    do
        if (write(told, "", 1) != 1) _exit(1);
    while (vault_rotate_master(vault).code == STATUS_OK);
    _exit(1);
}

static pid_t rotating(const struct place *place, int *told)
{
    int   ends[2], how;
    pid_t child;

    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    child = fork();
    assert_true(child >= 0);
    if (!child) {
        char fd[16];
        snprintf(fd, sizeof fd, "%d", ends[1]);
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
            execl("/proc/self/exe", "rotating", place->path, fd, (char *)NULL);
        _exit(1);
    }
    close(ends[1]);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSTOPPED(how)); /* before the first instruction of the program */
    assert_int_equal(
        ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL), 0);
    *told = ends[0];
    return child;
}

/* Lets its main thread come to the beginning or the end of a system call: there is nothing
 * between two of them that the disk could tell apart. */
static void step(pid_t child)
{
    const int     at_call = SIGTRAP | 0x80;
    unsigned long passed  = 0; /* a signal that was its own */
    int           how;

    do {
        assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, passed), 0);
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_true(WIFSTOPPED(how));
        passed = WSTOPSIG(how) == SIGTRAP ? 0 : (unsigned long)WSTOPSIG(how);
    } while (WSTOPSIG(how) != at_call);
}

/* Kills it that many steps after it began, or when so many rotations have ended; gives how
 * many steps it made. */
static unsigned long rotate_and_kill(const struct place *place, unsigned long steps,
                                     unsigned rotations)
{
    int           how, told;
    pid_t         child = rotating(place, &told);
    char          word;
    unsigned long made = 0;

    while (read(told, &word, 1) != 1) step(child);
    while (made < steps && rotations) {
        step(child);
        made++;
        if (read(told, &word, 1) == 1) rotations--;
    }
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how));
    close(told);
    return made;
}

static void a_vault_opens_after_a_kill_at_any_moment(void **state)
{
    struct place *place  = *state;
    uint64_t      number = 0;

    vault_close(with_owners(place));
    unsigned long steps = rotate_and_kill(place, ULONG_MAX, 2);
    for (unsigned i = 0; i < KILLS; i++) {
        rotate_and_kill(place, steps * i / KILLS, UINT_MAX);
        struct vault *vault = opened(place, false);
        all_can_be_opened(place, vault);
        assert_true(vault_master_number(vault) >= number);
        number = vault_master_number(vault);
        assert_false(is_there(place->next));
        vault_close(vault);
    }
    assert_true(number > KILLS / 2); /* whoever comes to the second has ended the first */
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, make_place, clear_place)
int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        in_folder(a_rotation_keeps_every_key_and_ends_the_old_master),
        in_folder(a_destroyed_key_stays_destroyed_through_a_rotation),
        in_folder(rotations_follow_one_another_and_keys_are_made_in_between),
        in_folder(a_next_key_that_nothing_is_under_is_dropped),
        in_folder(a_next_key_that_everything_is_under_takes_over),
        in_folder(a_vault_opens_after_a_kill_at_any_moment),
    };
    uint64_t told = 0;

    if (count == 3 && text_u64(slice_text(words[2]), &told))
        rotate_until_killed(words[1], (int)told);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
