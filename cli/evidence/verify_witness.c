#include "cli/evidence/verify_witness.h"

#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "core/log/checkpoint.h"

/* A key that was given twice would count twice. */
static struct status witness_demand_read_key(struct witness_demand *demand, const char *text)
{
    struct note_key *key = &demand->keys[demand->count];

    TRY(note_key_parse(slice_text(text), key));
    if (key->algorithm != NOTE_COSIGNATURE)
        return failed(STATUS_INVALID, "the key of %s is not one to cosign with", key->name);
    for (size_t i = 0; i < demand->count; i++)
        if (memcmp(demand->keys[i].public_key, key->public_key, ED25519_KEY_SIZE) == 0)
            return failed(STATUS_INVALID, "the key of %s was given twice", key->name);
    demand->count++;
    return OK;
}

struct status witness_demand_read(struct witness_demand *demand)
{
    uint64_t need;

    for (size_t i = 0; demand->texts[i]; i++) {
        struct status status = witness_demand_read_key(demand, demand->texts[i]);
        if (status.code != STATUS_OK) return failed(status.code, "--witness: %s", status.text);
    }
    demand->need = demand->count;
    if (!demand->need_text) return OK;
    if (!text_u64(slice_text(demand->need_text), &need) || need < 1 || need > demand->count)
        return failed(STATUS_INVALID, "--need has to be from 1 to the number of --witness");
    demand->need = (size_t)need;
    return OK;
}

struct status witness_demand_check(const struct witness_demand *demand, struct slice note,
                                   struct finding_report *report)
{
    struct checkpoint published = { .size = 0 };
    struct slice      text;
    uint64_t          time_s;
    size_t            count = 0;
    char              why[128];

    if (!demand->need) return OK;
    for (size_t i = 0; note.data && i < demand->count; i++) {
        if (note_open(note, &demand->keys[i], &text, &time_s).code != STATUS_OK) continue;
        TRY(checkpoint_parse(text, &published));
        count++;
    }
    if (count >= demand->need) return OK;
    if (note.data)
        snprintf(why, sizeof why,
                 "the last checkpoint is cosigned by %zu of these witnesses, "
                 "and %zu are needed",
                 count, demand->need);
    else snprintf(why, sizeof why, "no checkpoint was published yet");
    finding_report_add(report, published.size, "witness", why);
    return OK;
}
