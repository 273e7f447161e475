/* findings.h -- how the checks of this room say what is wrong. */
#ifndef PIOT_FINDINGS_H
#define PIOT_FINDINGS_H

#include "replay/replay.h"

void finding_add(struct findings *findings, uint64_t position, const char *rule, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));

#endif
