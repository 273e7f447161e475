#include "api/courier/secrets.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/tables.h"
#include "core/log/log.h"
#include "projections/projection.h"

struct kept {
    struct id     key, vendor;
    uint64_t      number; /* of those this thread opened: the oldest of a set makes room */
    struct secret secret;
};
struct opened {
    uint64_t    count;
    struct kept rows[SECRETS_KEPT];
};

_Static_assert(SECRETS_KEPT % SECRETS_KEPT_WAYS == 0, "no set is cut");
_Static_assert((int)SECRETS_MAX <= SIGNATURES_MAX, "a vendor looks at every signature we make");
_Static_assert(SECRETS_MAX <= SECRETS_KEPT / SECRETS_KEPT_WAYS, "a set for each of one vendor's");

static _Thread_local struct opened *own_opened;
static pthread_key_t                opened_key; /* only for its destructor */

static void opened_free(void *own)
{
    crypto_wipe(own, sizeof(struct opened));
    free(own);
    own_opened = NULL;
}

static void make_key(void) { ensure(pthread_key_create(&opened_key, opened_free) == 0); }

static struct opened *opened_of_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (own_opened) return own_opened;
    ensure(pthread_once(&once, make_key) == 0);
    own_opened = calloc(1, sizeof *own_opened);
    ensure(own_opened && pthread_setspecific(opened_key, own_opened) == 0);
    return own_opened;
}

static double newness(const void *row, int64_t now_us)
{
    (void)now_us;
    return (double)((const struct kept *)row)->number;
}

static struct cache cache_of(struct opened *opened)
{
    return (struct cache){ opened->rows, sizeof *opened->rows, SECRETS_KEPT / SECRETS_KEPT_WAYS,
                           SECRETS_KEPT_WAYS, newness };
}

static const struct secret *find(struct id vendor, struct id key)
{
    struct cache       cache = cache_of(opened_of_thread());
    const struct kept *kept  = cache_find(&cache, key);

    return kept && id_equal(kept->vendor, vendor) ? &kept->secret : NULL;
}

static void keep(struct id vendor, struct id key, const struct secret *secret)
{
    struct opened *opened = opened_of_thread();
    struct cache   cache  = cache_of(opened);

    ensure(secret->size >= SECRET_SIZE_MIN && secret->size <= SECRET_SIZE_MAX);
    *(struct kept *)cache_place(&cache, key, 0) = (struct kept){ key, vendor, ++opened->count,
                                                                 *secret };
}

/* From the event that told of it. Size 0: it was forgotten with its vendor. */
static struct status unseal(struct reader *reader, struct vault *vault, struct id vendor,
                            struct id key, struct arena *arena, struct secret *secret)
{
    struct vendor_key_row row;
    struct event         *event = arena_new(arena, struct event);

    *secret = (struct secret){ .size = 0 };
    if (!view_get_vendor_key(reader, vendor, key, arena, &row)) return OK; /* removed just now */
    TRY(log_read(reader, vault, row.position, arena, event));
    struct slice bytes = event->vendor_key_added.secret;
    if (event->type != EVENT_vendor_key_added || !id_equal(event->vendor_key_added.key, key))
        return failed(STATUS_CORRUPT, "the view of a vendor's keys names another event");
    if (event->forgotten) return OK;
    if (bytes.size < SECRET_SIZE_MIN || bytes.size > SECRET_SIZE_MAX)
        return failed(STATUS_CORRUPT, "a stored signing secret has no secret's size");
    secret->size = bytes.size;
    memcpy(secret->bytes, bytes.data, bytes.size);
    crypto_wipe((void *)(uintptr_t)bytes.data, bytes.size);
    return OK;
}

struct status secrets_of(struct reader *reader, struct vault *vault, struct id vendor,
                         struct arena *arena, struct secrets *secrets)
{
    struct id keys[SECRETS_MAX];
    size_t    count = view_list_vendor_key(reader, vendor, NO_ID, keys, SECRETS_MAX);

    ensure(count <= SECRETS_MAX);
    secrets->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct secret       *secret = &secrets->items[secrets->count];
        const struct secret *known  = find(vendor, keys[i]);

        if (known) {
            *secret = *known;
        } else {
            TRY(unseal(reader, vault, vendor, keys[i], arena, secret));
            if (secret->size) keep(vendor, keys[i], secret);
        }
        if (secret->size) secrets->keys[secrets->count++] = keys[i];
    }
    ensure(secrets->count <= count);
    return reader_failure(reader);
}

void secrets_wipe(struct secrets *secrets)
{
    ensure(secrets->count <= SECRETS_MAX);
    for (size_t i = 0; i < secrets->count; i++) secret_wipe(&secrets->items[i]);
    secrets->count = 0;
}
