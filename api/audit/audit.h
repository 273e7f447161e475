/* audit.h -- what the auditors' handlers share.
 *
 * EVERY READ IS AN EVENT, durable before anything is shown. A handler reads its path
 * and query, and then hands over what shows:
 *
 *     void audit_account(struct call *call)
 *     {
 *         …
 *         audit_read(call, account, show_account);
 *     }
 *
 * api/call/look.h says what the event tells.
 *
 * Not recorded are reads of hashes alone: the checkpoint, tiles of hashes, proofs. They
 * show nobody's data, and a log that grew by being verified could never be caught up
 * with: the tree proven a moment ago would be an old one each time.
 *
 * SIGHT. Personal fields are shown to auditors whose token says so; not to others, and
 * not to operators. Where there is no sight, nothing personal is even opened: whatever
 * reads the log or folds it is handed audit_vault(), which is NULL then.
 *
 * THREADS   The loop's.
 */
#ifndef PIOT_AUDIT_H
#define PIOT_AUDIT_H

#include "api/audit/routes.h"
#include "api/call/look.h"
#include "core/vault/vault.h"

/* Has the read put on record, then runs `show`. `subject`: the account, network, device
 * or vendor that is looked at; none: no single one. */
void audit_read(struct call *call, struct id subject, look_show *show);

/* What personal fields may be opened with: the service's vault, or NULL. */
struct vault *audit_vault(const struct call *call);
/* How the log's events are shown to this caller. */
struct event_view audit_view(const struct call *call);

#endif
