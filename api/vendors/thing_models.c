/* thing_models.c -- vendors publish what their devices can do.
 *
 * A version never changes. Publishing the same again is no mistake and gets the same
 * answer, for as long as the version is there; two who do so at the same moment are
 * told apart by the ledger, which does an intent of one name once.
 */
#include "api/things/thing_model.h"

#include "api/call/query.h"
#include "api/call/submit.h"
#include "api/vendors/routes.h"
#include "core/facts/names.h"
#include "projections/projection.h"

static void write_model(struct buffer *out, struct slice model)
{
    struct json json = json_to(out);

    json_object(&json);
    json_put_text(&json, "thingModel", model);
    json_object_end(&json);
}

static void model_write_reply(struct submission *submission, struct reader *reader,
                              struct reply *reply)
{
    (void)reader;
    write_model(&reply->body, submission_intent(submission)->publish_thing_model.model);
}

/* Model and definition: what makes two publications the same. */
static struct slice model_name_deduplication(struct arena                     *arena,
                                             const struct publish_thing_model *intent)
{
    struct slice parts[] = { SLICE("thing model\n"), intent->model, SLICE("\n"),
                             intent->definition };
    struct hash  hash    = crypto_sha256_all(parts, COUNT(parts));

    return arena_copy(arena, SLICE_OF(hash.bytes));
}

static void model_answer_again(struct call *call, struct slice model)
{
    struct buffer body = { 0 };

    write_model(&body, model);
    call_answer_json(call, call->route->success, &body);
}

void vendor_put_thing_model(struct call *call)
{
    const struct node         *body   = call_body(call);
    struct publish_thing_model intent = { .guarded = false };
    struct thing_model_row     published;
    struct bad_field           bad;

    if (!body) return;
    if (!thing_model_read(call->arena, call_parameter(call, "name"), body, &intent, &bad)) {
        call_fail_field(call, &bad);
        return;
    }
    if (view_get_thing_model(call_reader(call), call_vendor(call), name_model(intent.model),
                             call->arena, &published) &&
        slice_equal(published.definition, intent.definition)) {
        model_answer_again(call, intent.model);
        return;
    }
    struct submission *submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_publish_thing_model, call_vendor(call))
        ->publish_thing_model                      = intent;
    submission->request.items[0].deduplication_key = model_name_deduplication(call->arena, &intent);
    submission->write                              = model_write_reply;
    submit_send(submission);
}

/* -- the list ---------------------------------------------------------------------------- */

static void model_write_row(struct json *json, const struct thing_model_row *row)
{
    json_object(json);
    json_put_text(json, "thingModel", row->model);
    json_put_text(json, "title", row->title);
    json_may_text(json, "category", row->category);
    json_put_flag(json, "guarded", row->guarded);
    json_put_instant(json, "publishedAt", row->published_at);
    json_object_end(json);
}

/* Without the definitions, which may be large and are the vendor's own. */
void vendor_list_thing_models(struct call *call)
{
    struct reader *reader = call_reader(call);
    struct id      vendor = call_vendor(call);
    struct buffer  body   = { 0 };
    struct json    json   = json_to(&body);
    struct page    page;

    if (!page_read(call, &page)) return;
    page.count = view_list_thing_model(reader, vendor, page.after, page.ids, page.limit + 1);
    page_close(call, &page);
    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    for (size_t i = 0; i < page.count; i++) {
        struct thing_model_row row;
        if (view_get_thing_model(reader, vendor, page.ids[i], call->arena, &row))
            model_write_row(&json, &row);
    }
    json_array_end(&json);
    json_object_end(&json);
    call_answer_json(call, call->route->success, &body);
}
