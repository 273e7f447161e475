/* log.h -- the one list of everything that happened.
 *
 * The log is append-only and totally ordered. Positions count 1, 2, 3 without
 * gaps in a partition; versions count the same way within a stream, and each
 * event names the leaf hash of its stream's previous one. An event once
 * acknowledged is never changed, moved or lost; everything else this program
 * keeps may be thrown away and folded again from here.
 *
 * Rows, in the batch of the turn:
 *     log       position            -> leaf hash (32), envelope; old ones may be in
 *                                      files instead (archived.h)
 *     personal  position            -> ciphertext of the personal fields; at position 0,
 *                                      if a copy without any was imported, how far (u64)
 *     stream    stream, position    -> version (u64); at position 0 the head:
 *                                      version (u64), leaf hash, last position (u64)
 *     index     id, position        -> nothing; one for each distinct id among the
 *                                      event's fields that names a device, network,
 *                                      vendor or account other than the stream
 *               'T', type, position -> nothing; the type as u32
 * An id starts with its kind's letter, of which none is 'T'. What happened to an
 * account or a vendor is therefore its stream and its index together.
 *
 * The leaf hash is that of RFC 6962, 2.1: SHA-256(0x00 ‖ envelope). The tree over all
 * of them (merkle.h) grows in the same batch.
 *
 * Personal fields are sealed under event_owner()'s key with the event's id as
 * associated data; an owner's first event makes its key in the vault, durable
 * before the batch is. One who has a past and no key has lost it: STATUS_CORRUPT.
 * Once that key was destroyed, what more is said of the owner is forgotten as it is
 * appended: no ciphertext is kept.
 *
 * THREADS   One thread appends. Any thread reads, through any reader.
 * MEMORY    An event read has its text and lists in the caller's arena.
 * ERRORS    STATUS_CORRUPT    a stored event is not what was written: stop
 *           STATUS_IO         the store failed
 *           STATUS_NOT_FOUND  no event stands at that position
 */
#ifndef PIOT_LOG_H
#define PIOT_LOG_H

#include "core/base/position.h"
#include "core/facts/event.h"
#include "core/log/merkle.h"
#include "core/store/store.h"
#include "core/vault/vault.h"

enum {
    LEAF_SIZE    = SHA256_SIZE,
    ENVELOPE_MAX = 65535, /* bytes: C2SP tlog-tiles counts an entry's in 16 bits. What
                             comes in at the door is limited so that none gets there. */
};

struct log;
struct log_record; /* see below */
/* Finds the last position and instant in `store`. The log borrows both. */
must_use struct status log_open(struct log **log, struct store *store, struct vault *vault);
void                   log_close(struct log *log);

/* Gives the event the next position, its schema, version, previous hash and
 * recorded-at (`now_us`, or a microsecond after the last event's if that is later),
 * seals and encodes it, and puts its rows into the batch. `id` and everything else
 * is the caller's. The event is then as log_read() will give it: with its seal, and
 * without personal fields if its owner is forgotten. Until the batch has committed,
 * nobody else sees it. On an error nothing was put and the position is still free. */
must_use struct status log_append(struct log *log, struct batch *batch, int64_t now_us,
                                  struct arena *scratch, struct event *event);
/* Erases the ciphertext of the event there; its envelope stays, and with it every hash. */
void log_forget(struct batch *batch, uint64_t position);
/* Has it on record that all up to there came without any ciphertext, as a copy without them
 * was imported; how far that is: 0 if it is not so. */
void                   log_put_bare(struct batch *batch, uint64_t through);
must_use struct status log_bare(struct reader *reader, uint64_t *through);
/* Puts a record of another copy of this log at the next position, byte for byte: its
 * envelope, and its ciphertext if it has one. `record` names position and leaf hash; the
 * event is as log_record_event() gives it, shut. STATUS_CORRUPT: it is not what follows
 * here; nothing was put, and the sentence says why. */
must_use struct status log_append_record(struct log *log, struct batch *batch,
                                         const struct log_record *record, struct arena *scratch,
                                         struct event *event);
