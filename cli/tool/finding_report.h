/* finding_report.h -- what a verification found, printed as it is found and kept for the report.
 *
 * THREADS   One at a time.
 */
#ifndef PIOT_CLI_TOOL_FINDING_REPORT_H
#define PIOT_CLI_TOOL_FINDING_REPORT_H

#include "core/base/json.h"
#include "replay/fold/replay.h"

enum { FINDINGS_SHOWN_MAX = 1000 }; /* of one run; whoever has more knows enough */

struct finding_report {
    struct findings findings; /* to be handed to replay */
    struct buffer   items;    /* the findings as JSON, with commas between */
    bool            as_json;  /* else each is printed at once */
};
void finding_report_open(struct finding_report *report, bool as_json);
/* One of our own, besides those that replay adds. */
void finding_report_add(struct finding_report *report, uint64_t position, const char *rule,
                        const char *text);
void finding_report_close(struct finding_report *report);

/* Writes the members findingCount and findings. */
void finding_report_put(const struct finding_report *report, struct json *json);
/* Writes the whole report as one JSON object. */
void finding_report_write(const struct finding_report *report, const char *data,
                          const struct verification *result, struct buffer *out);

#endif
