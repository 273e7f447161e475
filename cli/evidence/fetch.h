/* fetch.h -- a published log behind a URL.
 *
 * A URL without a path is a piotd's, whose log is below /audit/v1; one with a path is the
 * log's own prefix, on whatever serves it. Who is told to slow down waits and asks again.
 *
 * THREADS   One.
 * ERRORS    As of client.h, and STATUS_IO for whatever is answered but 200 and 404.
 */
#ifndef PIOT_CLI_EVIDENCE_FETCH_H
#define PIOT_CLI_EVIDENCE_FETCH_H

#include "replay/verify/published.h"

struct fetch;
/* `token`: the file of one; NULL: none is sent. `published` is valid until the close. */
must_use struct status fetch_open(struct fetch **fetch, const char *url, const char *token,
                                  struct published *published);
void                   fetch_close(struct fetch *fetch);

#endif
