/* vault.h -- the keys that personal data is sealed under, one an owner.
 *
 * A small store of its own beside the log and in none of its backups. Each
 * owner's data key is random and kept wrapped (AES-256-GCM) under the master
 * key, a file of 32 bytes in the vault's directory, mode 0600. To forget a
 * person is to destroy a key: what was sealed under it is noise from then on,
 * and the owner gets no other key, ever.
 *
 *     PATH/master.key  the master key; nobody but us may read it
 *     PATH/master.key.next  another, while a rotation gets all keys under it
 *     PATH/keys        the store: owner -> wrapped key, or that it was destroyed
 *     PATH/anchor      how many changes the store has seen, every 64th and when
 *                      it opens and closes: a torn end may be cut off after that
 *
 * THREADS   Sealing, opening, wiping and rotating: any thread. Creating and
 *           destroying keys: the writer; while a rotation goes on it waits, if
 *           it needs a key that is new.
 * MEMORY    At most VAULT_CACHE_MAX unwrapped keys are held, wiped when they go.
 * ERRORS    STATUS_NOT_FOUND  the owner has no key, or it was destroyed
 *           STATUS_CORRUPT    the sealed bytes or the wrapped key were altered
 *           STATUS_INVALID    the master key's file is not ours alone
 *           STATUS_IO         the disk failed
 */
#ifndef PIOT_CORE_VAULT_VAULT_H
#define PIOT_CORE_VAULT_VAULT_H

#include "core/base/arena.h"
#include "core/base/crypto.h"
#include "core/base/ids.h"

enum { VAULT_CACHE_MAX = 65536, VAULT_FILES_MAX = 64 /* tables it holds open */ };

struct vault;
/* `path` NULL: in memory, with a random master key, for tests. A first opening
 * creates the directory and the master key; a read-only one creates nothing, and the
 * two calls that change keys are then a mistake. */
must_use struct status vault_open(struct vault **vault, const char *path, bool read_only);
/* The same, to be written to, of one that has seen at least so many changes; else it is left as
 * it is: STATUS_CORRUPT. */
must_use struct status vault_open_least(struct vault **vault, const char *path, uint64_t least);
void                   vault_close(struct vault *vault);

/* How many changes it has seen: it never has fewer than its log remembers. Any thread. */
uint64_t vault_changes(const struct vault *vault);

/* Copies the master key and all keys as of one moment into `path`, which must not exist
 * and then can be opened as a vault. Any thread, while keys are made and destroyed. A
 * copy opens what is sealed, and outlives the destruction of a key: whoever keeps one
 * has to let it go before an owner is forgotten for good. */
must_use struct status vault_copy(struct vault *vault, const char *path);

/* Makes a key for `owner` unless it has one; durable on return. STATUS_NOT_FOUND: it
 * had one, and that was destroyed. */
must_use struct status vault_create_key(struct vault *vault, struct id owner);
/* Durable on return: nobody finds the key any more. A second time is no error, nor is
 * an owner without a key. Old files may hold it still wrapped, until vault_wipe(). */
must_use struct status vault_destroy_key(struct vault *vault, struct id owner);
/* Rewrites the vault's files: on return none holds a key that was destroyed before. */
must_use struct status vault_wipe(struct vault *vault);

/* Makes a new master key, gets every key under it and ends the old one: whatever copies
 * there are of the vault's older files, nothing opens them any more. Killed at any
 * moment it leaves a vault that opens. About 120 bytes of memory an owner meanwhile.
 * Keyed hashes of before cannot be made again after. */
must_use struct status vault_rotate_master(struct vault *vault);
/* Of the youngest master key whose rotation has ended; the first is 1. */
uint64_t vault_master_number(struct vault *vault);

/* Are all bytes of its store what was written? (store_check()) */
must_use struct status vault_check(struct vault *vault);

/* Has the owner a key? STATUS_NOT_FOUND: not, or not any more. */
must_use struct status vault_has_key(struct vault *vault, struct id owner);

/* Did the owner ever have a key in it, be it destroyed since? Of one that had none, nobody can
 * say that they were forgotten. */
must_use struct status vault_knows(struct vault *vault, struct id owner, bool *known);

/* Seals `plain` under the owner's key: fills the nonce, and `sealed` in `arena`. */
must_use struct status vault_seal(struct vault *vault, struct id owner, struct slice aad,
                                  struct slice plain, struct arena *arena,
                                  uint8_t nonce[AES_NONCE_SIZE], struct slice *sealed);
must_use struct status vault_unseal(struct vault *vault, struct id owner, struct slice aad,
                                    const uint8_t nonce[AES_NONCE_SIZE], struct slice sealed,
                                    struct arena *arena, struct slice *plain);

/* A key for something else, derived from the owner's: it lasts as long as that, whatever
 * becomes of the master key. HKDF-SHA256 (RFC 5869); `label` is its info. */
must_use struct status vault_derive(struct vault *vault, struct id owner, const char *label,
                                    uint8_t out[AES_KEY_SIZE]);

/* Pairwise reference: HMAC-SHA256 under a key derived from the owner's, of a
 * name and what it is renewed with, as an id-free text of 26 characters
 * (base32 of 128 bits). Different owners' references of one name share nothing. */
must_use struct status vault_reference(struct vault *vault, struct id owner, struct id name,
                                       struct id renewal, char text[27]);
/* HMAC-SHA256 under a key of the whole service, for hashes that must not be
 * guessed back: addresses. Its key derives from the master key. */
struct hash vault_keyed_hash(struct vault *vault, const char *label, struct slice bytes);

#endif
