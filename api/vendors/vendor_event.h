/* vendor_event.h -- what one CloudEvent of a vendor asks for: from its data to an intent, and
 * from there to the stream that decides.
 *
 * vendor_event_read() looks at the event alone: which kind it is, and whether its data are well
 * formed, by the intent's field table. vendor_event_place() then looks into the views: whose
 * device it is, which command, which grant; what the device's thing model allows. It sees
 * what is committed when the request came in: an event that needs what an earlier one of the
 * same delivery brings about does not see that. The rules decide in order, and nothing a
 * vendor reports can follow from its own report alone -- a person has to act between a
 * detection and the first state.
 *
 * No oracle: of a detection nothing is looked up but its model, and how much
 * its vendor has of what it may have. Where its address leads is
 * looked up later (api/chores/detections.h).
 *
 * THREADS   Pure but for the reader.
 * MEMORY    Texts are in the arena or the node.
 * ERRORS    A refusal as the rules would say it, or a field that is wrong. A failed
 *           read is noted with the reader.
 */
#ifndef PIOT_API_VENDORS_VENDOR_EVENT_H
#define PIOT_API_VENDORS_VENDOR_EVENT_H

#include "api/places/resolve.h"
#include "api/vendors/cloudevent.h"
#include "core/facts/intent.h"
#include "core/facts/refusal.h"
#include "core/rules/policy.h"

struct vendor_event {
    struct cloudevent  event;
    struct intent      intent; /* type and fields of the body; actor and stream later */
    struct observation seen;   /* of a detection */
    bool               wrong;  /* a field is: `bad` says which */
    struct bad_field   bad;
    enum refusal       refusal;
};

/* What `prefix` "piot" makes "piot.v1.device-detected" of. `wrong` is set by it. */
void vendor_event_read(const struct node *node, struct slice prefix, struct arena *arena,
                       struct vendor_event *incoming);

struct placing {
    struct reader            *reader;
    struct arena             *arena;
    const struct policy      *policy;
    const struct name_secret *names;
    int64_t                   now_us;
    struct id                 vendor;
};
/* Of one that is not wrong: sets stream and looked-up fields, or `refusal`, or `wrong`.
 * A detection's id is the caller's to give. */
void vendor_event_place(const struct placing *on, struct vendor_event *incoming);

#endif
