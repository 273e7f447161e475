/* vault_rotate.c -- which master key the keys are under, and getting them under another.
 *
 *     master.key.next   written and synced: a key nothing is under
 *     one batch         every key wrapped under it, and the row that tells so
 *     master.key        replaced by master.key.next, which ends the old one
 *     a compaction      no file holds a key as the old one wrapped it
 *     the row again     settled: this is when a rotation has ended
 *
 * The row holds the master key's number, whether it is settled, and a text sealed under
 * it, by which whoever opens the vault tells which of two files is the one: before the
 * batch it is master.key, after it master.key.next, until that has the other's name. So
 * a kill between any two steps leaves a vault that opens; the next opening for writing
 * finishes what was begun after the batch, and drops what was begun before it.
 *
 * A vault without the row is one that never was rotated: its master key is number 1.
 */
#include "core/base/durable.h"
#include "core/vault/vault_internal.h"
#include "core/vault/vault_master.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHECK SLICE("piot vault: the master key")
enum { CHECK_SIZE = 26, MASTER_ROW = 8 + 1 + AES_NONCE_SIZE + CHECK_SIZE + AES_TAG_SIZE };

static struct key master_key(const struct reader *reader)
{
    struct key key = reader_key(reader);

    key_add_byte(&key, ROW_MASTER);
    return key;
}

static void derive(const uint8_t master[AES_KEY_SIZE], uint8_t wrapping[AES_KEY_SIZE],
                   uint8_t hashing[AES_KEY_SIZE])
{
    struct slice bytes = { (const char *)master, AES_KEY_SIZE };

    crypto_derive(bytes, "piot vault: wrapping", wrapping);
    crypto_derive(bytes, "piot vault: hashing", hashing);
}

static void put_row(struct batch *batch, uint64_t number, bool unsettled,
                    const uint8_t wrapping[AES_KEY_SIZE])
{
    struct key key = master_key(batch_reader(batch)), head = { .size = 0 };
    uint8_t    row[MASTER_ROW], *nonce                     = row + 9;

    ensure(CHECK.size == CHECK_SIZE);
    key_add_u64(&head, number);
    key_add_byte(&head, unsettled);
    memcpy(row, head.bytes, head.size);
    crypto_random(nonce, AES_NONCE_SIZE);
    crypto_seal(wrapping, nonce, (struct slice){ 0 }, CHECK, nonce + AES_NONCE_SIZE);
    batch_put(batch, FAMILY_vault, key_slice(&key), SLICE_OF(row));
}

/* -- opening ------------------------------------------------------------------ */

struct status vault_master_read_all(struct vault *vault, const char *path, bool read_only,
                                    struct master masters[MASTERS_MAX], size_t *count)
{
    struct status status;

    *count     = 1;
    masters[0] = masters[1] = (struct master){ .is_next = false };
    if (!path) {
        crypto_random(masters[0].bytes, AES_KEY_SIZE);
        return OK;
    }
    if (!read_only) TRY(durable_folder(path));
    TRY(durable_join(vault->master, path, "master.key"));
    TRY(durable_join(vault->next, path, "master.key.next"));
    /* This one first: a rotation that ends meanwhile gives it the other's name. */
    status             = vault_master_read(vault->next, NULL, masters[1].bytes);
    masters[1].is_next = status.code == STATUS_OK;
    if (status.code != STATUS_OK && status.code != STATUS_NOT_FOUND) return status;
    *count += masters[1].is_next;
    return vault_master_read(vault->master, read_only ? NULL : path, masters[0].bytes);
}

static bool opens(const struct vault *vault, struct slice row)
{
    uint8_t      text[CHECK_SIZE];
    struct slice sealed = { row.data + 9 + AES_NONCE_SIZE, CHECK_SIZE + AES_TAG_SIZE };

    return crypto_open(vault->wrapping, (const uint8_t *)row.data + 9, (struct slice){ 0 }, sealed,
                       text);
}

/* The old one is not there any more once the name is the next one's. */
static struct status take_over(struct vault *vault)
{
    return vault->next[0] ? durable_rename(vault->next, vault->master) : OK;
}

static struct status settle(struct vault *vault)
{
    TRY(store_compact(vault->store, FAMILY_vault));
    put_row(vault->batch, vault->number, false, vault->wrapping);
    TRY(vault_commit(vault, vault->batch));
    TRY(vault_write_anchor(vault));
    ensure(pthread_rwlock_wrlock(&vault->turning) == 0);
    vault->unsettled = false;
    ensure(pthread_rwlock_unlock(&vault->turning) == 0);
    return OK;
}

static struct status finish(struct vault *vault, bool is_next)
{
    if (is_next) TRY(take_over(vault));
    else if (vault->next[0] && unlink(vault->next) != 0 && errno != ENOENT)
        return durable_failed("removing", vault->next);
    return vault->unsettled ? settle(vault) : OK;
}

static struct status read_row(struct vault *vault, struct arena *arena, struct slice *row)
{
    struct key   key = master_key(store_reader(vault->store));
    struct slice rest;
    uint8_t      unsettled = 0;

    vault->number = 1;
    TRY(reader_get(store_reader(vault->store), FAMILY_vault, key_slice(&key), arena, row));
    if (!row->data) return OK;
    rest = *row;
    if (rest.size != MASTER_ROW || !key_read_u64(&rest, &vault->number) ||
        !key_read_byte(&rest, &unsettled))
        return failed(STATUS_CORRUPT, "the vault's row about its master key is cut");
    vault->unsettled = unsettled;
    return OK;
}

