#include "api/call/show.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/text.h"
#include "core/rules/notice.h"
#include "core/wire/json_tree.h"

#define CARD_SPAN (10 * MINUTE) /* a box of devices that is unpacked is one card, not ten */

enum { CARD_SIZE = 16 };        /* bytes of a hash: enough to be nobody else's */
enum { GATEWAYS_AT_ONCE = 32 }; /* looked up in one go; most accounts have one or two */

/* -- parts of several ------------------------------------------------------------------ */

static void put_texts(struct json *json, const char *name, struct texts texts)
{
    json_name(json, name);
    json_array(json);
    for (size_t i = 0; i < texts.count; i++) json_text(json, texts.items[i]);
    json_array_end(json);
}

static void put_vendor_members(struct json *json, struct showing *showing, struct id id)
{
    json_put_id(json, "vendorId", id);
    json_may_text(json, "name", showing_vendor(showing, id)->name);
}

static void put_vendor(struct json *json, struct showing *showing, struct id id)
{
    json_name(json, "vendor");
    json_object(json);
    put_vendor_members(json, showing, id);
    json_object_end(json);
}

static void put_network(struct json *json, struct showing *showing, struct id id)
{
    struct network_row network;

    json_name(json, "network");
    if (!id_given(id) || !view_get_network(showing->reader, id, NO_ID, showing->arena, &network)) {
        json_null(json); /* none is bound to the gateway, or it is gone */
        return;
    }
    json_object(json);
    json_put_id(json, "networkId", id);
    json_put_text(json, "name", network.name);
    json_object_end(json);
}

/* -- vendors and accounts ---------------------------------------------------------------- */

void show_vendor_members(struct json *json, struct id id, const struct vendor_row *vendor)
{
    json_put_id(json, "vendorId", id);
    json_put_text(json, "name", vendor->name);
    json_put_text(json, "status", vendor_state_text(vendor->status));
    json_may_text(json, "endpoint", vendor->endpoint);
    json_name(json, "limits");
    json_object(json);
    json_may_u64(json, "promptsOpenMax", vendor->prompts_open_max);
    json_may_u64(json, "eventsPerSecond", vendor->events_per_second);
    json_may_u64(json, "devicesMax", vendor->devices_max);
    json_may_u64(json, "deliveriesPendingMax", vendor->deliveries_pending_max);
    json_object_end(json);
    if (!vendor->contact_name.size) return;
    json_name(json, "contact");
    json_object(json);
    json_put_text(json, "name", vendor->contact_name);
    json_put_text(json, "address", vendor->contact_address);
    json_put_text(json, "url", vendor->contact_url);
    json_object_end(json);
}

void show_account_members(struct json *json, struct id id, const struct account_row *account)
{
    json_put_id(json, "accountId", id);
    json_may_text(json, "login", account->login);
    json_may_text(json, "displayName", account->display_name);
    json_may_text(json, "phoneNumber", account->phone_number);
    json_put_text(json, "status", account_state_text(account->status));
    json_may_text(json, "hold", account->hold);
    json_may_instant(json, "erasedAt", account->erased_at);
    json_may_instant(json, "erasureCompleteAt", account->erasure_complete_at);
}

void show_person(struct json *json, struct id id, const struct account_row *account)
{
    json_object(json);
    show_account_members(json, id, account);
    json_may_text(json, "language", account->language);
    json_may_text(json, "timeZone", account->time_zone);
    if (account->quiet_from.size) {
        json_name(json, "quietHours");
        json_object(json);
        json_put_text(json, "from", account->quiet_from);
        json_put_text(json, "to", account->quiet_to);
        json_object_end(json);
    }
    json_object_end(json);
}

/* -- networks ---------------------------------------------------------------------------- */

static void put_gateways(struct json *json, const struct showing *showing, struct id network,
                         struct id account)
{
    struct reader *reader = showing->reader;
    struct arena  *arena  = showing->arena;
    struct id      ids[GATEWAYS_AT_ONCE], after = NO_ID;
    size_t         count;

    json_name(json, "gateways");
    json_array(json);
    do {
        count = view_list_account_gateway(reader, account, after, ids, GATEWAYS_AT_ONCE);
        for (size_t i = 0; i < count; i++) {
            struct account_gateway_row bound;
            struct gateway_row         gateway;

            after = ids[i];
            if (view_get_account_gateway(reader, account, after, arena, &bound) &&
                id_equal(bound.network, network) &&
                view_get_gateway(reader, after, NO_ID, arena, &gateway))
                json_text(json, gateway.gateway_id);
        }
    } while (count == GATEWAYS_AT_ONCE);
    json_array_end(json);
}

