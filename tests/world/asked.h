/* asked.h -- asking the ledger of a world that has one (world.h), turn by turn.
 *
 *     struct question question = ASKING(ALICE, create_network, .network = HOME, …);
 *     ask(world, &question);
 */
#ifndef PIOT_WORLD_ASKED_H
#define PIOT_WORLD_ASKED_H

#include "core/facts/names.h"
#include "projections/projection.h"
#include "tests/world/world.h"

/* One intent asked for by itself; `answers` counts done(). */
struct question {
    struct ledger_request request;
    struct ledger_item    item;
    unsigned              answers;
    enum event_type       types[8]; /* of what happened: outcomes end with done() */
    size_t                events;
    struct event          last;
};

/* clang-format off */
#define ASKING(where, what, ...)                                               \
    (struct question)                                                          \
    {                                                                          \
        .item.intent = { .type = INTENT_##what, .stream = (where),             \
                         .what = { __VA_ARGS__ } }                             \
    }
/* clang-format on */

void submit(struct world *world, struct question *question);
/* What submit() has called when it is answered; for a test that submits by itself. */
void question_answered(struct ledger_request *request);
/* Turns until there is nothing left to do. */
void turn(struct world *world);
/* Both; it was answered once. */
void ask(struct world *world, struct question *question);

/* What is asked for most: a token, which needs nothing before it. */
struct question for_a_token(uint64_t number);
struct question for_something_refused(void);
struct question for_an_account(void);

#endif
