#include "cli/evidence/verify_receipt.h"

#include <stdio.h>
#include <string.h>

#include "cli/evidence/receipt.h"
#include "cli/tool/directory.h"
#include "cli/tool/finding_report.h"
#include "cli/tool/input.h"
#include "cli/tool/screen.h"
#include "core/base/clock.h"
#include "core/base/text.h"

/* Every rule there is, in the order they are told, and what it means that nothing was
 * found against it. */
static const struct {
    const char *rule, *good;
} rules[] = {
    { "form", "it is a receipt, with the events of one grant" },
    { "signature", "the log's key signed this document" },
    { "checkpoint", "the log's key signed the head of the log that it leads to" },
    { "inclusion", "every event stands in that log, at its place, as it is here" },
    { "notice", "the text is the one that the person was shown" },
    { "record", "all it says of the events is what they say themselves" },
    { "page", "the page says what the receipt says" },
};

struct receipt_verdict {
    struct finding_report report;
    bool                  failed[COUNT(rules)];
};

static void verdict_note(void *context, const struct finding *finding)
{
    struct receipt_verdict *verdict = context;

    for (size_t i = 0; i < COUNT(rules); i++)
        if (strcmp(finding->rule, rules[i].rule) == 0) verdict->failed[i] = true;
    finding_report_add(&verdict->report, finding->position, finding->rule, finding->text);
}

static bool verdict_has_rule(const struct kept *kept, const char *rule)
{
    if (strcmp(rule, "form") == 0) return true;
    if (!kept->readable) return false;
    if (strcmp(rule, "page") == 0) return kept->on_page;
    return strcmp(rule, "notice") != 0 || kept->claim.asked->notice_hash.size;
}

/* -- for people ---------------------------------------------------------------------- */

static void say_texts(struct buffer *line, struct texts texts)
{
    for (size_t i = 0; i < texts.count; i++) {
        if (i) buffer_add(line, SLICE(", "));
        screen_sanitize(line, texts.items[i]);
    }
}

static void say_claim(const struct kept *kept, struct buffer *out)
{
    const struct receipt *receipt = kept->receipt;
    char                  consent[ID_TEXT_MAX], account[ID_TEXT_MAX], until[INSTANT_TEXT_MAX];
    char                  created[INSTANT_TEXT_MAX];

    id_text(kept->claim.consent, consent);
    id_text(kept->claim.account, account);
    instant_text(receipt->created_at, created);
    instant_text(kept->claim.expires_at, until);
    buffer_print(out, "%s: account %s, to ", consent, account);
    screen_sanitize(out, receipt->names.vendor);
    buffer_add(out, SLICE(": "));
    say_texts(out, kept->claim.granted->capabilities);
    if (kept->claim.expires_at) buffer_print(out, "; until %s", until);
    buffer_print(out, "; %s as of %s\n", receipt_status(kept->claim.last) + sizeof "dpv:" - 1,
                 created);
    for (size_t i = 0; i < receipt->count; i++) {
        const struct event *event = &receipt->events[i].event;
        char                at[INSTANT_TEXT_MAX];

        instant_text(event->recorded_at, at);
        buffer_print(out, "  %s  %s  at position %llu\n", at, event_shape(event->type)->name,
                     (unsigned long long)event->position);
    }
    buffer_add(out, SLICE("The signature alone vouches for the vendor's name and for what is "
                          "said of the operator"));
    buffer_add(out, kept->claim.asked->notice_hash.size
                        ? SLICE(".\n")
                        : SLICE(", and for the notice: its event is older than hashes of them.\n"));
}

static void verdict_say(const struct receipt_verdict *verdict, const struct kept *kept)
{
    struct buffer out  = { 0 };
    bool          good = !verdict->report.findings.count;

    for (size_t i = 0; i < COUNT(rules); i++)
        if (verdict_has_rule(kept, rules[i].rule) && !verdict->failed[i])
            buffer_print(&out, "%s%s%s  %s\n", screen_paint(stdout, PAINT_GOOD), rules[i].rule,
                         screen_paint(stdout, PAINT_NONE), rules[i].good);
    if (kept->readable && good) say_claim(kept, &out);
    buffer_print(&out, "%s%s%s\n", screen_paint(stdout, good ? PAINT_GOOD : PAINT_BAD),
                 good ? "content" : "not content", screen_paint(stdout, PAINT_NONE));
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
}

/* -- for programs ----------------------------------------------------------------------- */

static void verdict_write(const struct receipt_verdict *verdict, const struct kept *kept,
                          const char *path)
{
    struct buffer out  = { 0 };
    struct json   json = json_to(&out);

    json_object(&json);
    json_put_text(&json, "receipt", slice_text(path));
    json_put_text(&json, "verdict",
                  verdict->report.findings.count ? SLICE("findings") : SLICE("content"));
    if (kept->readable) {
        json_put_id(&json, "consentId", kept->claim.consent);
        json_put_id(&json, "accountId", kept->claim.account);
        json_put_text(&json, "status", slice_text(receipt_status(kept->claim.last)));
        json_put_u64(&json, "events", kept->receipt->count);
    }
    json_name(&json, "checked");
    json_array(&json);
    for (size_t i = 0; i < COUNT(rules); i++)
        if (verdict_has_rule(kept, rules[i].rule)) json_text(&json, slice_text(rules[i].rule));
    json_array_end(&json);
    finding_report_put(&verdict->report, &json);
    json_object_end(&json);
    buffer_add_byte(&out, '\n');
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
}

enum ending verify_receipt(const char *path, const char *given, bool as_json)
{
    struct receipt_verdict verdict  = { .failed = { false } };
    struct findings        findings = { .found = verdict_note, .context = &verdict };
    struct buffer          text     = { 0 };
    struct note_key        key;
    struct kept            kept;

    if (!given)
        return misused("verify", "--key KEY is missing: the log's verifier key, as the operator "
                                 "publishes it");
    struct status status = directory_key(given, &key);
    if (status.code == STATUS_OK) status = input_read(path, RECEIPT_MAX, &text);
    if (status.code != STATUS_OK) {
        screen_complain("%s", status.text);
        buffer_free(&text);
        return ENDED_UNABLE;
    }
    finding_report_open(&verdict.report, as_json);
    kept_check(&kept, buffer_slice(&text), &key, &findings);
    if (as_json) verdict_write(&verdict, &kept, path);
    else verdict_say(&verdict, &kept);
    enum ending ending = findings.count ? ENDED_REFUSED : ENDED_WELL;
    kept_close(&kept);
    finding_report_close(&verdict.report);
    buffer_free(&text);
    return ending;
}
