/* verify.h -- what the kinds of piot verify share: a directory (verify.c), a copy or a part
 * of one (verify_copy.c), a proof (verify_proof.c).
 *
 * THREADS   One.
 */
#ifndef PIOT_CLI_EVIDENCE_VERIFY_H
#define PIOT_CLI_EVIDENCE_VERIFY_H

#include "cli/evidence/verify_witness.h"
#include "cli/tool/arguments.h"
#include "cli/tool/directory.h"
#include "cli/tool/finding_report.h"

struct verify_options {
    struct directory_options directory; /* its key is everybody's */
    const char              *folder, *part, *url, *proof, *receipt, *token;
    const char              *checkpoint; /* a file; NULL: none */
    struct witness_demand    witnesses;  /* of a directory and of copies */
    bool                     log_only;   /* of a directory: its views are left alone */
    bool                     json;
};

enum ending verify_copy(const struct verify_options *options);
enum ending verify_proof(const struct verify_options *options);

/* The report, or its last line; `views`: what is said of them. */
enum ending verify_tell(const struct finding_report *report, const char *where,
                        const struct verification *result, const char *views);

#endif
