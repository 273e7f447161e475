/* verify_lost.c -- whose losses have no reason.
 *
 * Reports expire in the turn that says how many did, so their number has to agree. An owner
 * whose key was destroyed was erased: perhaps in a log that was lost since, of which the vault
 * alone still knows. What is sealed for them afterwards has no ciphertext from the first. An
 * owner whom the vault does not know at all is no such one: a key was lost.
 */
#include "replay/verify/verify_lost.h"

#include "replay/fold/findings.h"

void lost_note_sealed(struct stream_heads *stream_heads, const struct event *event)
{
    stream_heads_of(stream_heads, event->seal.owner)->sealed = event->position;
}

void lost_note(struct stream_heads *stream_heads, const struct event *event)
{
    struct head *head = stream_heads_of(stream_heads, event->seal.owner);

    if (!event_passes(event->type)) {
        head->lost = event->position;
        return;
    }
    head->lost_report = event->position;
    head->lost_reports++;
}

void lost_reason(struct stream_heads *stream_heads, const struct event *event)
{
    if (event->type == EVENT_account_erased)
        stream_heads_of(stream_heads, event->stream)->erased = true;
    if (event->type == EVENT_reports_expired)
        stream_heads_of(stream_heads, event->stream)->expired += event->reports_expired.reports;
}

/* `known`: it has one, or had. A vault that is not there says nothing against it. */
static struct status look_for_key(struct vault *vault, struct id owner, bool *destroyed,
                                  bool *known)
{
    struct status status = vault ? vault_has_key(vault, owner) : OK;

    *destroyed = false;
    *known     = status.code == STATUS_OK;
    if (status.code != STATUS_NOT_FOUND) return status;
    TRY(vault_knows(vault, owner, known));
    *destroyed = *known;
    return OK;
}

struct status lost_check(const struct stream_heads *stream_heads, struct vault *vault,
                         struct findings *findings)
{
    const struct head *head;

    for (size_t at = 0; (head = map_each(&stream_heads->map, &at)) != NULL;) {
        bool destroyed, known;

        if (head->erased) continue;
        if (!head->sealed && !head->lost && head->lost_reports <= head->expired) continue;
        TRY(look_for_key(vault, head->stream, &destroyed, &known));
        if (head->sealed && !known)
            finding_add(findings, head->sealed, "missing-key",
                        "the vault has no key of its owner, and never destroyed one");
        if (!destroyed && head->lost)
            finding_add(findings, head->lost, "missing",
                        "its sealed fields are gone, and no event says why");
        if (!destroyed && head->lost_reports > head->expired)
            finding_add(findings, head->lost_report, "missing",
                        "%llu reports up to here lost their values; of %llu there are events that "
                        "say so",
                        (unsigned long long)head->lost_reports, (unsigned long long)head->expired);
    }
    return OK;
}
