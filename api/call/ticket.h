/* ticket.h -- what stands in a URL for a session, where a browser can send no header.
 *
 * An EventSource of another origin sends neither Authorization nor our cookie. So its page
 * gets a ticket for one thing, the account's stream or one of its devices, and puts it into the
 * query: ?ticket=…. URLs are seen by more eyes than headers are. Therefore it has to be used
 * within TICKET_FIRST_USE for the first time, only reads, and only what it is for; from then
 * on it is good for as long as its session, so that a connection that broke comes back by itself.
 *
 * A ticket is a sealed text (sealed.h). Which ones were used is remembered in a table of fixed
 * size; in a full set that which was used longest ago makes room, and its page has to get
 * another. The table begins empty: of a ticket from before this process began nobody knows any
 * more whether it was used, and it counts as such.
 *
 * THREADS   Any.
 */
#ifndef PIOT_API_CALL_TICKET_H
#define PIOT_API_CALL_TICKET_H

#include "api/call/call.h"

enum {
    TICKET_MAX        = 256,   /* bytes of its text: it has 156 */
    TICKETS_ROWS      = 16384, /* used ones that are remembered: 512 KiB */
    TICKETS_WAYS      = 4,
    TICKET_PER_MINUTE = 60, /* of one account, on one loop: nobody drives others' out */
};
#define TICKET_FIRST_USE (60 * SECOND)

struct tickets;
struct tickets *tickets_open(int64_t now_us);
void            tickets_close(struct tickets *tickets); /* NULL is fine */

/* One in the name of the call's session; `device` none: for the stream. */
struct slice ticket_text(const struct call *call, struct id device);

/* Who comes with that ticket, if it is good for the call's route now: one with {deviceId} takes
 * that device's, another the stream's. From then on it has been used. False: it is not. */
must_use bool ticket_look_up(struct call *call, struct slice text);

#endif
