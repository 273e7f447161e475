#include "api/audit/audit.h"

void audit_read(struct call *call, struct id subject, look_show *show)
{
    look_record(call, &(struct look){ .subjects = &subject,
                                      .count    = 1,
                                      .personal = call->credentials.personal,
                                      .show     = show });
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
