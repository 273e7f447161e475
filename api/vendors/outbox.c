/* outbox.c -- fetching what is owed, instead of having it sent.
 *
 *     GET outbox?consumer=&after=&limit=&wait=&lease=  -> {"items":[…],"next":"…","more":false}
 *
 * Who waits is woken by a commit that concerns the vendor, and reads the store only then. A
 * page with something in it may be leased: then it has a `lease`, and whoever else fetches as
 * that consumer meanwhile finds nothing. */
#include "api/vendors/outbox.h"

#include "api/call/parked.h"
#include "api/call/query.h"
#include "api/call/submit.h"
#include "api/vendors/routes.h"
#include "core/base/text.h"

enum { WAIT_MAX_S = 30, LEASE_MAX_S = 300 };

struct fetch {
    struct parked          parked; /* first */
    struct call           *call;
    struct outbox_consumer consumer;
    bool                   copies; /* the caller said where it goes on */
    uint64_t               after;
    uint64_t               limit, wait_s, lease_s;
    struct outbox_page     page;
    struct status          read; /* how that went */
    struct id              lease;
};

/* -- answering ------------------------------------------------------------------------------ */

static void fetch_write(const struct fetch *fetch, bool leased_away, struct buffer *body)
{
    struct json json = json_to(body);

    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    if (!leased_away && fetch->page.count) json_raw(&json, fetch->page.items);
    json_array_end(&json);
    json_put_text(&json, "next",
                  position_for(fetch->call, leased_away ? fetch->after : fetch->page.next));
    json_put_flag(&json, "more", leased_away || fetch->page.more);
    if (!leased_away && id_given(fetch->lease)) json_put_id(&json, "lease", fetch->lease);
    json_object_end(&json);
}

static void fetch_answer(struct fetch *fetch, bool leased_away)
{
    struct buffer body = { 0 };

    fetch_write(fetch, leased_away, &body);
    call_answer_json(fetch->call, 200, &body);
}

static void fetch_write_leased(struct submission *submission, struct reader *reader,
                               struct reply *reply)
{
    (void)reader;
    fetch_write(submission->context, submission_outcome(submission)->refusal != ACCEPTED,
                &reply->body);
}

static void fetch_lease(struct fetch *fetch)
{
    struct call       *call       = fetch->call;
    struct submission *submission = submit_new(call, 1);

    fetch->lease = call_new_id(call, ID_lease);
    submit_intent(submission, 0, INTENT_lease_outbox, call_vendor(call))->lease_outbox =
        (struct lease_outbox){ .consumer = fetch->consumer.name,
                               .lease    = fetch->lease,
                               .place    = fetch->consumer.row.up_to,
                               .until    = clock_now(&call->ground->clock) +
                                        (int64_t)fetch->lease_s * SECOND };
    submission->itemized = true; /* somebody else was faster: an empty page */
    submission->context  = fetch;
    submission->write    = fetch_write_leased;
    submit_send(submission);
}

/* -- reading -------------------------------------------------------------------------------- */

static bool is_leased(const struct fetch *fetch)
{
    return !fetch->copies &&
           fetch->consumer.row.leased_until > clock_now(&fetch->call->ground->clock);
}

static void fetch_read(struct fetch *fetch)
{
    fetch->read = outbox_read(fetch->call, &fetch->consumer, fetch->after, fetch->copies,
                              fetch->limit, &fetch->page);
}

/* Is there something to answer with? */
static bool fetch_has_read(const struct fetch *fetch)
{
    return fetch->read.code != STATUS_OK || fetch->page.count || fetch->page.more;
}

static void fetch_finish(struct fetch *fetch)
{
    if (fetch->read.code != STATUS_OK) call_broken(fetch->call, fetch->read);
    else if (fetch->lease_s && fetch->page.count && !fetch->copies) fetch_lease(fetch);
    else fetch_answer(fetch, false);
}

/* -- waiting -------------------------------------------------------------------------------- */

static bool fetch_is_over(struct parked *parked, struct arena *scratch)
{
    struct fetch *fetch = (struct fetch *)parked;
    struct call  *call  = fetch->call;

    view_get_consumer(call_reader(call), call_vendor(call), name_consumer(fetch->consumer.name),
                      scratch, &fetch->consumer.row);
    fetch->consumer.row.name = fetch->consumer.name; /* the other one goes with the scratch */
    if (!fetch->copies && fetch->consumer.row.up_to > fetch->after)
        fetch->after = fetch->consumer.row.up_to;
    if (is_leased(fetch)) return false;
    fetch_read(fetch);
    return fetch_has_read(fetch);
}

static void fetch_end(struct parked *parked) { fetch_finish((struct fetch *)parked); }

static void fetch_park(struct fetch *fetch)
{
    struct call *call = fetch->call;

    parked_begin(&fetch->parked, &(struct parking){ .call    = call,
                                                    .whom    = call_vendor(call),
                                                    .most_us = (int64_t)fetch->wait_s * SECOND,
                                                    .is_over = fetch_is_over,
                                                    .answer  = fetch_end });
}

/* -- the call ------------------------------------------------------------------------------- */

static bool fetch_read_number(struct call *call, const char *name, uint64_t least, uint64_t most,
                              uint64_t *number)
{
    struct slice text = call_query(call, name);

    if (!text.data || (text_u64(text, number) && *number >= least && *number <= most)) return true;
    call_fail(call, PROBLEM_out_of_range, "Query %s has to be from %llu to %llu.", name,
              (unsigned long long)least, (unsigned long long)most);
    return false;
}

void vendor_get_outbox(struct call *call)
{
    struct fetch *fetch = arena_new(call->arena, struct fetch);

    *fetch = (struct fetch){ .call = call, .limit = PAGE_DEFAULT };
    if (!fetch_read_number(call, "limit", 1, PAGE_MAX, &fetch->limit) ||
        !fetch_read_number(call, "wait", 0, WAIT_MAX_S, &fetch->wait_s) ||
        !fetch_read_number(call, "lease", 1, LEASE_MAX_S, &fetch->lease_s) ||
        !outbox_consumer_read(call, call_query(call, "consumer"), &fetch->consumer))
        return;
    fetch->copies = call_query(call, "after").data != NULL;
    fetch->after  = fetch->consumer.row.up_to;
    if (!query_position(call, "after", &fetch->after)) return;
    fetch->page.next = fetch->after;
    bool away        = is_leased(fetch);
    if (!away) fetch_read(fetch);
    if (fetch->wait_s && !fetch_has_read(fetch)) fetch_park(fetch);
    else if (away) fetch_answer(fetch, true);
    else fetch_finish(fetch);
}
