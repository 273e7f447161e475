/* input.h -- a file, or what is piped in, as a whole.
 *
 * THREADS   Any.
 * MEMORY    The buffer is the caller's to free, also after an error.
 * ERRORS    STATUS_NOT_FOUND  it cannot be opened
 *           STATUS_LIMIT      it is larger than that
 *           STATUS_IO         it cannot be read to its end
 */
#ifndef PIOT_CLI_TOOL_INPUT_H
#define PIOT_CLI_TOOL_INPUT_H

#include "core/base/buffer.h"

/* "-" is standard input. */
must_use struct status input_read(const char *path, size_t size_max, struct buffer *text);

#endif
