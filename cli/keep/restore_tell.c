#include "cli/keep/restore_tell.h"

#include "cli/tool/screen.h"
#include "core/base/clock.h"

static const char *verdict_name(enum restore_verdict verdict)
{
    switch (verdict) {
    /* clang-format off */
    case RESTORED:        return "restored";
    case RESTORED_SHORT:  return "restored-with-loss";
    case RESTORE_DAMAGED: return "damaged";
    case RESTORE_SHORT:   return "does-not-reach-the-anchor";
    case RESTORE_UNSURE:  return "no-anchor";
        /* clang-format on */
    }
    impossible("a verdict that is none");
}

static uint64_t restored_missing(const struct restored *restored)
{
    return restored->anchored > restored->log.head ? restored->anchored - restored->log.head : 0;
}

/* -- for people ------------------------------------------------------------------------- */

static void say_what_it_has(const struct restored *restored, struct buffer *out)
{
    char at[INSTANT_TEXT_MAX];

    instant_text(restored->last_us, at);
    buffer_print(out, "  backup %-6u   has %llu events, the last of %s\n", restored->from.number,
                 (unsigned long long)restored->log.head, at);
}

static void say_what_to_do(const struct restore_story *story, struct buffer *out)
{
    buffer_print(
        out,
        "What to do: restore a newer backup (piot backup --list --to %s), or take the\n"
        "store itself from the disk it was on, if that can be read, or from a copy of it.\n"
        "To go on with what is here would mean: what happened in the missing events is undone,\n"
        "consents that were withdrawn among them, and vendors and apps have seen it happen.\n"
        "If it is truly lost, --accept-loss goes on as a new log with a new key and name, so\n"
        "that the old key never signs a second history; see piot restore --help.\n",
        story->folder);
}

static void say_short(const struct restore_story *story, struct buffer *out)
{
    const struct restored *restored = story->restored;

    buffer_print(out,
                 "%srefused%s: it does not reach its anchor, and serving it would fork the "
                 "log.\n",
                 screen_paint(stdout, PAINT_BAD), screen_paint(stdout, PAINT_NONE));
    say_what_it_has(restored, out);
    buffer_print(out, "  the anchor      knows %llu\n", (unsigned long long)restored->anchored);
    if (restored_missing(restored))
        buffer_print(out, "  missing         %llu events, all after that time\n",
                     (unsigned long long)restored_missing(restored));
    buffer_print(out, "  %s\nNothing was restored.\n\n", restored->why);
    say_what_to_do(story, out);
}

static void say_unsure(const struct restore_story *story, struct buffer *out)
{
    buffer_print(out,
                 "%srefused%s: there is no anchor, so nobody can say whether the log went on "
                 "after this backup.\n",
                 screen_paint(stdout, PAINT_BAD), screen_paint(stdout, PAINT_NONE));
    say_what_it_has(story->restored, out);
    buffer_print(out, "Nothing was restored.\n\nIf the anchor is kept elsewhere: --anchor FILE. "
                      "Else:\n");
    say_what_to_do(story, out);
}

static void say_damaged(const struct restore_story *story, struct buffer *out)
{
    const struct restored *restored = story->restored;

    buffer_print(out,
                 "%srefused%s: backup %u is not what was written, %llu finding%s. Nothing was "
                 "restored: try another.\n",
                 screen_paint(stdout, PAINT_BAD), screen_paint(stdout, PAINT_NONE),
                 restored->from.number, (unsigned long long)story->findings,
                 story->findings == 1 ? "" : "s");
    if (restored->archived && !story->look_only && !story->archive)
        buffer_print(out,
                     "Its first %llu events are archived in %s. If it is a file there that "
                     "is lost or\naltered, --archive DIR, an empty folder, brings all of "
                     "them from the backup.\n",
                     (unsigned long long)restored->archived, restored->archive.data);
    else if (restored->archived && !story->look_only)
        buffer_print(out,
                     "Its first %llu events are archived. If another folder has them whole, "
                     "--archive names\nit, and what of them is in the backup is not "
                     "needed.\n",
                     (unsigned long long)restored->archived);
}

