/* place.h -- where a benchmark happens: a folder that goes away, a piotd in it. */
#ifndef PIOT_BENCH_PLACE_H
#define PIOT_BENCH_PLACE_H

#include <sys/types.h>

#include "bench/client.h"

struct place {
    char     folder[256];         /* below TMPDIR; gone after place_close() */
    char     build[256];          /* where piotd is: one above this program */
    pid_t    piotd;               /* 0: none runs */
    uint16_t port, metrics;       /* of the interface, and of /metrics */
    char     operator_token[128]; /* the operator's bearer token */
};
struct place place_open(const char *program);
/* Starts a piotd on DIR = folder/data and waits until it is ready. */
void place_start(struct place *place);
/* What /metrics says of `name`. */
double place_metric(const struct place *place, const char *name);
/* Waits until every detection so far has been resolved. */
void place_await_resolution(const struct place *place);
void place_stop(struct place *place, int signal);
void place_close(struct place *place);

/* A vendor and a household with devices, made through the public interfaces. */
struct people {
    struct slice  vendor, secret, session, network; /* ids and secrets as texts */
    struct slice *devices; /* deviceIds; the vendor calls number i "lamp-i" */
    unsigned      count;
};
struct people place_people(struct place *place, unsigned devices, struct arena *arena);
/* The head and body of a report that "lamp-NUMBER" was seen in the household, whole. */
void place_detection(const struct people *people, uint64_t number, struct buffer *out);
/* The head and body of a signed single event, whole. */
void place_signed_event(const struct people *people, uint64_t number, struct slice event,
                        struct buffer *out);
/* The same for a JSON array of events. */
void place_signed_batch(const struct people *people, uint64_t number, struct slice events,
                        struct buffer *out);

#endif
