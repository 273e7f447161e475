/* ruling.h -- what the files of this room share, and nobody else needs. */
#ifndef PIOT_RULING_H
#define PIOT_RULING_H

#include "core/facts/names.h"
#include "core/rules/rules.h"

/* known_vendor(), known_device() …: a record of the stream that decides (or of the
 * directory); false: none. */
#define RECORD(letter, name, keys, uses, ...) uses(name)
#define GET(name)                                                                         \
    static inline bool known_##name(struct ruling *on, struct id first, struct id second, \
                                    struct name##_record *record)                         \
    {                                                                                     \
        return registry_get_##name(on->registry, first, second, on->arena, record);       \
    }
#define PUT(name)   /* registry_write.h */
#define ERASE(name) /* the same */
#define LIST(name)  /* registry.h */
#include "core/rules/registry.def"
#undef LIST
#undef ERASE
#undef PUT
#undef GET
#undef RECORD

/* The registry does not hold together: a record is missing that another one names, or is
 * not as that one says. Nothing is decided then, and the turn ends with a status, as it
 * does after a read that failed. Always ACCEPTED, to be returned. */
enum refusal rules_contradicted(struct ruling *on, const char *what);

/* What a rule wrote into a record, or what two records say of each other, checked where a
 * rule reads them. The store may have been damaged since, so it is no mistake of ours. */
static inline bool as_written(struct ruling *on, bool holds, const char *what)
{
    if (!holds) rules_contradicted(on, what);
    return holds;
}
#define AS_WRITTEN(on, condition) as_written((on), (condition), #condition)

static inline bool is(struct slice text, const char *word)
{
    return slice_equal(text, slice_text(word));
}

/* Why a grant ended whose answer was taken back: its device is offered to the account again. */
#define UNDONE SLICE("undone")

/* May this vendor do anything at all? */
bool rules_vendor_works(struct ruling *on, struct id vendor);

/* -- decide_network.c, for decide_consent.c and decide_device.c ------------------------------- */

/* The network bound to the gateway; none if it is gone, or never was. */
struct id rules_network_of(struct ruling *on, struct id gateway);

/* -- decide_grant.c, for decide_device.c and the vendor's device-removed --------------- */

enum consent_end { END_WITHDRAWN, END_REVOKED };
/* Ends a live or expired grant: the consent, its device, its commands that were
 * not sent. */
void rules_end_grant(struct ruling *on, struct id consent, const struct consent_record *grant,
                     enum consent_end how, struct slice reason);
/* That of a device that was not removed. */
enum refusal rules_end_grant_of(struct ruling *on, const struct device_record *device,
                                enum consent_end how, struct slice reason);

/* -- decide_command.c, for decide_delivery.c ----------------------------------------------- */

/* It is taken back; told once more if it was before. */
void rules_cancel(struct ruling *on, struct id id, const struct command_record *command,
                  struct slice reason);

/* -- decide_command.c, for decide_grant.c -------------------------------------------------- */

/* Takes back the commands of a device that were not sent yet, but for those of what is kept. */
void rules_cancel_queued(struct ruling *on, struct id device, struct texts kept,
                         struct slice reason);

/* -- decide_command.c, for decide_erasure.c -------------------------------------------------- */

/* Waits no longer for outcomes of a device whose grant has ended; false: there was
 * nothing to wait for. */
bool rules_await_no_more(struct ruling *on, struct id device);

/* -- decide_consent.c, for decide_undo.c and decide_erasure.c -------------------------------- */

/* Asks the person; `reopens`: the grant that was undone, none. */
void rules_question(struct ruling *on, const struct request_consent *intent,
                    const struct thing_model_record *model, struct id reopens);
/* Ends a question that waits, or settles a no that might still be undone. */
void rules_end_question(struct ruling *on, struct id id, const struct consent_record *consent,
                        struct slice reason);

/* -- decide_undo.c, for decide_consent.c ------------------------------------------------------ */

/* A no stands: its vendor hears of it. */
void rules_settle_denial(struct ruling *on, struct id id, const struct consent_record *consent);

/* -- decide_erasure.c, for whatever begins something new in an account ----------------- */

/* Is it there, and neither erased nor about to be? */
bool rules_account_lives(struct ruling *on, struct account_record *account);

#endif
