/* receipt_write.c -- format 1, member for member. RFC 8785 wants members in the order of
 * their names, so they are written in that order. What stands here never changes. */
#include "core/base/text.h"
#include "replay/receipt/receipt.h"

struct writing {
    const struct receipt *receipt;
    struct receipt_claim  claim;
    struct json           json;
    struct arena          arena;
};

static void put(struct writing *to, const char *name, const char *text)
{
    json_put_text(&to->json, name, slice_text(text));
}

static void put_bytes(struct writing *to, const char *name, struct slice bytes)
{
    json_put_text(&to->json, name, text_base64(&to->arena, bytes));
}

static void put_texts(struct writing *to, const char *name, struct texts texts)
{
    json_name(&to->json, name);
    json_array(&to->json);
    for (size_t i = 0; i < texts.count; i++) json_text(&to->json, texts.items[i]);
    json_array_end(&to->json);
}

static void open_object(struct writing *to, const char *name)
{
    if (name) json_name(&to->json, name);
    json_object(&to->json);
}

static void close_object(struct writing *to) { json_object_end(&to->json); }

/* -- what happened ----------------------------------------------------------------- */

static const char *method_of(const struct event *event)
{
    switch (event->actor.kind) {
    /* clang-format off */
    case ACTOR_SYSTEM:     return "by the service itself";
    case ACTOR_OPERATOR:   return "by the operator";
    case ACTOR_AUDITOR:    return "by an auditor";
    case ACTOR_VENDOR:     return "by the vendor's server, as a signed message";
    case ACTOR_SUBSCRIBER: return "by the person, in an app signed in to the account";
        /* clang-format on */
    }
    impossible("an actor of no kind");
}

static void put_actor(struct writing *to, const struct event *event)
{
    json_name(&to->json, "dpv:isImplementedByEntity");
    if (id_given(event->actor.id)) json_id(&to->json, event->actor.id);
    else json_text(&to->json, slice_text(actor_kind_name(event->actor.kind)));
}

static struct slice reason_of(const struct event *event)
{
    if (event->type == EVENT_consent_withdrawn) return event->consent_withdrawn.reason;
    if (event->type == EVENT_consent_revoked) return event->consent_revoked.reason;
    return (struct slice){ 0 };
}

static int64_t valid_until(const struct event *event)
{
    if (event->type == EVENT_consent_granted) return event->consent_granted.expires_at;
    if (event->type == EVENT_consent_changed) return event->consent_changed.expires_at;
    if (event->type == EVENT_consent_renewed) return event->consent_renewed.expires_at;
    return 0;
}

static void put_evidence(struct writing *to, const struct receipt_event *it)
{
    open_object(to, "piot:evidence");
    put_bytes(to, "piot:envelope", it->envelope);
    json_name(&to->json, "piot:inclusionProof");
    json_array(&to->json);
    for (size_t i = 0; i < it->proof.count; i++)
        json_text(&to->json, text_base64(&to->arena, SLICE_OF(it->proof.hashes[i].bytes)));
    json_array_end(&to->json);
    json_put_u64(&to->json, "piot:leafIndex", it->event.position - 1);
    close_object(to);
}

static void put_event(struct writing *to, const struct receipt_event *it)
{
    const struct event *event  = &it->event;
    const char         *status = receipt_status(event->type);
    struct slice        name   = slice_text(event_shape(event->type)->name);

    open_object(to, NULL);
    json_put_instant(&to->json, "dct:date", event->recorded_at);
    json_may_text(&to->json, "dct:description", reason_of(event));
    json_put_id(&to->json, "dct:identifier", event->id);
    json_put_text(&to->json, "dct:title", text_kebab(&to->arena, name));
    json_may_instant(&to->json, "dct:valid", valid_until(event));
    if (status) put(to, "dpv:hasConsentStatus", status);
    put(to, "dpv:hasIndicationMethod", method_of(event));
    put_actor(to, event);
    put_evidence(to, it);
    json_put_position(&to->json, "piot:position",
                      (struct position){ to->receipt->partition, event->position });
    close_object(to);
}

/* -- the record -------------------------------------------------------------------- */

static void put_notices(struct writing *to)
{
    const struct consent_requested *asked = to->claim.asked;

    json_name(&to->json, "dpv:hasNotice");
    json_array(&to->json);
    open_object(to, NULL);
    put(to, "@type", "dpv:ConsentNotice");
    json_put_text(&to->json, "dct:description", to->receipt->notice_text);
    json_put_text(&to->json, "dct:hasVersion", asked->notice_version);
    json_put_text(&to->json, "dct:language", asked->notice_language);
    if (asked->notice_hash.size) {
        put_bytes(to, "piot:hash", asked->notice_hash);
        put_bytes(to, "piot:salt", to->receipt->notice_salt);
    }
    close_object(to);
    if (to->receipt->names.privacy_notice.size) {
        open_object(to, NULL);
        json_put_text(&to->json, "@id", to->receipt->names.privacy_notice);
        put(to, "@type", "dpv:PrivacyNotice");
        close_object(to);
    }
    json_array_end(&to->json);
}

