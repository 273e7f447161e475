/* past.c -- folding one account's past, and who is whose. */
#include "core/base/clock.h"
#include "projections/projection.h"
#include "replay/past/past_state.h"
#include "replay/past/trail.h"

/* What a picture shows. Tokens, webhooks and timers are not part of it. */
static const struct fold *const shown[] = {
    &fold_accounts, &fold_networks, &fold_devices, &fold_consents, &fold_commands, &fold_vendors,
};

struct status past_open_nothing(struct store **nothing, const struct reader *log)
{
    struct store_options options = { .partition = reader_partition(log) };

    for (size_t i = 0; i < COUNT(shown); i++)
        for (size_t f = 0; f < shown[i]->family_count; f++)
            options.families[shown[i]->families[f]] = true;
    return store_open(nothing, &options);
}

/* -- folding --------------------------------------------------------------------------- */

static bool is_forgotten_report(const struct event *event, struct id subject)
{
    return event->forgotten && event_passes(event->type) &&
           (id_kind(subject) != ID_device || id_equal(event_field_id(event, "device"), subject));
}

/* The vendors an account deals with are known once an event of its own names them. */
static struct status fold_one(const struct past *past, struct id account, struct id subject,
                              uint64_t position, struct trail *trail, struct past_state *past_state,
                              struct batch *batch, struct arena *arena)
{
    struct event event;
    struct id    vendor;

    TRY(log_read(past->reader, past->vault, position, arena, &event));
    past_state->forgotten += is_forgotten_report(&event, subject);
    for (size_t i = 0; i < COUNT(shown); i++) shown[i]->apply(batch, arena, &event);
    if (id_equal(event.stream, account)) {
        vendor = event_field_id(&event, "vendor");
        if (id_given(vendor)) trail_add_stream(trail, vendor);
    }
    return reader_failure(batch_reader(batch));
}

struct status past_fold(const struct past *past, struct id account, struct id subject,
                        struct past_state *past_state, struct batch *batch)
{
    struct trail *trail  = trail_open(past->reader, past_state->position.number, past->events_max);
    struct arena  arena  = { 0 };
    struct status status = OK;
    uint64_t      position;

    trail_add_stream(trail, account);
    while (status.code == STATUS_OK) {
        status = trail_next(trail, &position);
        if (status.code != STATUS_OK || !position) break;
        status = fold_one(past, account, subject, position, trail, past_state, batch, &arena);
        arena_reset(&arena);
    }
    arena_free(&arena);
    trail_close(trail);
    return status;
}

/* -- whose it is ------------------------------------------------------------------------ */

static struct status never(struct id subject)
{
    char text[ID_TEXT_MAX];

    id_text(subject, text);
    return failed(STATUS_NOT_FOUND, "no %s %s has ever been here", id_kind_name(id_kind(subject)),
                  text);
}

/* The first event of an account's that names a network or device began it: ids are made
 * once and never handed on. */
static struct status first_naming(const struct past *past, struct id subject, struct arena *arena,
                                  struct id *account, uint64_t *named)
{
    struct trail *trail  = trail_open(past->reader, UINT64_MAX, past->events_max);
    struct status status = OK;
    struct event  event;

    trail_add_index(trail, subject);
    for (*named = 0; status.code == STATUS_OK;) {
        status = trail_next(trail, named);
        if (status.code != STATUS_OK || !*named) break;
        status = log_read(past->reader, NULL, *named, arena, &event);
        if (status.code == STATUS_OK && id_kind(event.stream) == ID_account) break;
        arena_reset(arena);
    }
    trail_close(trail);
    if (status.code == STATUS_OK && *named) *account = event.stream;
    return status;
}

struct status past_account_of(const struct past *past, struct id subject, struct id *account,
                              uint64_t *named)
{
    struct arena  arena = { 0 };
    struct status status;
    size_t        count;

    switch (id_kind(subject)) {
    case ID_account:
        *account = subject;
        TRY(log_stream_positions(past->reader, subject, 0, LOG_RISING, named, 1, &count));
        return count ? OK : never(subject);
    case ID_network:
    case ID_device:
        status = first_naming(past, subject, &arena, account, named);
        arena_free(&arena);
        if (status.code != STATUS_OK) return status;
        return *named ? OK : never(subject);
    default:
        return failed(STATUS_INVALID, "it has to be an account, a network or a device: acc_…, "
                                      "net_… or dev_…");
    }
}

struct status past_absent(struct id subject, const struct past_state *past_state)
{
    char id[ID_TEXT_MAX], position[POSITION_TEXT_MAX], at[INSTANT_TEXT_MAX];

    id_text(subject, id);
    position_text(past_state->position, position);
    instant_text(past_state->at_us, at);
    return failed(STATUS_NOT_FOUND, "there was no %s %s at %s, which is %s",
                  id_kind_name(id_kind(subject)), id, position, at);
}
