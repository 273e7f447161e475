/* decide_vendor.c -- onboarded, approved, suspended and resumed, offboarded; its keys,
 * its endpoint and the kinds of devices it makes. */
#include "core/rules/ruling.h"

/* No rule asks for it, so that it is set again is not noticed. */
static void set_contact(struct ruling *on, struct slice name, struct slice address,
                        struct slice url)
{
    if (!name.size) return;
    *happened(on, vendor_contact_set) = (struct vendor_contact_set){ .name    = name,
                                                                     .address = address,
                                                                     .url     = url };
}

enum refusal decide_onboard_vendor(struct ruling *on, const struct onboard_vendor *intent)
{
    ensure(intent->name.size > 0);
    *happened(on, vendor_onboarded) = (struct vendor_onboarded){ .name = intent->name };
    *happened(on, vendor_key_added) = (struct vendor_key_added){ .key    = intent->key,
                                                                 .secret = intent->secret };
    *happened(on, api_key_issued)   = (struct api_key_issued){ .token = intent->token,
                                                               .hash  = intent->hash };
    if (intent->endpoint.size)
        *happened(on, endpoint_set) = (struct endpoint_set){ .url = intent->endpoint };
    if (intent->limited)
        *happened(on, vendor_changed) = (struct vendor_changed){
            .name                   = intent->name,
            .prompts_open_max       = intent->prompts_open_max,
            .events_per_second      = intent->events_per_second,
            .devices_max            = intent->devices_max,
            .deliveries_pending_max = intent->deliveries_pending_max,
        };
    set_contact(on, intent->contact_name, intent->contact_address, intent->contact_url);
    return ACCEPTED;
}

/* The steps of a vendor's life: from which status, and already there? */
static enum refusal step(struct ruling *on, enum vendor_state from, enum vendor_state to,
                         bool *already)
{
    struct vendor_record vendor;

    ensure(vendor_state_may_become(from, to));
    *already = false;
    if (!known_vendor(on, on->intent->stream, NO_ID, &vendor)) return REFUSED_vendor_unknown;
    AS_WRITTEN(on, vendor.status != VENDOR_none);
    *already = vendor.status == to;
    if (*already || vendor.status == from) return ACCEPTED;
    return REFUSED_vendor_status_conflict;
}

enum refusal decide_approve_vendor(struct ruling *on, const struct approve_vendor *intent)
{
    bool         already;
    enum refusal no = step(on, VENDOR_onboarded, VENDOR_approved, &already);

    (void)intent;
    if (no || already) return no;
    (void)happened(on, vendor_approved);
    return ACCEPTED;
}

enum refusal decide_suspend_vendor(struct ruling *on, const struct suspend_vendor *intent)
{
    bool         already;
    enum refusal no = step(on, VENDOR_approved, VENDOR_suspended, &already);

    if (no || already) return no;
    *happened(on, vendor_suspended) = (struct vendor_suspended){ .reason    = intent->reason,
                                                                 .announced = true };
    return ACCEPTED;
}

enum refusal decide_resume_vendor(struct ruling *on, const struct resume_vendor *intent)
{
    bool         already;
    enum refusal no = step(on, VENDOR_suspended, VENDOR_approved, &already);

    if (no || already) return no;
    *happened(on, vendor_resumed) = (struct vendor_resumed){ .reason    = intent->reason,
                                                             .announced = true };
    return ACCEPTED;
}

enum refusal decide_offboard_vendor(struct ruling *on, const struct offboard_vendor *intent)
{
    struct vendor_record vendor;

    if (!known_vendor(on, on->intent->stream, NO_ID, &vendor)) return REFUSED_vendor_unknown;
    if (vendor.status == VENDOR_offboarding || vendor.status == VENDOR_offboarded) return ACCEPTED;
    AS_WRITTEN(on, vendor_state_may_become(vendor.status, VENDOR_offboarding));
    *happened(on, vendor_offboarding) = (struct vendor_offboarding){ .reason = intent->reason };
    return ACCEPTED;
}

enum refusal decide_end_offboarding(struct ruling *on, const struct end_offboarding *intent)
{
    struct vendor_record vendor;

