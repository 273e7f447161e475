#include "api/audit/historian.h"

#include "replay/past/past.h"

enum { HISTORIAN_QUEUE_MAX = 64 }; /* questions about the past that may wait */

static struct status historian_open(struct chore *chore)
{
    struct arena  arena = { 0 };
    struct store *nothing;
    struct status status = past_open_nothing(&nothing,
                                             reader_new(chore_ground(chore)->store, &arena));

    arena_free(&arena);
    TRY(status);
    return worker_open(chore, HISTORIAN_QUEUE_MAX, 1, nothing);
}

static void historian_close(struct chore *chore)
{
    struct store *nothing = worker_tool(chore);

    worker_close(chore);
    store_close(nothing);
}

const struct chore_row historian_chore = {
    .name  = "historian",
    .open  = historian_open,
    .step  = worker_step,
    .drain = worker_drain,
    .close = historian_close,
};
