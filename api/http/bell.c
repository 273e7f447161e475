/* bell.c -- bells of the loop thread, for others to ring. */
#include "api/http/connection.h"

#include <stdlib.h>

#include "core/base/queue.h"

struct server_bell {
    struct server *server;
    atomic_bool    rung; /* and not yet heard */
    void (*run)(void *argument);
    void *argument;
    TAILQ_ENTRY(server_bell) link;
};

struct server_bell *server_bell_open(struct server *server, void (*run)(void *argument),
                                     void          *argument)
{
    struct server_bell *made = calloc(1, sizeof *made);

    ensure(made != NULL && run != NULL);
    made->server   = server;
    made->run      = run;
    made->argument = argument;
    TAILQ_INSERT_TAIL(&server->bells, made, link);
    return made;
}

void server_bell_ring(struct server_bell *bell)
{
    if (bell && !atomic_exchange(&bell->rung, true)) queue_wake(bell->server->inbox);
}

void server_bell_close(struct server_bell *bell)
{
    if (!bell) return;
    TAILQ_REMOVE(&bell->server->bells, bell, link);
    free(bell);
}

/* One that is rung meanwhile wakes the loop again. */
void server_hear_bells(struct server *server)
{
    struct server_bell *bell;

    TAILQ_FOREACH(bell, &server->bells, link)
        if (atomic_exchange(&bell->rung, false)) bell->run(bell->argument);
}
