/* document.h -- a document in docs/ that is made of the tables.
 *
 * ERRORS    The test fails.
 */
#ifndef PIOT_WORLD_DOCUMENT_H
#define PIOT_WORLD_DOCUMENT_H

#include "tests/world/checks.h"

/* It says what was made. With PIOT_DOCS_WRITE=1 it is written first. */
void assert_document(const char *path, struct slice made);

#endif
