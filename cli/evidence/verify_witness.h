/* verify_witness.h -- have others seen the checkpoint that is shown?
 *
 *     rule      says
 *     witness   it carries cosignatures of as many of the given witnesses as are needed
 *
 * THREADS   One at a time.
 */
#ifndef PIOT_CLI_EVIDENCE_VERIFY_WITNESS_H
#define PIOT_CLI_EVIDENCE_VERIFY_WITNESS_H

#include "cli/tool/arguments.h"
#include "cli/tool/finding_report.h"
#include "core/log/note.h"

/* What CHOICES_OF_WITNESSES fills, and witness_demand_read() then reads. */
struct witness_demand {
    const char     *texts[CHOICE_TIMES_MAX + 1], *need_text;
    struct note_key keys[CHOICE_TIMES_MAX];
    size_t          count, need; /* need 0: nothing is asked for */
};
/* clang-format off */
#define CHOICES_OF_WITNESSES(demand)                                                      \
    { "witness", "KEY...", NULL, "verifier key of a witness who has to have cosigned",    \
      (demand)->texts, NULL },                                                            \
    { "need", "K", NULL, "how many of them are enough; else all", &(demand)->need_text, NULL }
/* clang-format on */

/* STATUS_INVALID, and what is wrong with the options. */
must_use struct status witness_demand_read(struct witness_demand *demand);
/* Adds a finding if too few have cosigned the checkpoint in `note`; its data NULL: there is
 * none, so nobody has. STATUS_CORRUPT: what they cosigned is no checkpoint. */
must_use struct status witness_demand_check(const struct witness_demand *demand, struct slice note,
                                            struct finding_report *report);

#endif
