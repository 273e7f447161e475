/* verify_receipt.h -- piot verify --receipt FILE --key KEY: no data directory needed.
 *
 * THREADS   main()'s.
 */
#ifndef PIOT_CLI_EVIDENCE_VERIFY_RECEIPT_H
#define PIOT_CLI_EVIDENCE_VERIFY_RECEIPT_H

#include "cli/tool/arguments.h"

/* Says what was checked, line by line, and what the receipt proves. `key` NULL: not given. */
enum ending verify_receipt(const char *path, const char *key, bool as_json);

#endif
