#include "cli/tool/show_event.h"

#include "cli/tool/screen.h"
#include "core/base/clock.h"
#include "core/store/key.h"

#define DIM   "\033[2m"
#define BOLD  "\033[1m"
#define PLAIN "\033[0m"

enum show_form show_form(bool json)
{
    if (json) return SHOW_JSON;
    return *screen_paint(stdout, PAINT_BOLD) ? SHOW_COLOUR : SHOW_TEXT;
}

/* -- for people ---------------------------------------------------------------------------- */

static void shown_add_id(struct buffer *out, struct id id)
{
    char text[ID_TEXT_MAX];

    id_text(id, text);
    buffer_add(out, slice_text(text));
}

/* False: there is nothing in it. */
static bool shown_add_plain(struct buffer *out, const struct field *field, const void *at)
{
    char           instant[INSTANT_TEXT_MAX];
    struct slice   text = { NULL, 0 };
    const int64_t *us   = at;

    switch (field->type) {
    case FIELD_id:
        if (!id_given(*(const struct id *)at)) return false;
        shown_add_id(out, *(const struct id *)at);
        return true;
    case FIELD_instant:
        if (!*us) return false;
        instant_text(*us, instant);
        buffer_add(out, slice_text(instant));
        return true;
    case FIELD_u64:
        buffer_print(out, "%llu", (unsigned long long)*(const uint64_t *)at);
        return true;
    case FIELD_flag: buffer_add(out, *(const bool *)at ? SLICE("yes") : SLICE("no")); return true;
    case FIELD_json:
    case FIELD_text:
        text = *(const struct slice *)at;
        screen_sanitize(out, text);
        return text.size > 0;
    case FIELD_state:
        buffer_add(out, words_text(field->words, *(const unsigned *)at));
        return *(const unsigned *)at != 0;
    case FIELD_texts:
    case FIELD_values:
    case FIELD_bytes: return false;
    }
    return false;
}

static bool shown_add_list(struct buffer *out, const struct field *field, const void *at)
{
    const struct texts  *texts  = at;
    const struct values *values = at;
    size_t               count  = field->type == FIELD_texts ? texts->count : values->count;

    for (size_t i = 0; i < count; i++) {
        if (i) buffer_add(out, SLICE(", "));
        if (field->type == FIELD_texts) {
            screen_sanitize(out, texts->items[i]);
            continue;
        }
        screen_sanitize(out, values->items[i].name);
        buffer_add(out, SLICE("="));
        screen_sanitize(out, values->items[i].json);
    }
    return count > 0;
}

static void shown_add_field(struct buffer *out, const struct field *field, const char *body,
                            enum show_form form)
{
    struct buffer value = { 0 };
    bool          list  = field->type == FIELD_texts || field->type == FIELD_values;
    char          wire[FIELD_NAME_MAX];

    if (list ? shown_add_list(&value, field, body + field->offset)
             : shown_add_plain(&value, field, body + field->offset)) {
        field_wire_name(field, wire);
        buffer_print(out, "  %s%s%s ", form == SHOW_COLOUR ? DIM : "", wire,
                     form == SHOW_COLOUR ? PLAIN : "");
        buffer_add(out, buffer_slice(&value));
    }
    buffer_free(&value);
}

static void shown_add_fields(struct buffer *out, const struct event *event,
                             const struct shape *shape, bool personal, enum show_form form)
{
    const char *body = event_body(event, shape);

    for (const struct field *field = shape->fields(); field->name; field++)
        if (!field->personal || (personal && !event->forgotten))
            shown_add_field(out, field, body, form);
    if (personal && event->forgotten) buffer_add(out, SLICE("  (forgotten)"));
}

static void shown_add_text(struct buffer *out, const struct event *event, const struct shape *shape,
                           enum show_form form, bool personal)
{
    bool colour = form == SHOW_COLOUR;
    char when[INSTANT_TEXT_MAX];

    instant_text(event->recorded_at, when);
    buffer_print(out, "%s%s  %llu%s  %s", colour ? DIM : "", when,
                 (unsigned long long)event->position, colour ? PLAIN : "", colour ? BOLD : "");
    for (const char *c = shape->name; *c; c++) buffer_add_byte(out, *c == '_' ? '-' : *c);
    buffer_print(out, "%s  %s  %sby %s%s", colour ? PLAIN : "", shape->meaning, colour ? DIM : "",
                 actor_kind_name(event->actor.kind), colour ? PLAIN : "");
    buffer_add(out, SLICE("  "));
    shown_add_id(out, event->stream);
    shown_add_fields(out, event, shape, personal, form);
    buffer_add_byte(out, '\n');
}

/* -- for both ------------------------------------------------------------------------------- */

void show_event(struct event *event, uint32_t partition, enum show_form form, bool personal,
                struct buffer *out)
{
    const struct shape *shape = event_shape(event->type);
    struct event_view   view  = { .source    = SLICE("urn:piot:log"),
                                  .prefix    = SLICE("piot"),
                                  .partition = partition,
                                  .personal  = personal };
    struct json         json  = json_to(out);

    ensure(shape != NULL);
    /* Whoever can read this directory can read the secrets anyway; but what is printed
     * lands in terminals' memories and in letters to the maker. */
    event_redact(event);
    if (form != SHOW_JSON) {
        shown_add_text(out, event, shape, form, personal);
        return;
    }
    event_cloudevent(event, &view, &json);
    buffer_add_byte(out, '\n');
}
