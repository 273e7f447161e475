/* pushes.h -- tells browsers that are not open that something waits, or has ended: Web Push.
 *
 * WHEN      A question came, or something ended that its person did not end: a grant that its
 *           vendor or the operator revoked, a device that was seen at somebody else's. One push
 *           in PUSH_EVERY at most for an account, unless it answered something meanwhile, and
 *           none in its quiet hours; what came then is said afterwards, with one push.
 * WHAT      A sentence in the account's language that names nobody and nothing (RFC 8030's JSON
 *           of declarative pushes), sealed for the browser (message.h).
 * ANSWERED  When nothing waits any more, each browser that was told so hears that, too: a push
 *           under the same tag, which takes the place of what is shown, without a sound. By its
 *           `data.close` the app's worker knows that it may go by itself.
 * TRIES     By Retry-After or with longer and longer waits, PUSH_TRIES_MAX in all and never
 *           after PUSH_LIFE. A newer push for a browser takes the place of one that waits. 404
 *           and 410 end the subscription, and so do its own end and that of its session.
 * WHERE     At addresses that webhooks may go to as well (api/post/address.h).
 *
 * That something was sent is no fact: it is in no event, and in memory alone. After a start the
 * log of the last PUSH_LIFE is looked through: what was held back then, or is not older than
 * PUSH_EVERY, is said (once more, perhaps), and the rest was said when it happened.
 *
 * THREADS   The chore's own; pushes_figures(): any.
 */
#ifndef PIOT_API_PUSHES_PUSHES_H
#define PIOT_API_PUSHES_PUSHES_H

#include "api/ground/chore.h"

enum { PUSH_TRIES_MAX = 5 };     /* a phone that is off is the push service's to wait for */
#define PUSH_EVERY (10 * MINUTE) /* a telephone that rings more often is turned off */
#define PUSH_LIFE  (1 * DAY)     /* a question that is older is no news */

extern const struct chore_row pushes_chore;

/* Since the start: taken by a push service, given up, and subscriptions that were gone. */
struct pushes_figures {
    uint64_t sent, failed, gone;
};
struct pushes_figures pushes_figures(const struct ground *ground);

#endif
