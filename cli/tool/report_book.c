#include "cli/tool/report_book.h"

#include <stdio.h>

#include "cli/tool/screen.h"
#include "core/base/text.h"

static void print(const struct finding *finding)
{
    struct buffer line = { 0 };

    screen_progress_end();
    buffer_print(&line, "%s%s%s  ", screen_paint(stdout, PAINT_BAD), finding->rule,
                 screen_paint(stdout, PAINT_NONE));
    if (finding->position)
        buffer_print(&line, "at position %llu  ", (unsigned long long)finding->position);
    screen_tame(&line, slice_text(finding->text));
    buffer_add_byte(&line, '\n');
    screen_put(stdout, buffer_slice(&line));
    buffer_free(&line);
}

static void keep(struct report_book *book, const struct finding *finding)
{
    struct json json = json_to(&book->items);

    if (book->items.size) buffer_add_byte(&book->items, ',');
    json_object(&json);
    if (finding->position) json_put_u64(&json, "position", finding->position);
    json_put_text(&json, "rule", slice_text(finding->rule));
    json_put_text(&json, "text", slice_text(finding->text));
    json_object_end(&json);
}

static void found(void *context, const struct finding *finding)
{
    struct report_book *book = context;

    if (book->findings.count > FINDINGS_SHOWN_MAX) return;
    if (book->as_json) keep(book, finding);
    else print(finding);
}

void report_book_open(struct report_book *book, bool as_json)
{
    *book = (struct report_book){ .findings = { .found = found, .context = book },
                                  .as_json  = as_json };
}

void report_book_add(struct report_book *book, uint64_t position, const char *rule,
                     const char *text)
{
    struct finding finding = { .position = position, .rule = rule };

    snprintf(finding.text, sizeof finding.text, "%s", text);
    book->findings.count++;
    found(book, &finding);
}

void report_book_close(struct report_book *book) { buffer_free(&book->items); }

void report_book_put(const struct report_book *book, struct json *json)
{
    json_put_u64(json, "findingCount", book->findings.count);
    json_name(json, "findings");
    json_array(json);
    if (book->items.size) json_raw(json, buffer_slice(&book->items));
    json_array_end(json);
}

void report_book_write(const struct report_book *book, const char *data,
                       const struct verification *result, struct buffer *out)
{
    struct json  json  = json_to(out);
    struct arena arena = { 0 };

    json_object(&json);
    json_put_text(&json, "data", slice_text(data));
    json_put_text(&json, "verdict", book->findings.count ? SLICE("findings") : SLICE("content"));
    json_put_u64(&json, "events", result->events);
    json_put_u64(&json, "streams", result->streams);
    json_put_u64(&json, "sealed", result->sealed);
    json_put_u64(&json, "forgotten", result->forgotten);
    if (result->bare) json_put_u64(&json, "withoutCiphertexts", result->bare);
    json_put_u64(&json, "head", result->head);
    json_put_u64(&json, "size", result->size);
    json_put_text(&json, "root", text_base64(&arena, SLICE_OF(result->root.bytes)));
    report_book_put(book, &json);
    json_object_end(&json);
    buffer_add_byte(out, '\n');
    arena_free(&arena);
}