void show_network(struct json *json, struct showing *showing, struct id id,
                  const struct network_row *network)
{
    json_object(json);
    json_put_id(json, "networkId", id);
    json_put_text(json, "name", network->name);
    put_gateways(json, showing, id, network->account);
    put_texts(json, "rooms", network->rooms);
    json_put_text(json, "role", SLICE("owner"));
    json_object_end(json);
}

/* -- consents ---------------------------------------------------------------------------- */

static void put_notice(struct json *json, const struct consent_row *consent)
{
    json_name(json, "notice");
    json_object(json);
    json_put_text(json, "version", consent->notice_version);
    json_put_text(json, "language", consent->notice_language);
    json_put_text(json, "text", consent->notice_text);
    json_object_end(json);
}

/* Questions that an app shows as one card have one text: those of a vendor, a network and ten
 * minutes. It says nothing else. */
static void put_card(struct json *json, const struct consent_row *consent)
{
    char         text[2 * CARD_SIZE + 1];
    int64_t      span    = consent->requested_at / CARD_SPAN;
    struct slice parts[] = { id_slice(&consent->account),
                             id_slice(&consent->vendor),
                             id_slice(&consent->network),
                             { (const char *)&span, sizeof span } };
    struct hash  hash    = crypto_sha256_all(parts, COUNT(parts));

    text_hex((struct slice){ (const char *)hash.bytes, CARD_SIZE }, text);
    json_put_text(json, "card", slice_text(text));
}

/* What the capabilities are called, in their order and in the language of the notice. */
static void put_titles(struct json *json, struct showing *showing,
                       const struct consent_row *consent)
{
    const struct showing_model *kept = showing_model(showing, consent->vendor, consent->model);
    struct bad_field            bad;
    const struct node          *model = kept->definition.size
                                            ? node_parse(showing->arena, kept->definition, &bad)
                                            : NULL;

    json_name(json, "titles");
    json_array(json);
    for (size_t i = 0; i < consent->capabilities.count; i++)
        json_text(json, notice_title(model, consent->notice_language,
                                     consent->capabilities.items[i], showing->arena));
    json_array_end(json);
}

void show_question(struct json *json, struct showing *showing, struct id id,
                   const struct consent_row *consent)
{
    json_object(json);
    json_put_id(json, "consentId", id);
    put_vendor(json, showing, consent->vendor);
    json_name(json, "device");
    json_object(json);
    json_put_text(json, "displayName", consent->display_name);
    json_put_text(json, "thingModel", consent->model);
    json_put_text(json, "category",
                  showing_model(showing, consent->vendor, consent->model)->category);
    json_object_end(json);
    put_network(json, showing, consent->network);
    put_texts(json, "capabilities", consent->capabilities);
    put_titles(json, showing, consent);
    put_texts(json, "purposes", consent->purposes);
    put_notice(json, consent);
    json_put_instant(json, "requestedAt", consent->requested_at);
    json_put_instant(json, "lapsesAt", consent->lapses_at);
    put_card(json, consent);
    json_may_instant(json, "postponedUntil", consent->postponed_until);
    json_object_end(json);
}

void show_consent(struct json *json, struct showing *showing, struct id id,
                  const struct consent_row *consent)
{
    json_object(json);
    json_put_id(json, "consentId", id);
    json_may_id(json, "deviceId", consent->device);
    put_vendor(json, showing, consent->vendor);
    json_put_text(json, "status", consent_state_text(consent->status));
    put_texts(json, "capabilities", consent->capabilities);
    put_texts(json, "purposes", consent->purposes);
    json_put_instant(json, "requestedAt", consent->requested_at);
    json_may_instant(json, "grantedAt", consent->granted_at);
    json_may_instant(json, "expiresAt", consent->expires_at);
    json_may_instant(json, "withdrawnAt", consent->ended_at);
    json_may_instant(json, "acknowledgedAt", consent->acknowledged_at);
    json_may_text(json, "reason", consent->reason);
    json_object_end(json);
}

void show_blocked_vendor(struct json *json, struct showing *showing, struct id id,
                         const struct blocked_vendor_row *blocked)
{
    json_object(json);
    put_vendor_members(json, showing, id);
    json_put_instant(json, "blockedAt", blocked->blocked_at);
    json_object_end(json);
}

/* -- devices ----------------------------------------------------------------------------- */

