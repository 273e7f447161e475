/* report_book.h -- what a verification found, told as it is found and kept for the report.
 *
 * THREADS   One at a time.
 */
#ifndef PIOT_CLI_TOOL_REPORT_BOOK_H
#define PIOT_CLI_TOOL_REPORT_BOOK_H

#include "core/base/json.h"
#include "replay/fold/replay.h"

enum { FINDINGS_SHOWN_MAX = 1000 }; /* of one run; whoever has more knows enough */

struct report_book {
    struct findings findings; /* to be handed to replay */
    struct buffer   items;    /* the findings as JSON, with commas between */
    bool            as_json;  /* else each is printed at once */
};
void report_book_open(struct report_book *book, bool as_json);
/* One of our own, besides those that replay adds. */
void report_book_add(struct report_book *book, uint64_t position, const char *rule,
                     const char *text);
void report_book_close(struct report_book *book);

/* Writes the members findingCount and findings. */
void report_book_put(const struct report_book *book, struct json *json);
/* Writes the whole report as one JSON object. */
void report_book_write(const struct report_book *book, const char *data,
                       const struct verification *result, struct buffer *out);

#endif
