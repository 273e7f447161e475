/* picture.c -- which rows show a subject, gathered from what was folded. */
#include "replay/past/past_state.h"

#include <stdlib.h>

#include "projections/projection.h"

enum { IDS_AT_ONCE = 64, ROOM_FIRST = 64 };

static const struct {
    const char  *kind, *plural, *key;
    enum id_kind id;
    enum family  family; /* of its row, with that letter */
    char         letter;
} parts[PART_COUNT] = {
    [PART_account] = { "account", "accounts", "accountId", ID_account, FAMILY_accounts, 'a' },
    [PART_network] = { "network", "networks", "networkId", ID_network, FAMILY_networks, 'n' },
    /* gatewayId is the operator's name for it */
    [PART_gateway] = { "gateway", "gateways", "gateway", ID_gateway, FAMILY_accounts, 'g' },
    [PART_device]  = { "device", "devices", "deviceId", ID_device, FAMILY_devices, 'd' },
    [PART_consent] = { "consent", "consents", "consentId", ID_consent, FAMILY_consents, 'c' },
    [PART_command] = { "command", "commands", "commandId", ID_command, FAMILY_commands, 'm' },
    [PART_vendor]  = { "vendor", "vendors", "vendorId", ID_vendor, FAMILY_vendors, 'v' },
};

const char *part_kind(enum part part) { return parts[part].kind; }
const char *part_plural(enum part part) { return parts[part].plural; }
const char *part_key(enum part part) { return parts[part].key; }

enum part part_of(struct id id)
{
    enum part part = 0;

    while (part < PART_COUNT && parts[part].id != id_kind(id)) part++;
    return part;
}

bool past_state_shows(enum part subject, enum part part)
{
    switch (subject) {
    case PART_account: return part != PART_account;
    case PART_network: return part == PART_gateway || part == PART_device || part == PART_vendor;
    case PART_device: return part == PART_consent || part == PART_command || part == PART_vendor;
    default: return false;
    }
}

/* -- gathering --------------------------------------------------------------------------- */

struct gathering {
    struct reader     *reader;
    struct arena      *arena;
    struct past_state *past_state;
    size_t             room;
    struct id          account, network; /* whose, and of an account's gateways only those bound
                                         to this network; none: all */
};

/* Vendors are few, and the only ones met more than once. */
static bool known(const struct past_state *past_state, enum part part, struct id id)
{
    for (size_t i = 0; part == PART_vendor && i < past_state->count; i++)
        if (past_state->rows[i].part == part && id_equal(past_state->rows[i].id, id)) return true;
    return false;
}

/* The row, which now is in the picture; NULL: there is none. */
static const void *gather(struct gathering *at, enum part part, struct id id)
{
    const struct record_type *type       = view_type(parts[part].family, parts[part].letter);
    struct past_state        *past_state = at->past_state;
    void                     *row        = arena_take(at->arena, type->shape.size);

    if (!id_given(id) || known(past_state, part, id)) return NULL;
    if (!record_get(at->reader, type, id, NO_ID, at->arena, row)) return NULL;
    if (past_state->count == at->room) {
        at->room         = at->room ? 2 * at->room : ROOM_FIRST;
        past_state->rows = realloc(past_state->rows, at->room * sizeof *past_state->rows);
        ensure(past_state->rows != NULL);
    }
    past_state->rows[past_state->count++] = (struct past_state_row){ part, id, type, row };
    return row;
}

/* Each of the ids listed under `first`. */
static void each(struct gathering *at, enum family family, char letter, struct id first,
                 void (*one)(struct gathering *at, struct id id))
{
    const struct record_type *type = view_type(family, letter);
    struct id                 ids[IDS_AT_ONCE], after = NO_ID;
    size_t                    count;

    do {
        count = record_list(at->reader, type, first, after, ids, COUNT(ids));
        for (size_t i = 0; i < count; i++) one(at, after = ids[i]);
    } while (count == COUNT(ids));
}

