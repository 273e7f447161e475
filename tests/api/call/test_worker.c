/* Does a worker do several jobs at once, in turns among those that they are for, each once,
 * and keep places for others when one floods it?
 *
 * Tried against planted bugs: a worker of one thread, and jobs that are all nobody's. */
#include "api/call/worker.h"

#include <errno.h>
#include <string.h>

#include "api/ground/chore.h"
#include "tests/world/served.h"

enum { PLACES = 16 };

static size_t threads;

static struct status open_worker(struct chore *chore)
{
    return worker_open(chore, PLACES, threads, NULL);
}

static const struct chore_row row = { .name  = "worker",
                                      .open  = open_worker,
                                      .step  = worker_step,
                                      .drain = worker_drain,
                                      .close = worker_close };

static struct {
    struct served   served;
    struct ground   ground;
    struct loop     loop;
    struct settings settings;
    pthread_mutex_t gate; /* who holds it holds up every job */
    atomic_int      begun, done;
    char            order[PLACES + 1]; /* of the jobs that were done */
} now = { .gate = PTHREAD_MUTEX_INITIALIZER };

static const struct id ANN = { "4ann" }, BOB = { "4bob" };

static int start(void **state)
{
    const struct chore_row *rows[]   = { &row };
    struct server_settings  settings = settings_for(&now.served);

    threads    = *(size_t *)*state;
    now.ground = (struct ground){ .settings = &now.settings };
    atomic_store(&now.begun, 0);
    atomic_store(&now.done, 0);
    memset(now.order, 0, sizeof now.order);
    served_start(&now.served, &settings);
    now.loop = (struct loop){ .ground = &now.ground, .server = now.served.server };
    assert_int_equal(chores_open(&now.ground, rows, 1).code, STATUS_OK);
    assert_int_equal(chores_start(now.ground.chores).code, STATUS_OK);
    return 0;
}

static int end(void **state)
{
    int held = pthread_mutex_trylock(&now.gate); /* by a test that failed */

    (void)state;
    assert_true(held == 0 || held == EBUSY);
    pthread_mutex_unlock(&now.gate);
    chores_stop(now.ground.chores);
    chores_close(now.ground.chores);
    served_end(&now.served);
    return 0;
}

static void work(struct job *job)
{
    (void)job;
    atomic_fetch_add(&now.begun, 1);
    pthread_mutex_lock(&now.gate);
    pthread_mutex_unlock(&now.gate);
}

static void done(struct job *job)
{
    int at = atomic_load(&now.done);

    now.order[at] = id_given(job->whose) ? (char)job->whose.bytes[1] : '-';
    atomic_store(&now.done, at + 1); /* the loop's thread alone */
}

static struct job job_of(struct id whose)
{
    return (struct job){ .work = work, .done = done, .loop = &now.loop, .whose = whose };
}

static void a_job_is_done_on_each_of_its_threads_at_once(void **state)
{
    static struct job jobs[2];
    (void)state;

    pthread_mutex_lock(&now.gate);
    for (int i = 0; i < 2; i++) {
        jobs[i] = job_of(ANN);
        assert_true(worker_submit(&row, &jobs[i]));
    }
    wait_until(atomic_load(&now.begun) == 2); /* the first is not done before the gate opens */
    pthread_mutex_unlock(&now.gate);
    wait_until(atomic_load(&now.done) == 2);
}

static void those_that_jobs_are_for_take_turns_and_leave_places(void **state)
{
    static struct job jobs[PLACES];
    size_t            count = 0;
    (void)state;

    pthread_mutex_lock(&now.gate);
    jobs[count] = job_of(ANN);
    assert_true(worker_submit(&row, &jobs[count++]));
    wait_until(atomic_load(&now.begun) == 1);
    for (jobs[count] = job_of(ANN); worker_submit(&row, &jobs[count]); jobs[count] = job_of(ANN))
        count++;
    assert_int_equal(count, 1 + PLACES / 2);
    for (int i = 0; i < 2; i++) {
        jobs[count] = job_of(BOB);
        assert_true(worker_submit(&row, &jobs[count++]));
    }
    pthread_mutex_unlock(&now.gate);
    wait_until(atomic_load(&now.done) == (int)count);
    assert_string_equal(now.order, "aababaaaaaa");
}

static void a_stop_does_what_has_been_taken(void **state)
{
    static struct job jobs[8];
    (void)state;

    for (size_t i = 0; i < COUNT(jobs); i++) {
        jobs[i] = job_of(NO_ID);
        assert_true(worker_submit(&row, &jobs[i]));
    }
    chores_stop(now.ground.chores);
    wait_until(atomic_load(&now.done) == COUNT(jobs));
}

int main(void)
{
    static size_t one = 1, two = 2;
#define TEST(name, threads) cmocka_unit_test_prestate_setup_teardown(name, start, end, threads)
    const struct CMUnitTest tests[] = {
        TEST(a_job_is_done_on_each_of_its_threads_at_once, &two),
        TEST(those_that_jobs_are_for_take_turns_and_leave_places, &one),
        TEST(a_stop_does_what_has_been_taken, &two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
