/* receipt_check.c -- signing a receipt, and what has to be so in one.
 *
 *     rule          says
 *     signature     the log's key signed this document, as a receipt
 *     checkpoint    the checkpoint is signed by the same key, and of the log that is named
 *     inclusion     each event is in the log at its place: its envelope hashes to a leaf
 *                   that the proof leads from to the checkpoint's root
 *     notice        the notice hashes, with its salt, to what the question's event says
 */
#include "core/base/text.h"
#include "replay/fold/findings.h"
#include "replay/receipt/receipt.h"

/* What is signed: see the header. */
static void signed_text(const struct receipt *receipt, struct buffer *text)
{
    struct buffer document = { 0 };
    struct arena  arena    = { 0 };

    receipt_write(receipt, (struct slice){ 0 }, &document);
    struct hash  hash  = crypto_sha256(buffer_slice(&document));
    struct slice coded = text_base64(&arena, SLICE_OF(hash.bytes));
    buffer_add(text, receipt->names.service);
    buffer_print(text, "/receipt\n%.*s\n", (int)coded.size, coded.data);
    buffer_free(&document);
    arena_free(&arena);
}

void receipt_sign(const struct receipt *receipt, const struct note_signer *signer,
                  struct buffer *out)
{
    struct buffer text = { 0 }, note = { 0 };

    signed_text(receipt, &text);
    note_sign(signer, buffer_slice(&text), &note);
    receipt_write(receipt, buffer_slice(&note), out);
    buffer_free(&text);
    buffer_free(&note);
}

static void check_signature(const struct receipt *receipt, struct slice signature,
                            const struct note_key *key, struct findings *findings)
{
    struct buffer wanted = { 0 };
    struct slice  text;
    uint64_t      time_s;
    struct status status = note_open(signature, key, &text, &time_s);

    signed_text(receipt, &wanted);
    if (status.code != STATUS_OK) finding_add(findings, 0, "signature", "%s", status.text);
    else if (key->algorithm != NOTE_ED25519)
        finding_add(findings, 0, "signature", "a witness's key signs no receipts");
    else if (!slice_equal(text, buffer_slice(&wanted)))
        finding_add(findings, 0, "signature", "what was signed is another document");
    buffer_free(&wanted);
}

static void check_event(const struct receipt_event *it, const struct checkpoint *head,
                        struct findings *findings)
{
    struct hash leaf = hash_leaf(it->envelope);

    if (it->event.position > head->size ||
        !proof_includes(&it->proof, &leaf, it->event.position - 1, head->size, &head->root))
        finding_add(findings, it->event.position, "inclusion",
                    "the proof does not lead from this event to the checkpoint's root");
}

static void check_notice(const struct receipt *receipt, const struct consent_requested *asked,
                         struct findings *findings)
{
    struct hash hash = crypto_sha256_two(receipt->notice_salt, receipt->notice_text);

    if (asked->notice_hash.size && !slice_equal(asked->notice_hash, SLICE_OF(hash.bytes)))
        finding_add(findings, receipt->events[0].event.position, "notice",
                    "the person was shown another text");
}

void receipt_check(const struct receipt *receipt, const struct receipt_claim *claim,
                   struct slice signature, const struct note_key *key, struct findings *findings)
{
    struct checkpoint head;
    struct status     status = checkpoint_open(receipt->checkpoint, key, &head);

    check_signature(receipt, signature, key, findings);
    if (status.code == STATUS_OK && !slice_equal(head.origin, receipt->names.service))
        status = failed(STATUS_CORRUPT, "the checkpoint is of another log than is named");
    if (status.code != STATUS_OK) finding_add(findings, 0, "checkpoint", "%s", status.text);
    for (size_t i = 0; status.code == STATUS_OK && i < receipt->count; i++)
        check_event(&receipt->events[i], &head, findings);
    check_notice(receipt, claim->asked, findings);
}
