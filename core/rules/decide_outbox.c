/* decide_outbox.c -- how far a vendor's consumers have fetched, and whose a page is.
 *
 * What a consumer has fetched is settled by an intent of each webhook's own; here is only
 * where it goes on. */
#include "core/rules/ruling.h"

enum { CONSUMERS_MAX = 8 }; /* of one vendor, besides the default one */

/* One that was never heard of begins at the start. */
static enum refusal consumer_of(struct ruling *on, struct slice name,
                                struct consumer_record *consumer)
{
    struct id            id = name_consumer(name);
    struct vendor_record vendor;

    ensure(name.size > 0);
    if (!known_vendor(on, on->intent->stream, NO_ID, &vendor)) return REFUSED_vendor_unknown;
    if (vendor.status == VENDOR_offboarded) return REFUSED_vendor_status_conflict;
    if (known_consumer(on, on->intent->stream, id, consumer)) {
        AS_WRITTEN(on, is(name, "default") || vendor.consumers > 0);
        AS_WRITTEN(on, id_given(consumer->lease) == (consumer->leased_until > 0));
        return ACCEPTED;
    }
    *consumer = (struct consumer_record){ .up_to = 0 };
    return is(name, "default") || vendor.consumers < CONSUMERS_MAX ? ACCEPTED
                                                                   : REFUSED_consumer_limit_reached;
}

static bool is_leased(const struct ruling *on, const struct consumer_record *consumer)
{
    return consumer->leased_until > on->now_us;
}

/* A lease that lapsed is good until another one is given. */
enum refusal decide_acknowledge_outbox(struct ruling *on, const struct acknowledge_outbox *intent)
{
    struct consumer_record consumer;
    enum refusal           no = consumer_of(on, intent->consumer, &consumer);

    if (no) return no;
    if (id_given(intent->lease) ? !id_equal(intent->lease, consumer.lease)
                                : is_leased(on, &consumer))
        return REFUSED_outbox_leased;
    if (intent->place <= consumer.up_to && !id_given(intent->lease)) return ACCEPTED;
    *happened(on, outbox_moved) = (struct outbox_moved){
        .consumer = intent->consumer,
        .up_to    = intent->place > consumer.up_to ? intent->place : consumer.up_to,
    };
    return ACCEPTED;
}

enum refusal decide_seek_outbox(struct ruling *on, const struct seek_outbox *intent)
{
    struct consumer_record consumer;
    enum refusal           no = consumer_of(on, intent->consumer, &consumer);

    if (no) return no;
    *happened(on, outbox_moved) = (struct outbox_moved){ .consumer = intent->consumer,
                                                         .up_to    = intent->place,
                                                         .sought   = true };
    return ACCEPTED;
}

/* The page was read before; so nobody may have gone on since. */
enum refusal decide_lease_outbox(struct ruling *on, const struct lease_outbox *intent)
{
    struct consumer_record consumer;
    enum refusal           no = consumer_of(on, intent->consumer, &consumer);

    if (no) return no;
    ensure(id_kind(intent->lease) == ID_lease && intent->until > 0);
    if (is_leased(on, &consumer) || consumer.up_to != intent->place) return REFUSED_outbox_leased;
    *happened(on, outbox_leased) = (struct outbox_leased){ .consumer = intent->consumer,
                                                           .lease    = intent->lease,
                                                           .until    = intent->until };
    return ACCEPTED;
}
