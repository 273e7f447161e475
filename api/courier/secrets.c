#include "api/courier/secrets.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/log/log.h"
#include "projections/projection.h"

struct kept {
    struct id     vendor, key;
    struct secret secret;
};
struct table {
    struct kept rows[SECRETS_KEPT_SETS][SECRETS_KEPT_WAYS];
    uint8_t     next[SECRETS_KEPT_SETS]; /* the row to give way, in turn */
};

static _Thread_local struct table *own_table;
static pthread_key_t               table_key; /* only for its destructor */

static void table_free(void *own)
{
    crypto_wipe(own, sizeof(struct table));
    free(own);
    own_table = NULL;
}

static void make_key(void) { ensure(pthread_key_create(&table_key, table_free) == 0); }

static struct table *table_of_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (own_table) return own_table;
    ensure(pthread_once(&once, make_key) == 0);
    own_table = calloc(1, sizeof *own_table);
    ensure(own_table && pthread_setspecific(table_key, own_table) == 0);
    return own_table;
}

/* The end of an id is chance, so it spreads well. */
static size_t set_of(struct id key) { return key.bytes[ID_SIZE - 1] % SECRETS_KEPT_SETS; }

static const struct secret *find(struct id vendor, struct id key)
{
    struct kept *rows = table_of_thread()->rows[set_of(key)];

    for (size_t i = 0; i < SECRETS_KEPT_WAYS; i++)
        if (id_equal(rows[i].key, key) && id_equal(rows[i].vendor, vendor)) return &rows[i].secret;
    return NULL;
}

static void keep(struct id vendor, struct id key, const struct secret *secret)
{
    struct table *table = table_of_thread();
    uint8_t      *next  = &table->next[set_of(key)];

    table->rows[set_of(key)][*next] = (struct kept){ vendor, key, *secret };
    *next                           = (uint8_t)((*next + 1) % SECRETS_KEPT_WAYS);
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
    size_t    count = view_list_vendor_key(reader, vendor, (struct id){ { 0 } }, keys, SECRETS_MAX);

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
        if (secret->size) secrets->count++;
    }
    return reader_failure(reader);
}

void secrets_wipe(struct secrets *secrets)
{
    for (size_t i = 0; i < secrets->count; i++) secret_wipe(&secrets->items[i]);
    secrets->count = 0;
}
