/* vault.c -- keys wrapped in a store of their own, and what is done with them.
 *
 * Rows: owner -> 0x01, nonce, wrapped key, or 0x00 alone for one that was
 * destroyed; one row that counts the changes; and one about the master key, which is
 * vault_rotate.c's. The mark of a destroyed key
 * stays forever, or the next event of its owner would make another, and what is
 * forgotten would look altered.
 *
 * RocksDB may refuse a torn end after a power cut. Cut off, it could hold a key
 * that the log relies on, so as much as the anchor remembers must be left.
 */
#include "core/base/durable.h"
#include "core/base/report.h"
#include "core/vault/vault_internal.h"
#include "core/vault/vault_mark.h"
#include "core/vault/vault_master.h"

#include <stdlib.h>
#include <string.h>

enum {
    ANCHOR_EVERY = 64,      /* changes; each anchor costs two more syncs */
    STORE_BYTES  = 8 << 20, /* of block cache and of memtables: rows are small and few */
};

static struct key owner_key(const struct vault *vault, struct id owner)
{
    struct key key = reader_key(store_reader(vault->store));

    key_add_id(&key, owner);
    return key;
}

static struct key changes_key(const struct reader *reader)
{
    struct key key = reader_key(reader);

    key_add_byte(&key, ROW_CHANGES);
    return key;
}

/* -- opening ---------------------------------------------------------------- */

uint64_t vault_changes(const struct vault *vault) { return atomic_load(&vault->changes); }

static struct status read_changes(struct reader *reader, uint64_t *changes)
{
    struct arena  arena = { 0 };
    struct key    key   = changes_key(reader);
    struct slice  value;
    struct status status = reader_get(reader, FAMILY_vault, key_slice(&key), &arena, &value);

    *changes = 0;
    if (status.code == STATUS_OK && value.data && !key_read_u64(&value, changes))
        status = failed(STATUS_CORRUPT, "the vault's count of changes is cut");
    arena_free(&arena);
    return status;
}

static struct status reaches_anchor(void *context, struct reader *reader)
{
    const struct vault *vault = context;
    uint64_t            changes;

    TRY(read_changes(reader, &changes));
    if (changes < vault->least)
        return failed(STATUS_CORRUPT,
                      "the vault has lost its end: %llu of at least %llu changes are left. Bring "
                      "the log back the vault that belongs to it, or its newest backup",
                      (unsigned long long)changes, (unsigned long long)vault->least);
    return OK;
}

/* Before the store is opened: beside a running writer the other order could show
 * an anchor younger than the store. */
static struct status read_anchor(struct vault *vault, const char *path)
{
    TRY(durable_join(vault->anchor, path, "anchor"));
    uint64_t      anchored = 0;
    struct status status   = vault_mark_read(vault->anchor, &anchored);
    vault->marked          = status.code == STATUS_OK;
    if (anchored > vault->least) vault->least = anchored;
    return status.code == STATUS_NOT_FOUND ? OK : status;
}

struct status vault_write_anchor(const struct vault *vault)
{
    if (!vault->anchor[0]) return OK;
    return vault_mark_write(vault->anchor, vault->changes);
}

static struct status open_store(struct vault *vault, const char *path, bool read_only)
{
    char                 keys[PATH_MAX];
    struct store_options options = {
        .read_only   = read_only,
        .families    = { [FAMILY_vault] = true },
        .cache_bytes = STORE_BYTES,
        .write_bytes = STORE_BYTES,
        .files_max   = VAULT_FILES_MAX,
        .accept      = reaches_anchor,
        .context     = vault,
    };

    if (path) {
        TRY(durable_join(keys, path, "keys"));
        TRY(read_anchor(vault, path));
        options.path = keys;
    }
    TRY(store_open(&vault->store, &options));
    TRY(reaches_anchor(vault, store_reader(vault->store)));
    uint64_t changes;
    TRY(read_changes(store_reader(vault->store), &changes));
    atomic_store(&vault->changes, changes);
    if (path && vault->changes && !vault->marked)
        return failed(STATUS_CORRUPT,
                      "%s is gone, but the vault has seen %llu changes: bring it "
                      "back",
                      vault->anchor, (unsigned long long)vault->changes);
    if (read_only) return OK;
    vault->batch = batch_open(vault->store);
    return vault_write_anchor(vault);
}

static struct status vault_begin(struct vault **opened, const char *path, bool read_only,
                                 uint64_t least)
{
    ensure(path || !read_only);
    struct vault *vault = calloc(1, sizeof *vault);
    ensure(vault != NULL);
    vault->cache = vault_cache_open();
    vault->least = least;
    ensure(pthread_rwlock_init(&vault->turning, NULL) == 0 &&
           pthread_mutex_init(&vault->changing, NULL) == 0);
    struct master masters[MASTERS_MAX];
    size_t        count;
    struct status status = vault_master_read_all(vault, path, read_only, masters, &count);

    if (status.code == STATUS_OK) status = open_store(vault, path, read_only);
    if (status.code == STATUS_OK) status = vault_master_choose(vault, masters, count);
    crypto_wipe(masters, sizeof masters);
    *opened = status.code == STATUS_OK ? vault : NULL;
    if (!*opened) vault_close(vault);
    return status;
}

