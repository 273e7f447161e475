/* copy_check.h -- a copy of the log, held against itself and against what was signed.
 *
 * THREADS   One.
 */
#ifndef PIOT_CLI_EVIDENCE_COPY_CHECK_H
#define PIOT_CLI_EVIDENCE_COPY_CHECK_H

#include "cli/tool/finding_report.h"
#include "replay/verify/published.h"

/* Walks it with progress on the screen. heads[0] is its own checkpoint, opened; it has
 * to continue the others. */
must_use struct status copy_check(const struct published *published, const struct note_key *key,
                                  const struct checkpoint *stream_heads, size_t count,
                                  struct finding_report *report, struct verification *result);

#endif
