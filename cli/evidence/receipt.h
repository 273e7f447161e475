/* receipt.h -- a receipt that somebody kept, read back and checked; see replay/receipt/receipt.h.
 *
 * Nothing but the bytes is needed. Besides what replay names, these rules are of the
 * document as it was read:
 *
 *     rule      says
 *     form      it is a receipt of a format we know, with events of one grant
 *     record    written again from its own evidence it is the same document
 *     page      the page around it is the one that belongs to it
 *
 * THREADS   One at a time for each.
 * MEMORY    What is read is in the kept receipt; kept_close() ends it.
 */
#ifndef PIOT_CLI_EVIDENCE_RECEIPT_H
#define PIOT_CLI_EVIDENCE_RECEIPT_H

#include "core/wire/json_path.h"
#include "replay/receipt/receipt.h"

struct kept {
    struct tree          tree;
    struct receipt      *receipt;
    struct receipt_claim claim;
    struct slice         signature;
    struct arena         arena;
    bool                 on_page;
    bool                 readable; /* the rest is filled; else there is a finding */
};
/* `text`: the document, or a page with one. */
void kept_check(struct kept *kept, struct slice text, const struct note_key *key,
                struct findings *findings);
void kept_close(struct kept *kept);

#endif
