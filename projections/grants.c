#include "projections/grants.h"

enum { DEVICE_NAME_MAX = 128 }; /* bytes, as at the door */

static struct key key_of(struct reader *reader, struct id vendor, struct slice name)
{
    struct key key = reader_key(reader);

    key_add_id(&key, vendor);
    key_add_bytes(&key, name);
    return key;
}

/* -- folding -------------------------------------------------------------------------------- */

static void count(struct batch *batch, struct arena *scratch, struct id vendor, bool lives)
{
    struct vendor_grants_row grants;

    view_get_vendor_grants(batch_reader(batch), vendor, NO_ID, scratch, &grants);
    if (lives) grants.live++;
    else if (AS_WRITTEN(batch, grants.live > 0)) grants.live--;
    view_put_vendor_grants(batch, vendor, NO_ID, &grants);
}

/* Without a name: it was forgotten with the person. */
static void keep_name(struct batch *batch, struct id consent, const struct consent_row *row,
                      bool lives)
{
    struct slice name = row->vendor_device_id;

    if (!name.size || !PROMISED(batch, name.size <= DEVICE_NAME_MAX)) return;
    struct key key = key_of(batch_reader(batch), row->vendor, name);
    if (lives)
        batch_put(batch, FAMILY_grants, key_slice(&key),
                  (struct slice){ (const char *)consent.bytes, ID_SIZE });
    else batch_erase(batch, FAMILY_grants, key_slice(&key));
}

void grant_stands(struct batch *batch, struct arena *scratch, struct id consent,
                  const struct consent_row *row, enum grant_standing standing)
{
    struct vendor_grant_row before;
    bool                    lives = standing == GRANT_LIVES;

    view_get_vendor_grant(batch_reader(batch), row->vendor, consent, scratch, &before);
    if (lives != before.live) {
        count(batch, scratch, row->vendor, lives);
        keep_name(batch, consent, row, lives);
    }
    if (standing == GRANT_IS_GONE) view_erase_vendor_grant(batch, row->vendor, consent);
    else
        view_put_vendor_grant(batch, row->vendor, consent,
                              &(struct vendor_grant_row){ .live = lives });
}

/* -- reading -------------------------------------------------------------------------------- */

struct cursor *grants_open(struct reader *reader, struct id vendor, struct grant_range range)
{
    struct key prefix = key_of(reader, vendor, (struct slice){ NULL, 0 });
    struct key from   = key_of(reader, vendor, range.from);
    struct key before = key_of(reader, vendor, range.to);

    return cursor_open_before(reader, FAMILY_grants, key_slice(&prefix), key_slice(&from),
                              range.to.size ? key_slice(&before) : SLICE(""));
}

bool grants_next(struct cursor *cursor, struct slice *name, struct id *consent)
{
    uint32_t  partition;
    struct id vendor;

    if (!cursor_next(cursor)) return false;
    *name              = cursor_key(cursor);
    struct slice value = cursor_value(cursor);
    ensure(key_read_u32(name, &partition) && key_read_id(name, &vendor));
    *consent = NO_ID; /* of a damaged row */
    (void)key_read_id(&value, consent);
    return true;
}

struct status grants_close(struct cursor *cursor) { return cursor_close(cursor); }
