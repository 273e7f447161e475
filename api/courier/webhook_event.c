#include "api/courier/webhook_event.h"

#include "core/base/json.h"

/* What every kind's writer needs. */
struct telling {
    const struct event *event;
    struct id           vendor;
    uint64_t            attempt;
    struct vault       *vault;
    struct json        *json;
};

static struct status forgotten(void)
{
    return failed(STATUS_NOT_FOUND, "what it tells of was forgotten");
}

static struct status put_reference(const struct telling *told, const char *name, struct id id,
                                   struct id bond)
{
    char text[27];

    TRY(vault_reference(told->vault, told->vendor, id, bond, text));
    json_put_text(told->json, name, slice_text(text));
    return OK;
}

/* -- the data of each kind ----------------------------------------------------------- */

static struct status grant_created(const struct telling *told)
{
    const struct consent_granted *it = &told->event->consent_granted;

    if (!it->vendor_device_id.size) return forgotten();
    json_put_id(told->json, "grantId", it->consent);
    json_put_id(told->json, "detectionId", it->detection);
    json_put_text(told->json, "vendorDeviceId", it->vendor_device_id);
    TRY(put_reference(told, "networkRef", it->network, it->bond));
    TRY(put_reference(told, "accountRef", told->event->stream, it->bond));
    json_name(told->json, "capabilities");
    json_array(told->json);
    for (size_t i = 0; i < it->capabilities.count; i++)
        json_text(told->json, it->capabilities.items[i]);
    json_array_end(told->json);
    json_may_instant(told->json, "expiresAt", it->expires_at);
    return OK;
}

static struct status grant_refused(const struct telling *told)
{
    const struct consent_denied *it = &told->event->consent_denied;

    json_put_id(told->json, "detectionId", it->detection);
    json_put_text(told->json, "reason", it->reason);
    return OK;
}

/* Whoever had themselves forgotten most of all wants the vendor to hear of it: then
 * the grant's name alone has to do. */
static struct status grant_withdrawn(const struct telling *told, struct id consent,
                                     struct slice vendor_device_id, struct slice reason,
                                     int64_t acknowledge_by)
{
    json_put_id(told->json, "grantId", consent);
    json_may_text(told->json, "vendorDeviceId", vendor_device_id);
    json_put_text(told->json, "reason", reason);
    json_put_instant(told->json, "acknowledgeBy", acknowledge_by);
    return OK;
}

static struct status grant_renewed(const struct telling *told)
{
    json_put_id(told->json, "grantId", told->event->consent_renewed.consent);
    json_may_instant(told->json, "expiresAt", told->event->consent_renewed.expires_at);
    return OK;
}

static struct status command_requested(const struct telling *told)
{
    const struct command_requested *it = &told->event->command_requested;

    if (!it->vendor_device_id.size) return forgotten();
    json_put_id(told->json, "commandId", it->command);
    json_put_text(told->json, "vendorDeviceId", it->vendor_device_id);
    json_put_text(told->json, "operation", it->operation);
    json_put_text(told->json, "name", it->name);
    json_may_raw(told->json, "input", it->input);
    json_put_instant(told->json, "validUntil", it->valid_until);
    json_put_u64(told->json, "attempt", told->attempt);
    return OK;
}

static struct status put_data(const struct telling *told)
{
    const struct consent_withdrawn  *withdrawn = &told->event->consent_withdrawn;
    const struct consent_revoked    *revoked   = &told->event->consent_revoked;
    const struct withdrawal_overdue *overdue   = &told->event->withdrawal_overdue;

    switch (told->event->type) {
    case EVENT_consent_granted: return grant_created(told);
    case EVENT_consent_denied: return grant_refused(told);
    case EVENT_consent_withdrawn:
        return grant_withdrawn(told, withdrawn->consent, withdrawn->vendor_device_id,
                               withdrawn->reason, withdrawn->acknowledge_by);
    case EVENT_consent_revoked:
        return grant_withdrawn(told, revoked->consent, revoked->vendor_device_id, revoked->reason,
                               revoked->acknowledge_by);
    case EVENT_withdrawal_overdue:
        return grant_withdrawn(told, overdue->consent, overdue->vendor_device_id, overdue->reason,
                               overdue->acknowledge_by);
    case EVENT_consent_renewed: return grant_renewed(told);
    case EVENT_command_requested: return command_requested(told);
    case EVENT_command_cancelled:
        json_put_id(told->json, "commandId", told->event->command_cancelled.command);
        return OK;
    case EVENT_test_notification_requested: return OK;
    default: return failed(STATUS_INVALID, "vendors are not told of such events");
    }
}

/* -- what is around it --------------------------------------------------------------- */

/* The name it is known by between this vendor and us. */
static struct id subject_of(const struct event *event, struct id vendor)
{
    static const char *const fields[] = { "command", "consent", "detection" };

    if (event->type == EVENT_consent_denied) return event->consent_denied.detection;
    for (size_t i = 0; i < COUNT(fields); i++) {
        struct id found = event_field_id(event, fields[i]);
        if (id_given(found)) return found;
    }
    return vendor;
}

static void put_type(struct json *json, struct slice prefix, struct slice kind)
{
    struct buffer type = { 0 };

    buffer_add(&type, prefix);
    buffer_add(&type, SLICE(".v1."));
    buffer_add(&type, kind);
    json_put_text(json, "type", buffer_slice(&type));
    buffer_free(&type);
}

struct status courier_event(const struct event *event, const struct delivery_row *delivery,
                            struct id vendor, uint64_t attempt, const struct event_view *view,
                            struct vault *vault, struct buffer *out)
{
    struct json    json = json_to(out);
    struct telling told = { event, vendor, attempt, vault, &json };

    json_object(&json);
    json_put_text(&json, "specversion", SLICE("1.0"));
    json_put_id(&json, "id", event->id);
    json_put_text(&json, "source", view->source);
    put_type(&json, view->prefix, delivery->kind);
    json_put_id(&json, "subject", subject_of(event, vendor));
    json_put_instant(&json, "time", event->recorded_at);
    json_put_text(&json, "datacontenttype", SLICE("application/json"));
    json_name(&json, "data");
    json_object(&json);
    TRY(put_data(&told));
    json_object_end(&json);
    json_object_end(&json);
    return OK;
}
