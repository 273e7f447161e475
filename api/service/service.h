/* service.h -- what all loops share.
 *
 * THREADS   Filled in before the loops start. From then on it is read only; what
 *           it points at says itself who may call it.
 * MEMORY    main() owns it, opens and closes it.
 */
#ifndef PIOT_API_SERVICE_SERVICE_H
#define PIOT_API_SERVICE_SERVICE_H

#include <stdatomic.h>

#include "api/settings/settings.h"
#include "core/facts/event.h"
#include "core/facts/names.h"
#include "core/ledger/ledger.h"
#include "core/store/store.h"

struct live;
struct worker;
struct courier;
struct witnesses;
struct eraser;
struct archivist;
struct expiry;
struct health;
struct sweep;
struct backups;
struct rebuilds;
struct loop;
struct ssl_ctx_st;

#define PIOTD_VERSION "0.1.0"

struct service {
    struct settings           settings;
    struct policy             policy;
    struct clock              clock;
    struct store             *store;
    struct vault             *vault;
    struct ledger            *ledger;
    struct note_signer        signer;                     /* of the log's checkpoints */
    uint8_t                   position_key[AES_KEY_SIZE]; /* seals what vendors see of positions */
    uint8_t                   request_key[AES_KEY_SIZE];  /* of hashes that requests are known by */
    struct name_secret        name_key;
    const struct name_secret *names;     /* that; NULL: this log's names have none */
    struct live              *live;      /* who wants to know of commits */
    struct worker            *worker;    /* hashes passwords */
    struct worker            *historian; /* folds the past for auditors */
    struct store             *nothing;   /* what it folds over */
    struct courier           *courier;   /* delivers webhooks */
    struct witnesses         *witnesses; /* who have to cosign checkpoints; NULL: nobody */
    struct eraser            *eraser;    /* destroys what is left of erased accounts */
    struct archivist         *archivist; /* brings old events into the archive; NULL: nobody does */
    struct expiry            *expiry;    /* forgets what devices told long ago; NULL: nobody does */
    struct health            *health;    /* /metrics on a door of its own */
    struct ssl_ctx_st        *tls;       /* NULL: plain HTTP */
    struct loop              *loops;
    size_t                    loop_count;
    struct event_view         view;       /* how our events look as CloudEvents; personal: yes */
    struct slice              public_url; /* no slash at its end */
    uint16_t                  port;
    struct sweep             *sweep;
    struct backups           *backups;
    struct rebuilds          *rebuilds; /* of the views, beside those that are served */
    atomic_bool               stopping; /* draining, or about to */
    atomic_bool               broken;   /* the ledger has stopped after a failure */
    void (*stop)(void *context, struct status why);
    void *stop_context;
};

/* What is committed now, for any thread. */
static inline struct reader *service_reader(struct service *service)
{
    return store_reader(service->store);
}

/* With `settings` filled in and all else zero: opens everything in the data
 * directory, starts the writer and the loops, and says where it listens:
 * DIR/listen. A first opening also writes DIR/operator.token. On an error everything
 * is closed again. `stop` is called, from another thread, when the service cannot go
 * on; somebody then has to call service_close(). */
must_use struct status service_open(struct service *service,
                                    void (*stop)(void *context, struct status why), void *context);
/* Drains, finishes what has queued, closes. */
void service_close(struct service *service);

#endif
