/* timer.c -- timers of the loop thread, for handlers. */
#include "api/http/connection.h"

#include <stdlib.h>

struct server_timer {
    struct event event;
    void (*run)(void *argument);
    void *argument;
};

static void on_timer(evutil_socket_t fd, short what, void *context)
{
    struct server_timer *timer = context;

    (void)fd;
    (void)what;
    timer->run(timer->argument); /* may close the timer */
}

struct server_timer *server_timer_open(struct server *server, void (*run)(void *argument),
                                       void          *argument)
{
    struct server_timer *made = calloc(1, sizeof *made);

    ensure(made != NULL && run != NULL);
    made->run      = run;
    made->argument = argument;
    ensure(evtimer_assign(&made->event, server->base, on_timer, made) == 0);
    return made;
}

void server_timer_set(struct server_timer *timer, unsigned after_ms)
{
    struct timeval after = { .tv_sec = after_ms / 1000, .tv_usec = after_ms % 1000 * 1000 };
    ensure(event_add(&timer->event, &after) == 0);
}

void server_timer_close(struct server_timer *timer)
{
    if (!timer) return;
    event_del(&timer->event);
    free(timer);
}
