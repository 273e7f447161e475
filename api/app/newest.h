/* newest.h -- a page of what an account's events say, the newest first:
 *
 *     {"items":[…]}     and Link: <…>; rel="next", while there is more before them
 *
 * THREADS   The loop's.
 */
#ifndef PIOT_APP_NEWEST_H
#define PIOT_APP_NEWEST_H

#include "api/call/call.h"
#include "core/base/json.h"

enum {
    NEWEST_AT_ONCE  = 64,  /* positions read in one go */
    NEWEST_LOOK_MAX = 512, /* events looked at in one request, whatever is found: some
                              milliseconds */
};

/* Writes at most `limit` items, of events before the position `before`, which becomes the
 * last one looked at; 0: there is nothing before it. */
typedef struct status newest_items(struct call *call, const void *context, uint64_t *before,
                                   size_t limit, struct json *json);

/* Answers by ?limit= and ?cursor=, with 400 if they are wrong. */
void newest_answer(struct call *call, newest_items *items, const void *context);

#endif
