/* receipt.h -- the proof of one grant: signed, and checkable offline forever.
 *
 * A receipt is one JSON document that is JSON-LD as well: a dpv:ConsentReceipt around
 * the dpv:ConsentRecord of ISO/IEC TS 27560:2023, with the names that W3C's DPV gives
 * its fields ("Consent Records and Receipts as per ISO/IEC TS 27560:2023 using DPV").
 * Who reads it as plain JSON takes the names as they stand. Format 1:
 *
 *     dct:conformsTo dct:created dct:identifier dct:publisher
 *     dpv:hasRecordOfActivity
 *         dct:identifier            the consent
 *         dct:valid                 until when; not there: until it is taken back
 *         dpv:hasConsentStatus      as of dct:created
 *         dpv:hasDataController     the vendor        dpv:hasDataSubject  the account
 *         dpv:hasPersonalData       the capabilities  dpv:hasPurpose      what for
 *         dpv:hasNotice             what was shown, its version, language, salted hash
 *         dpv:hasRecipient dpv:hasLegalBasis dpv:hasConsentControl
 *         dpv:hasStorageCondition dpv:hasJurisdiction
 *         dct:hasPart               what happened, each with dct:date, state, method and
 *             piot:evidence         piot:envelope (base64), piot:leafIndex,
 *                                   piot:inclusionProof (hashes, base64)
 *     piot:checkpoint               a signed note (core/log/checkpoint.h) that covers all
 *     piot:format
 *     piot:signature
 *
 * EVIDENCE  Each event's envelope is the very bytes of the log: RFC 6962's leaf hash of
 *           it is in the tree of the checkpoint by the inclusion proof (RFC 9162, 2.1.3).
 *           Whoever checks need not believe the record: all that follows from envelopes
 *           (core/facts/event.h) is made from them again and compared. The notice is
 *           bound by SHA-256(salt ‖ text) in the envelope of the question. The signature
 *           alone vouches for the vendor's name and for what is said of the operator.
 * SIGNATURE The document is written canonically (RFC 8785). piot:signature is a signed
 *           note by the log's key, with the text
 *
 *               <origin>/receipt
 *               <base64 of SHA-256 of the document without piot:signature>
 *
 *           whose first line can be no checkpoint's, so neither passes for the other.
 * PRINCIPAL The data subject is the account's own id. A pairwise name would hide nothing:
 *           the envelopes, without which there is no proof, hold the account's id as
 *           their stream. So a receipt is for its person, and for whom they show it to;
 *           two vendors shown two receipts can tell that they are of one account.
 * FORMAT    A receipt is written again to be checked, so what format 1 writes is never
 *           changed; anything else is another format beside it.
 *
 * THREADS   The reader's; writing and checking are pure.
 * MEMORY    A receipt is in the arena, or points into what it was read from.
 */
#ifndef PIOT_REPLAY_RECEIPT_RECEIPT_H
#define PIOT_REPLAY_RECEIPT_RECEIPT_H

#include "core/log/checkpoint.h"
#include "core/log/log.h"
#include "replay/fold/replay.h"

enum {
    RECEIPT_FORMAT     = 1,
    RECEIPT_EVENTS_MAX = 32,      /* the question, the grant, and the newest of the others */
    RECEIPT_MAX        = 2 << 20, /* bytes of a document or page we read */
};

struct receipt_event {
    struct event event;
    struct slice envelope;
    struct proof proof;
};

/* What no envelope says. */
struct receipt_names {
    struct slice service; /* the log's origin */
    struct slice vendor;  /* what people know it by */
    /* the operator's; none: not said */
    struct slice operator_name, operator_contact, privacy_notice, jurisdiction;
};

struct receipt {
    int64_t              created_at; /* whole milliseconds */
    struct receipt_names names;
    struct slice         notice_text, notice_salt;
    struct slice         checkpoint; /* the note */
    uint32_t             partition;  /* of the log the events stand in */
    size_t               count;
    struct receipt_event events[RECEIPT_EVENTS_MAX]; /* as they happened; 0: the question */
};

/* What follows from the events. */
struct receipt_claim {
    struct id                       consent, account;
    const struct consent_requested *asked;
    const struct consent_granted   *granted;
    struct texts                    capabilities; /* granted, less what was given up since */
    int64_t                         expires_at;   /* 0: none */
    enum event_type                 last;         /* that changed the status */
    int64_t                         ended_at;     /* withdrawn or revoked; 0: not */
};

/* -- making ------------------------------------------------------------------ */

/* From the log and the views, with the proofs of `checkpoint` (an opened note's). The
 * names but the vendor's are the caller's, and so is the rest of `receipt`.
 * STATUS_NOT_FOUND: it was never granted. STATUS_CONFLICT: the checkpoint does not cover
 * all of it yet. STATUS_INVALID: its person is forgotten, so there is no notice any more. */
must_use struct status receipt_gather(struct reader *reader, struct vault *vault,
                                      struct merkle *tree, struct id consent,
                                      struct slice checkpoint, struct arena *arena,
                                      struct receipt *receipt);
/* The document; `signature` a note, or nothing: without the member. */
void receipt_write(const struct receipt *receipt, struct slice signature, struct buffer *out);
/* The document, signed. */
void receipt_sign(const struct receipt *receipt, const struct note_signer *signer,
                  struct buffer *out);
/* A page for people that holds the document. Equal receipts give equal pages. */
void receipt_page(const struct receipt *receipt, struct slice document, struct buffer *html);

/* -- checking ------------------------------------------------------------------ */

/* The document in a page; false: it is not one of ours. */
must_use bool receipt_in_page(struct slice page, struct slice *document);
/* Fills events[count], whose envelope is given, and counts it. */
must_use struct status receipt_add(struct receipt *receipt, struct slice envelope,
                                   uint64_t leaf_index, struct arena *arena);
/* What the events amount to. STATUS_CORRUPT: not to a grant; the sentence says why. */
must_use struct status receipt_claim(const struct receipt *receipt, struct receipt_claim *claim);
/* Every check but the comparison with the document that it was read from; the rules are
 * named in receipt_check.c. A receipt has a claim. */
void receipt_check(const struct receipt *receipt, const struct receipt_claim *claim,
                   struct slice signature, const struct note_key *key, struct findings *findings);

/* "dpv:ConsentGiven" …, or NULL: such an event changes no status. */
const char *receipt_status(enum event_type type);

#endif
