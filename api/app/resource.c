#include "api/app/resource.h"

#include "api/call/query.h"

/* -- whose it is --------------------------------------------------------------------- */

bool own_network(const struct call *call, struct reader *reader, struct arena *arena, struct id id,
                 struct network_row *row)
{
    return view_get_network(reader, id, NO_ID, arena, row) && call_may(call, row->account);
}

bool own_consent(const struct call *call, struct reader *reader, struct arena *arena, struct id id,
                 struct consent_row *row)
{
    return view_get_consent(reader, id, NO_ID, arena, row) && call_may(call, row->account);
}

bool own_question(const struct call *call, struct reader *reader, struct arena *arena, struct id id,
                  struct consent_row *row)
{
    return own_consent(call, reader, arena, id, row) &&
           (row->status == CONSENT_requested || row->status == CONSENT_notified);
}

bool own_device(const struct call *call, struct reader *reader, struct arena *arena, struct id id,
                struct device_row *row)
{
    return view_get_device(reader, id, NO_ID, arena, row) && call_may(call, row->account) &&
           row->status != DEVICE_removed;
}

bool own_command(const struct call *call, struct reader *reader, struct arena *arena, struct id id,
                 struct command_row *row)
{
    return view_get_command(reader, id, NO_ID, arena, row) && call_may(call, row->account);
}

/* -- how it is shown ------------------------------------------------------------------ */

static const void *network_row(const struct call *call, struct reader *reader, struct arena *arena,
                               struct id id)
{
    struct network_row *row = arena_new(arena, struct network_row);

    return own_network(call, reader, arena, id, row) ? row : NULL;
}

static void network_show(struct json *json, struct showing *showing, struct id id, const void *row)
{
    show_network(json, showing, id, row);
}

static const void *question_row(const struct call *call, struct reader *reader, struct arena *arena,
                                struct id id)
{
    struct consent_row *row = arena_new(arena, struct consent_row);

    return own_question(call, reader, arena, id, row) ? row : NULL;
}

static void question_show(struct json *json, struct showing *showing, struct id id, const void *row)
{
    show_question(json, showing, id, row);
}

static const void *consent_row(const struct call *call, struct reader *reader, struct arena *arena,
                               struct id id)
{
    struct consent_row *row = arena_new(arena, struct consent_row);

    return own_consent(call, reader, arena, id, row) ? row : NULL;
}

static void consent_show(struct json *json, struct showing *showing, struct id id, const void *row)
{
    show_consent(json, showing, id, row);
}

static const void *device_row(const struct call *call, struct reader *reader, struct arena *arena,
                              struct id id)
{
    struct device_row *row = arena_new(arena, struct device_row);

    return own_device(call, reader, arena, id, row) ? row : NULL;
}

static void device_show(struct json *json, struct showing *showing, struct id id, const void *row)
{
    show_device(json, showing, id, row);
}

static const void *command_row(const struct call *call, struct reader *reader, struct arena *arena,
                               struct id id)
{
    struct command_row *row = arena_new(arena, struct command_row);

    return own_command(call, reader, arena, id, row) ? row : NULL;
}

static void command_show(struct json *json, struct showing *showing, struct id id, const void *row)
{
    (void)showing;
    show_command(json, id, row);
}

const struct resource resource_network = {
    "networkId",         ID_network,  REFUSED_network_unknown,
    "/app/v1/networks/", network_row, network_show,
};
const struct resource resource_question = {
    "consentId", ID_consent, REFUSED_consent_unknown, "/app/v1/inbox/", question_row, question_show,
};
const struct resource resource_consent = {
    "consentId",         ID_consent,  REFUSED_consent_unknown,
    "/app/v1/consents/", consent_row, consent_show,
};
const struct resource resource_device = {
    "deviceId", ID_device, REFUSED_device_unknown, "/app/v1/devices/", device_row, device_show,
};
const struct resource resource_command = {
    "commandId",         ID_command,  REFUSED_command_unknown,
    "/app/v1/commands/", command_row, command_show,
};

/* -- reading -------------------------------------------------------------------------- */

void resource_unknown(struct call *call, const struct resource *resource)
{
    call_refuse(call, resource->unknown);
}

void resource_answer_body(struct call *call, struct buffer *body)
{
    if (!query_unchanged(call, show_tag(buffer_slice(body)))) call_answer_json(call, 200, body);
    buffer_free(body);
}

/* False: there is no such thing that the call may reach. */
static bool resource_write(const struct resource *resource, const struct call *call,
                           struct reader *reader, struct arena *arena, struct id id,
                           struct buffer *body)
{
    struct showing showing = { .reader = reader, .arena = arena };
    struct json    json    = json_to(body);
    const void    *row     = resource->row(call, reader, arena, id);

    if (row) resource->show(&json, &showing, id, row);
    return row != NULL;
}

void resource_answer_id(struct call *call, const struct resource *resource, struct id id)
{
    struct buffer body = { 0 };

    if (resource_write(resource, call, call_reader(call), call->arena, id, &body))
        resource_answer_body(call, &body);
    else resource_unknown(call, resource);
}

