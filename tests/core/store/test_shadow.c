/* Can families be made again beside those that are read, and put in their place, so that
 * nobody notices, whenever the power goes?
 *
 * Planted bugs that it caught: the old families destroyed while a reader had them in use,
 * a switch without its row in meta, leftovers that are not dropped, and a generation
 * that is used twice. */
#include "tests/world/place.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

static struct store *shadow_of(struct place *place)
{
    bool          families[FAMILY_COUNT] = { [FAMILY_devices] = true, [FAMILY_timers] = true };
    struct store *shadow;

    assert_ok(store_shadow_open(&shadow, place->store, families));
    return shadow;
}

static void put(struct store *store, enum family family, const char *key, const char *value,
                bool logged)
{
    struct batch *batch = batch_open(store);

    batch_put(batch, family, text(key), text(value));
    assert_ok(logged ? batch_commit(batch, true) : batch_commit_unlogged(batch));
    batch_close(batch);
}

static void switched(struct store *shadow)
{
    assert_ok(store_flush(shadow));
    assert_ok(store_shadow_switch(shadow));
    assert_ok(store_shadow_close(shadow));
}

static void assert_sees(struct place *place, const char *value)
{
    struct slice found = look(place, store_reader(place->store), FAMILY_devices, "lamp");

    assert_slice(found, value);
}

/* How many families of devices there are that are not the first. */
static unsigned generations(struct place *place)
{
    char command[256], line[4096];

    snprintf(command, sizeof command, "grep -aoh '%s~[0-9]*' '%s'/MANIFEST-* | sort -u",
             family_stored_name(FAMILY_devices), place->path);
    FILE    *pipe  = popen(command, "r");
    unsigned count = 0;
    assert_non_null(pipe);
    while (fgets(line, sizeof line, pipe)) count++;
    pclose(pipe);
    return count;
}

static int on_disk(void **state)
{
    struct place *place = place_new(false);

    place_open(place);
    put(place->store, FAMILY_devices, "lamp", "old", true);
    put(place->store, FAMILY_networks, "home", "kept", true);
    *state = place;
    return 0;
}

static int off_disk(void **state)
{
    place_free(*state);
    return 0;
}

static void a_shadow_is_empty_and_its_own(void **state)
{
    struct place *place  = *state;
    struct store *shadow = shadow_of(place);

    assert_null(look(place, store_reader(shadow), FAMILY_devices, "lamp").data);
    assert_slice(look(place, store_reader(shadow), FAMILY_networks, "home"), "kept");
    put(shadow, FAMILY_devices, "lamp", "new", false);
    assert_sees(place, "old");
    assert_slice(look(place, store_reader(shadow), FAMILY_devices, "lamp"), "new");
    assert_ok(store_shadow_close(shadow));
    assert_sees(place, "old");
}

static void a_switch_is_seen_by_every_reader_and_by_the_next_opening(void **state)
{
    struct place *place  = *state;
    struct store *shadow = shadow_of(place);
    struct batch *batch  = batch_open(place->store); /* as the ledger's: open, and empty */

    put(shadow, FAMILY_devices, "lamp", "new", false);
    assert_ok(store_flush(shadow));
    put(shadow, FAMILY_devices, "later", "logged", true);
    assert_ok(store_shadow_switch(shadow));
    assert_sees(place, "new");
    batch_put(batch, FAMILY_devices, text("after"), text("1"));
    assert_slice(look(place, batch_reader(batch), FAMILY_devices, "lamp"), "new");
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
    assert_ok(store_shadow_close(shadow));
    for (int opening = 0; opening < 2; opening++) {
        assert_sees(place, "new");
        assert_slice(look(place, store_reader(place->store), FAMILY_devices, "later"), "logged");
        assert_slice(look(place, store_reader(place->store), FAMILY_devices, "after"), "1");
        assert_slice(look(place, store_reader(place->store), FAMILY_networks, "home"), "kept");
        place_close(place);
        place_open(place);
    }
}

