/* caller.h -- who is asking, and what they may do: the one place where rights are compared.
 *
 * A right is about a kind of thing; whose thing it may be follows from who is asking. A vendor
 * has its own things, an app the account's of the person who is signed in; who has a token of
 * the operator's, an auditor's among them, may look at anybody's.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_CORE_FACTS_CALLER_H
#define PIOT_CORE_FACTS_CALLER_H

#include "core/facts/actor.h"

enum right {
    RIGHT_NONE    = 0,       /* a route that nobody has to prove anything for */
    RIGHT_SEE     = 1 << 0,  /* an account's networks, devices, questions and history */
    RIGHT_COMMAND = 1 << 1,  /* its devices */
    RIGHT_ARRANGE = 1 << 2,  /* its networks, and where devices are in them */
    RIGHT_CONSENT = 1 << 3,  /* answer its questions; renew and withdraw its grants */
    RIGHT_ACCOUNT = 1 << 4,  /* the account itself: sessions, export, erasure */
    RIGHT_VENDOR  = 1 << 5,  /* a vendor's models, reports, keys and endpoint */
    RIGHT_OPERATE = 1 << 6,  /* vendors, accounts, gateways, tokens, backups */
    RIGHT_AUDIT   = 1 << 7,  /* the log, and what it shows of anybody at any moment */
    RIGHT_FEED    = 1 << 8,  /* say who held which address, and what a gateway sees */
    RIGHT_SUPPORT = 1 << 9,  /* find somebody who calls, and let them in again */
    RIGHT_FIGURES = 1 << 10, /* vendors, how many of what, and whether all is well; no people */
};
#define RIGHT_LAST RIGHT_FIGURES

enum caller_kind {
    CALLER_NOBODY, /* nothing is proven */
    CALLER_OPERATOR,
    CALLER_FEEDER,  /* the operator's systems that know addresses */
    CALLER_SUPPORT, /* whom people call who cannot get in */
    CALLER_READER,  /* a wall with figures on it */
    CALLER_AUDITOR,
    CALLER_VENDOR,
    CALLER_APP,
    CALLER_KINDS,
};

struct caller {
    enum caller_kind kind;
    struct id        principal; /* the vendor or account; of those with issued tokens: the token */
    struct id        person;    /* the account of who is signed in; none for the others */
    unsigned         rights;    /* bits of enum right */
};

/* What tokens are made of, and the log says of who did something. */
struct caller_role {
    char            letter; /* in the token's text; 0: nobody has a token of this kind */
    const char     *name;   /* as it is stored, and said to callers: "operator" */
    enum actor_kind actor;
    unsigned        rights;
};
const struct caller_role *caller_role(enum caller_kind kind);
/* CALLER_NOBODY: of none that may call. */
enum caller_kind caller_kind_named(struct slice name);

/* Does the operator hand out tokens of that kind, by a call? */
bool caller_is_issued(enum caller_kind kind);

/* A caller of that kind with the rights of its role. */
struct caller caller_of(enum caller_kind kind, struct id principal);
struct actor  caller_actor(const struct caller *caller);

/* Has this caller that right at all, to whatever it may be? */
bool caller_has(const struct caller *caller, enum right right);
/* May this caller do that to a thing of `owner`, an account or a vendor? */
bool caller_may(const struct caller *caller, enum right right, struct id owner);

#endif
