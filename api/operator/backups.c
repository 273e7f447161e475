/* backups.c -- the operator has backups taken, and sees which there are. Named by the rising
 * numbers that `piot restore --backup` takes. */
#include "api/operator/operator.h"

#include "api/call/query.h"
#include "api/chores/backups.h"
#include "core/base/report.h"
#include "core/base/text.h"
#include "replay/copy/backup.h"

/* False: 400 has been answered. `keep` 0: not said. */
static bool backup_read_keep(struct call *call, uint32_t *keep)
{
    static const char *const names[] = { "keep", NULL };
    const struct node       *body    = call_body(call);
    struct bad_field         bad;
    uint64_t                 number = 0;

    if (!body) return false;
    bool read = json_only(body, names, &bad) &&
                json_read_u64(body, "keep", BACKUPS_KEPT_MAX, OPTIONAL, &number, &bad);
    if (read && node_member(body, "keep") && !number)
        read = bad_field_say(&bad, "keep", "has to be a number from 1 to %d", BACKUPS_KEPT_MAX);
    if (!read) call_fail_field(call, &bad);
    *keep = (uint32_t)number;
    return read;
}

static void backup_answer(struct call *call, uint32_t number)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);

    /* Kept to the newest few by another hand meanwhile? Then it has gone already. */
    if (backups_show(call->ground, number, call->arena, &json))
        call_answer_json(call, call->route->success, &body);
    else call_fail(call, PROBLEM_incompatible_state, "The backup was taken away again.");
    buffer_free(&body);
}

void operator_post_backup(struct call *call)
{
    uint32_t      keep, number;
    struct status why;

    if (!backup_read_keep(call, &keep)) return;
    switch (backups_start(call->ground, keep, &number, &why)) {
    case BACKUPS_STARTED: backup_answer(call, number); break;
    case BACKUPS_NO_FOLDER:
        call_fail(call, PROBLEM_incompatible_state,
                  "There is nowhere to put a backup: start piotd with the setting backup_folder.");
        break;
    case BACKUPS_RUNNING:
        call_fail(call, PROBLEM_incompatible_state,
                  "Backup %u is being taken: wait until GET backups says that it is done.", number);
        break;
    case BACKUPS_UNABLE:
        report(REPORT_ERROR, "backups", "no backup: %s", why.text);
        call_busy(call, "The backup could not be started; the service's reports say why.");
        break;
    }
}

static bool backup_read_cursor(struct call *call, uint32_t *before, size_t *limit)
{
    struct slice cursor;
    uint64_t     number = UINT32_MAX;

    if (!page_cursor(call, &cursor, limit)) return false;
    if (cursor.data && (!text_u64(cursor, &number) || number > UINT32_MAX)) {
        call_fail(call, PROBLEM_invalid_argument, "Query cursor is not one that we gave.");
        return false;
    }
    *before = (uint32_t)number;
    return true;
}

void operator_list_backups(struct call *call)
{
    uint32_t      numbers[PAGE_MAX + 1], before;
    struct buffer body = { 0 };
    struct json   json = json_to(&body);
    size_t        limit, count;

    if (!backup_read_cursor(call, &before, &limit)) return;
    count = backups_numbers(call->ground, before, numbers, limit + 1);
    if (count > limit) {
        count = limit;
        page_link(call, arena_print(call->arena, "%u", numbers[limit - 1]));
    }
    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    for (size_t i = 0; i < count; i++) backups_show(call->ground, numbers[i], call->arena, &json);
    json_array_end(&json);
    json_object_end(&json);
    call_answer_json(call, 200, &body);
    buffer_free(&body);
}
