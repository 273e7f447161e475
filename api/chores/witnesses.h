/* witnesses.h -- a checkpoint is published when so many witnesses have cosigned it (C2SP
 * tlog-witness and tlog-cosignature).
 *
 * The setting witnesses names a file, a witness a line, its verifier key and the URL that
 * /add-checkpoint is below; "#" begins a comment:
 *
 *     w1.example+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2 https://w1.example
 *
 * ROUNDS    One checkpoint is asked for at a time, of all witnesses at once. The round ends
 *           when witnesses_needed of them have cosigned it, which publishes it, or when
 *           nobody is left to answer; the next is about the newest. So a slow witness does
 *           not keep the others from agreeing on one size, and one that is away holds
 *           publication up if it is needed, but never the writer.
 * MEMORY OF WITNESSES  What a witness cosigned last it says itself (409); a proof leads from
 *           there to what is asked for.
 * LINES     A cosignature counts if it verifies under the key in the file, each key once.
 * FORKS     A witness that has seen more than this log has, or to which no proof leads, has
 *           seen another log of this name: the log was restored from before, or somebody
 *           else signs with its key. That is reported as an error each time.
 * CHANGES   Who is asked, and how many are needed, may change while it runs. Then a round
 *           begins with the newest checkpoint: who was there before goes on from what it
 *           cosigned, who is new is asked, and the request to who is gone is cancelled. What
 *           was published stays so. With none needed nobody is asked, and the file not read.
 *
 * THREADS   One of its own. All functions here are anybody's.
 * ERRORS    STATUS_INVALID    the file's line, and what is wrong with it; more are needed
 *                             than it names
 *           STATUS_NOT_FOUND  it cannot be read
 *           STATUS_LIMIT      it is too large for one
 *           STATUS_IO         reading it failed
 */
#ifndef PIOT_API_CHORES_WITNESSES_H
#define PIOT_API_CHORES_WITNESSES_H

#include "api/ground/chore.h"

enum { WITNESSES_MAX = 16 }; /* a note's readers need not look at more signatures */

/* Always wanted: who is needed may change. */
extern const struct chore_row witnesses_chore;

struct witness_list;
/* Whom these settings name, and how many of them they need. The list is the caller's. */
must_use struct status witness_list_read(const struct settings *settings,
                                         struct witness_list  **list);
void                   witness_list_free(struct witness_list *list); /* NULL is fine */
/* From the next step on these are asked. Takes the list. */
void witnesses_change(const struct ground *ground, struct witness_list *list);

/* The ledger has a newer checkpoint: for ledger_settings.anchored. Never blocks. True: it is
 * published when enough have cosigned it; false: none is needed. */
bool witnesses_anchored(const struct ground *ground, uint64_t size, struct slice note);

/* How many say that this is not the log they know, when last asked. */
size_t witnesses_refusing(const struct ground *ground);

#endif
