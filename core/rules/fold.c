/* fold.c -- the registry as the first fold of the log: what is everybody's --
 * vendors, tokens, logins, gateways, claims. Accounts: fold_account.c. */
#include "core/rules/folding.h"
#include "core/rules/rules.h"

static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct folding on = { batch, batch_reader(batch), scratch, event->stream };

    switch (event->type) {
/* clang-format off */
#define EVENT(tag, name, ...) case EVENT_##name: registry_##name(&on, &event->name); break;
/* clang-format on */
#include "core/facts/events.def"
#undef EVENT
    }
}

const struct fold fold_registry = {
    .name = "registry", .families = { FAMILY_registry }, .family_count = 1, .apply = apply
};

/* -- the operator's own ------------------------------------------------------- */

void registry_token_issued(struct folding *on, const struct token_issued *fields)
{
    PROMISED(on, id_kind(fields->token) == ID_token);
    registry_put_token(on->batch, fields->token, NO_ID,
                       &(struct token_record){ .hash = fields->hash });
}

void registry_token_revoked(struct folding *on, const struct token_revoked *fields)
{
    struct token_record token;

    PROMISED(on, registry_get_token(on->reader, fields->token, NO_ID, on->arena, &token) &&
                     slice_equal(token.hash, fields->hash));
    registry_erase_token(on->batch, fields->token, NO_ID);
}

MEANS_NOTHING(audit_read, "who looked at what is in the log, and no rule asks")
MEANS_NOTHING(leases_recorded, "addresses are resolved before an intent is made")

void registry_login_claimed(struct folding *on, const struct login_claimed *fields)
{
    struct login_record before;

    PROMISED(on, !registry_get_login(on->reader, on->stream, NO_ID, on->arena, &before));
    registry_put_login(on->batch, on->stream, NO_ID,
                       &(struct login_record){ .account = fields->account });
}

void registry_login_released(struct folding *on, const struct login_released *fields)
{
    struct login_record login;

    PROMISED(on, registry_get_login(on->reader, on->stream, NO_ID, on->arena, &login) &&
                     id_equal(login.account, fields->account));
    registry_erase_login(on->batch, on->stream, NO_ID);
}

void registry_gateway_claimed(struct folding *on, const struct gateway_claimed *fields)
{
    struct gateway_record before;

    PROMISED(on, !registry_get_gateway(on->reader, on->stream, NO_ID, on->arena, &before) ||
                     id_equal(before.account, fields->account));
    registry_put_gateway(on->batch, on->stream, NO_ID,
                         &(struct gateway_record){ .account = fields->account,
                                                   .network = fields->network,
                                                   .shared  = fields->shared });
}

void registry_gateway_released(struct folding *on, const struct gateway_released *fields)
{
    struct gateway_record gateway;

    PROMISED(on, registry_get_gateway(on->reader, on->stream, NO_ID, on->arena, &gateway) &&
                     id_equal(gateway.account, fields->account));
    registry_erase_gateway(on->batch, on->stream, NO_ID);
}

/* -- what a person set ------------------------------------------------------------ */

void registry_account_changed(struct folding *on, const struct account_changed *fields)
{
    CHANGE(on, account, it, on->stream, NO_ID, it.display_name = fields->display_name;
           it.language = fields->language, it.time_zone = fields->time_zone;
           it.quiet_from = fields->quiet_from, it.quiet_to = fields->quiet_to);
}

/* -- vendors ------------------------------------------------------------------- */

static void vendor_is(struct folding *on, enum vendor_state status)
{
    CHANGE(on, vendor, it, on->stream, NO_ID,
           PROMISED(on, vendor_state_may_become(it.status, status));
           it.status = status);
}

void registry_vendor_onboarded(struct folding *on, const struct vendor_onboarded *fields)
{
    struct vendor_record before;

    PROMISED(on, !registry_get_vendor(on->reader, on->stream, NO_ID, on->arena, &before));
    registry_put_vendor(on->batch, on->stream, NO_ID,
                        &(struct vendor_record){ .status = VENDOR_onboarded,
                                                 .name   = fields->name });
}

void registry_vendor_approved(struct folding *on, const struct vendor_approved *fields)
{
    (void)fields;
    vendor_is(on, VENDOR_approved);
}

void registry_vendor_suspended(struct folding *on, const struct vendor_suspended *fields)
{
    (void)fields;
    vendor_is(on, VENDOR_suspended);
}

