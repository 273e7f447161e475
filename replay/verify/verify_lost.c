/* verify_lost.c -- whose losses have no reason.
 *
 * Reports expire in the turn that says how many did, so their number has to agree. An owner
 * whose key was destroyed was erased: perhaps in a log that was lost since, of which the vault
 * alone still knows. What is sealed for them afterwards has no ciphertext from the first. An
 * owner whom the vault does not know at all is no such one: a key was lost.
 *
 * What a vendor reported of a device that connected is sealed for the vendor, and goes with the
 * account that it led to; which that is, detection-resolved says later.
 */
#include "replay/verify/verify_lost.h"

#include "replay/fold/findings.h"

void lost_note_sealed(struct stream_heads *stream_heads, const struct event *event)
{
    stream_heads_of(stream_heads, event->seal.owner)->sealed = event->position;
}

/* -- reports of devices that connected -------------------------------------------------- */

static struct lost_detection *lost_detection_of(const struct stream_heads *stream_heads,
                                                struct id                  detection)
{
    uint64_t               hash = table_hash(0, id_slice(&detection));
    struct lost_detection *lost;

    for (size_t at = 0; (lost = map_next(&stream_heads->detections, hash, &at)) != NULL;)
        if (id_equal(lost->detection, detection)) return lost;
    return NULL;
}

static void lost_detection_note(struct stream_heads *stream_heads, const struct event *event)
{
    struct lost_detection *lost = arena_new(&stream_heads->arena, struct lost_detection);

    lost->detection = event->device_detected.detection;
    lost->position  = event->position;
    map_add(&stream_heads->detections, table_hash(0, id_slice(&lost->detection)), lost);
}

static void lost_detection_led_to(struct stream_heads             *stream_heads,
                                  const struct detection_resolved *resolved)
{
    struct lost_detection *lost = lost_detection_of(stream_heads, resolved->detection);

    if (!lost || !id_given(resolved->account)) return;
    stream_heads_of(stream_heads, resolved->account)->lost = lost->position;
    lost->led                                              = true;
}

/* -- whose losses ------------------------------------------------------------------------ */

void lost_note(struct stream_heads *stream_heads, const struct event *event)
{
    if (event->type == EVENT_device_detected && id_kind(event->seal.owner) == ID_vendor) {
        lost_detection_note(stream_heads, event);
        return;
    }
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
    if (event->type == EVENT_detection_resolved)
        lost_detection_led_to(stream_heads, &event->detection_resolved);
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

#define NO_REASON "its sealed fields are gone, and no event says why"

static void lost_detections_check(const struct stream_heads *stream_heads,
                                  struct findings           *findings)
{
    const struct lost_detection *lost;

    for (size_t at = 0; (lost = map_each(&stream_heads->detections, &at)) != NULL;)
        if (!lost->led) finding_add(findings, lost->position, "missing", NO_REASON);
}

struct status lost_check(const struct stream_heads *stream_heads, struct vault *vault,
                         struct findings *findings)
{
    const struct head *head;

    lost_detections_check(stream_heads, findings);
    for (size_t at = 0; (head = map_each(&stream_heads->map, &at)) != NULL;) {
        bool destroyed, known;

        if (head->erased) continue;
        if (!head->sealed && !head->lost && head->lost_reports <= head->expired) continue;
        TRY(look_for_key(vault, head->stream, &destroyed, &known));
        if (head->sealed && !known)
            finding_add(findings, head->sealed, "missing-key",
                        "the vault has no key of its owner, and never destroyed one");
        if (!destroyed && head->lost) finding_add(findings, head->lost, "missing", NO_REASON);
        if (!destroyed && head->lost_reports > head->expired)
            finding_add(findings, head->lost_report, "missing",
                        "%llu reports up to here lost their values; of %llu there are events that "
                        "say so",
                        (unsigned long long)head->lost_reports, (unsigned long long)head->expired);
    }
    return OK;
}
