#include "api/chores/detections.h"

#include "api/places/waiting.h"

enum {
    DETECTIONS_AT_ONCE = CHORE_REQUESTS_MAX, /* some ms of the writer's time at most */
    /* A question takes 30 rows of 3.5 KB. Only a model of hundreds of capabilities, or a device
     * that was held elsewhere, where a grant ends as well, takes more than this. */
    EVEN_ROWS  = 48,
    EVEN_BYTES = 8192,
};
_Static_assert((int)DETECTIONS_AT_ONCE <= (int)TURN_ITEMS_MAX, "they fit into one turn");

/* -- one ----------------------------------------------------------------------------------- */

/* What is known of a report that waits. */
struct look {
    uint64_t           position;
    struct event       event;
    struct observation seen;
};

static struct status look_at(struct ground *ground, struct reader *reader, uint64_t position,
                             struct arena *arena, struct look *look)
{
    look->position = position;
    TRY(log_read(reader, ground->vault, position, arena, &look->event));
    if (look->event.type != EVENT_device_detected)
        return failed(STATUS_CORRUPT, "an address waits for event %llu, which is no detection",
                      (unsigned long long)position);
    return waiting_get(reader, ground->vault, position, arena, &look->seen);
}

static struct intent intent_of(struct ground *ground, struct reader *reader,
                               const struct look *look, struct arena *arena)
{
    const struct device_detected *said   = &look->event.device_detected;
    struct resolution             found  = resolve(reader, ground->vault, arena, &look->seen);
    struct intent                 intent = { .type   = INTENT_resolve_detection,
                                             .stream = look->event.stream,
                                             .actor  = look->event.actor, /* whose report it is */
                                             .causation = look->event.id };

    intent.resolve_detection = (struct resolve_detection){
        .detection        = said->detection,
        .vendor           = said->vendor,
        .ownership_epoch  = said->ownership_epoch,
        .model            = said->model,
        .vendor_device_id = said->vendor_device_id,
        .display_name     = said->display_name,
        .method           = found.method,
        .confidence       = found.confidence,
        .address_hash     = arena_copy(arena, SLICE_OF(found.address_hash.bytes)),
        .account          = found.account,
        .gateway          = found.gateway
    };
    return intent;
}

static void end_waiting(struct chore_request *request, struct batch *batch)
{
    const struct look *look = request->context;

    waiting_erase(batch, look->position);
}

static struct chore_request request_of(struct ground *ground, struct reader *reader,
                                       struct look *look, struct arena *arena)
{
    struct chore_request request = { .even        = { EVEN_ROWS, EVEN_BYTES },
                                     .correlation = look->event.correlation,
                                     .traceparent = look->event.traceparent,
                                     .change      = CHANGE_end_waiting,
                                     .make        = end_waiting,
                                     .context     = look };

    request.item.intent = intent_of(ground, reader, look, arena);
    return request;
}

/* -- a few at a time ------------------------------------------------------------------------ */

/* One that cannot be read, and so keeps nobody else waiting. */
static struct status give_up(struct chore *chore, struct look *look, struct status why)
{
    struct chore_request request = { .make = end_waiting, .context = look };

    chore_report(chore, "a detection is not resolved", why);
    return chore_change(chore, &request, CHANGE_end_waiting);
}

/* Another look would find the same: the row is damaged, or what it waits for is not in the log. */
static bool is_gone(struct status status)
{
    return status.code == STATUS_CORRUPT || status.code == STATUS_NOT_FOUND;
}

/* Those after `after` and up to `until`; `after` is then the last of them. */
static struct status resolve_some(struct chore *chore, struct arena *arena, uint64_t *after,
                                  uint64_t until, size_t *count)
{
    struct ground       *ground = chore_ground(chore);
    struct reader       *reader = reader_new(ground->store, arena);
    struct chore_request requests[DETECTIONS_AT_ONCE];
    struct look          looks[DETECTIONS_AT_ONCE];
    uint64_t             positions[DETECTIONS_AT_ONCE];
    size_t               found = 0;

    TRY(waiting_list(reader, *after, until, positions, DETECTIONS_AT_ONCE, count));
    for (size_t i = 0; i < *count; i++) {
        struct look  *look   = &looks[found];
        struct status status = look_at(ground, reader, *after = positions[i], arena, look);
        if (is_gone(status)) TRY(give_up(chore, look, status));
        else if (status.code != STATUS_OK) return status;
        else requests[found++] = request_of(ground, reader, look, arena);
    }
    TRY(reader_failure(reader));
    return chore_submit_all(chore, requests, found);
}

static struct status resolve_all(struct chore *chore, uint64_t until)
{
    struct arena  arena  = { 0 };
    struct status status = OK;
    uint64_t      after  = 0;
    size_t        count  = DETECTIONS_AT_ONCE;

    while (status.code == STATUS_OK && count == DETECTIONS_AT_ONCE && !chore_stopping(chore)) {
        status = resolve_some(chore, &arena, &after, until, &count);
        arena_reset(&arena);
    }
    arena_free(&arena);
    return status;
}

/* -- the chore ------------------------------------------------------------------------------ */

static size_t count_waiting(struct ground *ground, size_t max, struct status *status)
{
    struct arena arena     = { 0 };
    uint64_t    *positions = arena_array(&arena, uint64_t, max);
    size_t       count     = 0;

    *status = waiting_list(reader_new(ground->store, &arena), 0, UINT64_MAX, positions, max,
                           &count);
    arena_free(&arena);
    return count;
}

size_t detections_waiting(struct ground *ground)
{
    struct status status;
    size_t        count = count_waiting(ground, DETECTIONS_COUNTED, &status);

    return status.code == STATUS_OK ? count : 0;
}

/* Reports that come meanwhile wake it, and are not waited for. */
static void rest_whole(struct chore *chore, int64_t us)
{
    int64_t until = clock_monotonic_us() + us;

    for (int64_t now = clock_monotonic_us(); now < until && !chore_stopping(chore);
         now         = clock_monotonic_us())
        chore_rest(chore, until - now);
}

static int64_t some_time(void)
{
    uint16_t drawn;

    crypto_random(&drawn, sizeof drawn);
    return RESOLVE_AFTER + RESOLVE_AFTER * drawn / UINT16_MAX;
}

static int64_t detections_step(struct chore *chore)
{
    struct ground *ground = chore_ground(chore);
    uint64_t       until  = ledger_figures(ground->ledger).position;
    struct status  status;

    if (!count_waiting(ground, 1, &status) && status.code == STATUS_OK) return CHORE_UNTIL_WOKEN;
    rest_whole(chore, some_time());
    if (status.code == STATUS_OK) status = resolve_all(chore, until);
    if (status.code != STATUS_OK) chore_report(chore, "not resolved, tried again", status);
    return status.code == STATUS_OK ? 0 : SECOND;
}

static bool detections_concern(const struct commit *commit)
{
    for (size_t i = 0; i < commit->count; i++)
        if (commit->events[i].type == EVENT_device_detected) return true;
    return false;
}

const struct chore_row detections_chore = {
    .name     = "detections",
    .step     = detections_step,
    .concerns = detections_concern,
};
