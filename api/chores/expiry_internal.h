/* expiry_internal.h -- between the files of what expires. */
#ifndef PIOT_API_CHORES_EXPIRY_INTERNAL_H
#define PIOT_API_CHORES_EXPIRY_INTERNAL_H

#include "api/chores/expiry.h"
#include "api/ground/chore.h"
#include "projections/projection.h"

enum {
    EXPIRY_AT_ONCE = 256,  /* reports in one turn of the writer: a millisecond or so */
    EXPIRY_READ    = 4096, /* events in one look */
};

struct expiry {
    struct chore *chore;
    uint64_t      dropped, left_out; /* reports, accounts, in this pass */
    struct status failure;           /* of the first account that was left out */
};

/* -- expiry_rows.c ----------------------------------------------------------------- */

/* One look at one account: which reports that are old can go, which are needed. */
struct expiry_look {
    struct id account;
    int64_t   until_us;
    uint64_t  kept_after; /* where the next look goes on, among what was kept before */
    bool      past_kept;  /* it has seen all of that */
    uint64_t  seen;       /* and in the stream */
    bool      more;       /* there may be more to look at */
    uint64_t  drop[EXPIRY_AT_ONCE], keep[EXPIRY_AT_ONCE];
    size_t    drop_count, keep_count;
    size_t    read, fresh; /* events, and those of them that came since the last time */
};
must_use struct status expiry_rows_look(struct reader *reader, struct vault *vault,
                                        struct expiry_look *look);
/* Is it worth a turn of the writer to have that on record? */
bool expiry_rows_worth(const struct expiry_look *look);
/* In that turn. */
void expiry_rows_put(const struct expiry_look *look, struct batch *batch);
/* Did something go of which files may still hold it, also before a kill? And: none does. */
bool expiry_rows_unwiped(struct reader *reader);
void expiry_rows_wiped(struct batch *batch);
/* Of an account that is erased: at most so many rows; how many. */
size_t expiry_rows_forget(struct batch *batch, struct id account, size_t max);

#endif