struct status vault_open(struct vault **opened, const char *path, bool read_only)
{
    return vault_begin(opened, path, read_only, 0);
}

struct status vault_open_least(struct vault **opened, const char *path, uint64_t least)
{
    return vault_begin(opened, path, false, least);
}

/* An anchor that cannot be written now leaves the last one, which is still true. */
void vault_close(struct vault *vault)
{
    if (!vault) return;
    if (vault->batch) {
        struct status status = vault_write_anchor(vault);

        if (status.code != STATUS_OK) report(REPORT_WARNING, "vault", "%s", status.text);
    }
    batch_close(vault->batch);
    store_close(vault->store);
    vault_cache_close(vault->cache);
    pthread_rwlock_destroy(&vault->turning);
    pthread_mutex_destroy(&vault->changing);
    crypto_wipe(vault, sizeof *vault);
    free(vault);
}

struct status vault_check(struct vault *vault) { return store_check(vault->store); }

/* -- keys ------------------------------------------------------------------- */

static struct status not_there(const char *why, struct id owner)
{
    char text[ID_TEXT_MAX];

    id_text(owner, text);
    return failed(STATUS_NOT_FOUND, "the key of %s %s", text, why);
}

static struct status unwrap(const struct vault *vault, struct id owner, struct slice value,
                            uint8_t key[AES_KEY_SIZE])
{
    char         text[ID_TEXT_MAX];
    struct slice wrapped = { value.data + 1 + AES_NONCE_SIZE, value.size - 1 - AES_NONCE_SIZE };

    if (value.size == 1 && value.data[0] == KEY_DESTROYED) return not_there("was destroyed", owner);
    if (value.size == WRAPPED_SIZE && value.data[0] == KEY_WRAPPED &&
        crypto_open(vault->wrapping, (const uint8_t *)value.data + 1, id_slice(&owner), wrapped,
                    key))
        return OK;
    id_text(owner, text);
    return failed(STATUS_CORRUPT,
                  "the wrapped key of %s was altered, or master.key is not the one it is under",
                  text);
}

/* `known` says whether the owner ever had a key. */
static struct status read_key(struct vault *vault, struct id owner, uint8_t key[AES_KEY_SIZE],
                              bool *known)
{
    struct arena arena = { 0 };
    struct key   row   = owner_key(vault, owner);
    struct slice value;
    uint64_t     moment = vault_cache_moment(vault->cache);

    *known = true;
    ensure(pthread_rwlock_rdlock(&vault->turning) == 0); /* row and master key belong together */
    struct status status = reader_get(store_reader(vault->store), FAMILY_vault, key_slice(&row),
                                      &arena, &value);
    if (status.code == STATUS_OK) {
        *known = value.data != NULL;
        status = *known ? unwrap(vault, owner, value, key) : not_there("was never made", owner);
    }
    ensure(pthread_rwlock_unlock(&vault->turning) == 0);
    if (status.code == STATUS_OK) vault_cache_put(vault->cache, owner, key, moment);
    arena_free(&arena);
    return status;
}

static struct status find_key(struct vault *vault, struct id owner, uint8_t key[AES_KEY_SIZE])
{
    bool known;

    return vault_cache_get(vault->cache, owner, key) ? OK : read_key(vault, owner, key, &known);
}

struct status vault_has_key(struct vault *vault, struct id owner)
{
    uint8_t       key[AES_KEY_SIZE];
    struct status status = find_key(vault, owner, key);

    crypto_wipe(key, sizeof key);
    return status;
}

struct status vault_knows(struct vault *vault, struct id owner, bool *known)
{
    uint8_t       key[AES_KEY_SIZE];
    struct status status = read_key(vault, owner, key, known);

    crypto_wipe(key, sizeof key);
    return status.code == STATUS_NOT_FOUND ? OK : status;
}

struct status vault_commit(struct vault *vault, struct batch *batch)
{
    struct key counter = changes_key(batch_reader(batch)), count = { .size = 0 };

    key_add_u64(&count, vault->changes + 1);
    batch_put(batch, FAMILY_vault, key_slice(&counter), key_slice(&count));
    TRY(batch_commit(batch, true));
    vault->changes++;
    return vault->changes % ANCHOR_EVERY ? OK : vault_write_anchor(vault);
}

static struct status put(struct vault *vault, struct id owner, struct slice value)
{
    struct key row = owner_key(vault, owner);

    batch_put(vault->batch, FAMILY_vault, key_slice(&row), value);
    return vault_commit(vault, vault->batch);
}

static struct status make_key(struct vault *vault, struct id owner, uint8_t key[AES_KEY_SIZE])
{
    uint8_t value[WRAPPED_SIZE] = { KEY_WRAPPED };

