/* decide_delivery.c -- what became of a webhook, recorded beside the event it carried. */
#include "core/rules/ruling.h"

/* The vendor has to hear that a command was taken back while a try was under way which it has,
 * or may have: nobody else would tell it. */
static void cancel_again(struct ruling *on, struct id id, const struct command_record *command)
{
    ensure(command->status == COMMAND_cancelled);
    rules_cancel(on, id, command, SLICE("sent-meanwhile"));
}

/* A first try that got no answer, or one of a gateway's: when the command was taken back no try
 * was known of yet, so the vendor has not been notified. */
static void may_have_come(struct ruling *on, struct id id, uint64_t attempt, uint64_t http_status)
{
    struct command_record command;

    if (attempt != 1 || (http_status && http_status < 500)) return;
    if (id_given(id) && known_command(on, on->intent->stream, id, &command) &&
        command.status == COMMAND_cancelled)
        cancel_again(on, id, &command);
}

enum refusal decide_note_delivered(struct ruling *on, const struct note_delivered *intent)
{
    struct command_record command;

    ensure(intent->http_status ? intent->attempt > 0 && intent->http_status / 100 == 2 : true);
    ensure(id_kind(intent->delivery) == ID_delivery);
    /* clang-format off */
    *happened(on, webhook_delivered) = (struct webhook_delivered){
        .delivery    = intent->delivery,
        .vendor      = intent->vendor,
        .attempt     = intent->attempt,
        .http_status = intent->http_status,
        .latency_ms  = intent->latency_ms,
        .answer      = intent->answer };
    /* clang-format on */
    if (!id_given(intent->command) ||
        !known_command(on, on->intent->stream, intent->command, &command))
        return ACCEPTED;
    AS_WRITTEN(on, id_equal(command.vendor, intent->vendor));
    if (command.status == COMMAND_queued)
        *happened(on, command_sent) = (struct command_sent){ .command = intent->command,
                                                             .device  = command.device };
    if (command.status == COMMAND_cancelled) cancel_again(on, intent->command, &command);
    return ACCEPTED;
}

enum refusal decide_note_deferred(struct ruling *on, const struct note_deferred *intent)
{
    ensure(intent->attempt > 0 || intent->ours);
    ensure(intent->next_at > 0 && intent->reason.size);
    ensure(id_kind(intent->delivery) == ID_delivery && intent->http_status / 100 != 2);
    *happened(on, webhook_deferred) = (struct webhook_deferred){ .delivery    = intent->delivery,
                                                                 .vendor      = intent->vendor,
                                                                 .attempt     = intent->attempt,
                                                                 .http_status = intent->http_status,
                                                                 .reason      = intent->reason,
                                                                 .next_at     = intent->next_at,
                                                                 .latency_ms  = intent->latency_ms,
                                                                 .answer      = intent->answer };
    if (!intent->ours) may_have_come(on, intent->command, intent->attempt, intent->http_status);
    return ACCEPTED;
}

enum refusal decide_note_dead(struct ruling *on, const struct note_dead *intent)
{
    ensure(id_kind(intent->delivery) == ID_delivery && intent->reason.size > 0);
    *happened(on, webhook_dead_lettered) = (struct webhook_dead_lettered){
        .delivery    = intent->delivery,
        .vendor      = intent->vendor,
        .attempt     = intent->attempt,
        .http_status = intent->http_status,
        .reason      = intent->reason,
        .latency_ms  = intent->latency_ms,
        .answer      = intent->answer
    };
    may_have_come(on, intent->command, intent->attempt, intent->http_status);
    return ACCEPTED;
}

/* What it tells and whether it waits is seen by whoever asks: the outbox is a view. */
enum refusal decide_redeliver(struct ruling *on, const struct redeliver *intent)
{
    ensure(id_kind(intent->delivery) == ID_delivery && id_kind(intent->vendor) == ID_vendor);
    *happened(on, webhook_redelivered) = (struct webhook_redelivered){ .delivery = intent->delivery,
                                                                       .vendor   = intent->vendor };
    return ACCEPTED;
}
