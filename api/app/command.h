/* command.h -- asking a device for something, whichever way the wish came in. */
#ifndef PIOT_APP_COMMAND_H
#define PIOT_APP_COMMAND_H

#include "api/app/resource.h"
#include "core/wire/json_tree.h"

/* What is wished of a device of the caller's. */
struct wish {
    struct id          device;
    struct slice       operation, name;
    const struct node *input;     /* NULL: none */
    uint64_t           valid_for; /* seconds; 0: the usual time */
};

/* Checks the wish against the device's thing model and hands it to the ledger; the
 * answer is the command, with its Location. 400 names the field, a device that is not
 * the caller's is 404. */
void command_request(struct call *call, const struct wish *wish);

#endif
