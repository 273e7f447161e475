/* decide_delivery.c -- what became of a webhook, recorded beside the event it carried. */
#include "core/rules/ruling.h"

enum refusal decide_note_delivered(struct ruling *on, const struct note_delivered *ask)
{
    struct command_record command;

    ensure(ask->attempt > 0 && ask->http_status / 100 == 2);
    /* clang-format off */
    *happened(on, webhook_delivered) = (struct webhook_delivered){
        .delivery    = ask->delivery,
        .vendor      = ask->vendor,
        .attempt     = ask->attempt,
        .http_status = ask->http_status };
    /* clang-format on */
    if (!id_given(ask->command) || !known_command(on, on->intent->stream, ask->command, &command))
        return ACCEPTED;
    if (command.status == COMMAND_queued)
        *happened(on, command_sent) = (struct command_sent){ .command = ask->command,
                                                             .device  = command.device };
    /* It was taken back while it was under way: now the vendor has to hear of that. */
    if (command.status == COMMAND_cancelled)
        *happened(on, command_cancelled) = (struct command_cancelled){ .command = ask->command,
                                                                       .device  = command.device,
                                                                       .vendor  = command.vendor,
                                                                       .reason  = SLICE(
                                                                            "sent-meanwhile") };
    return ACCEPTED;
}

enum refusal decide_note_deferred(struct ruling *on, const struct note_deferred *ask)
{
    ensure(ask->attempt > 0 && ask->next_at > 0 && ask->reason.size);
    *happened(on, webhook_deferred) = (struct webhook_deferred){ .delivery    = ask->delivery,
                                                                 .vendor      = ask->vendor,
                                                                 .attempt     = ask->attempt,
                                                                 .http_status = ask->http_status,
                                                                 .reason      = ask->reason,
                                                                 .next_at     = ask->next_at };
    return ACCEPTED;
}

enum refusal decide_note_dead(struct ruling *on, const struct note_dead *ask)
{
    ensure(ask->reason.size > 0);
    *happened(on, webhook_dead_lettered) = (struct webhook_dead_lettered){
        .delivery    = ask->delivery,
        .vendor      = ask->vendor,
        .attempt     = ask->attempt,
        .http_status = ask->http_status,
        .reason      = ask->reason
    };
    return ACCEPTED;
}
