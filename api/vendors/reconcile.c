/* reconcile.c -- comparing what is granted with what a vendor has.
 *
 *     {"from":"lamp-1","to":"lamp-9","digest":"9f86…"}       -> {"equal":false}
 *     {"from":"lamp-1","to":"lamp-9","devices":["lamp-2"]}   -> {"missing":[…],"ghosts":[…]}
 *
 * Both sides are in the order of the names' bytes, so one walk finds what only one of them has.
 * What is missing may end with it: as if the vendor had said device-removed of each. Not what
 * the vendor has not been told of yet. */
#include "api/vendors/reconcile.h"

#include <stdlib.h>

#include "api/call/submit.h"
#include "api/vendors/routes.h"
#include "core/base/crypto.h"
#include "core/base/text.h"
#include "projections/grants.h"

enum {
    QUEUE_MAX       = 64,    /* comparisons that may wait */
    MISSING_MAX     = 10000, /* grants that one answer names */
    LAST_LOOKED_AT  = 32,    /* webhooks of one device */
    REMOVED_MAX     = 500,   /* that one call ends */
    DEVICE_NAME_MAX = 128,   /* bytes of a vendor's name for a device */
    DIGEST_DIGITS   = 2 * SHA256_SIZE,
};

static struct status reconciliations_open(struct chore *chore)
{
    return worker_open(chore, QUEUE_MAX, 1, NULL);
}

const struct chore_row reconciliations_chore = {
    .name  = "reconciliations",
    .open  = reconciliations_open,
    .step  = worker_step,
    .drain = worker_drain,
    .close = worker_close,
};

struct names {
    struct slice *items;
    size_t        count;
};
struct held { /* a grant that is to end */
    struct id consent, account, device;
};
struct comparison {
    struct job         job; /* first: the worker is given this */
    struct call       *call;
    struct grant_range range;
    struct slice       digest;  /* nothing: devices were named */
    struct names       devices; /* sorted once it is compared */
    struct names       missing, ghosts;
    struct held       *held; /* as many as are missing, if they are to end */
    bool               remove, equal;
    struct status      status;
};

/* -- on the worker's thread ----------------------------------------------------------------- */

static struct status digest_compare(struct comparison *all)
{
    struct cursor *cursor = grants_open(call_reader(all->call), call_vendor(all->call), all->range);
    struct hashing *hashing = crypto_sha256_begin();
    char            digits[DIGEST_DIGITS + 1];
    struct slice    name;
    struct id       consent;

    while (grants_next(cursor, &name, &consent)) {
        crypto_sha256_add(hashing, name);
        crypto_sha256_add(hashing, SLICE("\n"));
    }
    struct hash hash = crypto_sha256_end(hashing);
    text_hex((struct slice){ (const char *)hash.bytes, sizeof hash.bytes }, digits);
    all->equal = slice_equal(all->digest, slice_text(digits));
    return grants_close(cursor);
}

/* Is the vendor yet to hear of the grant? What it was never told of it cannot have. */
static bool is_news(struct comparison *all, struct arena *scratch, struct id device)
{
    struct reader *reader = call_reader(all->call);
    struct id      last[LAST_LOOKED_AT];
    size_t         count = view_fall_ordered(reader, device, NO_ID, last, COUNT(last));

    for (size_t i = 0; i < count; i++) {
        struct delivery_row row;
        if (view_get_delivery(reader, call_vendor(all->call), last[i], scratch, &row) &&
            row.status == DELIVERY_pending && slice_equal(row.kind, SLICE("grant-created")))
            return true;
    }
    return false;
}

/* Whose it is; false: it is not to end, or has since the walk began. */
static bool held_find(struct comparison *all, struct arena *scratch, struct id consent,
                      struct held *held)
{
    struct consent_row row;

    if (!view_get_consent(call_reader(all->call), consent, NO_ID, scratch, &row) ||
        row.status != CONSENT_granted || is_news(all, scratch, row.device))
        return false;
    *held = (struct held){ .consent = consent, .account = row.account, .device = row.device };
    return true;
}

