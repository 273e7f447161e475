/* life.h -- a household's life, through the ledger: two accounts, three vendors, devices
 * that come, change, move and go. After every step somebody may look.
 *
 * THREADS   The test is the writer.
 */
#ifndef PIOT_WORLD_LIFE_H
#define PIOT_WORLD_LIFE_H

#include "replay/past/past.h"
#include "tests/world/asked.h"

struct life {
    struct world *world;
    struct id     question, lamp;    /* Alice's; none yet */
    void (*step)(struct life *life); /* after each; NULL: nobody looks */
    void *context;
};
/* Fails the test if it is refused. */
void does(struct life *life, struct question asked);
#define DOES(life, where, what, ...) does((life), ASKING(where, what, __VA_ARGS__))

/* A vendor that is approved and has a lamp; an account with a network and a gateway. */
void vendor_comes(struct life *life, struct id vendor, const char *name);
void account_comes(struct life *life, struct id account, const char *login, struct id network);

/* A lamp of Glow's is seen at the account; the question that waits there. */
struct id lamp_is_seen(struct life *life, struct id account, const char *login, const char *lamp,
                       struct id report);
/* Its device. */
struct id lamp_is_granted(struct life *life, struct id account, struct id question);
void      lamp_reports(struct life *life, const char *on);

/* Alice gets a lamp. */
void life_begins(struct life *life);

/* It is used, placed, moved; Glow is called otherwise; Bob gets one, too. */
void life_goes_on(struct life *life);

/* Alice takes the grant back, and gives the office up. */
void life_parts(struct life *life);

/* -- asking about it ----------------------------------------------------------------------- */

/* For cmocka: a life in memory that has not begun, and its end. */
int life_is_given(void **state);
int life_ends(void **state);
/* What is asked when the past is; the caller closes its `nothing`. */
struct past past_of(struct life *life, bool personal);

/* "" where the answer was no: then `why` says so. */
const char *as_of(struct life *life, struct id subject, uint64_t position, bool personal,
                  struct status *why);
/* The id's text. */
const char *named(struct life *life, struct id id);

#endif
