/* model.h -- what the rules are supposed to say, as simply as it can be said.
 *
 * Three households of two networks, two vendors with three things each, arrays and
 * loops: no events, no streams, no folds, no follow-ups. Each function does to the
 * model what an intent does to the service, and says the refusal it expects.
 *
 * Whatever is true between calls is in the arrays; `asked` and `granted` tell the
 * caller that the last call began a question or a grant, whose ids it fills in.
 */
#ifndef PIOT_WORLD_MODEL_H
#define PIOT_WORLD_MODEL_H

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/facts/refusal.h"

enum { ACCOUNTS = 3, PLACES = 6, VENDORS = 2, THINGS = 6, QUESTIONS = 8192, COMMANDS = 8192 };
enum { OPEN_MAX = 3, OPEN_OF_VENDOR_MAX = 2, COMMANDS_OPEN_MAX = 3 }; /* the policy's */

#define UNDO_FOR (10 * SECOND) /* the policy's, too */

enum state { REQUESTED, GRANTED, EXPIRED, DENIED, LAPSED, WITHDRAWN, REVOKED };
enum step { CONCLUDED, QUEUED, SENT, ACCEPTED_BY_VENDOR, DELIVERED };
enum doing { WRITE_ON, WRITE_BRIGHTNESS, BLINK };

struct prompt { /* from the question to the end of the grant */
    struct id  consent, device, network;
    int        account, thing, place; /* place: the gateway it was seen behind */
    uint64_t   epoch;
    enum state state;
    int64_t    lapses_at, expires_at, undo_until;
    bool       was_granted, never; /* its answer was: never this vendor */
};
struct order {
    struct id  command;
    int        question;
    enum step  step;
    enum doing doing;
    bool       cancelled;
    int64_t    deadline;
};
struct model {
    int64_t       now;
    bool          suspended[VENDORS];
    struct id     network[PLACES]; /* place p is account p / 2's; none: given up */
    struct id     bound[PLACES];   /* what gateway p is bound to, also if that is gone */
    int           holder[THINGS], offered[THINGS]; /* a question; -1: none */
    int64_t       refused[ACCOUNTS][THINGS];       /* up to which epoch; -1: never */
    bool          blocked[ACCOUNTS][VENDORS];
    struct prompt questions[QUESTIONS];
    struct order  orders[COMMANDS];
    int           question_count, order_count;
    int           asked, granted; /* by the last call; -1: none */
};

int  vendor_of(int thing);
bool guarded(int thing);
/* Granted, perhaps expired. */
bool live(const struct prompt *q);
void model_begin(struct model *m, int64_t now);

enum refusal model_detect(struct model *m, int thing, int place, uint64_t epoch);
enum refusal model_grant(struct model *m, int q, struct id network, int here, int64_t expires_at);
enum refusal model_deny(struct model *m, int q, bool never);
/* `asked`: the question that a grant became again. */
enum refusal model_undo(struct model *m, int q);
enum refusal model_unblock(struct model *m, int account, int vendor);
enum refusal model_later(struct model *m, int q);
enum refusal model_withdraw(struct model *m, int q);
enum refusal model_renew(struct model *m, int q, int64_t expires_at);
enum refusal model_acknowledge(const struct model *m, int q);
enum refusal model_reportable(const struct model *m, int q);
enum refusal model_vendor_removes(struct model *m, int q);
enum refusal model_move(struct model *m, int q, struct id network);
enum refusal model_give_up(struct model *m, int place);

/* -- commands --------------------------------------------------------------------------- */

enum refusal model_command(struct model *m, int q, struct id command, enum doing doing,
                           int64_t life);
enum refusal model_cancel(struct model *m, int o);
void         model_goes_on(struct model *m, int o, enum step step);

/* What was due first happens first, all of it at the new now. */
void model_wait(struct model *m, int64_t us);

#endif
