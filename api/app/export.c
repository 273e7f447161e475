/* export.c -- everything we know of a person, as one JSON document:
 *
 *     {"format":"piot-export-1","exportedAt":…,"account":{…},
 *      "networks":[…],"devices":[…],"removedDevices":[…],"consents":[…],"commands":[…],
 *      "events":[{"event":{…},"leaf":"<hex>","previous":"<hex>","envelope":"<base64>"}…],
 *      "head":{"position":"1/42","streamversion":17,"leaf":"<hex>"}}
 *
 * The first parts are as the app shows them. `events` is the account's whole stream, from
 * version 1 on without a gap, and can be checked by whoever holds it: a leaf is
 * SHA-256(0x00 ‖ envelope), the envelope names its predecessor's leaf, and a leaf in the
 * stream is one of the log, of which there are proofs. The ciphertexts of personal fields
 * are left out: the envelope has their hashes, but without the account's key, which never
 * leaves, they would prove nothing of the text beside them. So are password and tokens'
 * hashes, as api/app/feed.h says; unlike there, webhooks' fates are in, or the stream
 * would have gaps.
 *
 * It is written as fast as it is read, a page at a time, and no more waits in memory; what
 * happens meanwhile to what was not written yet is in it. It breaks off, so that nobody
 * takes a part for the whole, when the account is erased while it is read, and when
 * something cannot be read, which is reported. */
#include <string.h>

#include "api/app/feed.h"
#include "api/app/routes.h"
#include "api/call/query.h"
#include "api/call/show.h"
#include "core/base/text.h"
#include "core/log/log.h"

enum {
    PAGE_BYTES = 32 * 1024, /* sent at one look, and the item that goes beyond */
    ROOM_BELOW = 16 * 1024, /* unsent bytes at which the reader counts as behind */
    AT_ONCE    = 32,        /* ids or positions listed in one go */
    PAUSE_MS   = 1,         /* between two pages: the loop has others, too */
};

struct account_export {
    struct call         *call;
    struct server_timer *timer;
    struct buffer        page;
    struct json          json;
    struct arena         scratch;
    unsigned             part;          /* of parts[] */
    bool                 begun;         /* the part's array is open */
    struct id            device, after; /* how far it is in there */
    uint64_t             position;
    struct event         last; /* its version and place */
    struct hash          leaf;
};

static struct reader *account_export_reader(struct account_export *export)
{
    return call_reader(export->call);
}

/* Of one item: the arena is emptied after it. */
static struct showing account_export_showing(struct account_export *export)
{
    return (struct showing){ .reader = account_export_reader(export), .arena = &export->scratch };
}

/* -- what the views have ------------------------------------------------------------ */

typedef size_t list_of(struct reader *reader, struct id first, struct id after, struct id *seconds,
                       size_t max);
typedef void   write_one(struct account_export *export, struct id id);

static void account_export_write_network(struct account_export *export, struct id id)
{
    struct network_row row;
    struct showing     showing = account_export_showing(export);

    if (view_get_network(account_export_reader(export), id, NO_ID, &export->scratch, &row))
        show_network(&export->json, &showing, id, &row);
}

static void account_export_write_device(struct account_export *export, struct id id)
{
    struct device_row row;
    struct showing    showing = account_export_showing(export);

    if (view_get_device(account_export_reader(export), id, NO_ID, &export->scratch, &row))
        show_device(&export->json, &showing, id, &row);
}

static void account_export_write_consent(struct account_export *export, struct id id)
{
    struct consent_row row;
    struct showing     showing = account_export_showing(export);

    if (view_get_consent(account_export_reader(export), id, NO_ID, &export->scratch, &row))
        show_consent(&export->json, &showing, id, &row);
}

static void account_export_write_command(struct account_export *export, struct id id)
{
    struct command_row row;

    if (view_get_command(account_export_reader(export), id, NO_ID, &export->scratch, &row))
        show_command(&export->json, id, &row);
}