static void put_online(struct json *json, const struct device_row *device)
{
    json_name(json, "online");
    if (!device->online_at) {
        json_null(json); /* nobody ever told */
        return;
    }
    json_object(json);
    json_put_flag(json, "value", device->online);
    json_may_text(json, "cause", device->online_cause);
    json_put_instant(json, "observedAt", device->online_at);
    json_object_end(json);
}

/* Reported and desired values are both sorted by name: one pass over the two. What is
 * observed and received has the reported names in the same order. */
static void put_properties(struct json *json, const struct device_row *device)
{
    struct values reported = device->reported, desired = device->desired;

    json_name(json, "properties");
    json_object(json);
    for (size_t r = 0, d = 0; r < reported.count || d < desired.count;) {
        int order = r == reported.count ? 1
                    : d == desired.count
                        ? -1
                        : slice_compare(reported.items[r].name, desired.items[d].name);

        json_name_slice(json, order <= 0 ? reported.items[r].name : desired.items[d].name);
        json_object(json);
        if (order <= 0) {
            json_put_raw(json, "value", reported.items[r].json);
            json_put_raw(json, "observedAt", device->observed.items[r].json);
            json_put_raw(json, "receivedAt", device->received.items[r].json);
        }
        if (order >= 0) json_put_raw(json, "desired", desired.items[d].json);
        json_object_end(json);
        r += order <= 0;
        d += order >= 0;
    }
    json_object_end(json);
}

/* What it is and what it may do here: by its model, its grant and its vendor. */
static void put_model(struct json *json, struct showing *showing, const struct device_row *device)
{
    const struct showing_model  *model  = showing_model(showing, device->vendor, device->model);
    const struct showing_vendor *vendor = showing_vendor(showing, device->vendor);
    struct consent_row           consent;

    json_put_text(json, "thingModel", device->model);
    json_may_text(json, "title", model->title);
    json_put_text(json, "category", model->category);
    view_get_consent(showing->reader, device->consent, NO_ID, showing->arena, &consent);
    put_texts(json, "capabilities", consent.capabilities);
    json_may_text(json, "vendorStatus", vendor_state_text(vendor->status));
}

void show_device(struct json *json, struct showing *showing, struct id id,
                 const struct device_row *device)
{
    if (device->observed.count != device->reported.count ||
        device->received.count != device->reported.count) {
        reader_note(showing->reader, failed(STATUS_CORRUPT, "a device's lists differ"));
        return;
    }
    json_object(json);
    json_put_id(json, "deviceId", id);
    json_put_text(json, "name", device->name);
    json_put_id(json, "networkId", device->network);
    json_may_text(json, "room", device->room);
    put_vendor(json, showing, device->vendor);
    put_model(json, showing, device);
    json_put_text(json, "status", device_state_text(device->status));
    put_online(json, device);
    put_properties(json, device);
    json_put_id(json, "consentId", device->consent);
    json_put_instant(json, "addedAt", device->added_at);
    json_may_id(json, "proposedNetworkId", device->proposed);
    if (device->disputed) json_put_flag(json, "disputed", true);
    json_object_end(json);
}

/* -- commands ---------------------------------------------------------------------------- */

static void put_error(struct json *json, const struct command_row *command)
{
    if (!command->error_code.size && !command->error_message.size) return;
    json_name(json, "error");
    json_object(json);
    json_put_text(json, "code", command->error_code);
    json_put_text(json, "message", command->error_message);
    json_object_end(json);
}

void show_command(struct json *json, struct id id, const struct command_row *command)
{
    json_object(json);
    json_put_id(json, "commandId", id);
    json_put_id(json, "deviceId", command->device);
    json_put_text(json, "operation", command->operation);
    json_put_text(json, "name", command->name);
    json_may_raw(json, "input", command->input);
    json_put_text(json, "status", command_state_text(command->status));
    json_put_text(json, "effective", effect_text(command->effective));
    json_put_instant(json, "requestedAt", command->requested_at);
    json_put_instant(json, "validUntil", command->valid_until);
    json_may_instant(json, "concludedAt", command->concluded_at);
    json_may_text(json, "lateStatus", command_state_text(command->late_status));
    json_may_raw(json, "output", command->output);
    put_error(json, command);
    json_object_end(json);
}

/* -- tags --------------------------------------------------------------------------------- */

uint64_t show_tag(struct slice body)
{
    struct hash hash = crypto_sha256(body);
    uint64_t    tag;

    memcpy(&tag, hash.bytes, sizeof tag);
    return tag >> 2 | 1;
}
