/* client.h -- HTTP clients of the benchmarks: one that waits, and many at once.
 *
 * They speak just enough HTTP/1.1 to be cheap: they share the machine with what
 * they measure. Addresses are 127.0.0.1.
 *
 * ERRORS    A benchmark that cannot go on says why and ends with exit code 1.
 */
#ifndef PIOT_BENCH_CLIENT_H
#define PIOT_BENCH_CLIENT_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/clock.h"

_Noreturn void bench_die(const char *format, ...) __attribute__((format(printf, 1, 2)));
void           bench_must(struct status status);

/* One request on a connection of its own; the answer's body, in `arena`. Any
 * status but 2xx ends the benchmark. `token` and `body` may be nothing. */
struct slice client_call(uint16_t port, const char *method, const char *path, struct slice token,
                         struct slice body, struct arena *arena);
/* The same with the request as it stands. */
struct slice client_send(uint16_t port, struct slice request, struct arena *arena);
/* The text of "name":"…" in a JSON answer; our ids and tokens need no escapes. */
struct slice client_field(struct slice json, const char *name);

struct load {
    uint16_t port;
    unsigned connections;
    uint64_t requests; /* all together */
    /* Writes request `number` into `out`, whole. */
    void (*make)(void *context, uint64_t number, struct buffer *out);
    void *context;
};
struct load_result {
    uint64_t done, refused; /* 2xx; anything else */
    double   seconds, per_second;
    double   client_cpu; /* seconds of processor this side took */
    double   p50_us, p99_us, max_us;
};
struct load_result load_run(const struct load *load);

double bench_cpu_seconds(void);       /* of this process */
double bench_cpu_seconds_of(int pid); /* of another */
double bench_resident_mib(int pid);
void   bench_print(const char *what, const struct load_result *result);

#endif
