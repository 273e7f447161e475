/* findings.h -- how the checks of this room say what is wrong. */
#ifndef PIOT_REPLAY_FOLD_FINDINGS_H
#define PIOT_REPLAY_FOLD_FINDINGS_H

#include "replay/fold/replay.h"

void finding_add(struct findings *findings, uint64_t position, const char *rule, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));

#endif
