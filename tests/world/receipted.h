/* receipted.h -- a log with a grant in it, folded as far as receipts need, and a key that
 * signs its head. */
#ifndef PIOT_WORLD_RECEIPTED_H
#define PIOT_WORLD_RECEIPTED_H

#include "replay/receipt/receipt.h"
#include "tests/world/logged.h"

static const struct id    ASKED      = { "cother" }; /* about what Alice never answers */
static const struct slice PURPOSES[] = { { "to switch it <remotely>", 23 } };
static const char         NOTICE[]   = "Glow asks to add Lamp & <b>co</b> to your network.";

struct receipted {
    struct world      *world;
    struct note_signer signer;
    struct receipt     receipt;
};

/* As the ledger does it: appended, folded, committed, shown. */
void happens(struct receipted *with, struct event event);
/* clang-format off */
#define HAPPENS(with, where, what, ...)                                            \
    happens((with), (struct event){ .type = EVENT_##what, .stream = (where),        \
                                    .actor = { ACTOR_SUBSCRIBER, ALICE },           \
                                    .what  = { __VA_ARGS__ } })
/* clang-format on */

void alice_withdraws(struct receipted *with);

/* A receipt of that consent by the head over the first `size` events, in with->receipt. */
struct status gather(struct receipted *with, struct id consent, uint64_t size);
/* The signed document over all there is, in the world's arena. */
struct slice receipt_of_the_grant(struct receipted *with);

/* For cmocka: Glow came, Alice was asked about ASKED and GRANT, and granted GRANT. */
int receipted_begins(void **state);
int receipted_ends(void **state);

#endif
