#include "api/operator/operator.h"

#include "api/call/query.h"

void operator_show_end(struct json *json, const struct shown_once *once)
{
    for (; once && once->name; once++) json_put_text(json, once->name, once->text);
    json_object_end(json);
}

/* -- reading ------------------------------------------------------------------------ */

void operator_answer(struct call *call, operator_show *show, struct id id, enum refusal unknown)
{
    struct buffer body  = { 0 };
    struct json   json  = json_to(&body);
    bool          there = show(&json, call_reader(call), call->arena, id, NULL);

    if (!there) call_refuse(call, unknown);
    else if (!query_unchanged(call, show_tag(buffer_slice(&body))))
        call_answer_json(call, 200, &body);
    buffer_free(&body);
}

void operator_answer_list(struct call *call, operator_list *list, operator_show *show)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);
    struct page   page;

    if (!page_read(call, &page)) return;
    page.count = list(call_reader(call), name_system(), page.after, page.ids, page.limit + 1);
    page_close(call, &page);
    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    for (size_t i = 0; i < page.count; i++)
        show(&json, call_reader(call), call->arena, page.ids[i], NULL);
    json_array_end(&json);
    json_object_end(&json);
    call_answer_json(call, 200, &body);
}

/* -- reading what is known of people ----------------------------------------------------- */

struct operator_looking {
    operator_show *show;
    operator_list *list;
    struct id      id;
    enum refusal   unknown;
};

static struct operator_looking *looking_new(struct call *call, operator_show *show)
{
    struct operator_looking *looking = arena_new(call->arena, struct operator_looking);

    looking->show = show;
    call->own     = looking;
    return looking;
}

static void looking_show(struct call *call, uint64_t position)
{
    const struct operator_looking *looking = call->own;

    (void)position;
    if (looking->list) operator_answer_list(call, looking->list, looking->show);
    else operator_answer(call, looking->show, looking->id, looking->unknown);
}

void operator_look(struct call *call, operator_show *show, struct id id, struct id subject,
                   enum refusal unknown)
{
    struct operator_looking *looking = looking_new(call, show);

    looking->id      = id;
    looking->unknown = unknown;
    if (!id_given(subject)) call_refuse(call, unknown);
    else
        look_record(call,
                    &(struct look){
                        .subjects = &subject, .count = 1, .personal = true, .show = looking_show });
}

void operator_look_list(struct call *call, operator_list *list, operator_show *show)
{
    const struct id everybody = name_everybody();
    struct page     page;

    if (!page_read(call, &page)) return; /* what shows nothing is no look */
    looking_new(call, show)->list = list;
    look_record(call,
                &(struct look){
                    .subjects = &everybody, .count = 1, .personal = true, .show = looking_show });
}

/* -- writing ------------------------------------------------------------------------- */

static bool resource_tag_now(struct submission *submission, struct reader *reader, uint64_t *tag)
{
    const struct answer_plan *plan = submission->context;
    struct buffer             body = { 0 };
    struct json               json = json_to(&body);
    bool there = plan->show(&json, reader, submission->call->arena, plan->id, NULL);

    if (there) *tag = show_tag(buffer_slice(&body));
    buffer_free(&body);
    return there;
}

static void write_resource(struct submission *submission, struct reader *reader,
                           struct reply *reply)
{
    const struct answer_plan *plan  = submission->context;
    struct arena             *arena = submission->call->arena;
    struct json               json  = json_to(&reply->body);

    if (!plan->show(&json, reader, arena, plan->id, NULL)) { /* what follows elsewhere undid it */
        reply->status = (int)problem_shape(PROBLEM_incompatible_state)->http;
        problem_write(&reply->body, problem_shape(PROBLEM_incompatible_state), (struct slice){ 0 },
                      submission->call->id, submission->call->ground->public_url);
        return;
    }
    reply->etag     = etag_text(arena, show_tag(buffer_slice(&reply->body)));
    reply->location = plan->path;
    if (!plan->once->name) return;
    buffer_clear(&reply->body); /* the tag is that of the answers to come, which lack it */
    json = json_to(&reply->body);
    plan->show(&json, reader, arena, plan->id, plan->once);
}

void operator_submit(struct submission *submission, const struct answer_plan *plan)
{
    struct answer_plan *kept = arena_new(submission->call->arena, struct answer_plan);

    *kept               = *plan;
    submission->context = kept;
    submission->changed = plan->show ? resource_tag_now : NULL;
    if (submission->call->route->success != 204) submission->write = write_resource;
    submit_send(submission);
}