    crypto_random(key, AES_KEY_SIZE);
    crypto_random(value + 1, AES_NONCE_SIZE);
    crypto_seal(vault->wrapping, value + 1, id_slice(&owner),
                (struct slice){ (const char *)key, AES_KEY_SIZE }, value + 1 + AES_NONCE_SIZE);
    TRY(put(vault, owner, SLICE_OF(value)));
    vault_cache_put(vault->cache, owner, key, vault_cache_moment(vault->cache));
    return OK;
}

struct status vault_create_key(struct vault *vault, struct id owner)
{
    uint8_t       key[AES_KEY_SIZE];
    bool          known;
    struct status status;

    ensure(vault->batch != NULL && id_given(owner));
    if (vault_cache_get(vault->cache, owner, key)) {
        crypto_wipe(key, sizeof key);
        return OK;
    }
    ensure(pthread_mutex_lock(&vault->changing) == 0);
    status = read_key(vault, owner, key, &known);
    if (status.code == STATUS_NOT_FOUND && !known) status = make_key(vault, owner, key);
    ensure(pthread_mutex_unlock(&vault->changing) == 0);
    crypto_wipe(key, sizeof key);
    return status;
}

/* The mark first, then the memory of it: from the first step on no restart finds the
 * key. */
struct status vault_destroy_key(struct vault *vault, struct id owner)
{
    static const char destroyed[] = { KEY_DESTROYED };

    ensure(vault->batch != NULL && id_given(owner));
    ensure(pthread_mutex_lock(&vault->changing) == 0);
    struct status status = put(vault, owner, SLICE_OF(destroyed));
    if (status.code == STATUS_OK) vault_cache_drop(vault->cache, owner);
    if (status.code == STATUS_OK) status = vault_write_anchor(vault);
    ensure(pthread_mutex_unlock(&vault->changing) == 0);
    return status;
}

struct status vault_wipe(struct vault *vault)
{
    ensure(vault->batch != NULL);
    return store_compact(vault->store, FAMILY_vault);
}

/* -- what keys are for ------------------------------------------------------ */

struct status vault_seal(struct vault *vault, struct id owner, struct slice aad, struct slice plain,
                         struct arena *arena, uint8_t nonce[AES_NONCE_SIZE], struct slice *sealed)
{
    uint8_t key[AES_KEY_SIZE];

    TRY(find_key(vault, owner, key));
    uint8_t *out = arena_take(arena, plain.size + AES_TAG_SIZE);
    crypto_random(nonce, AES_NONCE_SIZE);
    crypto_seal(key, nonce, aad, plain, out);
    crypto_wipe(key, sizeof key);
    *sealed = (struct slice){ (const char *)out, plain.size + AES_TAG_SIZE };
    return OK;
}

struct status vault_unseal(struct vault *vault, struct id owner, struct slice aad,
                           const uint8_t nonce[AES_NONCE_SIZE], struct slice sealed,
                           struct arena *arena, struct slice *plain)
{
    uint8_t key[AES_KEY_SIZE];

    TRY(find_key(vault, owner, key));
    uint8_t *out  = arena_take(arena, sealed.size);
    bool     good = crypto_open(key, nonce, aad, sealed, out);
    crypto_wipe(key, sizeof key);
    if (!good) return failed(STATUS_CORRUPT, "what was sealed has been altered");
    *plain = (struct slice){ (const char *)out, sealed.size - AES_TAG_SIZE };
    return OK;
}

struct status vault_derive(struct vault *vault, struct id owner, const char *label,
                           uint8_t out[AES_KEY_SIZE])
{
    uint8_t key[AES_KEY_SIZE];

    TRY(find_key(vault, owner, key));
    crypto_derive(SLICE_OF(key), label, out);
    crypto_wipe(key, sizeof key);
    return OK;
}

struct status vault_reference(struct vault *vault, struct id owner, struct id name,
                              struct id renewal, char text[27])
{
    uint8_t   referring[AES_KEY_SIZE];
    struct id shown = { { ID_account } }; /* any kind: only its digits are taken */
    char      whole[ID_TEXT_MAX];

    TRY(vault_derive(vault, owner, "piot vault: references", referring));
    struct hash hash = crypto_hmac_sha256(SLICE_OF(referring), id_slice(&name), id_slice(&renewal),
                                          (struct slice){ 0 });
    crypto_wipe(referring, sizeof referring);
    memcpy(shown.bytes + 1, hash.bytes, ID_SIZE - 1);
    id_text(shown, whole);
    memcpy(text, strchr(whole, '_') + 1, 27);
    return OK;
}

struct hash vault_keyed_hash(struct vault *vault, const char *label, struct slice bytes)
{
    uint8_t hashing[AES_KEY_SIZE];

    ensure(pthread_rwlock_rdlock(&vault->turning) == 0);
    memcpy(hashing, vault->hashing, sizeof hashing);
    ensure(pthread_rwlock_unlock(&vault->turning) == 0);
    struct hash hash = crypto_hmac_sha256(SLICE_OF(hashing), slice_text(label), SLICE("\0"), bytes);
    crypto_wipe(hashing, sizeof hashing);
    return hash;
}
