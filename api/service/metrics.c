/* metrics.c -- metrics.def as OpenMetrics 1.0 text. */
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/chores/archivist.h"
#include "api/chores/backups.h"
#include "api/chores/detections.h"
#include "api/chores/witnesses.h"
#include "api/pushes/pushes.h"
#include "api/service/disk.h"
#include "api/service/health.h"
#include "api/service/service_internal.h"
#include "core/base/clock.h"
#include "core/base/report.h"

static uint64_t sum(const struct service *service, enum server_figure figure)
{
    uint64_t all = 0;

    for (size_t i = 0; i < service->loop_count; i++)
        all += server_count(service->loops[i].server, figure);
    return all;
}

static void add_metric(struct buffer *out, const char *kind, const char *name, const char *unit,
                       const char *help, uint64_t value)
{
    const char *total = strcmp(kind, "counter") ? "" : "_total";
    char        full[96];

    snprintf(full, sizeof full, "piot_%s%s%s", name, *unit ? "_" : "", unit);
    buffer_print(out, "# TYPE %s %s\n", full, kind);
    if (*unit) buffer_print(out, "# UNIT %s %s\n", full, unit);
    buffer_print(out, "# HELP %s %s\n%s%s %" PRIu64 "\n", full, help, full, total, value);
}

static bool is_ready(struct ground *ground)
{
    struct buffer reasons = { 0 };
    struct json   json    = json_to(&reasons);

    json_array(&json);
    bool ready = health_ready(ground, &json);
    json_array_end(&json);
    buffer_free(&reasons);
    return ready;
}

static uint64_t clock_step_seconds(const struct ground *ground)
{
    return (uint64_t)((llabs(ledger_clock_step(ground->ledger)) + SECOND / 2) / SECOND);
}

void metrics_write(struct service *service, struct buffer *out)
{
    struct ledger_figures  ledger  = ledger_figures(service->ground.ledger);
    struct mallinfo2       memory  = mallinfo2();
    struct backups_figures backups = backups_figures(&service->ground);
    struct pushes_figures  pushes  = pushes_figures(&service->ground);
    uint64_t               ready   = is_ready(&service->ground);

#define S(figure)                             sum(service, SERVER_##figure)
#define L(field)                              ledger.field
#define M(field)                              memory.field
#define B(field)                              backups.field
#define W(field)                              pushes.field
#define P(property)                           store_property(service->ground.store, property)
#define R(level)                              report_count(REPORT_##level)
#define METRIC(kind, name, unit, value, help) add_metric(out, #kind, #name, unit, help, value);
#include "api/service/metrics.def"
#undef METRIC
#undef R
#undef P
#undef M
#undef L
#undef W
#undef B
#undef S
    buffer_print(out,
                 "# TYPE piot_build info\n# HELP piot_build Which program this is.\n"
                 "piot_build_info{version=\"%s\"} 1\n# EOF\n",
                 PIOTD_VERSION);
}
