/* chores.c -- what goes on in the background: opened and started in this order, stopped and
 * closed in the opposite one. The courier and the witnesses are stopped last: what they have
 * under way comes to its end by intents, and what others do may still concern them. */
#include "api/app/charts.h"
#include "api/app/passwords.h"
#include "api/audit/historian.h"
#include "api/chores/archivist.h"
#include "api/chores/backups.h"
#include "api/chores/detections.h"
#include "api/chores/eraser.h"
#include "api/chores/expiry.h"
#include "api/chores/lease_sweep.h"
#include "api/chores/offboarder.h"
#include "api/chores/rebuilds.h"
#include "api/chores/witnesses.h"
#include "api/courier/courier.h"
#include "api/pushes/pushes.h"
#include "api/service/service_internal.h"
#include "api/vendors/missing.h"
#include "api/vendors/reconcile.h"

const struct chore_row *const *service_chores(size_t *count)
{
    static const struct chore_row *const rows[] = {
        &witnesses_chore,  &courier_chore,         &passwords_chore, &historian_chore,
        &charts_chore,     &reconciliations_chore, &backups_chore,   &rebuilds_chore,
        &eraser_chore,     &lease_sweep_chore,     &archivist_chore, &expiry_chore,
        &detections_chore, &pushes_chore,          &missing_chore,   &offboarder_chore,
    };

    *count = COUNT(rows);
    return rows;
}