void resource_answer(struct call *call, const struct resource *resource)
{
    struct id id;

    if (call_parameter_id(call, resource->parameter, resource->kind, &id))
        resource_answer_id(call, resource, id);
}

/* -- changing -------------------------------------------------------------------------- */

struct resource_subject {
    const struct resource *before, *after;
    struct id              id;
};

static bool subject_render(struct submission *submission, const struct resource *resource,
                           struct reader *reader, struct buffer *body)
{
    const struct resource_subject *subject = submission->context;

    return resource_write(resource, submission->call, reader, submission->call->arena, subject->id,
                          body);
}

static bool subject_changed(struct submission *submission, struct reader *reader,
                            uint64_t *position)
{
    const struct resource_subject *subject = submission->context;
    struct buffer                  body    = { 0 };
    bool there = subject_render(submission, subject->before, reader, &body);

    if (there) *position = show_tag(buffer_slice(&body));
    buffer_free(&body);
    return there;
}

static void subject_write(struct submission *submission, struct reader *reader, struct reply *reply)
{
    const struct resource_subject *subject = submission->context;
    struct arena                  *arena   = submission->call->arena;
    char                           id[ID_TEXT_MAX];

    if (reply->status == 204 || !subject_render(submission, subject->after, reader, &reply->body))
        return;
    reply->etag = etag_text(arena, show_tag(buffer_slice(&reply->body)));
    if (reply->status != 201 && reply->status != 202) return;
    id_text(subject->id, id);
    reply->location = arena_print(arena, "%s%s", subject->after->path, id);
}

void resource_submit(struct submission *submission, const struct resource *resource, struct id id)
{
    struct resource_subject *subject = arena_new(submission->call->arena, struct resource_subject);

    *subject            = (struct resource_subject){ resource, resource, id };
    submission->context = subject;
    submission->changed = subject_changed;
    submission->write   = subject_write;
}

void resource_becomes(struct submission *submission, const struct resource *resource)
{
    struct resource_subject *subject = submission->context;

    subject->after = resource;
}

struct submission *resource_body(struct call *call, const struct resource *resource,
                                 const char *const *others, struct id *id)
{
    struct submission *submission;

    if (!call_parameter_id(call, resource->parameter, resource->kind, id)) return NULL;
    submission = submit_body(call, call_account(call), others);
    if (submission) resource_submit(submission, resource, *id);
    return submission;
}

/* -- lists ------------------------------------------------------------------------------ */

enum { IDS_AT_ONCE = PAGE_MAX + 1 };

/* The page, with the rows of what was looked at to pick it; a row that is NULL is still
 * to be read. */
struct list_picked {
    struct page page;
    const void *rows[IDS_AT_ONCE];
};

static const void *list_row(struct call *call, const struct list *list, struct id id)
{
    return list->resource->row(call, call_reader(call), call->arena, id);
}

static void list_take(struct call *call, const struct list *list, struct list_picked *picked,
                      struct id id)
{
    const void *row = list->pick ? list_row(call, list, id) : NULL;

    if (list->pick && (!row || !list->pick(list, row))) return;
    picked->rows[picked->page.count]       = row;
    picked->page.ids[picked->page.count++] = id;
}

/* Fills the page with what is picked; says whether it stopped before the list's end
 * without having found enough, and at which id. */
static bool list_fill(struct call *call, const struct list *list, struct list_picked *picked,
                      struct id *at)
{
    struct page *page = &picked->page;
    struct id    ids[IDS_AT_ONCE];
    size_t       looked = 0, count, wanted = page->limit + 1;

    *at = page->after;
    do {
        size_t max = list->pick ? IDS_AT_ONCE : wanted;
        count      = list->ids(call_reader(call), list->first, *at, ids, max);
        for (size_t i = 0; i < count && page->count < wanted; i++, looked++) {
            *at = ids[i];
            list_take(call, list, picked, ids[i]);
        }
        if (page->count == wanted || count < max) return false;
    } while (looked < LIST_LOOK_MAX);
    return true;
}

static void list_write_items(struct call *call, const struct list *list,
                             const struct list_picked *picked, struct json *json)
{
    struct showing showing = { .reader = call_reader(call), .arena = call->arena };

    for (size_t i = 0; i < picked->page.count; i++) {
        struct id   id  = picked->page.ids[i];
        const void *row = picked->rows[i] ? picked->rows[i] : list_row(call, list, id);
        if (!row) continue;
        list->resource->show(json, &showing, id, row);
        if (list->shown) list->shown(call, id, row);
    }
}

void list_answer(struct call *call, const struct list *list)
{
    struct buffer      body = { 0 };
    struct json        json = json_to(&body);
    struct list_picked picked;
    struct id          at;

    if (!page_read(call, &picked.page)) return;
    if (list_fill(call, list, &picked, &at)) page_link(call, id_slice(&at));
    else page_close(call, &picked.page);

    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    list_write_items(call, list, &picked, &json);
    json_array_end(&json);
    json_object_end(&json);
    call_answer_json(call, 200, &body);
}
