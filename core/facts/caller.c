#include "core/facts/caller.h"

/* clang-format off */
static const struct caller_role roles[CALLER_KINDS] = {
    [CALLER_NOBODY]   = { 0,   "anyone",   ACTOR_SYSTEM,     RIGHT_NONE },
    [CALLER_OPERATOR] = { 'o', "operator", ACTOR_OPERATOR,   RIGHT_OPERATE | RIGHT_FEED |
                          RIGHT_SUPPORT | RIGHT_FIGURES | RIGHT_AUDIT },
    [CALLER_FEEDER]   = { 'f', "feeder",   ACTOR_OPERATOR,   RIGHT_FEED },
    [CALLER_SUPPORT]  = { 's', "support",  ACTOR_OPERATOR,   RIGHT_SUPPORT },
    [CALLER_READER]   = { 'r', "reader",   ACTOR_OPERATOR,   RIGHT_FIGURES },
    [CALLER_AUDITOR]  = { 'u', "auditor",  ACTOR_AUDITOR,    RIGHT_AUDIT },
    [CALLER_VENDOR]   = { 'v', "vendor",   ACTOR_VENDOR,     RIGHT_VENDOR },
    [CALLER_APP]      = { 'a', "app",      ACTOR_SUBSCRIBER, RIGHT_SEE | RIGHT_COMMAND |
                          RIGHT_ARRANGE | RIGHT_CONSENT | RIGHT_ACCOUNT },
};
/* clang-format on */

const struct caller_role *caller_role(enum caller_kind kind)
{
    ensure(kind < CALLER_KINDS);
    return &roles[kind];
}

enum caller_kind caller_kind_named(struct slice name)
{
    for (size_t i = 0; i < CALLER_KINDS; i++)
        if (roles[i].letter && slice_equal(name, slice_text(roles[i].name)))
            return (enum caller_kind)i;
    return CALLER_NOBODY;
}

bool caller_is_issued(enum caller_kind kind)
{
    switch (caller_role(kind)->actor) {
    case ACTOR_OPERATOR:
    case ACTOR_AUDITOR: return true;
    case ACTOR_SYSTEM:
    case ACTOR_VENDOR:
    case ACTOR_SUBSCRIBER: break;
    }
    return false;
}

struct caller caller_of(enum caller_kind kind, struct id principal)
{
    ensure(kind > CALLER_NOBODY && kind < CALLER_KINDS && id_given(principal));
    return (struct caller){
        .kind      = kind,
        .principal = principal,
        .person    = kind == CALLER_APP ? principal : NO_ID,
        .rights    = roles[kind].rights,
    };
}

struct actor caller_actor(const struct caller *caller)
{
    return (struct actor){ roles[caller->kind].actor, caller->principal };
}

bool caller_has(const struct caller *caller, enum right right)
{
    ensure(right != RIGHT_NONE);
    return (caller->rights & right) != 0;
}

bool caller_may(const struct caller *caller, enum right right, struct id owner)
{
    if (!caller_has(caller, right)) return false;
    switch (caller->kind) {
    case CALLER_NOBODY: return false;
    case CALLER_OPERATOR:
    case CALLER_FEEDER:
    case CALLER_SUPPORT:
    case CALLER_READER:
    case CALLER_AUDITOR: return true;
    case CALLER_VENDOR:
    case CALLER_APP: return id_equal(owner, caller->principal);
    case CALLER_KINDS: break;
    }
    ensure(false);
    return false;
}
