/* past_state.h -- the rows that show an account, a network or a device at a moment.
 *
 * Taken by folding the past into a batch; see past.h. For this room.
 *
 * MEMORY    Rows are in the arena of the caller.
 */
#ifndef PIOT_REPLAY_PAST_PAST_STATE_H
#define PIOT_REPLAY_PAST_PAST_STATE_H

#include "core/store/record.h"
#include "replay/past/past.h"

enum part {
    PART_account,
    PART_network,
    PART_gateway,
    PART_device,
    PART_consent,
    PART_command,
    PART_vendor,
    PART_COUNT,
};
const char *part_kind(enum part part);   /* "device" */
const char *part_plural(enum part part); /* "devices" */
const char *part_key(enum part part);    /* what its id is called: "deviceId" */
enum part   part_of(struct id id);       /* PART_COUNT: none */

struct past_state_row {
    enum part                 part;
    struct id                 id;
    const struct record_type *type;
    const void               *row;
};
struct past_state {
    struct position        position;
    int64_t                at_us;
    bool                   there;     /* the subject was; else there are no rows */
    uint64_t               forgotten; /* reports until then, the subject's, without their values */
    struct past_state_row *rows;      /* by part, then by id */
    size_t                 count;
};
/* Which parts a picture of that kind of subject shows, besides the subject itself. */
bool past_state_shows(enum part subject, enum part part);

must_use struct status past_state_take(const struct past *past, struct id subject, struct moment at,
                                       struct arena *arena, struct past_state *past_state);

/* The same of what any reader's views say; position and instant are left alone. */
must_use struct status past_state_of(struct reader *views, struct id account, struct id subject,
                                     struct arena *arena, struct past_state *past_state);
/* As replay_as_of() writes it. */
void past_state_write(const struct past_state *past_state, struct id subject, bool personal,
                      struct json *json);

/* Every event until picture->position of the account, and of the vendors it deals with, into
 * a batch over past->nothing, which is never committed; counts picture->forgotten. */
must_use struct status past_fold(const struct past *past, struct id account, struct id subject,
                                 struct past_state *past_state, struct batch *batch);
/* The account whose stream tells of it. `named` is where that begins. */
must_use struct status past_account_of(const struct past *past, struct id subject,
                                       struct id *account, uint64_t *named);
/* STATUS_NOT_FOUND for a subject that was not there at that moment. */
must_use struct status past_absent(struct id subject, const struct past_state *past_state);

#endif