    (void)intent;
    if (!known_vendor(on, on->intent->stream, NO_ID, &vendor)) return REFUSED_vendor_unknown;
    if (vendor.status != VENDOR_offboarding) return ACCEPTED; /* it has left already */
    (void)happened(on, vendor_offboarded);
    return ACCEPTED;
}

/* Any vendor but one that has left forever. */
static enum refusal still_here(struct ruling *on, struct vendor_record *vendor)
{
    if (!known_vendor(on, on->intent->stream, NO_ID, vendor)) return REFUSED_vendor_unknown;
    AS_WRITTEN(on, vendor->status != VENDOR_none && vendor->name.size > 0);
    if (vendor->status == VENDOR_offboarded) return REFUSED_vendor_status_conflict;
    return ACCEPTED;
}

static bool same_terms(const struct vendor_changed *a, const struct vendor_changed *b)
{
    return slice_equal(a->name, b->name) && a->prompts_open_max == b->prompts_open_max &&
           a->events_per_second == b->events_per_second && a->devices_max == b->devices_max &&
           a->deliveries_pending_max == b->deliveries_pending_max;
}

enum refusal decide_change_vendor(struct ruling *on, const struct change_vendor *intent)
{
    struct vendor_record vendor;
    enum refusal         no = still_here(on, &vendor);

    if (no) return no;
    const struct vendor_changed before = {
        .name                   = vendor.name,
        .prompts_open_max       = vendor.prompts_open_max,
        .events_per_second      = vendor.events_per_second,
        .devices_max            = vendor.devices_max,
        .deliveries_pending_max = vendor.deliveries_pending_max,
    };
    struct vendor_changed after = before;
    if (intent->name.size) after.name = intent->name;
    if (intent->limited) {
        after.prompts_open_max       = intent->prompts_open_max;
        after.events_per_second      = intent->events_per_second;
        after.devices_max            = intent->devices_max;
        after.deliveries_pending_max = intent->deliveries_pending_max;
    }
    if (!same_terms(&before, &after)) *happened(on, vendor_changed) = after;
    set_contact(on, intent->contact_name, intent->contact_address, intent->contact_url);
    return ACCEPTED;
}

enum refusal decide_add_vendor_key(struct ruling *on, const struct add_vendor_key *intent)
{
    struct vendor_record vendor;
    enum refusal         no = still_here(on, &vendor);

    if (no) return no;
    if (vendor.keys >= on->policy->vendor_keys_max) return REFUSED_vendor_key_limit_reached;
    ensure(id_kind(intent->key) == ID_key);
    *happened(on, vendor_key_added) = (struct vendor_key_added){ .key    = intent->key,
                                                                 .secret = intent->secret };
    return ACCEPTED;
}

enum refusal decide_issue_api_key(struct ruling *on, const struct issue_api_key *intent)
{
    struct vendor_record vendor;
    enum refusal         no = still_here(on, &vendor);

    if (no) return no;
    if (vendor.api_keys >= on->policy->vendor_keys_max) return REFUSED_vendor_key_limit_reached;
    ensure(id_kind(intent->token) == ID_token && intent->hash.size > 0);
    *happened(on, api_key_issued) = (struct api_key_issued){ .token = intent->token,
                                                             .hash  = intent->hash };
    return ACCEPTED;
}

/* May it end this key of that kind? */
static enum refusal endable(struct ruling *on, struct id id, enum id_kind kind,
                            struct vendor_key_record *key)
{
    struct vendor_record vendor;
    enum refusal         no = still_here(on, &vendor);

    if (no) return no;
    if (id_kind(id) != kind || !known_vendor_key(on, on->intent->stream, id, key))
        return REFUSED_vendor_key_unknown;
    uint64_t good = kind == ID_key ? vendor.keys : vendor.api_keys;
    AS_WRITTEN(on, good > 0 && (kind == ID_token) == (key->hash.size > 0));
    return good > 1 ? ACCEPTED : REFUSED_vendor_key_last;
}

enum refusal decide_remove_vendor_key(struct ruling *on, const struct remove_vendor_key *intent)
{
    struct vendor_key_record key;
    enum refusal             no = endable(on, intent->key, ID_key, &key);

