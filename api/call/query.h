/* query.h -- reading: pages, ETags, and waiting for a position.
 *
 * Every GET takes ?after=<position> (from X-Log-Position or an event) and waits,
 * at most settings.read_wait, until that position is folded; then 503; but those to
 * which it is a place to go on from (route_waits()).
 *
 * THREADS   The loop's.
 */
#ifndef PIOT_API_CALL_QUERY_H
#define PIOT_API_CALL_QUERY_H

#include "api/call/call.h"
#include "core/facts/event.h"

enum { PAGE_DEFAULT = 50, PAGE_MAX = 200 };

/* A page of a list that is sorted by id. */
struct page {
    size_t    limit;
    struct id after;             /* none: from the start */
    struct id ids[PAGE_MAX + 1]; /* filled by the caller: ask for limit + 1 of them */
    size_t    count;
};
/* From ?limit= and ?cursor=. False: 400 has been answered. */
must_use bool page_read(struct call *call, struct page *page);
/* After page->count was set to how many were found: keeps `limit` of them, and if
 * there were more, adds Link: <…>; rel="next" to the answer. */
void page_close(struct call *call, struct page *page);
/* The same for lists with another cursor: `cursor` is opaque text, made base64url. */
must_use bool page_cursor(struct call *call, struct slice *cursor, size_t *limit);
void          page_link(struct call *call, struct slice cursor);

/* Adds ETag: "changed" to the answer. True: If-None-Match has it, and 304 has been
 * answered. */
must_use bool query_unchanged(struct call *call, uint64_t changed);
/* The same of a tag that is not a number, given in its quotes. */
must_use bool query_tag_is_held(struct call *call, struct slice tag);

/* As this caller may see a position of our log, given by its number. Vendors get it sealed,
 * never twice the same: how far the log moved would tell them whether a detection led to
 * anybody. */
struct slice  position_for(struct call *call, uint64_t position);
must_use bool position_from(struct call *call, struct slice text, uint64_t *position);

/* What other names and values in a query mean. False: 400 has been answered, naming
 * the query. Absent leaves what `to` points at as it is. */
must_use bool query_position(struct call *call, const char *name, uint64_t *to);
must_use bool query_instant(struct call *call, const char *name, int64_t *to);
must_use bool query_id(struct call *call, const char *name, enum id_kind kind, struct id *to);
/* "piot.v1.device-added", with the prefix of this service, or "device-added" alone;
 * `shape` NULL: absent. */
must_use bool query_type(struct call *call, const char *name, const struct shape **shape);
/* The same of one that may repeat; count 0: absent. */
struct query_types {
    enum event_type items[CALL_QUERIES_MAX];
    size_t          count;
};
must_use bool query_types(struct call *call, const char *name, struct query_types *types);

/* -- for call.c and loop.c ----------------------------------------------------- */

struct query_waits;
struct query_waits *query_waits_open(struct loop *loop);
void                query_waits_close(struct query_waits *waits);
/* Runs `call` (call_go_on) once ?after= is folded: at once, or later, or answers. */
void query_wait(struct call *call);

#endif
