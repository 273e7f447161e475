#include "bench/client.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/socket.h"

void bench_die(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "bench: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    exit(1);
}

void bench_must(struct status status)
{
    if (status.code != STATUS_OK) bench_die("%s", status.text);
}

int socket_connect(uint16_t port)
{
    struct sockaddr_in to = { .sin_family      = AF_INET,
                              .sin_port        = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int                fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int                on = 1;

    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to))
        bench_die("nobody listens on port %u", port);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/* The answer's size once it is there whole, else 0; its status. */
size_t answer_size(struct slice bytes, int *status)
{
    static const char length[] = "ontent-Length: ";
    const char       *end      = memmem(bytes.data, bytes.size, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t      head = (size_t)(end - bytes.data) + 4;
    const char *at   = memmem(bytes.data, head, length, sizeof length - 1);
    size_t      body = at ? strtoul(at + sizeof length - 1, NULL, 10) : 0;

    *status = bytes.size > 12 ? (int)strtol(bytes.data + 9, NULL, 10) : 0;
    return bytes.size >= head + body ? head + body : 0;
}

static void send_all(int fd, struct slice bytes)
{
    while (bytes.size) {
        ssize_t sent = write(fd, bytes.data, bytes.size);
        if (sent <= 0) bench_die("the connection was closed while writing");
        bytes.data += sent;
        bytes.size -= (size_t)sent;
    }
}

struct slice client_send(uint16_t port, struct slice request, struct arena *arena)
{
    static char room[1 << 20];
    size_t      size = 0, whole;
    int         fd = socket_connect(port), status = 0;

    send_all(fd, request);
    do {
        ssize_t got = read(fd, room + size, sizeof room - size);
        if (got <= 0) bench_die("the connection was closed before its answer");
        size += (size_t)got;
    } while (!(whole = answer_size((struct slice){ room, size }, &status)));
    close(fd);
    if (status / 100 != 2) bench_die("refused: %.*s", (int)whole, room);
    const char *body = (const char *)memmem(room, whole, "\r\n\r\n", 4) + 4;
    return arena_copy(arena, (struct slice){ body, (size_t)(room + whole - body) });
}

struct slice client_call(uint16_t port, const char *method, const char *path, struct slice token,
                         struct slice body, struct arena *arena)
{
    struct buffer out = { 0 };

    buffer_print(&out, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %zu\r\n", method, path,
                 body.size);
    if (body.size) buffer_print(&out, "Content-Type: application/json\r\n");
    if (token.size)
        buffer_print(&out, "Authorization: Bearer %.*s\r\n", (int)token.size, token.data);
    buffer_add(&out, SLICE("\r\n"));
    buffer_add(&out, body);
    struct slice answer = client_send(port, buffer_slice(&out), arena);
    buffer_free(&out);
    return answer;
}

struct slice client_field(struct slice json, const char *name)
{
    char        quoted[64];
    int         size  = snprintf(quoted, sizeof quoted, "\"%s\":\"", name);
    const char *start = memmem(json.data, json.size, quoted, (size_t)size);
    if (!start) bench_die("no %s in %.*s", name, (int)json.size, json.data);
    start += size;
    const char *end = memchr(start, '"', json.size - (size_t)(start - json.data));
    return (struct slice){ start, (size_t)(end - start) };
}

double bench_cpu_seconds(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double bench_cpu_seconds_of(int pid)
{
    char          path[64], line[1024];
    unsigned long user = 0, system = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file)) bench_die("%s cannot be read", path);
    fclose(file);
    const char *after = strrchr(line, ')'); /* the name may hold anything */
    if (!after || sscanf(after + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                         &system) != 2)
        bench_die("%s reads oddly", path);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

double bench_resident_mib(int pid)
{
    char          path[64];
    unsigned long pages = 0;

    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%*u %lu", &pages) != 1) bench_die("%s cannot be read", path);
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1048576;
}

void bench_print(const char *what, const struct load_result *result)
{
    printf("%-40s %8.0f /s  p50 %6.0f us  p99 %7.0f us  refused %llu  client %4.1f us each\n", what,
           result->per_second, result->p50_us, result->p99_us, (unsigned long long)result->refused,
           result->client_cpu * 1e6 / (double)(result->done + result->refused));
    fflush(stdout);
}
