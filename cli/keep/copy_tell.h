/* copy_tell.h -- what came of an export or an import, for programs: one JSON object.
 *
 *     verdict       content; findings: the copy is not the log that was signed; refused
 *     from, to      a directory and a folder, or the other way round
 *     why           it was not done
 *     events        how many were copied, if they were
 *     size, root    of their tree, as the checkpoint has them
 *     ciphertexts   how many of them have sealed fields that came along
 *     filesWritten, filesKept   of an export
 *     findingCount, findings    as piot verify has them
 *
 * THREADS   One.
 */
#ifndef PIOT_CLI_KEEP_COPY_TELL_H
#define PIOT_CLI_KEEP_COPY_TELL_H

#include "cli/tool/finding_report.h"
#include "core/log/checkpoint.h"
#include "replay/copy/export.h"

struct copy_story {
    const char              *from, *to;
    const char              *why;  /* NULL: it was done */
    struct checkpoint        head; /* of the copy */
    struct verification      copy;
    bool                     bare; /* without ciphertexts */
    const struct export_job *job;  /* NULL: an import */
};
/* On standard output. */
void copy_tell(const struct copy_story *story, const struct finding_report *report);

#endif
