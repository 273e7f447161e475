/* vendors.c -- vendors, their signing secrets and what they make.
 *
 * A secret itself is personal to the vendor and stays sealed in the log: the view
 * keeps the position of the event that holds it.
 */
#include "projections/projection.h"

static void onboarded(struct batch *batch, const struct event *event)
{
    struct vendor_row row = {
        .name         = event->vendor_onboarded.name,
        .status       = VENDOR_onboarded,
        .onboarded_at = event->recorded_at,
        .changed      = event->position,
    };

    PROMISED(batch, id_kind(event->stream) == ID_vendor);
    view_put_vendor(batch, event->stream, NO_ID, &row);
    view_put_listed_vendor(batch, name_system(), event->stream,
                           &(struct listed_vendor_row){ { 0 } });
}

/* Everything that may change in a vendor's own row. */
static void changed(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct vendor_changed     *limits  = &event->vendor_changed;
    const struct vendor_contact_set *contact = &event->vendor_contact_set;
    struct vendor_row                row;

    if (!view_get_vendor(batch_reader(batch), event->stream, NO_ID, scratch, &row)) return;
    enum vendor_state before = row.status;
    AS_WRITTEN(batch, before != VENDOR_none);
    PROMISED(batch, row.onboarded_at > 0 && row.onboarded_at < event->recorded_at);
    PROMISED(batch, row.changed > 0 && row.changed < event->position);
    switch (event->type) {
    /* clang-format off */
    case EVENT_vendor_approved:
    case EVENT_vendor_resumed:    row.status = VENDOR_approved, row.suspension = NO_ID; break;
    case EVENT_vendor_suspended:  row.status = VENDOR_suspended, row.suspension = event->id; break;
    case EVENT_vendor_offboarding:
        row.status = VENDOR_offboarding, row.suspension = NO_ID;
        view_put_leaving_vendor(batch, name_system(), event->stream,
                                &(struct leaving_vendor_row){ { 0 } });
        break;
    case EVENT_vendor_offboarded:
        row.status = VENDOR_offboarded;
        view_erase_leaving_vendor(batch, name_system(), event->stream);
        break;
    case EVENT_endpoint_ended:
        /* clang-format on */
        PROMISED(batch, row.endpoint.size > 0 && !row.pull);
        row.endpoint = (struct slice){ NULL, 0 };
        row.ended    = true;
        break;
    case EVENT_endpoint_set:
        PROMISED(batch, event->endpoint_set.url.size > 0 || event->endpoint_set.pull);
        row.endpoint = event->endpoint_set.url;
        row.pull     = event->endpoint_set.pull;
        row.ended    = false;
        break;
    case EVENT_vendor_changed:
        PROMISED(batch, before != VENDOR_offboarded);
        row.name                   = limits->name;
        row.prompts_open_max       = limits->prompts_open_max;
        row.events_per_second      = limits->events_per_second;
        row.devices_max            = limits->devices_max;
        row.deliveries_pending_max = limits->deliveries_pending_max;
        break;
    case EVENT_vendor_contact_set:
        row.contact_name    = contact->name;
        row.contact_address = contact->address;
        row.contact_url     = contact->url;
        break;
    default: impossible("apply() passes no other on");
    }
    PROMISED(batch, row.status == before || vendor_state_may_become(before, row.status));
    row.changed = event->position;
    view_put_vendor(batch, event->stream, NO_ID, &row);
}

static void key_added(struct batch *batch, const struct event *event)
{
    PROMISED(batch, id_given(event->vendor_key_added.key));
    view_put_vendor_key(batch, event->stream, event->vendor_key_added.key,
                        &(struct vendor_key_row){ .position = event->position,
                                                  .added_at = event->recorded_at });
}

static void key_used(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct vendor_key_used *it = &event->vendor_key_used;
    struct vendor_key_row         key;
    struct vendor_api_key_row     api_key;

    if (id_kind(it->key) == ID_key &&
        view_get_vendor_key(batch_reader(batch), event->stream, it->key, scratch, &key)) {
        key.used_at = it->at;
        view_put_vendor_key(batch, event->stream, it->key, &key);
    }
    if (id_kind(it->key) == ID_token &&
        view_get_vendor_api_key(batch_reader(batch), event->stream, it->key, scratch, &api_key)) {
        api_key.used_at = it->at;
        view_put_vendor_api_key(batch, event->stream, it->key, &api_key);
    }
}

/* "lamp" of "lamp:1.0.0". */
static struct slice name_alone(struct slice model)
{
    size_t size = 0;

    while (size < model.size && model.data[size] != ':') size++;
    return (struct slice){ model.data, size };
}

static void model_published(struct batch *batch, const struct event *event)
{
    const struct thing_model_published *it  = &event->thing_model_published;
    struct thing_model_row              row = {
                     .model        = it->model,
                     .title        = it->title,
                     .category     = it->category,
                     .guarded      = it->guarded,
                     .definition   = it->definition,
                     .published_at = event->recorded_at,
    };

    view_put_thing_model(batch, event->stream, name_model(it->model), &row);
    view_put_newest_model(batch, event->stream, name_model(name_alone(it->model)),
                          &(struct newest_model_row){ .model = it->model });
}

static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    switch (event->type) {
    case EVENT_vendor_onboarded: onboarded(batch, event); break;
    case EVENT_vendor_approved:
    case EVENT_vendor_suspended:
    case EVENT_vendor_resumed:
    case EVENT_vendor_offboarding:
    case EVENT_vendor_offboarded:
    case EVENT_vendor_changed:
    case EVENT_vendor_contact_set:
    case EVENT_endpoint_set:
    case EVENT_endpoint_ended: changed(batch, scratch, event); break;
    case EVENT_vendor_key_added: key_added(batch, event); break;
    case EVENT_vendor_key_removed:
        view_erase_vendor_key(batch, event->stream, event->vendor_key_removed.key);
        break;
    case EVENT_api_key_issued:
        view_put_vendor_api_key(batch, event->stream, event->api_key_issued.token,
                                &(struct vendor_api_key_row){ .added_at = event->recorded_at });
        break;
    case EVENT_api_key_ended:
        view_erase_vendor_api_key(batch, event->stream, event->api_key_ended.token);
        break;
    case EVENT_vendor_key_used: key_used(batch, scratch, event); break;
    case EVENT_thing_model_published: model_published(batch, event); break;
    default: break; /* not about vendors */
    }
}

const struct fold fold_vendors = {
    .name         = "vendors",
    .families     = { FAMILY_vendors },
    .family_count = 1,
    .apply        = apply,
};
