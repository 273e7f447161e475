/* proofs.c -- that an event is in the log, and that one log continues another. */
#include "api/audit/published.h"
#include "api/audit/routes.h"
#include "api/call/query.h"
#include "api/ground/ground.h"
#include "core/base/text.h"
#include "replay/receipt/evidence.h"

/* A number of events that the checkpoint covers, or `absent`. */
static bool read_size(struct call *call, const char *name, uint64_t absent,
                      const struct published_head *head, uint64_t *size)
{
    struct slice text = call_query(call, name);

    *size = absent;
    if (!text.data) return true;
    if (!text_u64(text, size)) {
        call_fail(call, PROBLEM_invalid_argument,
                  "Query %s has to be a number of events such as 40.", name);
        return false;
    }
    if (*size <= head->size) return true;
    call_fail(call, PROBLEM_out_of_range,
              "Query %s has to be at most %llu, the size of the log's checkpoint.", name,
              (unsigned long long)head->size);
    return false;
}

static bool query_is_there(struct call *call, const char *name)
{
    if (call_query(call, name).data) return true;
    call_fail(call, PROBLEM_invalid_argument, "Query %s is missing.", name);
    return false;
}

/* As everywhere else, or as a plain number: tools of others count so. */
static bool read_position(struct call *call, uint64_t *position)
{
    struct slice text = call_query(call, "position");

    if (!query_is_there(call, "position")) return false;
    if (position_from(call, text, position) || text_u64(text, position)) return true;
    call_fail(call, PROBLEM_invalid_argument, "Query position has to be one such as 1/17 or 17.");
    return false;
}

typedef struct status evidence_of(struct merkle *tree, struct reader *reader, uint64_t part,
                                  uint64_t whole, struct evidence *evidence);

static void proof_answer(struct call *call, const struct published_head *head, evidence_of *make,
                         uint64_t part, uint64_t whole)
{
    struct buffer   body = { 0 };
    struct json     json = json_to(&body);
    struct evidence evidence;
    struct status status = make(ledger_merkle(call->ground->ledger), call_reader(call), part, whole,
                                &evidence);

    if (status.code != STATUS_OK) {
        call_broken(call, status);
        return;
    }
    if (evidence.size == head->size) evidence.checkpoint = head->note;
    evidence_write(&evidence, &json);
    call_answer_json(call, 200, &body);
}

void audit_get_inclusion(struct call *call)
{
    struct published_head head;
    uint64_t              position, size;

    if (!read_position(call, &position) || !published_head(call, &head) ||
        !read_size(call, "size", head.size, &head, &size))
        return;
    if (position >= 1 && position <= size)
        proof_answer(call, &head, evidence_inclusion, position, size);
    else
        call_fail(call, PROBLEM_out_of_range,
                  "Query position has to be from 1 to %llu: so many "
                  "events the proof is about.",
                  (unsigned long long)size);
}

void audit_get_consistency(struct call *call)
{
    struct published_head head;
    uint64_t              from, to;

    if (!query_is_there(call, "from") || !published_head(call, &head) ||
        !read_size(call, "from", 0, &head, &from) || !read_size(call, "to", head.size, &head, &to))
        return;
    if (from <= to) proof_answer(call, &head, evidence_consistency, from, to);
    else
        call_fail(call, PROBLEM_out_of_range,
                  "Query from has to be at most %llu, where the "
                  "other log ends.",
                  (unsigned long long)to);
}
