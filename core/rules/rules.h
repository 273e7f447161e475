/* rules.h -- what follows from what.
 *
 * decide() is pure: it reads the registry, the intent, the instant and the ids
 * it is given, writes events into `out`, and touches nothing else; no clock, no
 * disk, no chance of its own. The same question about the same past always has
 * the same answer.
 *
 * One stream decides: an intent names a stream, and its rule looks at that
 * stream's part of the registry and at the directory (vendors and their thing
 * models), nothing else. What must then happen in another stream is a follow-up:
 * an intent that follow_ups() reads off the event, submitted by the ledger, at
 * least once. A follow-up is never refused: asking for what is already so, or no
 * longer matters, is ACCEPTED without an event; a "no" that somebody has to
 * hear is an event of its own.
 *
 * A registry that cannot be read, or does not hold together, decides nothing: there are
 * no events, and whoever owns the reader finds why in reader_failure().
 *
 * THREADS   The writer's; tests call it as they like.
 * MEMORY    Events borrow text from the intent and from `arena`, which lives
 *           until the turn is over.
 */
#ifndef PIOT_RULES_H
#define PIOT_RULES_H

#include "core/facts/event.h"
#include "core/facts/intent.h"
#include "core/facts/refusal.h"
#include "core/rules/policy.h"
#include "core/rules/registry.h"
#include "core/store/fold.h"

struct ruling {
    struct reader       *registry;
    const struct policy *policy;
    const struct intent *intent;
    int64_t              now_us;
    struct ids          *ids;
    struct arena        *arena;
    struct event_batch  *out; /* empty before; empty again after a refusal */
};

must_use enum refusal decide(struct ruling *on);

/* The intents that an event leads to in other streams: into `out`, how many. */
enum { FOLLOW_UPS_MAX = 2 };
size_t follow_ups(const struct event *event, struct intent out[FOLLOW_UPS_MAX]);

/* The first fold: what decisions need to know. */
extern const struct fold fold_registry;

/* One per intent, in the file of the thing it is about. For decide() alone. */
/* clang-format off */
#define INTENT(name, ...) \
    enum refusal decide_##name(struct ruling *on, const struct name *intent);
/* clang-format on */
#include "core/facts/intents.def"
#undef INTENT

/* Adds an event of that type and gives its fields to fill in:
 *     *happened(on, device_renamed) = (struct device_renamed){ .device = … };
 * For rules alone. */
struct event *rules_happened(struct ruling *on, enum event_type type);
#define happened(on, name) (&rules_happened((on), EVENT_##name)->name)

struct id rules_new_id(struct ruling *on, enum id_kind kind);
/* SALT_SIZE bytes that nobody can guess. */
enum { SALT_SIZE = 16 };
struct slice rules_new_salt(struct ruling *on);

#endif