    if (no) return no;
    *happened(on, vendor_key_removed) = (struct vendor_key_removed){ .key = intent->key };
    return ACCEPTED;
}

enum refusal decide_end_api_key(struct ruling *on, const struct end_api_key *intent)
{
    struct vendor_key_record key;
    enum refusal             no = endable(on, intent->token, ID_token, &key);

    if (no) return no;
    *happened(on, api_key_ended) = (struct api_key_ended){ .token = intent->token,
                                                           .hash  = key.hash };
    return ACCEPTED;
}

/* One that was ended meanwhile is told of no more. */
enum refusal decide_note_key_used(struct ruling *on, const struct note_key_used *intent)
{
    struct vendor_key_record key;

    if (!known_vendor_key(on, on->intent->stream, intent->key, &key) ||
        on->now_us - key.used_at < KEY_USE_TOLD_EVERY)
        return ACCEPTED;
    *happened(on, vendor_key_used) = (struct vendor_key_used){ .key = intent->key,
                                                               .at  = on->now_us };
    return ACCEPTED;
}

enum refusal decide_set_endpoint(struct ruling *on, const struct set_endpoint *intent)
{
    struct vendor_record vendor;
    enum refusal         no = still_here(on, &vendor);

    if (no) return no;
    ensure(intent->url.size > 0 || intent->pull);
    *happened(on, endpoint_set) = (struct endpoint_set){ .url = intent->url, .pull = intent->pull };
    return ACCEPTED;
}

enum refusal decide_end_endpoint(struct ruling *on, const struct end_endpoint *intent)
{
    struct vendor_record vendor;

    if (!known_vendor(on, on->intent->stream, NO_ID, &vendor) || !vendor.endpoint) return ACCEPTED;
    ensure(intent->reason.size > 0);
    *happened(on, endpoint_ended) = (struct endpoint_ended){ .reason = intent->reason };
    return ACCEPTED;
}

enum refusal decide_publish_thing_model(struct ruling *on, const struct publish_thing_model *intent)
{
    struct vendor_record      vendor;
    struct thing_model_record model;
    enum refusal              no = still_here(on, &vendor);

    if (no) return no;
    if (known_thing_model(on, on->intent->stream, name_model(intent->model), &model))
        return REFUSED_thing_model_exists;
    ensure(intent->model.size > 0);
    *happened(on, thing_model_published) = (struct thing_model_published){
        .model        = intent->model,
        .title        = intent->title,
        .category     = intent->category,
        .guarded      = intent->guarded,
        .capabilities = intent->capabilities,
        .purposes     = intent->purposes,
        .definition   = intent->definition
    };
    return ACCEPTED;
}

enum refusal decide_request_test_notification(struct ruling                          *on,
                                              const struct request_test_notification *intent)
{
    struct vendor_record vendor;
    enum refusal         no = still_here(on, &vendor);

    if (no) return no;
    if (!vendor.endpoint && !intent->fetched) return REFUSED_endpoint_missing;
    if (vendor.deliveries_pending_max && intent->pending >= vendor.deliveries_pending_max)
        return REFUSED_quota_exceeded;
    (void)happened(on, test_notification_requested);
    return ACCEPTED;
}

enum refusal decide_note_endpoint_health(struct ruling                     *on,
                                         const struct note_endpoint_health *intent)
{
    struct vendor_record vendor;

    if (still_here(on, &vendor)) return ACCEPTED; /* there is nobody to tell */
    ensure(intent->state.size > 0 && intent->since > 0);
    *happened(on, endpoint_health_changed) = (struct endpoint_health_changed){
        .state             = intent->state,
        .since             = intent->since,
        .failures          = intent->failures,
        .threshold_percent = intent->threshold_percent
    };
    return ACCEPTED;
}

enum refusal decide_request_events(struct ruling *on, const struct request_events *intent)
{
    struct vendor_record vendor;

    if (still_here(on, &vendor)) return ACCEPTED; /* there is nobody to ask */
    ensure(intent->from_sequence.size > 0 && intent->to_sequence.size > 0);
    *happened(on, events_missing) = (struct events_missing){ .from_sequence = intent->from_sequence,
                                                             .to_sequence   = intent->to_sequence };
    return ACCEPTED;
}
