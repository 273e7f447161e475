/* compare.c -- are the views what a fresh fold of the log gives?
 *
 *     rule      says
 *     view      each row of the family is there, with the same bytes
 */
#include "core/base/text.h"
#include "core/rules/rules.h"
#include "replay/findings.h"

enum { FINDINGS_PER_FAMILY = 16 }; /* more tell nothing new */

static void differs(struct findings *findings, enum family family, struct slice key,
                    const char *how)
{
    char   digits[2 * KEY_MAX + 1];
    size_t size = key.size < 48 ? key.size : 48; /* enough to find it by */

    text_hex((struct slice){ key.data, size }, digits);
    finding_add(findings, 0, "view", "%s: row %s %s", family_name(family), digits, how);
}

/* Walks both in step. */
static void compare_rows(struct cursor *live, struct cursor *fresh, enum family family,
                         struct findings *findings)
{
    bool     l = cursor_next(live), f = cursor_next(fresh);
    uint64_t before = findings->count;

    while ((l || f) && findings->count - before < FINDINGS_PER_FAMILY) {
        int order = !l ? 1 : !f ? -1 : slice_compare(cursor_key(live), cursor_key(fresh));
        if (order < 0) differs(findings, family, cursor_key(live), "should not be there");
        if (order > 0) differs(findings, family, cursor_key(fresh), "is missing");
        if (order == 0 && !slice_equal(cursor_value(live), cursor_value(fresh)))
            differs(findings, family, cursor_key(live), "has other bytes");
        if (order <= 0) l = cursor_next(live);
        if (order >= 0) f = cursor_next(fresh);
    }
}

static struct status compare_family(struct reader *live, struct reader *fresh,
                                    enum family family, struct findings *findings)
{
    struct key     prefix = key_new(PARTITION_ONE);
    struct slice   none   = { NULL, 0 };
    struct cursor *a      = cursor_open(live, family, key_slice(&prefix), none);
    struct cursor *b      = cursor_open(fresh, family, key_slice(&prefix), none);

    compare_rows(a, b, family, findings);
    struct status first = cursor_close(a), second = cursor_close(b);
    return first.code == STATUS_OK ? second : first;
}

static struct status compare_fold(struct reader *live, struct reader *fresh,
                                  const struct fold *fold, struct findings *findings)
{
    for (size_t i = 0; i < fold->family_count; i++)
        TRY(compare_family(live, fresh, fold->families[i], findings));
    return OK;
}

struct status replay_verify_views(struct reader *reader, struct vault *vault,
                                  const struct fold *const *folds, struct store *scratch,
                                  const struct progress *progress, struct findings *findings)
{
    struct reader *fresh = store_reader(scratch);
    uint64_t       count;

    TRY(replay_fold(reader, vault, folds, scratch, progress, &count));
    TRY(compare_fold(reader, fresh, &fold_registry, findings));
    for (; *folds; folds++) TRY(compare_fold(reader, fresh, *folds, findings));
    return OK;
}