/* Writes what `list` has after `export->after`, till the page is full. True: all. */
static bool account_export_write_list(struct account_export *export, list_of *list, struct id first,
                                      write_one *one)
{
    struct id ids[AT_ONCE];
    size_t    count = list(account_export_reader(export), first, export->after, ids, AT_ONCE);

    for (size_t i = 0; i < count; i++) {
        if (export->page.size >= PAGE_BYTES) return false;
        one(export, export->after = ids[i]);
        arena_reset(&export->scratch);
    }
    return count < AT_ONCE;
}

static bool account_export_write_networks(struct account_export *export)
{
    return account_export_write_list(export, view_list_account_network, call_account(export->call),
                                     account_export_write_network);
}
static bool account_export_write_devices(struct account_export *export)
{
    return account_export_write_list(export, view_list_account_device, call_account(export->call),
                                     account_export_write_device);
}
static bool account_export_write_removed(struct account_export *export)
{
    return account_export_write_list(export, view_list_removed_device, call_account(export->call),
                                     account_export_write_device);
}
static bool account_export_write_consents(struct account_export *export)
{
    return account_export_write_list(export, view_list_account_consent, call_account(export->call),
                                     account_export_write_consent);
}

/* Device by device, also of those that were removed. */
static bool account_export_write_commands(struct account_export *export)
{
    struct id account = call_account(export->call), next;

    if (id_given(export->device) &&
        !account_export_write_list(export, view_list_device_command, export->device,
                                   account_export_write_command))
        return false;
    export->after = NO_ID;
    if (!view_list_commanded_device(account_export_reader(export), account, export->device, &next,
                                    1))
        return true;
    export->device = next;
    return false;
}

/* -- what the log has ------------------------------------------------------------------ */

static void account_export_put_hash(struct json *json, const char *name, const struct hash *hash)
{
    char text[2 * SHA256_SIZE + 1];

    text_hex(SLICE_OF(hash->bytes), text);
    json_put_text(json, name, slice_text(text));
}

static struct status account_export_write_event(struct account_export *export, uint64_t position)
{
    struct ground    *ground = export->call->ground;
    struct log_record record;
    struct event      event;

    TRY(log_read_record(account_export_reader(export), position, &export->scratch, &record));
    TRY(log_record_event(&record, ground->vault, &export->scratch, &event));
    export->position = position;
    export->last     = event;
    memcpy(export->leaf.bytes, record.leaf.data, sizeof export->leaf.bytes);
    json_object(&export->json);
    json_name(&export->json, "event");
    feed_event(&(struct feed){ .view = &ground->view }, &event, &export->json);
    account_export_put_hash(&export->json, "leaf", &export->leaf);
    account_export_put_hash(&export->json, "previous", &event.previous);
    json_put_text(&export->json, "envelope", text_base64(&export->scratch, record.envelope));
    json_object_end(&export->json);
    return OK;
}

static struct status account_export_write_events(struct account_export *export, bool *all)
{
    uint64_t positions[AT_ONCE];
    size_t   count;

    TRY(log_stream_positions(account_export_reader(export), call_account(export->call),
                             export->position, LOG_RISING, positions, AT_ONCE, &count));
    *all = count < AT_ONCE;
    for (size_t i = 0; i < count; i++) {
        if (export->page.size >= PAGE_BYTES) {
            *all = false;
            return OK;
        }
        TRY(account_export_write_event(export, positions[i]));
        arena_reset(&export->scratch);
    }
    return OK;
}

/* -- all of it, part by part --------------------------------------------------------------- */

static const struct {
    const char *name;
    bool (*write)(struct account_export *export); /* NULL: the events */
} parts[] = {
    { "networks", account_export_write_networks },
    { "devices", account_export_write_devices },
    { "removedDevices", account_export_write_removed },
    { "consents", account_export_write_consents },
    { "commands", account_export_write_commands },
    { "events", NULL },
};

