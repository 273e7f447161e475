/* report.h -- what the program tells its operators: the log of the process,
 * not the log of events.
 *
 * One line a report, on standard error: time, level, room, sentence; JSON when
 * asked, with systemd's "<n>" priority when INVOCATION_ID is set. A terminal gets
 * colour instead. Control characters become "?" and a sentence ends after 1 KiB, so
 * what came from outside cannot forge a line. Secrets and personal data never go in:
 * no tokens, addresses, names, logins or bodies. Ids do.
 *
 * THREADS   Any; a line is one write(). errno is kept.
 */
#ifndef PIOT_REPORT_H
#define PIOT_REPORT_H

#include "core/base/base.h"

enum report_level { REPORT_ERROR, REPORT_WARNING, REPORT_NOTICE, REPORT_DEBUG };
struct report_settings {
    enum report_level level; /* and all before it */
    bool              json;
};
/* Until the first report_set(): notices and worse, as text. */
void report_set(struct report_settings settings);
void report(enum report_level level, const char *room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* How many so far at this level, written or not, for /metrics. */
uint64_t report_count(enum report_level level);

#endif
