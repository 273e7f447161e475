/* as_of.c -- a picture of one moment, written down. */
#include "replay/fold/row.h"
#include "replay/past/past_state.h"

static void write_row(const struct past_state_row *row, struct row_view view, struct json *json)
{
    json_object(json);
    json_put_id(json, part_key(row->part), row->id);
    row_json(row->type, row->row, view, json);
    json_object_end(json);
}

static void write_part(const struct past_state *past_state, enum part part, struct row_view view,
                       struct json *json)
{
    json_name(json, part_plural(part));
    json_array(json);
    for (size_t i = 0; i < past_state->count; i++)
        if (past_state->rows[i].part == part) write_row(&past_state->rows[i], view, json);
    json_array_end(json);
}

void past_state_write(const struct past_state *past_state, struct id subject, bool personal,
                      struct json *json)
{
    struct row_view view = { past_state->position.partition, personal };

    json_object(json);
    json_put_position(json, "position", past_state->position);
    json_put_instant(json, "at", past_state->at_us);
    if (past_state->forgotten) json_put_u64(json, "forgottenReports", past_state->forgotten);
    for (size_t i = 0; i < past_state->count; i++) {
        if (!id_equal(past_state->rows[i].id, subject)) continue;
        json_name(json, part_kind(past_state->rows[i].part));
        write_row(&past_state->rows[i], view, json);
    }
    for (enum part part = 0; part < PART_COUNT; part++)
        if (past_state_shows(part_of(subject), part)) write_part(past_state, part, view, json);
    json_object_end(json);
}

struct status replay_as_of(const struct past *past, struct id subject, struct moment at,
                           struct json *json)
{
    struct arena      arena = { 0 };
    struct past_state past_state;
    struct status     status = past_state_take(past, subject, at, &arena, &past_state);

    if (status.code == STATUS_OK && !past_state.there) status = past_absent(subject, &past_state);
    if (status.code == STATUS_OK) past_state_write(&past_state, subject, past->vault != NULL, json);
    arena_free(&arena);
    return status;
}