static bool account_export_is_alive(struct account_export *export, struct account_row *row)
{
    return view_get_account(account_export_reader(export), call_account(export->call), NO_ID,
                            &export->scratch, row) &&
           row->status == ACCOUNT_active;
}

static void account_export_begin(struct account_export *export, const struct account_row *row)
{
    struct json *json = &export->json;

    json_object(json);
    json_put_text(json, "format", SLICE("piot-export-1"));
    json_put_instant(json, "exportedAt", export->call->now_us);
    json_name(json, "account");
    show_person(json, call_account(export->call), row);
}

static void account_export_finish(struct account_export *export)
{
    struct json *json = &export->json;

    json_name(json, "head");
    json_object(json);
    json_put_position(json, "position",
                      log_position(account_export_reader(export), export->position));
    json_put_u64(json, "streamversion", export->last.version);
    account_export_put_hash(json, "leaf", &export->leaf);
    json_object_end(json);
    json_object_end(json);
    arena_reset(&export->scratch);
}

/* Fills a page. `done`: it is the last one. */
static struct status account_export_write_page(struct account_export *export, bool *done)
{
    while (export->part < COUNT(parts) && export->page.size < PAGE_BYTES) {
        bool all = false;

        if (!export->begun) {
            json_name(&export->json, parts[export->part].name);
            json_array(&export->json);
            export->begun = true;
            export->after = NO_ID;
        }
        if (parts[export->part].write) all = parts[export->part].write(export);
        else TRY(account_export_write_events(export, &all));
        if (!all) continue;
        json_array_end(&export->json);
        export->begun = false;
        export->part++;
    }
    *done = export->part == COUNT(parts);
    if (*done) account_export_finish(export);
    return reader_failure(account_export_reader(export));
}

/* -- sending ---------------------------------------------------------------------------------- */

static struct call *account_export_let_go(struct account_export *export)
{
    server_timer_close(export->timer);
    buffer_free(&export->page);
    arena_free(&export->scratch);
    return export->call;
}

static void account_export_go_on(void *argument)
{
    struct account_export *export = argument;
    struct account_row row;
    struct status      status = OK;
    bool               done   = false;
    bool               alive  = account_export_is_alive(export, &row);
    size_t             unsent;

    if (alive) status = account_export_write_page(export, &done);
    if (!alive || status.code != STATUS_OK) {
        call_stream_cut(account_export_let_go(export), status);
        return;
    }
    unsent = request_stream_write(export->call->request, buffer_slice(&export->page));
    buffer_clear(&export->page);
    if (done) call_stream_end(account_export_let_go(export));
    else if (unsent <= ROOM_BELOW) server_timer_set(export->timer, PAUSE_MS);
}

static void account_export_on_room(void *context, struct request *request)
{
    (void)request;
    account_export_go_on(context);
}

static void account_export_on_gone(void *context, struct request *request)
{
    (void)request;
    call_stream_cut(account_export_let_go(context), OK);
}

void app_export(struct call *call)
{
    struct account_export *export = arena_new(call->arena, struct account_export);
    struct account_row row;

    *export = (struct account_export){ .call = call };
    if (!account_export_is_alive(export, &row)) {
        arena_free(&export->scratch);
        call_refuse(call, REFUSED_account_unknown);
        return;
    }
    export->json  = json_to(&export->page);
    export->timer = server_timer_open(call->request->server, account_export_go_on, export);
    request_header(call->request, "Cache-Control", SLICE("no-store"));
    request_header(call->request, "Content-Disposition",
                   SLICE("attachment; filename=\"piot-export.json\""));
    request_watch(call->request, (struct request_watch){ .context    = export,
                                                         .gone       = account_export_on_gone,
                                                         .room       = account_export_on_room,
                                                         .room_below = ROOM_BELOW });
    account_export_begin(export, &row);
    call_stream_begin(call, 200, "application/json");
    server_timer_set(export->timer, PAUSE_MS);
}
