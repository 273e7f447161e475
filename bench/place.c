#include "bench/place.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct place place_open(const char *program)
{
    struct place place     = { .piotd = 0 };
    const char  *temporary = getenv("TMPDIR");
    char         copy[256];

    snprintf(place.folder, sizeof place.folder, "%s/piot-bench-XXXXXX",
             temporary ? temporary : "/tmp");
    if (!mkdtemp(place.folder)) bench_die("%s cannot be made", place.folder);
    snprintf(copy, sizeof copy, "%s", program);
    snprintf(place.build, sizeof place.build, "%s/..", dirname(copy));
    return place;
}

static bool read_line(const char *path, char *line, size_t size)
{
    FILE *file = fopen(path, "r");
    bool  good = file && fgets(line, (int)size, file);

    if (file) fclose(file);
    if (good) line[strcspn(line, "\r\n")] = '\0';
    return good;
}

static void run_piotd(const struct place *place)
{
    char program[512], data[512], metrics[64];

    snprintf(metrics, sizeof metrics, "metrics_listen=127.0.0.1:%u", place->metrics);
    snprintf(program, sizeof program, "%s/piotd", place->build);
    snprintf(data, sizeof data, "%s/data", place->folder);
    execl(program, "piotd", "--data", data, "--listen", "127.0.0.1:0", "--set", metrics, "--set",
          "report_level=error", "--set", "rate_per_second=10000000", "--set", "rate_burst=10000000",
          "--set", "prompts_open_max=1000", "--set", "vendor_prompts_open_max=1000", (char *)NULL);
    bench_die("%s cannot be run", program);
}

/* One that nobody listened at a moment ago. */
static uint16_t free_port(void)
{
    struct sockaddr_in at   = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t          size = sizeof at;
    int                fd   = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) ||
        getsockname(fd, (struct sockaddr *)&at, &size))
        bench_die("no port is free");
    close(fd);
    return ntohs(at.sin_port);
}

double place_metric(const struct place *place, const char *name)
{
    struct arena arena = { 0 };
    struct slice text  = client_call(place->metrics, "GET", "/metrics", (struct slice){ 0 },
                                     (struct slice){ 0 }, &arena);
    char         line[128];

    int         size  = snprintf(line, sizeof line, "\n%s ", name);
    const char *found = memmem(text.data, text.size, line, (size_t)size);
    if (!found) bench_die("/metrics has no %s", name);
    double value = strtod(found + size, NULL);
    arena_free(&arena);
    return value;
}

void place_await_resolution(const struct place *place)
{
    struct timespec moment = { .tv_nsec = 2000000 };

    while (place_metric(place, "piot_detections_waiting") > 0) nanosleep(&moment, NULL);
}

void place_start(struct place *place)
{
    char            path[512], line[128] = "";
    struct timespec moment = { .tv_nsec = 2000000 };

    snprintf(path, sizeof path, "%s/data/listen", place->folder);
    unlink(path);
    place->metrics = free_port();
    place->piotd   = fork();
    if (place->piotd == 0) run_piotd(place);
    while (!read_line(path, line, sizeof line)) {
        if (waitpid(place->piotd, NULL, WNOHANG)) bench_die("piotd did not start");
        nanosleep(&moment, NULL);
    }
    const char *colon = strrchr(line, ':');
    place->port       = (uint16_t)strtoul(colon ? colon + 1 : line, NULL, 10);
    snprintf(path, sizeof path, "%s/data/operator.token", place->folder);
    if (!read_line(path, place->operator_token, sizeof place->operator_token))
        bench_die("%s cannot be read", path);
}

void place_stop(struct place *place, int signal)
{
    if (!place->piotd) return;
    kill(place->piotd, signal);
    waitpid(place->piotd, NULL, 0);
    place->piotd = 0;
}

void place_close(struct place *place)
{
    char command[512];

    place_stop(place, SIGTERM);
    snprintf(command, sizeof command, "rm -rf -- '%s'", place->folder);
    if (system(command)) fprintf(stderr, "bench: %s is left\n", place->folder);
}
