/* subcommands.h -- every subcommand of piot: a function in a file of its name.
 *
 *     SUBCOMMAND(name, meaning)      as_of is "as-of" on the command line
 *
 * words[0] is the subcommand's own name. What a function gives back is how the program
 * ends. help and version are main's own.
 *
 * THREADS   The main thread's.
 */
#ifndef PIOT_CLI_SUBCOMMANDS_H
#define PIOT_CLI_SUBCOMMANDS_H

#include "cli/arguments.h"

#define SUBCOMMANDS                                                                       \
    SUBCOMMAND(vendor,  "take vendors on, approve them, stop them, part with them")       \
    SUBCOMMAND(account, "open subscribers' accounts")                                     \
    SUBCOMMAND(gateway, "say which gateway is whose")                                     \
    SUBCOMMAND(lease,   "say which gateway held which addresses")                         \
    SUBCOMMAND(token,   "hand out tokens to operators and auditors")                      \
    SUBCOMMAND(tail,    "follow what happens in a data directory")                        \
    SUBCOMMAND(history, "what happened to an account, a device, a vendor")                \
    SUBCOMMAND(as_of,   "show an account, a network or a device as it was")               \
    SUBCOMMAND(diff,    "what changed about one between two moments")                     \
    SUBCOMMAND(verify,  "check that nothing was altered, left out or added")              \
    SUBCOMMAND(prove,   "prove that an event is in the log, or that the log was continued") \
    SUBCOMMAND(export,  "write the log into plain files, as C2SP tlog-tiles has them")    \
    SUBCOMMAND(import,  "make a data directory of an export")                             \
    SUBCOMMAND(rebuild, "fold all views anew from the log")                               \
    SUBCOMMAND(try,     "what this program's folds would make of the log")                \
    SUBCOMMAND(rotate,  "give the vault a new master key")                                \
    SUBCOMMAND(backup,  "copy the log, beside a running service or a stopped one's")      \
    SUBCOMMAND(restore, "bring a backup back, or say why that must not be")               \
    SUBCOMMAND(events,  "the reference of events, intents and refusals")                  \
    SUBCOMMAND(witness, "cosign the checkpoints of logs that only ever grow")             \
    SUBCOMMAND(demo,    "play a vendor and a household against a running piotd")

#define SUBCOMMAND(name, meaning) enum ending piot_##name(int count, char **words);
SUBCOMMANDS
#undef SUBCOMMAND

#endif
