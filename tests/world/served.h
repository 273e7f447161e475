/* served.h -- a real server on a thread, and raw sockets to treat it badly with.
 *
 * The server answers /hello with "hello", /echo with the body it got, /big with
 * BIG bytes, /stream with two chunks, /endless with a stream for as long as it is
 * read, /quiet with one that says one word; it abandons /abandon, and parks /park until
 * the test lets it go. Bodies may have BODY_MAX bytes. Who sends to /proven is known and gets
 * the body back; /secret is refused by its head.
 *
 * Nothing here sleeps: a client waits for bytes, the test for a condition, both for at
 * most PATIENCE_MS.
 */
#ifndef PIOT_WORLD_SERVED_H
#define PIOT_WORLD_SERVED_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "api/http/server.h"
#include "tests/world/checks.h"

enum { PATIENCE_MS = 20000, BODY_MAX = 256 * 1024, BIG = 32 * 1024 * 1024, HEARD_MAX = 1 << 20 };

struct served {
    struct server          *server;
    pthread_t               thread;
    struct request *_Atomic parked;
    struct server_timer    *ticker; /* wakes a stream that has nothing to wait for */
    atomic_size_t           unsent_most;
    atomic_int              gone, stopping, left;
};

/* A server on loopback that answers as the head of this file says. */
struct server_settings settings_for(struct served *served);
void                   served_start(struct served *served, const struct server_settings *settings);
void                   served_end(struct served *served);
uint64_t               count_of(const struct served *served, enum server_figure figure);

/* Waits until `condition` holds, giving the other threads the processor. */
#define wait_until(condition)                                                          \
    do {                                                                               \
        int64_t give_up_ = clock_monotonic_us() + PATIENCE_MS * MILLISECOND;           \
        while (!(condition)) {                                                         \
            if (clock_monotonic_us() > give_up_) fail_msg("never so: %s", #condition); \
            poll(NULL, 0, 1);                                                          \
        }                                                                              \
    } while (0)

/* -- a client -- */

int dial(const struct served *served);
int dial_from(const struct served *served, const char *from); /* "127.0.0.2" */

/* Sends as much as the other side takes; how much that was. */
size_t say(int fd, struct slice bytes);

struct heard {
    char   text[HEARD_MAX];
    size_t size;
    bool   ended; /* by a clean close */
};

/* Listens until `text` was heard, or to the end when it is NULL. */
bool hear_until(int fd, struct heard *heard, const char *text);
/* How often `text` was heard. */
size_t times(const struct heard *heard, const char *text);

/* Says `bytes` on a new connection and listens to the end of it. */
struct heard *talk(const struct served *served, struct slice bytes);
/* Of the answer; 0: it is not one. */
int status_of(const struct heard *heard);

/* What every honest client must get whatever others do meanwhile. */
void an_honest_client_is_served(const struct served *served);

#endif