static void say_well(const struct restore_story *story, struct buffer *out)
{
    const struct restored *restored = story->restored;

    buffer_print(out, "%s%s%s:\n", screen_paint(stdout, PAINT_GOOD),
                 story->look_only ? "content, nothing was restored" : "restored",
                 screen_paint(stdout, PAINT_NONE));
    say_what_it_has(restored, out);
    buffer_print(out, "  %llu of them have sealed fields, %llu of these forgotten\n",
                 (unsigned long long)restored->log.sealed,
                 (unsigned long long)restored->log.forgotten);
    if (restored->anchored)
        buffer_print(out, "  %s %llu events\n",
                     restored->verdict == RESTORED_SHORT ? "the lost log    had come to"
                                                         : "the anchor      knows",
                     (unsigned long long)restored->anchored);
    else if (story->look_only)
        buffer_print(out, "  there was no anchor to hold it against: --anchor FILE\n");
    if (restored->archived && !story->look_only)
        buffer_print(out, "  %llu of them are archived in %s: set archive_folder to it\n",
                     (unsigned long long)restored->archived, restored->archive.data);
    else if (restored->archived && restored->uncopied)
        buffer_print(out, "  %llu of them are archived in %s, and in no backup: take a new one\n",
                     (unsigned long long)restored->archived, restored->archive.data);
    if (!story->look_only) buffer_print(out, "Leases are not in a backup: tell them again.\n");
    if (restored->verdict != RESTORED_SHORT) return;
    buffer_print(out, "Its verifier key is new: ");
    note_key_text(story->now, out);
    buffer_print(out, "\n%s/lost.txt says what was lost: hand both to your auditors.\n",
                 story->data);
}

static void restore_say(const struct restore_story *story, struct buffer *out)
{
    switch (story->restored->verdict) {
    /* clang-format off */
    case RESTORED:
    case RESTORED_SHORT:  say_well(story, out); break;
    case RESTORE_DAMAGED: say_damaged(story, out); break;
    case RESTORE_SHORT:   say_short(story, out); break;
    case RESTORE_UNSURE:
        /* clang-format on */
        if (story->look_only) say_well(story, out);
        else say_unsure(story, out);
        break;
    }
}

/* -- for programs ------------------------------------------------------------------------ */

static void restore_write(const struct restore_story *story, const struct finding_report *report,
                          struct buffer *out)
{
    const struct restored *restored = story->restored;
    struct json            json     = json_to(out);

    json_object(&json);
    json_put_text(&json, "verdict", slice_text(verdict_name(restored->verdict)));
    json_put_u64(&json, "backup", restored->from.number);
    json_put_u64(&json, "head", restored->log.head);
    json_may_instant(&json, "lastRecordedAt", restored->last_us);
    json_put_u64(&json, "anchored", restored->anchored);
    json_put_u64(&json, "missing", restored_missing(restored));
    json_put_u64(&json, "archived", restored->archived);
    json_may_text(&json, "archiveFolder", restored->archive);
    json_may_text(&json, "why", slice_text(restored->why));
    json_name(&json, "findings");
    json_array(&json);
    if (report->items.size) json_raw(&json, buffer_slice(&report->items));
    json_array_end(&json);
    json_object_end(&json);
    buffer_add_byte(out, '\n');
}

enum ending restore_tell(const struct restore_story *story, const struct finding_report *report,
                         bool as_json)
{
    struct buffer        out     = { 0 };
    enum restore_verdict verdict = story->restored->verdict;
    bool                 well    = verdict == RESTORED || verdict == RESTORED_SHORT ||
                (verdict == RESTORE_UNSURE && story->look_only);

    if (as_json) restore_write(story, report, &out);
    else restore_say(story, &out);
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
    return well ? ENDED_WELL : ENDED_REFUSED;
}
