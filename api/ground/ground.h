/* ground.h -- what most of the service stands on.
 *
 * THREADS   Filled in by api/service before any other thread starts. From then on it is read
 *           only, but for the two flags and the clock; what it points at says itself who may
 *           call it.
 * MEMORY    The service owns it and all it points at; both outlive every user.
 */
#ifndef PIOT_API_GROUND_GROUND_H
#define PIOT_API_GROUND_GROUND_H

#include <stdatomic.h>

#include "api/settings/settings.h"
#include "core/facts/event.h"
#include "core/facts/names.h"
#include "core/ledger/ledger.h"
#include "core/store/store.h"

struct chores;
struct disk;

#define PIOTD_VERSION "0.1.0"

struct ground {
    const struct settings    *settings;
    struct policy             policy;
    struct clock              clock; /* a steady one */
    struct store             *store;
    struct vault             *vault;
    struct ledger            *ledger;
    struct note_signer        signer;     /* of the log's checkpoints */
    const struct name_secret *names;      /* NULL: this log's names have none */
    struct event_view         view;       /* how our events look as CloudEvents; personal: yes */
    struct slice              public_url; /* no slash at its end */
    struct disk              *disk;       /* api/service/disk.h */
    struct chores            *chores;     /* what goes on in the background: chore.h */
    atomic_bool               stopping;   /* draining, or about to */
    atomic_bool               broken;     /* the ledger has stopped after a failure */
};

#endif
