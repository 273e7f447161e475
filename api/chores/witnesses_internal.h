/* witnesses_internal.h -- between the files that ask witnesses. */
#ifndef PIOT_API_CHORES_WITNESSES_INTERNAL_H
#define PIOT_API_CHORES_WITNESSES_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/chores/witnesses.h"
#include "api/post/backoff.h"
#include "api/post/post.h"

#define WITNESS_RETRY_FIRST (200 * MILLISECOND)

struct witness {
    struct posting    posting;
    struct witnesses *all;
    struct note_key   key;
    struct buffer     url;       /* of add-checkpoint; NUL-terminated */
    uint64_t          old;       /* the size it cosigned last, as far as we know */
    uint64_t          under_way; /* the size under way; 0: nothing is */
    uint64_t          cosigned;  /* the size that `line` is for; 0: none */
    struct buffer     line;
    struct slice      text; /* of what is under way; in `arena` */
    struct arena      arena;
    uint64_t          failures; /* in a row */
    int64_t           retry_at; /* monotonic */
    bool              taught;   /* it told its size, and has not cosigned since */
    bool              refuses;  /* it knows another log of this name */
};

struct witness_list {
    struct witness *of[WITNESSES_MAX];
    size_t          count, needed; /* 0 needed: nobody is there */
};

struct witnesses {
    struct chore  *chore;
    struct ground *ground;
    /* The thread's own. */
    struct poster *poster;
    struct buffer  note;      /* of the round */
    uint64_t       size;      /* of the round; 0: none yet */
    bool           published; /* the round has done its work */
    /* Anybody's. */
    atomic_size_t        refusing; /* as after the last step */
    pthread_mutex_t      lock;     /* over what follows */
    struct witness_list *list;     /* in use; only the thread changes it, and it alone looks
                                    * without the lock */
    struct witness_list *next;     /* to be taken over; NULL: none */
    struct buffer        newest;
    uint64_t             newest_size;
};

/* -- witness_request.c: one of them ------------------------------------------------------ */

/* May it be asked about the checkpoint of the round now? */
bool witness_is_ready(const struct witness *witness, int64_t now_us);
void witness_request(struct witness *witness, int64_t now_us);
/* Its answer is there, or none will come. */
void witness_settle(struct witness *witness, int64_t now_us);
void witness_free(struct witness *witness); /* nothing is under way */

#endif
