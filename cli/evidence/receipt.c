#include "cli/evidence/receipt.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "replay/fold/findings.h"

#define RECORD "dpv:hasRecordOfActivity"

/* -- reading ----------------------------------------------------------------------- */

static struct slice text_at(struct kept *kept, const struct node *tree, const char *path)
{
    return node_shown(tree, path, &kept->arena);
}

static bool bytes_at(struct kept *kept, const struct node *tree, const char *path,
                     struct slice *bytes)
{
    struct slice text = text_at(kept, tree, path);

    return text.data && text_unbase64(&kept->arena, text, bytes);
}

static struct status read_proof(struct kept *kept, const struct node *evidence, struct proof *proof)
{
    const struct node *hashes = node_at(evidence, "piot:inclusionProof");
    struct slice       bytes;

    if (!node_is_array(hashes) || node_count(hashes) > PROOF_MAX)
        return failed(STATUS_CORRUPT, "an event has no inclusion proof");
    for (proof->count = 0; proof->count < node_count(hashes); proof->count++) {
        if (!bytes_at(kept, node_item(hashes, proof->count), "", &bytes) ||
            bytes.size != SHA256_SIZE)
            return failed(STATUS_CORRUPT, "an inclusion proof has something that is no hash");
        memcpy(proof->hashes[proof->count].bytes, bytes.data, SHA256_SIZE);
    }
    return OK;
}

static struct status read_event(struct kept *kept, const struct node *part)
{
    const struct node *evidence = node_at(part, "piot:evidence");
    struct slice       envelope;
    uint64_t           leaf;

    if (!bytes_at(kept, evidence, "piot:envelope", &envelope) ||
        !node_whole(evidence, "piot:leafIndex", &leaf))
        return failed(STATUS_CORRUPT, "an event has no envelope with its place in the log");
    TRY(receipt_add(kept->receipt, envelope, leaf, &kept->arena));
    return read_proof(kept, evidence, &kept->receipt->events[kept->receipt->count - 1].proof);
}

static void read_names(struct kept *kept, const struct node *record, struct receipt_names *names)
{
    const struct node *notices = node_at(record, "dpv:hasNotice");

    *names = (struct receipt_names){
        .service          = text_at(kept, kept->tree.root, "dct:publisher.dct:identifier"),
        .operator_name    = text_at(kept, kept->tree.root, "dct:publisher.dpv:hasName"),
        .operator_contact = text_at(kept, kept->tree.root, "dct:publisher.dpv:hasContact"),
        .vendor           = text_at(kept, record, "dpv:hasDataController.dpv:hasName"),
        .jurisdiction     = text_at(kept, record, "dpv:hasJurisdiction"),
        .privacy_notice   = text_at(kept, node_item(notices, 1), "@id"),
    };
}

static struct status read_receipt(struct kept *kept)
{
    const struct node *record = node_at(kept->tree.root, RECORD), *parts, *notice;
    struct receipt    *receipt;
    struct position    first = { 0 };
    uint64_t           format;

    if (!node_says(kept->tree.root, "@type", "dpv:ConsentReceipt") ||
        !node_whole(kept->tree.root, "piot:format", &format))
        return failed(STATUS_CORRUPT, "it is no receipt of ours");
    if (format != RECEIPT_FORMAT)
        return failed(STATUS_CORRUPT, "it is of format %llu, which this program does not know",
                      (unsigned long long)format);
    kept->receipt = receipt = arena_new(&kept->arena, struct receipt);
    if (!instant_parse(text_at(kept, kept->tree.root, "dct:created"), &receipt->created_at))
        return failed(STATUS_CORRUPT, "dct:created is no instant");
    read_names(kept, record, &receipt->names);
    notice               = node_item(node_at(record, "dpv:hasNotice"), 0);
    receipt->notice_text = text_at(kept, notice, "dct:description");
    bytes_at(kept, notice, "piot:salt", &receipt->notice_salt);
    receipt->checkpoint = text_at(kept, kept->tree.root, "piot:checkpoint");
    kept->signature     = text_at(kept, kept->tree.root, "piot:signature");
    parts               = node_at(record, "dct:hasPart");
    position_parse(text_at(kept, node_item(parts, 0), "piot:position"), &first);
    receipt->partition = first.partition;
    for (size_t i = 0; i < node_count(parts); i++) TRY(read_event(kept, node_item(parts, i)));
    return receipt_claim(receipt, &kept->claim);
}

/* -- comparing --------------------------------------------------------------------- */

/* The member in which the documents differ first, as far as it can be told. */
static struct slice member_before(struct slice document, size_t at)
{
    size_t end = at;

    while (end > 1 && !(document.data[end - 1] == ':' && document.data[end - 2] == '"')) end--;
    if (end <= 1) return SLICE("something");
    size_t begin = end -= 2;
    while (begin && document.data[begin - 1] != '"') begin--;
    return (struct slice){ document.data + begin, end - begin };
}

static void receipt_compare(struct slice document, struct slice again, struct findings *findings)
{
    size_t at = 0;

    if (slice_equal(document, again)) return;
    while (at < document.size && at < again.size && document.data[at] == again.data[at]) at++;
    struct slice member = member_before(again, at);
    finding_add(findings, 0, "record", "%.*s is not what the events say", (int)member.size,
                member.data);
}

/* A page is of the document in its canonical form. */
static void check_page(const struct kept *kept, struct slice text, struct slice document,
                       struct findings *findings)
{
    struct buffer page = { 0 };

    receipt_page(kept->receipt, document, &page);
    if (!slice_equal(buffer_slice(&page), text))
        finding_add(findings, 0, "page",
                    "the page around the receipt is not the one that belongs to it; a browser may "
                    "have written it again when it was saved");
    buffer_free(&page);
}

void kept_check(struct kept *kept, struct slice text, const struct note_key *key,
                struct findings *findings)
{
    struct slice  document  = text;
    struct buffer canonical = { 0 }, again = { 0 };
    struct status status;

    *kept  = (struct kept){ .on_page = receipt_in_page(text, &document) };
    status = tree_read(&kept->tree, document);
    if (status.code == STATUS_OK) status = node_write_signed(kept->tree.root, &canonical);
    if (status.code == STATUS_OK) status = read_receipt(kept);
    kept->readable = status.code == STATUS_OK;
    if (!kept->readable) finding_add(findings, 0, "form", "%s", status.text);
    else {
        receipt_check(kept->receipt, &kept->claim, kept->signature, key, findings);
        receipt_write(kept->receipt, kept->signature, &again);
        receipt_compare(buffer_slice(&canonical), buffer_slice(&again), findings);
        if (kept->on_page) check_page(kept, text, buffer_slice(&canonical), findings);
    }
    buffer_free(&canonical);
    buffer_free(&again);
}

void kept_close(struct kept *kept)
{
    tree_close(&kept->tree);
    arena_free(&kept->arena);
    *kept = (struct kept){ 0 };
}
