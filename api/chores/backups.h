/* backups.h -- backups of the running service, on a thread of their own: one at a time,
 * while all else goes on.
 *
 * Where they go is settings.backup_folder, and for the vault backup_vault_folder; what they
 * hold and what not, replay/copy/backup.h says. A backup is no event: the log that comes back
 * from it could not know of it, and the folder itself says what there is.
 *
 * RocksDB cannot be told to stop copying, so a stop waits for the one that runs. Killed
 * instead, it was never there.
 *
 * The list of what is in the folder is read at the start. If it cannot be read that is
 * reported, not fatal: people need the service more than its list.
 *
 * THREADS   Any.
 */
#ifndef PIOT_API_CHORES_BACKUPS_H
#define PIOT_API_CHORES_BACKUPS_H

#include "api/ground/chore.h"
#include "core/base/json.h"

extern const struct chore_row backups_chore;

enum backups_start {
    BACKUPS_STARTED,
    BACKUPS_NO_FOLDER, /* settings.backup_folder is empty */
    BACKUPS_RUNNING,   /* one is being taken */
    BACKUPS_UNABLE,    /* the world failed: `why` */
};
/* `keep`: then take all but the newest so many away; 0: all stay. `number`: what it will be
 * called. */
enum backups_start backups_start(struct ground *ground, uint32_t keep, uint32_t *number,
                                 struct status *why);

/* The backup of that number as an object. False: there is none, and nothing was written. */
bool backups_show(struct ground *ground, uint32_t number, struct arena *arena, struct json *json);
/* Numbers less than `before`, the newest first, at most `max`; how many. */
size_t backups_numbers(struct ground *ground, uint32_t before, uint32_t *numbers, size_t max);

/* For /metrics. `last_s`: when the last good one was taken, since 1970; 0: never. */
struct backups_figures {
    uint64_t last_s, failures;
    bool     running;
};
struct backups_figures backups_figures(struct ground *ground);

#endif