/* After a commit that did not come to be (tests, a dropped batch): forget what
 * was appended since, and go on from the store's last position. */
must_use struct status log_rewind(struct log *log);
uint64_t log_last(const struct log *log); /* appended, 0: none; the appender's thread */
/* The batch has committed: the tree shows it to its readers. */
void log_committed(struct log *log);
/* The log's own; good as long as the log. */
struct merkle *log_merkle(struct log *log);

/* The distinct ids that index rows lead from to the event, besides its type; how many. */
enum { LOG_INDEX_IDS_MAX = 16 }; /* more than any event has */
size_t log_index_ids(const struct event *event, struct id ids[LOG_INDEX_IDS_MAX]);

/* -- reading ---------------------------------------------------------------- */

/* The position of that number in the log that `reader` reads. */
static inline struct position log_position(const struct reader *reader, uint64_t number)
{
    return (struct position){ reader_partition(reader), number };
}

/* The last position `reader` can see; 0: none. */
must_use struct status log_head(struct reader *reader, uint64_t *position);

/* The last event recorded at that instant or before; 0: none was. Recorded-at rises
 * strictly with the position, so about log2(head) events are read. */
must_use struct status log_position_at(struct reader *reader, int64_t at_us, uint64_t *position);

/* One event with its personal fields opened, as far as they still exist. */
must_use struct status log_read(struct reader *reader, struct vault *vault, uint64_t position,
                                struct arena *arena, struct event *event);
/* What is stored, as it is stored: for verifying and exporting. */
struct log_record {
    uint64_t     position;
    struct slice leaf; /* the stored leaf hash */
    struct slice envelope;
    struct slice ciphertext; /* data NULL: none, or forgotten */
};
must_use struct status log_read_record(struct reader *reader, uint64_t position,
                                       struct arena *arena, struct log_record *record);
/* Checks a record against its hashes, parses it and opens its personal fields;
 * `vault` NULL leaves them shut. Text points into the record. */
must_use struct status log_record_event(const struct log_record *record, struct vault *vault,
                                        struct arena *arena, struct event *event);
/* The same without a look at the hashes, which saves two SHA-256: for figures that prove
 * nothing. The store's checksums and the seal stand for what is read. */
must_use struct status log_record_event_unchecked(const struct log_record *record,
                                                  struct vault *vault, struct arena *arena,
                                                  struct event *event);

/* Every record after `after`, in order; a missing one is an error. log_scan_next()
 * says false at the end or on an error, which log_scan_close() tells. Records are
 * valid until the next. */
struct log_scan;
struct log_scan *log_scan_open(struct reader *reader, uint64_t after);
bool             log_scan_next(struct log_scan *scan, struct log_record *record);
/* The next record is the one at `position`, which none that has been read comes after. Far cheaper
 * than log_read_record() where the positions lie close together. */
void                   log_scan_skip(struct log_scan *scan, uint64_t position);
must_use struct status log_scan_close(struct log_scan *scan);

/* Positions of one stream, of one id of the index, or of one type: those after
 * `from` (rising; 0: from the first) or before it (falling; UINT64_MAX: from the
 * last). At most `max`; `count` says how many. */
enum log_order { LOG_RISING, LOG_FALLING };
must_use struct status log_stream_positions(struct reader *reader, struct id stream, uint64_t from,
                                            enum log_order order, uint64_t *positions, size_t max,
                                            size_t *count);
must_use struct status log_index_positions(struct reader *reader, struct id id, uint64_t from,
                                           enum log_order order, uint64_t *positions, size_t max,
                                           size_t *count);
must_use struct status log_type_positions(struct reader *reader, enum event_type type,
                                          uint64_t from, enum log_order order, uint64_t *positions,
                                          size_t max, size_t *count);
struct log_stream_head {
    uint64_t    version; /* 0: the stream has no events */
    struct hash leaf;
    uint64_t    position;
};
must_use struct status log_stream_head(struct reader *reader, struct id stream,
                                       struct log_stream_head *head);

#endif
