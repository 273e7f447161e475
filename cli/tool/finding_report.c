#include "cli/tool/finding_report.h"

#include <stdio.h>

#include "cli/tool/screen.h"
#include "core/base/text.h"

static void finding_print(const struct finding *finding)
{
    struct buffer line = { 0 };

    screen_progress_end();
    buffer_print(&line, "%s%s%s  ", screen_paint(stdout, PAINT_BAD), finding->rule,
                 screen_paint(stdout, PAINT_NONE));
    if (finding->position)
        buffer_print(&line, "at position %llu  ", (unsigned long long)finding->position);
    screen_sanitize(&line, slice_text(finding->text));
    buffer_add_byte(&line, '\n');
    screen_put(stdout, buffer_slice(&line));
    buffer_free(&line);
}

static void finding_keep(struct finding_report *report, const struct finding *finding)
{
    struct json json = json_to(&report->items);

    if (report->items.size) buffer_add_byte(&report->items, ',');
    json_object(&json);
    if (finding->position) json_put_u64(&json, "position", finding->position);
    json_put_text(&json, "rule", slice_text(finding->rule));
    json_put_text(&json, "text", slice_text(finding->text));
    json_object_end(&json);
}

static void finding_report_found(void *context, const struct finding *finding)
{
    struct finding_report *report = context;

    if (report->findings.count > FINDINGS_SHOWN_MAX) return;
    if (report->as_json) finding_keep(report, finding);
    else finding_print(finding);
}

void finding_report_open(struct finding_report *report, bool as_json)
{
    *report = (struct finding_report){
        .findings = { .found = finding_report_found, .context = report }, .as_json = as_json
    };
}

void finding_report_add(struct finding_report *report, uint64_t position, const char *rule,
                        const char *text)
{
    struct finding finding = { .position = position, .rule = rule };

    snprintf(finding.text, sizeof finding.text, "%s", text);
    report->findings.count++;
    finding_report_found(report, &finding);
}

void finding_report_close(struct finding_report *report) { buffer_free(&report->items); }

void finding_report_put(const struct finding_report *report, struct json *json)
{
    json_put_u64(json, "findingCount", report->findings.count);
    json_name(json, "findings");
    json_array(json);
    if (report->items.size) json_raw(json, buffer_slice(&report->items));
    json_array_end(json);
}

void finding_report_write(const struct finding_report *report, const char *data,
                          const struct verification *result, struct buffer *out)
{
    struct json  json  = json_to(out);
    struct arena arena = { 0 };

    json_object(&json);
    json_put_text(&json, "data", slice_text(data));
    json_put_text(&json, "verdict", report->findings.count ? SLICE("findings") : SLICE("content"));
    json_put_u64(&json, "events", result->events);
    json_put_u64(&json, "streams", result->streams);
    json_put_u64(&json, "sealed", result->sealed);
    json_put_u64(&json, "forgotten", result->forgotten);
    if (result->bare) json_put_u64(&json, "withoutCiphertexts", result->bare);
    json_put_u64(&json, "head", result->head);
    json_put_u64(&json, "size", result->size);
    json_put_text(&json, "root", text_base64(&arena, SLICE_OF(result->root.bytes)));
    finding_report_put(report, &json);
    json_object_end(&json);
    buffer_add_byte(out, '\n');
    arena_free(&arena);
}