static void it_can_be_done_again_and_again(void **state)
{
    struct place *place = *state;
    char          value[16];

    for (int round = 0; round < 4; round++) {
        struct store *shadow = shadow_of(place);
        snprintf(value, sizeof value, "round %d", round);
        assert_null(look(place, store_reader(shadow), FAMILY_devices, "lamp").data);
        put(shadow, FAMILY_devices, "lamp", value, false);
        switched(shadow);
        assert_sees(place, value);
        if (round % 2) {
            place_close(place);
            place_open(place);
            assert_sees(place, value);
        }
    }
    struct store_options options = place_options(place);
    place_close(place);
    options.read_only = true;
    assert_ok(store_open(&place->store, &options));
    assert_sees(place, value);
}

static void what_is_open_keeps_what_it_has(void **state)
{
    struct place    *place    = *state;
    struct store    *shadow   = shadow_of(place);
    struct slice     none     = { NULL, 0 };
    struct snapshot *snapshot = snapshot_open(place->store);
    struct cursor   *cursor   = cursor_open(store_reader(place->store), FAMILY_devices, none, none);

    put(shadow, FAMILY_devices, "lamp", "new", false);
    switched(shadow);
    put(place->store, FAMILY_devices, "another", "1", true);
    assert_true(cursor_next(cursor));
    assert_slice(cursor_value(cursor), "old");
    assert_false(cursor_next(cursor));
    assert_ok(cursor_close(cursor));
    assert_slice(look(place, snapshot_reader(snapshot), FAMILY_devices, "lamp"), "old");
    assert_null(look(place, snapshot_reader(snapshot), FAMILY_devices, "another").data);
    cursor = cursor_open(snapshot_reader(snapshot), FAMILY_devices, none, none);
    assert_true(cursor_next(cursor));
    assert_slice(cursor_value(cursor), "old");
    assert_ok(cursor_close(cursor));
    snapshot_close(snapshot);
    assert_sees(place, "new");
}

static void begin_one(struct place *place)
{
    struct store *shadow = shadow_of(place);

    put(shadow, FAMILY_devices, "lamp", "new", false);
    assert_ok(store_flush(shadow));
}

static void switch_and_no_more(struct place *place)
{
    struct store *shadow = shadow_of(place);

    put(shadow, FAMILY_devices, "lamp", "new", false);
    assert_ok(store_flush(shadow));
    put(shadow, FAMILY_devices, "later", "logged", true);
    assert_ok(store_shadow_switch(shadow));
}

static void (*const acts[])(struct place *place) = { begin_one, switch_and_no_more };

/* In a process of its own (main() runs acts[which]), which ends as by a kill. */
static void killed(struct place *place, const char *which)
{
    int how;

    place_close(place);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        execl("/proc/self/exe", "test_shadow", place->path, which, (char *)NULL);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    place_open(place);
}

static void one_that_was_cut_short_leaves_the_old_ones_and_is_dropped(void **state)
{
    struct place *place = *state;

    killed(place, "0");
    assert_sees(place, "old");
    place_close(place); /* a manifest is written again at an opening, without what is dropped */
    place_open(place);
    assert_int_equal(generations(place), 0);
}

static void one_killed_right_after_its_switch_is_switched(void **state)
{
    struct place *place = *state;

    for (int round = 0; round < 2; round++) {
        killed(place, "1");
        assert_sees(place, "new");
        assert_slice(look(place, store_reader(place->store), FAMILY_devices, "later"), "logged");
        assert_null(look(place, store_reader(place->store), FAMILY_timers, "lamp").data);
        place_close(place);
        place_open(place);
        assert_int_equal(generations(place), 1);
        assert_sees(place, "new");
    }
}

/* -- many readers ----------------------------------------------------------------------- */

enum { READS_BETWEEN = 3 }; /* of all together, from one switch to the next */

struct crowd {
    struct place *place;
    atomic_bool   over;
    atomic_int    failures;
    sem_t         reads; /* one more for each; who waits for some takes them */
};

