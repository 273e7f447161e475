/* backup_list.h -- backups, shown: a table, or JSON as the service gives it.
 *
 * THREADS   One.
 */
#ifndef PIOT_CLI_KEEP_BACKUP_LIST_H
#define PIOT_CLI_KEEP_BACKUP_LIST_H

#include "replay/copy/backup.h"

void backup_list_show(const struct backup *backups, size_t count, bool as_json);

#endif
