/* expiry.h -- what devices told long ago is forgotten, in the background.
 *
 * The log's classes: what was decided is kept forever; the values that devices reported
 * (PASSING in core/facts/events.def) for settings.reports_kept, and longer only while a view
 * shows them or because they told whether a command took effect (view_needs_report()).
 * Addresses are in no event: settings.lease_life.
 *
 * Every settings.reports_look_every this goes through the accounts. Of each it reads what its
 * stream has had since the last time, as far as that is old enough, and what was kept then;
 * the ciphertexts that no view needs go in one turn of the writer with the event that says
 * so, reports-expired. Then the files are rewritten that held them, or held the view's row
 * as it was before. Envelopes stay, so every proof does. An account with a legal hold, and
 * one that is being erased, is left alone.
 *
 * How far it came is rows that are no fold of the log: if they are lost, it reads again.
 *
 *     meta   "reports" NUL, account        -> the last position looked at (u64)
 *            "reports" NUL, account, position -> nothing: a report that was old and is shown
 *            "reports-unwiped"             -> nothing: files may hold what went
 *
 * It ends between two accounts at the latest.
 */
#ifndef PIOT_API_CHORES_EXPIRY_H
#define PIOT_API_CHORES_EXPIRY_H

#include "api/ground/chore.h"

extern const struct chore_row expiry_chore;

#endif
