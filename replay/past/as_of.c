/* as_of.c -- a picture of one moment, written down. */
#include "replay/fold/row.h"
#include "replay/past/picture.h"

static void write_row(const struct picture_row *row, struct row_view view, struct json *json)
{
    json_object(json);
    json_put_id(json, part_key(row->part), row->id);
    row_json(row->type, row->row, view, json);
    json_object_end(json);
}

static void write_part(const struct picture *picture, enum part part, struct row_view view,
                       struct json *json)
{
    json_name(json, part_plural(part));
    json_array(json);
    for (size_t i = 0; i < picture->count; i++)
        if (picture->rows[i].part == part) write_row(&picture->rows[i], view, json);
    json_array_end(json);
}

void picture_write(const struct picture *picture, struct id subject, bool personal,
                   struct json *json)
{
    struct row_view view = { picture->position.partition, personal };

    json_object(json);
    json_put_position(json, "position", picture->position);
    json_put_instant(json, "at", picture->at_us);
    if (picture->forgotten) json_put_u64(json, "forgottenReports", picture->forgotten);
    for (size_t i = 0; i < picture->count; i++) {
        if (!id_equal(picture->rows[i].id, subject)) continue;
        json_name(json, part_kind(picture->rows[i].part));
        write_row(&picture->rows[i], view, json);
    }
    for (enum part part = 0; part < PART_COUNT; part++)
        if (picture_shows(part_of(subject), part)) write_part(picture, part, view, json);
    json_object_end(json);
}

struct status replay_as_of(const struct past *past, struct id subject, struct moment at,
                           struct json *json)
{
    struct arena   arena = { 0 };
    struct picture picture;
    struct status  status = picture_take(past, subject, at, &arena, &picture);

    if (status.code == STATUS_OK && !picture.there) status = past_absent(subject, &picture);
    if (status.code == STATUS_OK) picture_write(&picture, subject, past->vault != NULL, json);
    arena_free(&arena);
    return status;
}