static void a_command(struct gathering *at, struct id id) { gather(at, PART_command, id); }
static void a_network(struct gathering *at, struct id id) { gather(at, PART_network, id); }

static void a_device(struct gathering *at, struct id id)
{
    const struct device_row *device = gather(at, PART_device, id);

    if (device) gather(at, PART_vendor, device->vendor);
}

static void a_gateway(struct gathering *at, struct id id)
{
    struct account_gateway_row bound;

    if (id_given(at->network) &&
        !(view_get_account_gateway(at->reader, at->account, id, at->arena, &bound) &&
          id_equal(bound.network, at->network)))
        return;
    gather(at, PART_gateway, id);
}

/* Commands outlive the device in the list: they are found by the grants. */
static void a_consent(struct gathering *at, struct id id)
{
    const struct consent_row *consent = gather(at, PART_consent, id);

    if (!consent) return;
    gather(at, PART_vendor, consent->vendor);
    if (id_given(consent->device)) each(at, FAMILY_commands, 'd', consent->device, a_command);
}

static void gather_account(struct gathering *at, struct id account)
{
    if (!gather(at, PART_account, account)) return;
    each(at, FAMILY_networks, 'a', account, a_network);
    each(at, FAMILY_accounts, 'x', account, a_gateway);
    each(at, FAMILY_devices, 'a', account, a_device);
    each(at, FAMILY_consents, 'a', account, a_consent);
}

static void gather_network(struct gathering *at, struct id network)
{
    if (!gather(at, PART_network, network)) return;
    at->network = network;
    each(at, FAMILY_accounts, 'x', at->account, a_gateway);
    each(at, FAMILY_devices, 'n', network, a_device);
}

static void gather_device(struct gathering *at, struct id id)
{
    const struct device_row *device = gather(at, PART_device, id);

    if (!device) return;
    gather(at, PART_vendor, device->vendor);
    a_consent(at, device->consent);
}

/* -- the picture --------------------------------------------------------------------------- */

static int by_part_and_id(const void *a, const void *b)
{
    const struct past_state_row *first = a, *second = b;

    if (first->part != second->part) return first->part < second->part ? -1 : 1;
    return slice_compare(id_slice(&first->id), id_slice(&second->id));
}

/* Rows were grown on the heap; from here on they are the arena's. */
static void settle(struct past_state *past_state, struct arena *arena)
{
    struct past_state_row *rows = arena_array(arena, struct past_state_row, past_state->count);

    for (size_t i = 0; i < past_state->count; i++) rows[i] = past_state->rows[i];
    free(past_state->rows);
    past_state->rows  = rows;
    past_state->there = past_state->count > 0;
    qsort(rows, past_state->count, sizeof *rows, by_part_and_id);
}

struct status past_state_of(struct reader *views, struct id account, struct id subject,
                            struct arena *arena, struct past_state *past_state)
{
    struct gathering at = {
        .reader = views, .arena = arena, .past_state = past_state, .account = account
    };

    switch (part_of(subject)) {
    case PART_account: gather_account(&at, subject); break;
    case PART_network: gather_network(&at, subject); break;
    case PART_device: gather_device(&at, subject); break;
    default: impossible("it would belong to no account");
    }
    settle(past_state, arena);
    return reader_failure(views);
}

struct status past_state_take(const struct past *past, struct id subject, struct moment at,
                              struct arena *arena, struct past_state *past_state)
{
    struct id     account;
    uint64_t      named;
    struct status status;

    *past_state = (struct past_state){ 0 };
    TRY(moment_settle(past->reader, at, &past_state->position, &past_state->at_us));
    TRY(past_account_of(past, subject, &account, &named));
    if (named > past_state->position.number) return OK;

    struct batch *batch = batch_open(past->nothing);
    status              = past_fold(past, account, subject, past_state, batch);
    if (status.code == STATUS_OK)
        status = past_state_of(batch_reader(batch), account, subject, arena, past_state);
    batch_close(batch);
    return status;
}
