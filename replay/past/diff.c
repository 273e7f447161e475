/* diff.c -- two pictures of one subject, and what differs. */
#include "projections/projection.h"
#include "replay/fold/row.h"
#include "replay/past/past_state.h"

/* A removed device keeps its row, for old consents and commands to name. */
static bool is_gone(const struct past_state_row *row)
{
    const struct device_row *device;

    if (!row) return true;
    if (row->part != PART_device) return false;
    device = row->row;
    return device->status == DEVICE_removed;
}

static const char *change_of(const struct past_state_row *from, const struct past_state_row *to)
{
    if (is_gone(from) && !is_gone(to)) return "added";
    if (!is_gone(from) && is_gone(to)) return "removed";
    return "changed";
}

/* Nothing is written of a row that changed in nothing one may see. */
static void write_change(const struct past_state_row *from, const struct past_state_row *to,
                         struct row_view view, struct json *json)
{
    const struct past_state_row *either = to ? to : from;
    struct buffer                text   = { 0 };
    struct json                  change = json_to(&text);

    ensure(either != NULL);
    json_object(&change);
    json_put_text(&change, "kind", slice_text(part_kind(either->part)));
    json_put_id(&change, "id", either->id);
    json_put_text(&change, "change", slice_text(change_of(from, to)));
    json_name(&change, "fields");
    size_t fields = row_changes(either->type, from ? from->row : NULL, to ? to->row : NULL,
                                ROW_CHANGES, view, &change);
    json_object_end(&change);
    if (fields) json_raw(json, buffer_slice(&text));
    buffer_free(&text);
}

static int order_of(const struct past_state_row *from, const struct past_state_row *to)
{
    if (!from || !to) return from ? -1 : 1;
    if (from->part != to->part) return from->part < to->part ? -1 : 1;
    return slice_compare(id_slice(&from->id), id_slice(&to->id));
}

static void write_changes(const struct past_state *from, const struct past_state *to, bool personal,
                          struct json *json)
{
    struct row_view view = { to->position.partition, personal };

    json_name(json, "changes");
    json_array(json);
    for (size_t f = 0, t = 0; f < from->count || t < to->count;) {
        const struct past_state_row *before = f < from->count ? &from->rows[f] : NULL;
        const struct past_state_row *after  = t < to->count ? &to->rows[t] : NULL;
        int                          order  = order_of(before, after);

        write_change(order <= 0 ? before : NULL, order >= 0 ? after : NULL, view, json);
        f += order <= 0;
        t += order >= 0;
    }
    json_array_end(json);
}

static void write_diff(const struct past_state *from, const struct past_state *to,
                       struct id subject, bool personal, struct json *json)
{
    json_object(json);
    json_put_position(json, "from", from->position);
    json_put_instant(json, "fromAt", from->at_us);
    json_put_position(json, "to", to->position);
    json_put_instant(json, "toAt", to->at_us);
    json_put_id(json, "subject", subject);
    if (to->forgotten) json_put_u64(json, "forgottenReports", to->forgotten);
    write_changes(from, to, personal, json);
    json_object_end(json);
}

static struct status wrong_way_round(struct position first, struct position second)
{
    char a[POSITION_TEXT_MAX], b[POSITION_TEXT_MAX];

    position_text(first, a);
    position_text(second, b);
    return failed(STATUS_INVALID, "the first moment is %s, after the second, %s", a, b);
}

static struct status take_both(const struct past *past, struct id subject, struct moment from,
                               struct moment to, struct arena *arena,
                               struct past_state past_states[2])
{
    TRY(past_state_take(past, subject, from, arena, &past_states[0]));
    TRY(past_state_take(past, subject, to, arena, &past_states[1]));
    if (past_states[0].position.number > past_states[1].position.number)
        return wrong_way_round(past_states[0].position, past_states[1].position);
    return past_states[0].there || past_states[1].there ? OK
                                                        : past_absent(subject, &past_states[1]);
}

struct status replay_diff(const struct past *past, struct id subject, struct moment from,
                          struct moment to, struct json *json)
{
    struct arena      arena = { 0 };
    struct past_state past_states[2];
    struct status     status = take_both(past, subject, from, to, &arena, past_states);

    if (status.code == STATUS_OK)
        write_diff(&past_states[0], &past_states[1], subject, past->vault != NULL, json);
    arena_free(&arena);
    return status;
}
