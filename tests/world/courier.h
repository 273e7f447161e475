/* courier.h -- a real courier, a real ledger in memory, and a vendor's endpoint on
 * loopback that answers as it is told.
 *
 * Nobody has a thread but the endpoint: until() lets the courier and the ledger take
 * turns, and the clock says what the test says. The endpoint's paths are vendors' names;
 * what it heard is in `heard`, in order.
 */
#ifndef PIOT_WORLD_COURIER_H
#define PIOT_WORLD_COURIER_H

#include <pthread.h>

#include "api/courier/courier_internal.h"
#include "api/http/server.h"
#include "tests/world/checks.h"
#include "tests/world/people.h"

enum { PATIENCE_MS = 20000, HEARD_MAX = 128, PATHS_MAX = 4 };

/* -- the endpoint -------------------------------------------------------------------------- */

struct reception {
    char path[32], id[64], timestamp[32], signatures[512], type[64], body[2048];
};
struct manners { /* of one path; the first that fits counts */
    const char *path;
    const char *of;     /* only webhooks in whose body this stands; NULL: all */
    int         status; /* 0: says nothing until it is changed */
    const char *type, *body, *retry_after, *location;
    bool        pause; /* webhook-delivery: pause */
};
extern struct vendor_endpoint {
    struct server   *server;
    pthread_t        thread;
    pthread_mutex_t  lock; /* over the rest */
    struct manners   manners[PATHS_MAX];
    char            *bodies[PATHS_MAX]; /* of the manners, its own */
    struct reception heard[HEARD_MAX];
    size_t           heard_count;
    struct request  *silent[HEARD_MAX];
    size_t           silent_count;
} endpoint;

/* Its parts, for a test that has a server of its own: an answer, the hooks, a thread. */
void  answer(struct request *request, const struct manners *manners);
void  on_webhook(void *context, struct request *request);
void *serve_endpoint(void *server);
/* What was left without an answer gets one. */
void speak(void *argument);
/* From now on, the path manners.path; `index` is below PATHS_MAX. The body is copied: the
 * endpoint may still be sending it when whoever asked has all of it. */
void                    behave(size_t index, struct manners manners);
size_t                  heard_count(void);
const struct reception *heard(size_t index);

/* -- the world ----------------------------------------------------------------------------- */

extern struct settings configured;
extern struct ground   ground;
extern struct courier *courier;

struct id new_id(enum id_kind kind);
/* The ledger's; the courier looks again. */
void take_turn(void);

#define until(condition)                                                               \
    do {                                                                               \
        int64_t give_up_ = clock_monotonic_us() + PATIENCE_MS * MILLISECOND;           \
        while (!(condition)) {                                                         \
            if (clock_monotonic_us() > give_up_) fail_msg("never so: %s", #condition); \
            courier_step(courier, MILLISECOND);                                        \
            take_turn();                                                               \
        }                                                                              \
    } while (0)
/* Everything that can happen now has happened. */
void settle(void);
/* Time passes. */
void pass(int64_t us);

/* -- asking -------------------------------------------------------------------------------- */

/* Of the last request: the id in a field of an event that came of it. */
extern struct id   found;
extern const char *wanted_field;

/* The test fails if it is refused. */
void request(struct intent intent);
/* clang-format off */
#define ask_for(name, where, ...)                                              \
    request((struct intent){ .type = INTENT_##name, .stream = (where),          \
                             .actor = { ACTOR_SYSTEM, NO_ID }, .name = { __VA_ARGS__ } })
/* clang-format on */

/* -- vendors and webhooks ------------------------------------------------------------------ */

static const char SECRET[] = "0123456789abcdef0123456789abcdef";

struct slice url_of(const char *path);
/* Approved, with its endpoint at that path; a test notification to it. */
struct id a_vendor(const char *path);
void      try_out(struct id vendor);

/* The row of the vendor's webhook number `index`, oldest first. */
struct delivery_row delivery(struct id vendor, size_t index);
bool                is_now(struct id vendor, size_t index, enum delivery_state status);

/* -- a household ----------------------------------------------------------------------------- */

/* Its account, its vendor with an endpoint at "/glow", and the question asked last. */
extern struct household {
    struct id account, vendor, consent, detection;
} home;
void a_household(void);
/* A lamp, seen behind its gateway, and the question about it. */
void a_lamp(const char *name);
void the_owner_says(const char *decision);
/* The lamp of that name, granted; the vendor has been told. */
struct id          a_granted_lamp(const char *name);
struct id          a_command(struct id device, const char *operation);
struct command_row command_now(struct id command);
bool               became(struct id command, enum command_state status);

/* -- begin and end ------------------------------------------------------------------------- */

int courier_begins(void **state);
int courier_ends(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, courier_begins, courier_ends)

#endif
