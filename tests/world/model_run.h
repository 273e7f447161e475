/* model_run.h -- one history, put to the service and to the model together. */
#ifndef PIOT_WORLD_MODEL_RUN_H
#define PIOT_WORLD_MODEL_RUN_H

#include "tests/world/asked.h"
#include "tests/world/model.h"

struct run {
    struct world *world;
    struct model *model;
    uint64_t      chance;        /* xorshift64 */
    uint64_t      names;         /* of networks, commands, reports */
    uint64_t      epoch[THINGS]; /* how often each was reset */
    uint64_t      refused, accepted, undone;
};
struct probe { /* a request, and which ids it brought */
    struct ledger_request request;
    struct ledger_item    item;
    struct id             consent, device;
    unsigned              answers;
};

/* A number below `below`, drawn from run->chance. */
unsigned                 pick(struct run *run, unsigned below);
struct id                numbered(char letter, uint64_t number);
struct id                account_id(int account);
struct id                vendor_id(int vendor);
extern const char *const gateways[PLACES], *const things[THINGS], *const logins[ACCOUNTS];
struct id gateway_id(int place);
struct id claim_id(int thing);

/* -- putting it to the service ------------------------------------------------------- */

/* The test fails unless the service says what the model expects. */
struct probe put(struct run *run, struct intent intent, enum refusal expected);
/* clang-format off */
#define PUT(run, expected, where, what, ...)                                          \
    put((run), (struct intent){ .type = INTENT_##what, .stream = (where),             \
                                .what = { __VA_ARGS__ } }, (expected))
/* clang-format on */
#define PUT_PLAINLY(run, expected, where, what) \
    put((run), (struct intent){ .type = INTENT_##what, .stream = (where) }, (expected))

#endif