/* Every generation has the same number in both rows, each higher than the one before. */
static long number_at(struct reader *reader, struct arena *arena, const char *key)
{
    struct slice value = { 0 };

    if (reader_get(reader, FAMILY_devices, text(key), arena, &value).code || !value.data) return -1;
    return strtol(arena_print(arena, "%.*s", (int)value.size, value.data).data, NULL, 10);
}

static void *read_on(void *argument)
{
    struct crowd *crowd = argument;
    struct arena  arena = { 0 };
    long          seen  = 0;

    while (!atomic_load(&crowd->over)) {
        struct reader   *reader   = store_reader(crowd->place->store);
        struct snapshot *snapshot = snapshot_open(crowd->place->store);
        long             one      = number_at(snapshot_reader(snapshot), &arena, "one");
        long             two      = number_at(snapshot_reader(snapshot), &arena, "two");
        long             later    = number_at(reader, &arena, "one");
        struct cursor   *cursor   = cursor_open(reader, FAMILY_devices, text("one"),
                                                (struct slice){ 0 });
        if (one != two || one < seen || later < one || !cursor_next(cursor))
            atomic_fetch_add(&crowd->failures, 1);
        if (cursor_close(cursor).code) atomic_fetch_add(&crowd->failures, 1);
        snapshot_close(snapshot);
        arena_reset(&arena);
        seen = later;
        ensure(sem_post(&crowd->reads) == 0);
    }
    arena_free(&arena);
    return NULL;
}

static void write_both(struct store *store, long number, bool sync)
{
    struct batch *batch = batch_open(store);
    char          digits[24];

    snprintf(digits, sizeof digits, "%ld", number);
    batch_put(batch, FAMILY_devices, text("one"), text(digits));
    batch_put(batch, FAMILY_devices, text("two"), text(digits));
    assert_ok(batch_commit(batch, sync));
    batch_close(batch);
}

/* So many that end from now on. */
static void await_reads(struct crowd *crowd, int count)
{
    while (sem_trywait(&crowd->reads) == 0) {}
    while (count--)
        while (sem_wait(&crowd->reads)) assert_int_equal(errno, EINTR);
}

static void no_reader_fails_or_goes_back_while_they_are_switched(void **state)
{
    struct place *place = *state;
    struct crowd  crowd = { .place = place };
    pthread_t     threads[3];
    long          number = 1;

    write_both(place->store, number, false);
    assert_int_equal(sem_init(&crowd.reads, 0, 0), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &crowd), 0);
    for (int round = 0; round < 20; round++) {
        struct store *shadow = shadow_of(place);
        write_both(place->store, ++number, false);
        write_both(shadow, number, false);
        assert_ok(store_flush(shadow));
        assert_ok(store_shadow_switch(shadow));
        write_both(place->store, ++number, false);
        assert_ok(store_shadow_close(shadow));
        write_both(place->store, ++number, false);
        await_reads(&crowd, READS_BETWEEN);
    }
    atomic_store(&crowd.over, true);
    for (size_t i = 0; i < COUNT(threads); i++) pthread_join(threads[i], NULL);
    sem_destroy(&crowd.reads);
    assert_int_equal(atomic_load(&crowd.failures), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, on_disk, off_disk)
int main(int count, char **words)
{
    if (count == 3) {
        struct place place = { .memory = false };
        snprintf(place.path, sizeof place.path, "%s", words[1]);
        place_open(&place);
        acts[*words[2] - '0'](&place);
        _exit(0);
    }
    const struct CMUnitTest tests[] = {
        TEST(a_shadow_is_empty_and_its_own),
        TEST(a_switch_is_seen_by_every_reader_and_by_the_next_opening),
        TEST(it_can_be_done_again_and_again),
        TEST(what_is_open_keeps_what_it_has),
        TEST(one_that_was_cut_short_leaves_the_old_ones_and_is_dropped),
        TEST(one_killed_right_after_its_switch_is_switched),
        TEST(no_reader_fails_or_goes_back_while_they_are_switched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
