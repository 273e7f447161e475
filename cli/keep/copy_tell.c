#include "cli/keep/copy_tell.h"

#include "cli/tool/screen.h"
#include "core/base/text.h"

static const char *verdict_of(const struct copy_story *story, const struct finding_report *report)
{
    if (report->findings.count) return "findings";
    return story->why ? "refused" : "content";
}

static void put_copy(const struct copy_story *story, struct json *json)
{
    struct arena arena = { 0 };

    json_put_u64(json, "events", story->copy.events);
    json_put_u64(json, "size", story->head.size);
    json_put_text(json, "root", text_base64(&arena, SLICE_OF(story->head.root.bytes)));
    json_put_u64(json, "ciphertexts", story->bare ? 0 : story->copy.sealed - story->copy.forgotten);
    arena_free(&arena);
}

void copy_tell(const struct copy_story *story, const struct finding_report *report)
{
    struct buffer out  = { 0 };
    struct json   json = json_to(&out);

    json_object(&json);
    json_put_text(&json, "verdict", slice_text(verdict_of(story, report)));
    json_put_text(&json, "from", slice_text(story->from));
    json_put_text(&json, "to", slice_text(story->to));
    if (story->why) json_put_text(&json, "why", slice_text(story->why));
    else put_copy(story, &json);
    if (story->job) {
        json_put_u64(&json, "filesWritten", story->job->written);
        json_put_u64(&json, "filesKept", story->job->kept);
    }
    finding_report_put(report, &json);
    json_object_end(&json);
    buffer_add_byte(&out, '\n');
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
}
