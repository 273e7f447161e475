/* compare.c -- are the views what a fresh fold of the log gives?
 *
 *     rule      says
 *     view      each row of the family is there, with the same bytes
 */
#include "core/base/text.h"
#include "core/rules/rules.h"
#include "replay/fold/findings.h"
#include "replay/fold/row.h"

/* -- comparing --------------------------------------------------------------------------- */

/* The row as it is meant, on the side that has it; no record of ours has none. */
static void decode(struct difference *difference, struct slice live, struct slice fresh,
                   struct arena *arena)
{
    char letter;

    if (!record_key(difference->key, &letter, &difference->first, &difference->second)) return;
    difference->type = row_type_of(difference->family, letter);
    if (!difference->type) return;
    if (difference->in_live) difference->live = row_decode(difference->type, live, arena);
    if (difference->in_fresh) difference->fresh = row_decode(difference->type, fresh, arena);
    if (difference->in_live != (difference->live != NULL) ||
        difference->in_fresh != (difference->fresh != NULL)) {
        difference->live = difference->fresh = NULL;
        difference->type                     = NULL;
    }
}

static void differs(const struct differences *differences, enum family family, struct cursor *live,
                    struct cursor *fresh, struct arena *arena)
{
    struct slice      none       = { NULL, 0 };
    struct difference difference = { .family   = family,
                                     .key      = cursor_key(live ? live : fresh),
                                     .in_live  = live != NULL,
                                     .in_fresh = fresh != NULL };

    decode(&difference, live ? cursor_value(live) : none, fresh ? cursor_value(fresh) : none,
           arena);
    differences->found(differences->context, &difference);
    arena_reset(arena);
}

/* Walks both in step. */
static void compare_rows(struct cursor *live, struct cursor *fresh, enum family family,
                         const struct differences *differences)
{
    struct arena arena = { 0 };
    bool         l = cursor_next(live), f = cursor_next(fresh);

    while (l || f) {
        int order = !l ? 1 : !f ? -1 : slice_compare(cursor_key(live), cursor_key(fresh));
        if (order || !slice_equal(cursor_value(live), cursor_value(fresh)))
            differs(differences, family, order <= 0 ? live : NULL, order >= 0 ? fresh : NULL,
                    &arena);
        if (order <= 0) l = cursor_next(live);
        if (order >= 0) f = cursor_next(fresh);
    }
    arena_free(&arena);
}

static struct status compare_family(struct reader *live, struct reader *fresh, enum family family,
                                    const struct differences *differences)
{
    struct key     prefix = reader_key(live);
    struct slice   none   = { NULL, 0 };
    struct cursor *a      = cursor_open(live, family, key_slice(&prefix), none);
    struct cursor *b      = cursor_open(fresh, family, key_slice(&prefix), none);

    compare_rows(a, b, family, differences);
    struct status first = cursor_close(a), second = cursor_close(b);
    return first.code == STATUS_OK ? second : first;
}

static struct status compare_fold(struct reader *live, struct reader *fresh,
                                  const struct fold *fold, const struct differences *differences)
{
    for (size_t i = 0; i < fold->family_count; i++)
        TRY(compare_family(live, fresh, fold->families[i], differences));
    return OK;
}

struct status replay_compare(struct reader *live, struct reader *fresh,
                             const struct fold *const *folds, const struct differences *differences)
{
    TRY(compare_fold(live, fresh, &fold_registry, differences));
    for (; *folds; folds++) TRY(compare_fold(live, fresh, *folds, differences));
    return OK;
}

struct status replay_compare_views(struct reader *reader, struct vault *vault,
                                   const struct fold *const *folds, struct store *scratch,
                                   const struct progress    *progress,
                                   const struct differences *differences, uint64_t *count)
{
    TRY(replay_fold(reader, vault, folds, scratch, progress, count));
    return replay_compare(reader, store_reader(scratch), folds, differences);
}

enum { KEY_SHOWN = sizeof(uint32_t) + ID_SIZE }; /* its partition, and whose it is */

/* -- telling ------------------------------------------------------------------------------ */

/* A key that is no record's may name a person's device: only its beginning is shown, then. */
static void put_key(const struct difference *difference, bool personal, struct json *json)
{
    char         digits[2 * KEY_MAX + 1];
    struct slice key = difference->key;

    if (!personal && key.size > KEY_SHOWN) key.size = KEY_SHOWN;
    text_hex(key, digits);
    json_put_text(json, "key", slice_text(digits));
}

static uint32_t partition_of(struct slice key)
{
    uint32_t partition = 0;

    return key_read_u32(&key, &partition) ? partition : 0;
}

const char *difference_json(const struct difference *difference, bool personal, struct json *json)
{
    const struct record_type *type   = difference->type;
    struct buffer             inner  = { 0 };
    struct json               fields = json_to(&inner);
    size_t                    count  = 1; /* of what cannot be read something differs */

    if (type)
        count = row_changes(type, difference->live, difference->fresh, ROW_ALL,
                            (struct row_view){ partition_of(difference->key), personal }, &fields);
    const char *change = !difference->in_live    ? "added"
                         : !difference->in_fresh ? "removed"
                         : count                 ? "changed"
                                                 : "reencoded";
    json_object(json);
    json_put_text(json, "kind",
                  slice_text(type ? type->shape.name : family_name(difference->family)));
    json_put_text(json, "view", slice_text(family_name(difference->family)));
    if (type) {
        json_put_id(json, "id", difference->first);
        json_may_id(json, "second", difference->second);
    } else put_key(difference, personal, json);
    json_put_text(json, "change", slice_text(change));
    if (type) json_put_raw(json, "fields", buffer_slice(&inner));
    json_object_end(json);
    buffer_free(&inner);
    return change;
}

/* -- as findings -------------------------------------------------------------------------- */

enum { FINDINGS_PER_FAMILY = 16 }; /* more tell nothing new */

struct book {
    struct findings *findings;
    uint64_t         per_family[FAMILY_COUNT];
};

static void add_finding(void *context, const struct difference *difference)
{
    struct book *book = context;
    char         digits[2 * KEY_MAX + 1];
    size_t       size = difference->key.size < 48 ? difference->key.size : 48; /* to find it by */

    if (book->per_family[difference->family]++ >= FINDINGS_PER_FAMILY) return;
    text_hex((struct slice){ difference->key.data, size }, digits);
    finding_add(book->findings, 0, "view", "%s: row %s %s", family_name(difference->family), digits,
                !difference->in_fresh  ? "should not be there"
                : !difference->in_live ? "is missing"
                                       : "has other bytes");
}

struct status replay_verify_views(struct reader *reader, struct vault *vault,
                                  const struct fold *const *folds, struct store *scratch,
                                  const struct progress *progress, struct findings *findings)
{
    struct book        book        = { .findings = findings };
    struct differences differences = { add_finding, &book };
    uint64_t           count;

    return replay_compare_views(reader, vault, folds, scratch, progress, &differences, &count);
}
