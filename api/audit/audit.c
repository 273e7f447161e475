#include "api/audit/audit.h"

#include <string.h>

#include "api/call/submit.h"
#include "core/facts/names.h"

/* What every path begins with that is an auditor's. */
static const char ROOM[] = "/audit/v1/";

struct audit_note {
    audit_show *show;
};

static void audit_then_show(struct submission *submission)
{
    const struct audit_note *note = submission->context;

    note->show(submission->call, submission->position);
}

void audit_read(struct call *call, struct id subject, audit_show *shows)
{
    const char        *path       = call->route->path;
    struct submission *submission = submit_new(call, 1);
    struct intent     *intent = submit_intent(submission, 0, INTENT_note_audit_read, name_system());
    struct audit_note *note   = arena_new(call->arena, struct audit_note);

    ensure(strncmp(path, ROOM, sizeof ROOM - 1) == 0);
    *note                   = (struct audit_note){ shows };
    intent->note_audit_read = (struct note_audit_read){
        .token    = call->credentials.token,
        .call     = slice_text(path + sizeof ROOM - 1),
        .subject  = subject,
        .personal = call->credentials.personal,
    };
    submission->then    = audit_then_show;
    submission->context = note;
    submit_send(submission);
}

struct vault *audit_vault(const struct call *call)
{
    return call->credentials.personal ? call->ground->vault : NULL;
}

struct event_view audit_view(const struct call *call)
{
    struct event_view view = call->ground->view;

    view.personal = call->credentials.personal;
    return view;
}
