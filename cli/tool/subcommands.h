/* subcommands.h -- every subcommand of piot: a function in a file of its name.
 *
 *     SUBCOMMAND(name, needs, meaning)      as_of is "as-of" on the command line
 *
 * needs: what it cannot do without, under which help lists it. words[0] is the
 * subcommand's own name. What a function gives back is how the program ends. help and
 * version are main's own.
 *
 * THREADS   The main thread's.
 */
#ifndef PIOT_CLI_TOOL_SUBCOMMANDS_H
#define PIOT_CLI_TOOL_SUBCOMMANDS_H

#include "cli/tool/arguments.h"

/* clang-format off */
#define SUBCOMMANDS                                                                                \
    SUBCOMMAND(vendor,  PIOTD, "take vendors on, approve them, stop them, offboard them")         \
    SUBCOMMAND(account, PIOTD, "open subscribers' accounts, find them, let people in again")       \
    SUBCOMMAND(gateway, PIOTD, "say which gateway is whose")                                       \
    SUBCOMMAND(lease,   PIOTD, "say which gateway held which addresses")                           \
    SUBCOMMAND(token,   PIOTD, "hand out tokens to operators, their systems and auditors")         \
    SUBCOMMAND(overview, PIOTD, "how many of what there were, and whether all is well")            \
    SUBCOMMAND(clock,   PIOTD, "accept the time after a machine's clock was set")                  \
    SUBCOMMAND(demo,    PIOTD, "play a vendor and a household against a running piotd")            \
    SUBCOMMAND(tail,    DATA,  "follow what happens in a data directory")                          \
    SUBCOMMAND(history, DATA,  "what happened to an account, a device, a vendor")                  \
    SUBCOMMAND(as_of,   DATA,  "show an account, a network or a device as it was")                 \
    SUBCOMMAND(diff,    DATA,  "what changed about one between two moments")                       \
    SUBCOMMAND(verify,  DATA,  "check that nothing was altered, left out or added")                \
    SUBCOMMAND(prove,   DATA,  "prove that an event is in the log, or that the log was continued") \
    SUBCOMMAND(export,  DATA,  "write the log into plain files, as C2SP tlog-tiles has them")      \
    SUBCOMMAND(import,  DATA,  "make a data directory of an export")                               \
    SUBCOMMAND(archive, DATA,  "move old events out of the store, into plain files")               \
    SUBCOMMAND(rebuild, DATA,  "fold all views again from the log")                                \
    SUBCOMMAND(try,     DATA,  "what this program's folds would make of the log")                  \
    SUBCOMMAND(rotate,  DATA,  "give the vault a new master key")                                  \
    SUBCOMMAND(backup,  DATA,  "copy the log, beside a running service or a stopped one's")        \
    SUBCOMMAND(restore, DATA,  "bring a backup back, or say why that must not be")                 \
    SUBCOMMAND(events,  ALONE, "the reference of events, intents and refusals")                    \
    SUBCOMMAND(witness, ALONE, "cosign the checkpoints of logs that only ever grow")
/* clang-format on */

#define SUBCOMMAND(name, needs, meaning) enum ending piot_##name(int count, char **words);
SUBCOMMANDS
#undef SUBCOMMAND

#endif
