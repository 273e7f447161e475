/* loss.h -- going on after events were truly lost, without signing a fork.
 *
 * The old key signed a log that this one is not. So it never signs again here: it is put
 * aside, a new key with another origin signs what is left, and a file says what is known of
 * what was lost, to be shown to whoever holds the old log's checkpoints.
 *
 *     DIR/lost.txt          what was lost
 *     DIR/log.key.retired   the old key, if it was there, and its .pub
 *     DIR/log.key           the new one, and .pub
 *     ANCHOR                the log as it is now, signed with it
 *
 * Killed halfway it leaves an anchor that is not the new key's, or none: piotd does not
 * serve that, and says so.
 *
 * THREADS   One.
 * ERRORS    STATUS_CONFLICT  DIR/lost.txt is there: of an earlier loss; move it
 *           STATUS_INVALID   the origin is the old one, or none
 *           STATUS_IO        the disk failed
 */
#ifndef PIOT_CLI_KEEP_LOSS_H
#define PIOT_CLI_KEEP_LOSS_H

#include "replay/copy/backup.h"

struct loss {
    const char            *data, *anchor; /* paths */
    const char            *origin;        /* of the new log; "": one is made up */
    const struct note_key *old_key;
    struct slice           old_note; /* of the anchor; data NULL: it was lost, too */
    const struct restored *restored;
};
/* Before anything is restored: could it be written down? */
must_use struct status loss_check(const struct loss *loss);
/* After the store is in its place. `now`: the new key. */
must_use struct status loss_accept(const struct loss *loss, struct note_key *now);

#endif
