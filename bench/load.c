/* load.c -- many connections, one request in progress on each. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "bench/client.h"
#include "bench/socket.h"

enum { ANSWER_MAX = 131072, EVENTS_AT_ONCE = 64 };

struct connection {
    int           fd;
    int64_t       asked_us;
    struct buffer out;
    size_t        sent, got;
    char          in[ANSWER_MAX];
};

struct run {
    const struct load *load;
    int                poll;
    uint64_t           asked;
    uint32_t          *took_us; /* of each request */
    struct load_result result;
};

static void push(struct connection *connection)
{
    while (connection->sent < connection->out.size) {
        ssize_t sent = write(connection->fd, connection->out.data + connection->sent,
                             connection->out.size - connection->sent);
        if (sent < 0 && errno == EAGAIN) return; /* the next answer is far away anyhow */
        if (sent <= 0) bench_die("a connection was closed while writing");
        connection->sent += (size_t)sent;
    }
}

static bool ask(struct run *run, struct connection *connection)
{
    if (run->asked == run->load->requests) return false;
    buffer_clear(&connection->out);
    run->load->make(run->load->context, run->asked++, &connection->out);
    connection->sent = connection->got = 0;
    connection->asked_us               = clock_monotonic_us();
    push(connection);
    return true;
}

static void answered(struct run *run, struct connection *connection, int status)
{
    uint64_t number      = run->result.done + run->result.refused;
    run->took_us[number] = (uint32_t)(clock_monotonic_us() - connection->asked_us);
    run->result.done += status / 100 == 2;
    run->result.refused += status / 100 != 2;
}

static void readable(struct run *run, struct connection *connection)
{
    int     status = 0;
    ssize_t got    = read(connection->fd, connection->in + connection->got,
                          sizeof connection->in - connection->got);

    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) bench_die("a connection was closed before its answer");
    connection->got += (size_t)got;
    if (!answer_size((struct slice){ connection->in, connection->got }, &status)) return;
    answered(run, connection, status);
    ask(run, connection);
}

static void open_all(struct run *run, struct connection *connections)
{
    for (unsigned i = 0; i < run->load->connections; i++) {
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = &connections[i] };
        connections[i].fd        = socket_connect(run->load->port);
        fcntl(connections[i].fd, F_SETFL, O_NONBLOCK);
        epoll_ctl(run->poll, EPOLL_CTL_ADD, connections[i].fd, &event);
    }
    for (unsigned i = 0; i < run->load->connections; i++) ask(run, &connections[i]);
}

static int by_size(const void *a, const void *b)
{
    uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;

    return (first > second) - (first < second);
}

static void sum_up(struct run *run, double seconds, double cpu)
{
    struct load_result *result = &run->result;
    uint64_t            all    = run->load->requests;

    qsort(run->took_us, all, sizeof *run->took_us, by_size);
    result->seconds    = seconds;
    result->client_cpu = cpu;
    result->per_second = (double)result->done / seconds;
    result->p50_us     = run->took_us[all / 2];
    result->p99_us     = run->took_us[all * 99 / 100];
    result->max_us     = run->took_us[all - 1];
}

struct load_result load_run(const struct load *load)
{
    struct run         run         = { .load = load, .poll = epoll_create1(EPOLL_CLOEXEC) };
    struct connection *connections = calloc(load->connections, sizeof *connections);
    struct epoll_event events[EVENTS_AT_ONCE];

    run.took_us = calloc(load->requests, sizeof *run.took_us);
    if (!connections || !run.took_us || run.poll < 0) bench_die("out of memory");
    double  cpu   = bench_cpu_seconds();
    int64_t began = clock_monotonic_us();
    open_all(&run, connections);
    while (run.result.done + run.result.refused < load->requests) {
        int count = epoll_wait(run.poll, events, EVENTS_AT_ONCE, 30000);
        if (count == 0) bench_die("no answer for 30 s");
        for (int i = 0; i < count; i++) readable(&run, events[i].data.ptr);
    }
    sum_up(&run, (double)(clock_monotonic_us() - began) / 1e6, bench_cpu_seconds() - cpu);
    for (unsigned i = 0; i < load->connections; i++) {
        close(connections[i].fd);
        buffer_free(&connections[i].out);
    }
    close(run.poll);
    free(connections);
    free(run.took_us);
    return run.result;
}
