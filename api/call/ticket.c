#include "api/call/ticket.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "api/call/router.h"
#include "api/call/sealed.h"
#include "core/base/tables.h"

struct ticket {
    struct id   name, device; /* device none: it is for the stream */
    struct hash session;      /* of its token */
    int64_t     made_us;
};

struct ticket_row {
    struct id name;
    int64_t   used_us; /* when it was used last */
};

struct tickets {
    pthread_mutex_t   lock;
    int64_t           opened_us;
    struct ticket_row rows[TICKETS_ROWS];
};

struct tickets *tickets_open(int64_t now_us)
{
    struct tickets *tickets = calloc(1, sizeof *tickets);

    ensure(tickets != NULL && pthread_mutex_init(&tickets->lock, NULL) == 0);
    tickets->opened_us = now_us;
    return tickets;
}

void tickets_close(struct tickets *tickets)
{
    if (!tickets) return;
    pthread_mutex_destroy(&tickets->lock);
    free(tickets);
}

static double ticket_worth(const void *row, int64_t now_us)
{
    const struct ticket_row *used = row;

    (void)now_us;
    return (double)used->used_us;
}

/* Is it in time, or was it used in time? Then it is used now. */
static bool ticket_use(struct tickets *tickets, const struct ticket *ticket, int64_t now_us)
{
    struct cache cache  = { tickets->rows, sizeof *tickets->rows, TICKETS_ROWS / TICKETS_WAYS,
                            TICKETS_WAYS, ticket_worth };
    bool         begins = now_us - ticket->made_us <= TICKET_FIRST_USE ||
                  ticket->made_us < tickets->opened_us;

    pthread_mutex_lock(&tickets->lock);
    struct ticket_row *row = begins ? cache_place(&cache, ticket->name, now_us)
                                    : cache_find(&cache, ticket->name);
    if (row) row->used_us = now_us;
    pthread_mutex_unlock(&tickets->lock);
    return row != NULL;
}

struct slice ticket_text(const struct call *call, struct id device)
{
    const struct slice session = call->credentials.token_hash;
    struct ticket      ticket;

    ensure(session.size == sizeof ticket.session);
    memset(&ticket, 0, sizeof ticket); /* what lies between the members, too */
    ticket.name.bytes[0] = 't';
    crypto_random(ticket.name.bytes + 1, ID_SIZE - 1);
    ticket.device  = device;
    ticket.made_us = call->now_us;
    memcpy(ticket.session.bytes, session.data, session.size);
    return sealed_text(call->arena, call->loop->pipeline->ticket_key,
                       (struct slice){ (const char *)&ticket, sizeof ticket });
}

static bool ticket_is_for(const struct call *call, const struct ticket *ticket)
{
    int       index = route_parameter(call->route, "deviceId");
    struct id device;

    if (index < 0) return !id_given(ticket->device);
    return id_parse(call->parameters[index], &device) && id_equal(device, ticket->device);
}

bool ticket_look_up(struct call *call, struct slice text)
{
    struct pipeline *pipeline = call->loop->pipeline;
    struct ticket    ticket;

    if (text.size > TICKET_MAX ||
        !sealed_open(call->arena, pipeline->ticket_key, text, &ticket, sizeof ticket) ||
        !ticket_is_for(call, &ticket))
        return false;
    struct slice hash = arena_copy(call->arena, SLICE_OF(ticket.session.bytes));
    if (!auth_look_up_hash(call_reader(call), call->now_us, hash, call->arena,
                           &call->credentials) ||
        !ticket_use(pipeline->tickets, &ticket, call->now_us))
        return false;
    call->credentials.caller.rights &= RIGHT_SEE;
    return true;
}
