/* operator.h -- what the operator's handlers share. */
#ifndef PIOT_OPERATOR_H
#define PIOT_OPERATOR_H

#include "api/call/look.h"
#include "api/call/show.h"
#include "api/call/submit.h"
#include "api/operator/routes.h"

/* What stands in the answer to the write that made it, and in no other. */
struct shown_once {
    const char  *name; /* NULL: the list ends */
    struct slice text;
};

/* A resource of the operator's: by its id, written as one JSON object, with `once` (NULL:
 * nothing) at its end; false: there is none. */
typedef bool operator_show(struct json *json, struct reader *reader, struct arena *arena,
                           struct id id, const struct shown_once *once);
/* How each ends its object. */
void operator_show_end(struct json *json, const struct shown_once *once);

/* 200 with an ETag, 304, or 404 with the refusal. */
void operator_answer(struct call *call, operator_show *show, struct id id, enum refusal unknown);

/* A page of `{"items":[…]}`: what `list` finds under the system, each shown. */
typedef size_t operator_list(struct reader *reader, struct id first, struct id after,
                             struct id *ids, size_t max);
void           operator_answer_list(struct call *call, operator_list *list, operator_show *show);

/* The same of what is known of people: on record first (api/call/look.h). A list is of
 * everybody. `subject` is whom `id` is about; none: nobody is, and nothing is shown of it. */
void operator_look(struct call *call, operator_show *show, struct id id, struct id subject,
                   enum refusal unknown);
void operator_look_list(struct call *call, operator_list *list, operator_show *show);

bool operator_show_account(struct json *json, struct reader *reader, struct arena *arena,
                           struct id id, const struct shown_once *once);
bool operator_is_phone(struct slice text); /* E.164: + and 2 to 15 digits */

/* A write's answer is the resource as it is then, with ETag; for a 201 also Location and
 * what is shown only once. If-Match is held against the same. In the call's arena. */
struct answer_plan {
    operator_show    *show;
    struct id         id;
    struct slice      path; /* "/operator/v1/vendors/vnd_…" for a 201 */
    struct shown_once once[5];
};
void operator_submit(struct submission *submission, const struct answer_plan *plan);

#endif
