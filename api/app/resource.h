/* resource.h -- what a subscriber has, one at a time: found, shown, changed.
 *
 * Everything is the caller's account's or it is not there: an id that is unknown and
 * one that is somebody else's get the same answer, in about the same time.
 *
 *     void app_get_device(struct call *call)
 *     {
 *         resource_answer(call, &resource_device);
 *     }
 *
 * THREADS   resource_show() runs wherever its reader may; the rest on the loop, but
 *           for the hooks it sets, which run inside the turn.
 * MEMORY    In the call's arena.
 * ERRORS    A store that cannot be read answers 500, never 404.
 */
#ifndef PIOT_APP_RESOURCE_H
#define PIOT_APP_RESOURCE_H

#include "api/call/show.h"
#include "api/call/submit.h"
#include "projections/projection.h"

struct resource {
    const char  *parameter; /* of the path: "deviceId" */
    enum id_kind kind;
    enum refusal unknown; /* the answer for what is not there */
    const char  *path;    /* what comes before its id in a Location */
    /* Its row, in the arena; NULL: there is no such thing that the call may reach. */
    const void *(*row)(const struct call *call, struct reader *reader, struct arena *arena,
                       struct id id);
    /* Writes it as one JSON object. */
    void (*show)(struct json *json, struct showing *showing, struct id id, const void *row);
};
extern const struct resource resource_network, resource_question, resource_consent, resource_device,
    resource_command;

/* The rows behind them. False: not one that the call may reach, or no more. A question is a consent
 * that waits for its answer. */
bool own_network(const struct call *call, struct reader *reader, struct arena *arena, struct id id,
                 struct network_row *row);
bool own_consent(const struct call *call, struct reader *reader, struct arena *arena, struct id id,
                 struct consent_row *row);
bool own_question(const struct call *call, struct reader *reader, struct arena *arena, struct id id,
                  struct consent_row *row);
bool own_device(const struct call *call, struct reader *reader, struct arena *arena, struct id id,
                struct device_row *row);
/* The thing model behind it. NULL: it could not be read, which is noted with the call's reader. */
const struct node *own_device_model(struct call *call, const struct device_row *row);
bool own_command(const struct call *call, struct reader *reader, struct arena *arena, struct id id,
                 struct command_row *row);

/* The whole of a GET: 200 with ETag, 304, 404. */
void resource_answer(struct call *call, const struct resource *resource);
/* The same for an id from elsewhere. */
void resource_answer_id(struct call *call, const struct resource *resource, struct id id);
/* What was not found: 404 in the resource's own words. */
void resource_unknown(struct call *call, const struct resource *resource);
/* 200 with ETag, or 304; frees the body. */
void resource_answer_body(struct call *call, struct buffer *body);

/* Sets the hooks of a write about one resource: If-Match is held against what would be
 * shown, and the answer, unless it is 204, is what is shown then, with its ETag; a 201
 * or 202 also has its Location. */
void resource_submit(struct submission *submission, const struct resource *resource, struct id id);

/* After resource_submit(): the answer shows it as this instead. */
void resource_becomes(struct submission *submission, const struct resource *resource);

/* Most writes about one: the body into the route's intent, hooks set, `id` filled in.
 * NULL: 400 or 404 has been answered. `others`: see json_read_intent(). */
struct submission *resource_body(struct call *call, const struct resource *resource,
                                 const char *const *others, struct id *id);

/* -- lists ------------------------------------------------------------------------- */

/* A page of what a list of ids has, `{"items":[…]}`, with Link to the next. `pick`
 * (NULL: all) says which belong in; a request looks at LIST_LOOK_MAX ids at most, so a
 * filter that finds little gives short pages, which go on all the same. Each row is read
 * once, for picking and showing. */
enum { LIST_LOOK_MAX = 2000 };
struct list {
    const struct resource *resource;
    size_t (*ids)(struct reader *reader, struct id first, struct id after, struct id *ids,
                  size_t max); /* a view_list_NAME() or view_fall_NAME() */
    struct id first;           /* what the ids hang under */
    bool (*pick)(const struct list *list, const void *row);
    void (*shown)(struct call *call, struct id id, const void *row); /* NULL: nobody asks */
    void *context;                                                   /* the filter's own */
};
void list_answer(struct call *call, const struct list *list);

/* For a list's `shown`: has it on record, once, that the question reached the app. `row` is a
 * struct consent_row. */
void inbox_note_shown(struct call *call, struct id consent, const void *row);

#endif
