/* clock.c -- the operator accepts the time after the machine's clock was set.
 *
 * {now}: the time that it is, by a clock the operator trusts. It is held against this machine's
 * wall clock, so that nobody accepts a time without having looked at one. The answer says what
 * was accepted, and how far that is from the time the service went by. The log knows nothing
 * of it: an Idempotency-Key counts for nothing. */
#include "api/operator/operator.h"
#include "core/base/report.h"

static bool clock_read_now(struct call *call, int64_t *now_us)
{
    static const char *const names[] = { "now", NULL };
    const struct node       *body    = call_body(call);
    struct bad_field         bad;

    if (!body) return false;
    if (json_only(body, names, &bad) && json_read_instant(body, "now", REQUIRED, now_us, &bad))
        return true;
    call_fail_field(call, &bad);
    return false;
}

static void clock_answer(struct call *call, int64_t now_us, int64_t step_us)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);

    json_object(&json);
    json_put_instant(&json, "now", now_us);
    json_put_raw(&json, "stepSeconds", arena_print(call->arena, "%.3f", (double)step_us / SECOND));
    json_object_end(&json);
    call_answer_json(call, call->route->success, &body);
}

static void clock_report_accepted(const struct call *call, int64_t now_us, int64_t step_us)
{
    char who[ID_TEXT_MAX], now[INSTANT_TEXT_MAX];

    id_text(call->credentials.caller.principal, who);
    instant_text(now_us, now);
    report(REPORT_NOTICE, "api", "%s accepted that it is %s: a step of %+.3f s", who, now,
           (double)step_us / SECOND);
}

void operator_post_clock(struct call *call)
{
    struct ground *ground = call->ground;
    int64_t        most   = ground->settings->clock_step_max, now_us, wall_us, step_us;
    char           wall[INSTANT_TEXT_MAX];

    if (!clock_read_now(call, &now_us)) return;
    if (clock_accept(&ground->clock, now_us, most, &wall_us, &step_us)) {
        clock_report_accepted(call, wall_us, step_us);
        if (ledger_clock_step(ground->ledger)) /* it was set again meanwhile */
            call_fail(call, PROBLEM_incompatible_state, "The clock was set once more: look again.");
        else clock_answer(call, wall_us, step_us);
        return;
    }
    instant_text(wall_us, wall);
    call_fail(call, PROBLEM_out_of_range,
              "Field now has to be within %lld s of this machine's clock, which says %s: set that "
              "clock first, or name the time that it is.",
              (long long)(most / SECOND), wall);
}
