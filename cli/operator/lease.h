/* lease.h -- leases from a file, cut into requests the service takes.
 *
 * THREADS   Pure.
 * ERRORS    STATUS_CORRUPT: neither a JSON array nor lines of JSON; says where.
 */
#ifndef PIOT_CLI_OPERATOR_LEASE_H
#define PIOT_CLI_OPERATOR_LEASE_H

#include "core/base/buffer.h"

enum {
    LEASE_LINES_MAX = 5000,       /* leases in one request: half of what piotd takes */
    LEASE_BYTES_MAX = 900 * 1024, /* of one request: its bodies end at 1 MiB */
};

/* A JSON array of objects becomes lines of JSON; lines stay what they are. */
must_use struct status lease_lines(struct slice text, struct buffer *lines);
/* Takes the next request's lines off the front of `rest`; `count`: how many. False:
 * there are none left. */
bool lease_chunk(struct slice *rest, struct slice *chunk, size_t *count);
/* "FROM-TO" as two numbers up to 65535. */
bool lease_ports(struct slice text, uint64_t *from, uint64_t *to);

#endif
