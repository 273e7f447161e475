/* restore_tell.h -- what came of a restore, said so that an operator in trouble knows what
 * to do next.
 *
 * THREADS   One.
 */
#ifndef PIOT_CLI_KEEP_RESTORE_TELL_H
#define PIOT_CLI_KEEP_RESTORE_TELL_H

#include "cli/tool/arguments.h"
#include "cli/tool/finding_report.h"
#include "replay/copy/backup.h"

struct restore_story {
    const char            *folder, *data; /* `data` NULL: it was only looked */
    bool                   look_only;
    uint64_t               findings;
    const struct restored *restored;
    const struct note_key *now;     /* of RESTORED_SHORT: the new key */
    const char            *archive; /* where it was to come to be; NULL: where it was */
};
/* On standard output; gives how the program ends. */
enum ending restore_tell(const struct restore_story *story, const struct finding_report *report,
                         bool as_json);

#endif
