/* clock_guard.c -- nothing is written by a wall clock that was set off.
 *
 * What is recorded once cannot be taken back, and recorded-at only rises: one write by a clock
 * that runs years ahead dates all that follow. The ledger's clock is a steady one, so a step
 * of the wall clock is not in it; but which of the two is right, a program cannot know.
 */
#include "core/base/report.h"
#include "core/ledger/turn.h"

#define STEP_CAUSE                                                                          \
    "nothing is written until it is back, or an operator accepts the new time: piot clock " \
    "accept"

static void clock_report(int64_t step_us)
{
    if (step_us)
        report(REPORT_ERROR, "ledger", "the wall clock has stepped by %+.3f s: " STEP_CAUSE,
               (double)step_us / SECOND);
    else report(REPORT_NOTICE, "ledger", "the clock is right again: writing goes on");
}

int64_t ledger_clock_step(struct ledger *ledger)
{
    int64_t most = ledger->settings.step_max, step = clock_step(ledger->settings.clock);
    bool    stepped = step > most || step < -most;

    if (!stepped) step = 0;
    /* Whoever sees the change first reports it. */
    if (atomic_load(&ledger->clock_stepped) != stepped &&
        atomic_exchange(&ledger->clock_stepped, stepped) != stepped)
        clock_report(step);
    return step;
}

bool clock_guard_turn(struct ledger *ledger)
{
    if (ledger_clock_step(ledger)) return false;
    clock_follow(ledger->settings.clock);
    return true;
}

struct status clock_guard_open(struct ledger *ledger)
{
    int64_t       now   = clock_now(ledger->settings.clock);
    struct arena  arena = { 0 };
    struct event  last  = { 0 };
    char          text[INSTANT_TEXT_MAX];
    struct status status;

    if (!log_last(ledger->log)) return OK;
    status = log_read(store_reader(ledger->settings.store), NULL, log_last(ledger->log), &arena,
                      &last);
    arena_free(&arena);
    TRY(status);
    instant_text(last.recorded_at, text);
    if (last.recorded_at - now > ledger->settings.step_max)
        report(REPORT_WARNING, "ledger",
               "the last event is of %s, %lld s from now: this machine's clock is wrong, or was "
               "then. Until it has passed that, all that happens is dated right after it",
               text, (long long)((last.recorded_at - now) / SECOND));
    return OK;
}