void registry_vendor_resumed(struct folding *on, const struct vendor_resumed *fields)
{
    (void)fields;
    vendor_is(on, VENDOR_approved);
}

void registry_vendor_offboarding(struct folding *on, const struct vendor_offboarding *fields)
{
    (void)fields;
    vendor_is(on, VENDOR_offboarding);
}

void registry_vendor_offboarded(struct folding *on, const struct vendor_offboarded *fields)
{
    (void)fields;
    vendor_is(on, VENDOR_offboarded);
}

void registry_vendor_changed(struct folding *on, const struct vendor_changed *fields)
{
    CHANGE(on, vendor, it, on->stream, NO_ID, PROMISED(on, it.status != VENDOR_offboarded);
           it.name = fields->name, it.prompts_open_max = fields->prompts_open_max,
           it.events_per_second = fields->events_per_second, it.devices_max = fields->devices_max,
           it.deliveries_pending_max = fields->deliveries_pending_max);
}

MEANS_NOTHING(vendor_contact_set, "it is for people to read")

static void key_begins(struct folding *on, struct id key, struct slice hash)
{
    struct vendor_key_record before;

    PROMISED(on, !registry_get_vendor_key(on->reader, on->stream, key, on->arena, &before));
    registry_put_vendor_key(on->batch, on->stream, key,
                            &(struct vendor_key_record){ .hash = hash });
}

static void key_ends(struct folding *on, struct id key)
{
    struct vendor_key_record before;

    PROMISED(on, registry_get_vendor_key(on->reader, on->stream, key, on->arena, &before));
    registry_erase_vendor_key(on->batch, on->stream, key);
}

void registry_vendor_key_added(struct folding *on, const struct vendor_key_added *fields)
{
    key_begins(on, fields->key, (struct slice){ 0 });
    CHANGE(on, vendor, it, on->stream, NO_ID, PROMISED(on, it.status != VENDOR_offboarded);
           it.keys++);
}

void registry_vendor_key_removed(struct folding *on, const struct vendor_key_removed *fields)
{
    key_ends(on, fields->key);
    CHANGE(on, vendor, it, on->stream, NO_ID, PROMISED(on, it.keys > 1); it.keys -= it.keys > 0);
}

void registry_api_key_issued(struct folding *on, const struct api_key_issued *fields)
{
    key_begins(on, fields->token, fields->hash);
    CHANGE(on, vendor, it, on->stream, NO_ID, PROMISED(on, it.status != VENDOR_offboarded);
           it.api_keys++);
}

void registry_api_key_ended(struct folding *on, const struct api_key_ended *fields)
{
    key_ends(on, fields->token);
    CHANGE(on, vendor, it, on->stream, NO_ID, PROMISED(on, it.api_keys > 1);
           it.api_keys -= it.api_keys > 0);
}

void registry_vendor_key_used(struct folding *on, const struct vendor_key_used *fields)
{
    CHANGE(on, vendor_key, it, on->stream, fields->key, PROMISED(on, it.used_at < fields->at);
           it.used_at = fields->at);
}

void registry_endpoint_set(struct folding *on, const struct endpoint_set *fields)
{
    CHANGE(on, vendor, it, on->stream, NO_ID, PROMISED(on, it.status != VENDOR_offboarded);
           it.endpoint = !fields->pull);
}

void registry_endpoint_ended(struct folding *on, const struct endpoint_ended *fields)
{
    (void)fields;
    CHANGE(on, vendor, it, on->stream, NO_ID, PROMISED(on, it.endpoint); it.endpoint = false);
}

void registry_thing_model_published(struct folding *on, const struct thing_model_published *fields)
{
    struct id                 name = name_model(fields->model);
    struct thing_model_record before;

    PROMISED(on, !registry_get_thing_model(on->reader, on->stream, name, on->arena, &before));
    registry_put_thing_model(on->batch, on->stream, name,
                             &(struct thing_model_record){ .title        = fields->title,
                                                           .guarded      = fields->guarded,
                                                           .capabilities = fields->capabilities,
                                                           .purposes     = fields->purposes });
    registry_put_model_definition(on->batch, on->stream, name,
                                  &(struct model_definition_record){
                                      .definition = fields->definition });
}

MEANS_NOTHING(test_notification_requested, "the outbox sends it")
MEANS_NOTHING(endpoint_health_changed, "the outbox sends it")
MEANS_NOTHING(events_missing, "the outbox sends it")