struct status vault_master_choose(struct vault *vault, const struct master *masters, size_t count)
{
    struct arena  arena  = { 0 };
    struct slice  row    = { NULL, 0 };
    struct status status = read_row(vault, &arena, &row);
    size_t        at;

    for (at = 0; status.code == STATUS_OK && at < count; at++) {
        derive(masters[at].bytes, vault->wrapping, vault->hashing);
        if (!row.data || opens(vault, row)) break;
    }
    if (status.code == STATUS_OK && at == count)
        status = failed(STATUS_CORRUPT,
                        "%s is not the key that the vault is under: bring back "
                        "the one that is",
                        vault->master[0] ? vault->master : "the master key");
    arena_free(&arena);
    if (status.code != STATUS_OK || !vault->batch) return status;
    return finish(vault, masters[at].is_next);
}

/* -- rotating ------------------------------------------------------------------- */

static struct status rewrap(const struct vault *vault, struct slice key, struct slice value,
                            const uint8_t wrapping[AES_KEY_SIZE], struct batch *batch)
{
    uint8_t      plain[AES_KEY_SIZE], row[WRAPPED_SIZE] = { KEY_WRAPPED };
    struct slice owner   = { key.data + key.size - ID_SIZE, ID_SIZE };
    struct slice wrapped = { value.data + 1 + AES_NONCE_SIZE, value.size - 1 - AES_NONCE_SIZE };

    if (!crypto_open(vault->wrapping, (const uint8_t *)value.data + 1, owner, wrapped, plain))
        return failed(STATUS_CORRUPT, "a wrapped key was altered");
    crypto_random(row + 1, AES_NONCE_SIZE);
    crypto_seal(wrapping, row + 1, owner, SLICE_OF(plain), row + 1 + AES_NONCE_SIZE);
    crypto_wipe(plain, sizeof plain);
    batch_put(batch, FAMILY_vault, key, SLICE_OF(row));
    return OK;
}

/* Destroyed keys stay marked, and other rows as they are. */
static struct status rewrap_all(const struct vault *vault, const uint8_t wrapping[AES_KEY_SIZE],
                                struct batch *batch)
{
    struct reader *reader = store_reader(vault->store);
    struct key     prefix = reader_key(reader), from = prefix;
    struct status  status = OK, ended;
    struct cursor *cursor;

    key_add_byte(&from, ROWS_OWN);
    cursor = cursor_open(reader, FAMILY_vault, key_slice(&prefix), key_slice(&from));
    while (status.code == STATUS_OK && cursor_next(cursor)) {
        struct slice value = cursor_value(cursor);
        if (value.size == WRAPPED_SIZE && value.data[0] == KEY_WRAPPED)
            status = rewrap(vault, cursor_key(cursor), value, wrapping, batch);
    }
    ended = cursor_close(cursor);
    return status.code == STATUS_OK ? ended : status;
}

/* Nobody unwraps between the commit and the change of the key. */
static struct status turn(struct vault *vault, struct batch *batch,
                          const uint8_t wrapping[AES_KEY_SIZE], const uint8_t hashing[AES_KEY_SIZE])
{
    struct status status;

    put_row(batch, vault->number + 1, true, wrapping);
    ensure(pthread_rwlock_wrlock(&vault->turning) == 0);
    status = vault_commit(vault, batch);
    if (status.code == STATUS_OK) {
        memcpy(vault->wrapping, wrapping, AES_KEY_SIZE);
        memcpy(vault->hashing, hashing, AES_KEY_SIZE);
        vault->number++;
        vault->unsettled = true;
    }
    ensure(pthread_rwlock_unlock(&vault->turning) == 0);
    return status;
}

static struct status rotate(struct vault *vault, struct batch *batch)
{
    uint8_t       master[AES_KEY_SIZE], wrapping[AES_KEY_SIZE], hashing[AES_KEY_SIZE];
    struct status status = OK;

    crypto_random(master, sizeof master);
    derive(master, wrapping, hashing);
    if (vault->next[0]) status = durable_write(vault->next, SLICE_OF(master), DURABLE_REPLACE);
    crypto_wipe(master, sizeof master);
    if (status.code == STATUS_OK) status = rewrap_all(vault, wrapping, batch);
    if (status.code == STATUS_OK) status = turn(vault, batch, wrapping, hashing);
    crypto_wipe(wrapping, sizeof wrapping);
    crypto_wipe(hashing, sizeof hashing);
    if (status.code == STATUS_OK) status = take_over(vault);
    return status.code == STATUS_OK ? settle(vault) : status;
}

struct status vault_rotate_master(struct vault *vault)
{
    ensure(vault->batch != NULL);
    struct batch *batch = batch_open(vault->store);
    ensure(pthread_mutex_lock(&vault->changing) == 0);
    struct status status = rotate(vault, batch);
    ensure(pthread_mutex_unlock(&vault->changing) == 0);
    batch_close(batch);
    return status;
}

uint64_t vault_master_number(struct vault *vault)
{
    ensure(pthread_rwlock_rdlock(&vault->turning) == 0);
    uint64_t number = vault->number - vault->unsettled;
    ensure(pthread_rwlock_unlock(&vault->turning) == 0);
    return number;
}
