/* evidence_json.h -- a proof, read back from its JSON and shown to people.
 *
 * THREADS   Pure.
 * ERRORS    STATUS_INVALID: it is no proof; the sentence names the field
 */
#ifndef PIOT_CLI_EVIDENCE_EVIDENCE_JSON_H
#define PIOT_CLI_EVIDENCE_EVIDENCE_JSON_H

#include "core/wire/json_path.h"
#include "replay/receipt/evidence.h"

/* Texts point into the tree. */
must_use struct status evidence_read(const struct node *tree, struct arena *arena,
                                     struct evidence *evidence);
void                   evidence_say(const struct evidence *evidence, struct buffer *out);

#endif