static void put_parties(struct writing *to)
{
    open_object(to, "dpv:hasDataController");
    put(to, "@type", "dpv:DataController");
    json_put_id(&to->json, "dct:identifier", to->claim.granted->vendor);
    json_put_text(&to->json, "dpv:hasName", to->receipt->names.vendor);
    close_object(to);
    open_object(to, "dpv:hasDataSubject");
    put(to, "@type", "dpv:DataSubject");
    json_put_id(&to->json, "dct:identifier", to->claim.account);
    close_object(to);
}

static void put_recipients(struct writing *to)
{
    json_name(&to->json, "dpv:hasRecipient");
    json_array(&to->json);
    json_id(&to->json, to->claim.granted->vendor);
    json_text(&to->json, to->receipt->names.service);
    json_array_end(&to->json);
}

static void put_record(struct writing *to)
{
    open_object(to, "dpv:hasRecordOfActivity");
    put(to, "@type", "dpv:ConsentRecord");
    put(to, "dct:conformsTo", "https://w3id.org/dpv/schema/dpv-27560#record");
    json_name(&to->json, "dct:hasPart");
    json_array(&to->json);
    for (size_t i = 0; i < to->receipt->count; i++) put_event(to, &to->receipt->events[i]);
    json_array_end(&to->json);
    json_put_id(&to->json, "dct:identifier", to->claim.consent);
    json_may_instant(&to->json, "dct:valid", to->claim.expires_at);
    open_object(to, "dpv:hasConsentControl");
    put(to, "@type", "dpv:WithdrawConsent");
    put(to, "dct:description",
        "In an app signed in to the account, at any time: withdraw the consent, or remove the "
        "device.");
    close_object(to);
    put(to, "dpv:hasConsentStatus", receipt_status(to->claim.last));
    put_parties(to);
    json_may_text(&to->json, "dpv:hasJurisdiction", to->receipt->names.jurisdiction);
    put(to, "dpv:hasLegalBasis", "dpv:ExplicitlyExpressedConsent");
    put_notices(to);
    put_texts(to, "dpv:hasPersonalData", to->claim.capabilities);
    put_texts(to, "dpv:hasPurpose", to->claim.granted->purposes);
    put_recipients(to);
    open_object(to, "dpv:hasStorageCondition");
    put(to, "@type", "dpv:StorageCondition");
    put(to, "dct:description",
        "That it was granted and how it ended is kept for ever; names and texts until the person "
        "is erased.");
    close_object(to);
    json_put_id(&to->json, "piot:device", to->claim.granted->device);
    close_object(to);
}

/* -- the document ------------------------------------------------------------------ */

static void put_head(struct writing *to)
{
    const struct receipt_names *names = &to->receipt->names;
    char                        consent[ID_TEXT_MAX];

    id_text(to->claim.consent, consent);
    open_object(to, "@context");
    put(to, "dct", "http://purl.org/dc/terms/");
    put(to, "dpv", "https://w3id.org/dpv#");
    put(to, "piot", "urn:uuid:6d1f2c0e-6c1b-4c9a-9f57-0f0c8a3d27b4#");
    close_object(to);
    put(to, "@type", "dpv:ConsentReceipt");
    put(to, "dct:conformsTo", "https://w3id.org/dpv/schema/dpv-27560#receipt-record");
    json_put_instant(&to->json, "dct:created", to->receipt->created_at);
    json_put_text(&to->json, "dct:identifier",
                  arena_print(&to->arena, "%s@%llu", consent,
                              (unsigned long long)to->receipt->events[to->receipt->count - 1]
                                  .event.position));
    open_object(to, "dct:publisher");
    json_put_text(&to->json, "dct:identifier", names->service);
    json_may_text(&to->json, "dpv:hasContact", names->operator_contact);
    json_may_text(&to->json, "dpv:hasName", names->operator_name);
    close_object(to);
}

void receipt_write(const struct receipt *receipt, struct slice signature, struct buffer *out)
{
    struct writing to     = { .receipt = receipt, .json = json_canonical_to(out) };
    struct status  status = receipt_claim(receipt, &to.claim);

    ensure(status.code == STATUS_OK);
    json_object(&to.json);
    put_head(&to);
    put_record(&to);
    json_put_text(&to.json, "piot:checkpoint", receipt->checkpoint);
    json_put_u64(&to.json, "piot:format", RECEIPT_FORMAT);
    json_may_text(&to.json, "piot:signature", signature);
    json_object_end(&to.json);
    arena_free(&to.arena);
}
