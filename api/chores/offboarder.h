/* offboarder.h -- ending the grants of vendors that are leaving, in the background.
 *
 *     the operator offboards a vendor      its status is offboarding
 *     this ends its grants, a few a turn   people lose the devices, the vendor is told of each
 *     the vendor says that it knows of     or has not in time: that is on record as overdue
 *     the last one
 *     this ends the offboarding            its status is offboarded; nobody calls as it any more
 *
 * A vendor that is leaving still fetches and is sent what it is owed, and says what it knows.
 * What is to be done stands in the views, so a kill in between costs nothing.
 */
#ifndef PIOT_API_CHORES_OFFBOARDER_H
#define PIOT_API_CHORES_OFFBOARDER_H

#include "api/ground/chore.h"

extern const struct chore_row offboarder_chore;

#endif