static void consumer_begins(struct folding *on, struct slice name, struct id consumer)
{
    struct consumer_record before;

    if (slice_equal(name, SLICE("default")) ||
        registry_get_consumer(on->reader, on->stream, consumer, on->arena, &before))
        return;
    CHANGE(on, vendor, it, on->stream, NO_ID, it.consumers++);
}

void registry_outbox_moved(struct folding *on, const struct outbox_moved *fields)
{
    struct id consumer = name_consumer(fields->consumer);

    consumer_begins(on, fields->consumer, consumer);
    BEGIN_OR_CHANGE(on, consumer, it, on->stream, consumer,
                    PROMISED(on, fields->sought || fields->up_to >= it.up_to);
                    it.up_to = fields->up_to, it.lease = NO_ID, it.leased_until = 0);
}

void registry_outbox_leased(struct folding *on, const struct outbox_leased *fields)
{
    struct id consumer = name_consumer(fields->consumer);

    PROMISED(on, id_kind(fields->lease) == ID_lease && fields->until > 0);
    consumer_begins(on, fields->consumer, consumer);
    BEGIN_OR_CHANGE(on, consumer, it, on->stream, consumer, it.lease = fields->lease,
                    it.leased_until = fields->until);
}

/* -- claims ---------------------------------------------------------------------- */

MEANS_NOTHING(device_detected, "it waits for detection-resolved")
MEANS_NOTHING(detection_resolved, "what follows from it is an event of its own")

void registry_device_offered(struct folding *on, const struct device_offered *fields)
{
    BEGIN_OR_CHANGE(on, claim, it, on->stream, NO_ID, PROMISED(on, !id_given(it.offered_to));
                    PROMISED(on, !id_given(it.holder));
                    it.offered_to = fields->account, it.offer = fields->detection,
                    it.offered_epoch = fields->ownership_epoch, it.gateway = fields->gateway);
}

void registry_offer_closed(struct folding *on, const struct offer_closed *fields)
{
    CHANGE(on, claim, it, on->stream, NO_ID, PROMISED(on, id_equal(it.offer, fields->detection));
           PROMISED(on, id_equal(it.offered_to, fields->account));
           it.offered_to = NO_ID, it.offer = NO_ID);
    if (fields->for_good)
        registry_put_refused_claim(on->batch, on->stream, fields->account,
                                   &(struct refused_claim_record){
                                       .ownership_epoch = fields->ownership_epoch });
}

void registry_device_held(struct folding *on, const struct device_held *fields)
{
    CHANGE(on, claim, it, on->stream, NO_ID, PROMISED(on, !id_given(it.holder));
           PROMISED(on, id_equal(it.offered_to, fields->account));
           it.holder = fields->account, it.device = fields->device, it.consent = fields->consent,
           it.held_epoch = fields->ownership_epoch, it.offered_to = NO_ID, it.offer = NO_ID,
           it.rival = NO_ID);
}

void registry_device_released(struct folding *on, const struct device_released *fields)
{
    CHANGE(on, claim, it, on->stream, NO_ID, PROMISED(on, id_equal(it.device, fields->device));
           PROMISED(on, id_equal(it.holder, fields->account));
           it.holder = NO_ID, it.device = NO_ID, it.consent = NO_ID, it.rival = NO_ID);
}

void registry_device_contested(struct folding *on, const struct device_contested *fields)
{
    CHANGE(on, claim, it, on->stream, NO_ID, PROMISED(on, id_equal(it.holder, fields->holder));
           PROMISED(on, !id_equal(it.holder, fields->account)); it.rival = fields->account);
}

void registry_device_seen_elsewhere(struct folding *on, const struct device_seen_elsewhere *fields)
{
    CHANGE(on, claim, it, on->stream, NO_ID, PROMISED(on, id_equal(it.holder, fields->account));
           PROMISED(on, !id_equal(it.gateway, fields->gateway)); it.gateway = fields->gateway);
}

/* -- webhooks ---------------------------------------------------------------------- */

MEANS_NOTHING(webhook_delivered, "what it means for a command is an event of its own")
MEANS_NOTHING(webhook_deferred, "the outbox keeps it")
MEANS_NOTHING(webhook_dead_lettered, "the outbox keeps it")
MEANS_NOTHING(webhook_redelivered, "the outbox keeps it")