static struct status missing_add(struct comparison *all, struct arena *scratch, struct slice name,
                                 struct id consent)
{
    size_t      most = all->remove ? REMOVED_MAX : MISSING_MAX;
    struct held held;

    arena_reset(scratch);
    if (all->remove && !held_find(all, scratch, consent, &held)) return OK;
    if (all->missing.count == most)
        return failed(STATUS_LIMIT,
                      "More than %zu grants in the range are not among devices: "
                      "narrow from and to.",
                      most);
    if (all->remove) all->held[all->missing.count] = held;
    all->missing.items[all->missing.count++] = arena_copy(all->call->arena, name);
    return OK;
}

static int names_order(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* By their bytes, and each once. */
static void names_sort(struct names *names)
{
    size_t kept = 0;

    if (names->count) qsort(names->items, names->count, sizeof *names->items, names_order);
    for (size_t i = 0; i < names->count; i++)
        if (!kept || !slice_equal(names->items[kept - 1], names->items[i]))
            names->items[kept++] = names->items[i];
    names->count = kept;
}

static struct status devices_compare(struct comparison *all)
{
    struct cursor *cursor = grants_open(call_reader(all->call), call_vendor(all->call), all->range);
    struct status  status = OK;
    struct arena   scratch = { 0 };
    size_t         at      = 0;
    struct slice   name;
    struct id      consent;

    names_sort(&all->devices);
    while (status.code == STATUS_OK && grants_next(cursor, &name, &consent)) {
        int order = 1;
        while (at < all->devices.count && (order = slice_compare(name, all->devices.items[at])) > 0)
            all->ghosts.items[all->ghosts.count++] = all->devices.items[at++];
        if (at < all->devices.count && order == 0) at++;
        else status = missing_add(all, &scratch, name, consent);
    }
    while (at < all->devices.count)
        all->ghosts.items[all->ghosts.count++] = all->devices.items[at++];
    struct status closed = grants_close(cursor);
    arena_free(&scratch);
    if (status.code == STATUS_OK) status = closed;
    return status.code == STATUS_OK ? reader_failure(call_reader(all->call)) : status;
}

static void comparison_work(struct job *job)
{
    struct comparison *all = (struct comparison *)job;

    all->status = all->digest.data ? digest_compare(all) : devices_compare(all);
}

/* -- answering ------------------------------------------------------------------------------ */

static void put_names(struct json *json, const char *name, const struct names *names)
{
    json_name(json, name);
    json_array(json);
    for (size_t i = 0; i < names->count; i++) json_text(json, names->items[i]);
    json_array_end(json);
}

static void comparison_write(const struct comparison *all, struct buffer *body)
{
    struct json json = json_to(body);

    json_object(&json);
    if (all->digest.data) json_put_flag(&json, "equal", all->equal);
    else {
        put_names(&json, "missing", &all->missing);
        put_names(&json, "ghosts", &all->ghosts);
    }
    json_object_end(&json);
}

static void removal_write(struct submission *submission, struct reader *reader, struct reply *reply)
{
    (void)reader;
    comparison_write(submission->context, &reply->body);
}

/* A grant ends once, so its name is good for not doing it twice, and the writer may do some of
 * them in one turn and some in the next. */
static struct slice removal_key(struct comparison *all, struct id consent)
{
    struct hash *hash = arena_new(all->call->arena, struct hash);

    *hash = crypto_sha256_two(SLICE("reconciled"), id_slice(&consent));
    return (struct slice){ (const char *)hash->bytes, sizeof hash->bytes };
}

/* One that has ended since is out already, which is all that is wanted. */
static void missing_remove(struct comparison *all)
{
    struct submission *submission = submit_new(all->call, all->missing.count);

    for (size_t i = 0; i < all->missing.count; i++) {
        struct intent *intent        = submit_intent(submission, i, INTENT_remove_vendor_device,
                                                     all->held[i].account);
        intent->remove_vendor_device = (struct remove_vendor_device){
            .vendor_device_id = all->missing.items[i],
            .device           = all->held[i].device,
            .vendor           = call_vendor(all->call)
        };
        submission->request.items[i].deduplication_key = removal_key(all, all->held[i].consent);
    }
    submission->itemized = true;
    submission->context  = all;
    submission->write    = removal_write;
    submit_send(submission);
}

static void comparison_answer(struct job *job)
{
    struct comparison *all  = (struct comparison *)job;
    struct buffer      body = { 0 };

    if (all->status.code == STATUS_LIMIT)
        call_fail(all->call, PROBLEM_out_of_range, "%s", all->status.text);
    else if (all->status.code != STATUS_OK) call_broken(all->call, all->status);
    else if (all->remove && all->missing.count) missing_remove(all);
    else {
        comparison_write(all, &body);
        call_answer_json(all->call, all->call->route->success, &body);
    }
    buffer_free(&body);
}

/* -- reading the request -------------------------------------------------------------------- */

static bool is_in(struct grant_range range, struct slice name)
{
    return slice_compare(name, range.from) >= 0 &&
           (!range.to.size || slice_compare(name, range.to) < 0);
}

static bool devices_read(const struct node *list, struct comparison *all, struct bad_field *bad)
{
    struct arena *arena = all->call->arena;
    struct names *names = &all->devices;

    if (node_kind(list) != NODE_ARRAY)
        return bad_field_say(bad, "devices", "has to be an array of your names for devices");
    names->items = arena_array(arena, struct slice, node_count(list) + 1);
    for (size_t i = 0; i < node_count(list); i++) {
        struct slice name = node_text(node_item(list, i));
        if (!name.size || name.size > DEVICE_NAME_MAX || !is_in(all->range, name))
            return bad_field_say(bad, "",
                                 "has to be a name of 1 to 128 bytes, between from and to") ||
                   bad_field_inside_item(bad, i) || bad_field_inside(bad, SLICE("devices"));
        names->items[names->count++] = name;
    }
    all->ghosts.items  = arena_array(arena, struct slice, names->count + 1);
    all->missing.items = arena_array(arena, struct slice, all->remove ? REMOVED_MAX : MISSING_MAX);
    if (all->remove) all->held = arena_array(arena, struct held, REMOVED_MAX);
    return true;
}

static bool digest_is_one(struct slice digest)
{
    return digest.size == DIGEST_DIGITS && strspn(digest.data, "0123456789abcdef") == DIGEST_DIGITS;
}

static bool comparison_read(const struct node *body, struct comparison *all, struct bad_field *bad)
{
    static const char *const names[] = { "from", "to", "digest", "devices", "remove", NULL };
    const struct node       *devices = node_member(body, "devices");

    if (!json_only(body, names, bad) ||
        !json_read_text(body, "from", DEVICE_NAME_MAX, OPTIONAL, &all->range.from, bad) ||
        !json_read_text(body, "to", DEVICE_NAME_MAX, OPTIONAL, &all->range.to, bad) ||
        !json_read_text(body, "digest", DIGEST_DIGITS, OPTIONAL, &all->digest, bad) ||
        !json_read_flag(body, "remove", OPTIONAL, &all->remove, bad))
        return false;
    if (!all->digest.data == !devices)
        return bad_field_say(bad, "devices", "or digest has to be there, and not both");
    if (devices) return devices_read(devices, all, bad);
    if (all->remove) return bad_field_say(bad, "remove", "needs devices");
    return digest_is_one(all->digest) ||
           bad_field_say(bad, "digest", "has to be a SHA-256 in 64 lower-case digits");
}

void vendor_post_reconciliation(struct call *call)
{
    struct comparison *all  = arena_new(call->arena, struct comparison);
    const struct node *body = call_body(call);
    struct bad_field   bad;

    if (!body) return;
    *all = (struct comparison){ .call = call };
    if (!comparison_read(body, all, &bad)) {
        call_fail_field(call, &bad);
        return;
    }
    all->job = (struct job){ .work  = comparison_work,
                             .done  = comparison_answer,
                             .loop  = call->loop,
                             .whose = call_vendor(call) };
    if (!worker_submit(&reconciliations_chore, &all->job))
        call_busy(call, "Too many reconciliations are waiting.");
}
