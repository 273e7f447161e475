#include "api/call/look.h"

#include <string.h>

#include "api/call/router.h"
#include "api/call/submit.h"
#include "core/facts/names.h"

/* "/audit/v1/accounts/{accountId}" without whose room it is. */
static struct slice look_call(const char *path)
{
    const char *at = path;

    for (int slashes = 0; slashes < 3; at++) {
        ensure(*at);
        slashes += *at == '/';
    }
    return slice_text(at);
}

static void look_then_show(struct submission *submission)
{
    const struct look *look = submission->context;

    look->show(submission->call, submission->position);
}

void look_record(struct call *call, const struct look *look)
{
    struct submission *submission = submit_new(call, look->count);
    struct look       *kept       = arena_new(call->arena, struct look);

    ensure(look->count > 0 && look->count <= LOOK_SUBJECTS_MAX && look->show);
    for (size_t i = 0; i < look->count; i++)
        submit_intent(submission, i, INTENT_note_audit_read, name_system())->note_audit_read =
            (struct note_audit_read){
                .token    = call->credentials.token,
                .call     = look_call(call->route->path),
                .subject  = look->subjects[i],
                .personal = look->personal,
            };
    *kept               = *look;
    submission->then    = look_then_show;
    submission->context = kept;
    submit_send(submission);
}
