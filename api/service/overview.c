/* overview.c -- what the operator's page shows: how many of what there were, how far the log is,
 * whether all is well. It tells of no person, so a reader may see it.
 *
 * The counts are a row of a view (projections/figures.c): what this costs does not grow with
 * the log. */
#include "api/service/disk.h"
#include "api/service/health.h"
#include "core/log/log.h"
#include "projections/projection.h"

static void put_detections(struct json *json, const struct figures_row *row)
{
    json_name(json, "detections");
    json_object(json);
    json_put_u64(json, "asked", row->asked);
    json_put_u64(json, "held", row->held);
    json_put_u64(json, "elsewhere", row->elsewhere);
    json_put_u64(json, "ambiguous", row->ambiguous);
    json_put_u64(json, "none", row->none);
    json_put_u64(json, "muted", row->muted);
    json_put_u64(json, "over-budget", row->over_budget);
    json_put_u64(json, "denied-before", row->denied_before);
    json_object_end(json);
}

static void put_questions(struct json *json, const struct figures_row *row)
{
    uint64_t over = row->granted + row->denied + row->lapsed;

    json_name(json, "questions");
    json_object(json);
    json_put_u64(json, "open", row->questions > over ? row->questions - over : 0);
    json_put_u64(json, "granted", row->granted);
    json_put_u64(json, "denied", row->denied);
    json_put_u64(json, "lapsed", row->lapsed);
    json_object_end(json);
}

/* As long as nothing was signed there is no checkpointAt. */
static void put_log(struct json *json, struct ground *ground, uint64_t size)
{
    struct ledger_figures ledger = ledger_figures(ground->ledger);

    json_name(json, "log");
    json_object(json);
    json_put_u64(json, "size", size);
    json_put_u64(json, "checkpointSize", ledger.published);
    if (ledger.published_age_us)
        json_put_instant(json, "checkpointAt",
                         clock_now(&ground->clock) - (int64_t)ledger.published_age_us);
    json_object_end(json);
}

static void put_disk(struct json *json, const struct disk *disk)
{
    json_name(json, "disk");
    json_object(json);
    json_put_u64(json, "free", disk_free(disk));
    json_put_u64(json, "total", disk_total(disk));
    json_object_end(json);
}

void overview_get(struct call *call)
{
    struct buffer      body = { 0 };
    struct json        json = json_to(&body);
    struct figures_row row;
    uint64_t           size   = 0;
    struct status      status = log_head(call_reader(call), &size);

    if (status.code != STATUS_OK) {
        call_broken(call, status);
        return;
    }
    view_get_figures(call_reader(call), name_system(), NO_ID, call->arena, &row);
    json_object(&json);
    put_detections(&json, &row);
    put_questions(&json, &row);
    put_log(&json, call->ground, size);
    put_disk(&json, call->ground->disk);
    json_name(&json, "reasons");
    json_array(&json);
    bool ready = health_ready(call->ground, &json);
    json_array_end(&json);
    json_put_flag(&json, "ready", ready);
    json_object_end(&json);
    call_answer_json(call, 200, &body);
}
