/* receipt_page.c -- a receipt for people: one page that needs nothing else, can be kept
 * and printed, runs nothing, and holds the document, so that the page is a receipt, too. */
#include "core/base/clock.h"
#include "replay/receipt/receipt.h"

#include <string.h>

static const char DATA_BEGINS[] = "<script type=\"application/json\" id=\"receipt\">";
static const char DATA_ENDS[]   = "</script>";

static const char STYLE[] =
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}"
    "blockquote{margin:0;padding:.5rem 1rem;border-left:.25rem solid #667;background:#f4f5f7}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;"
    "padding:.3rem 1rem .3rem 0;border-bottom:1px solid #ccd}code{font-size:.85em;"
    "overflow-wrap:anywhere}.status{font-weight:600}@media print{body{margin:0}}";

struct page {
    const struct receipt *receipt;
    struct receipt_claim  claim;
    struct buffer        *out;
};

/* -- words --------------------------------------------------------------------------- */

static void raw(struct page *page, const char *html) { buffer_add(page->out, slice_text(html)); }

static void text(struct page *page, struct slice words)
{
    for (size_t i = 0; i < words.size; i++) switch (words.data[i]) {
        /* clang-format off */
        case '&':  raw(page, "&amp;"); break;
        case '<':  raw(page, "&lt;"); break;
        case '>':  raw(page, "&gt;"); break;
        case '"':  raw(page, "&quot;"); break;
        case '\'': raw(page, "&#39;"); break;
        default:   buffer_add_byte(page->out, words.data[i]);
            /* clang-format on */
        }
}

/* A name of somebody's making, which turns nothing around it. */
static void name(struct page *page, struct slice words)
{
    raw(page, "<bdi>");
    text(page, words);
    raw(page, "</bdi>");
}

static void id(struct page *page, struct id it)
{
    char words[ID_TEXT_MAX];

    id_text(it, words);
    raw(page, "<code>");
    text(page, slice_text(words));
    raw(page, "</code>");
}

static void instant(struct page *page, int64_t at_us)
{
    char words[INSTANT_TEXT_MAX];

    instant_text(at_us, words);
    raw(page, "<time datetime=\"");
    text(page, slice_text(words));
    raw(page, "\">");
    text(page, (struct slice){ words, sizeof "2026-11-22" - 1 });
    raw(page, ", ");
    text(page, (struct slice){ words + sizeof "2026-11-22", sizeof "16:03:07" - 1 });
    raw(page, " UTC</time>");
}

static void list(struct page *page, struct texts items)
{
    for (size_t i = 0; i < items.count; i++) {
        if (i) raw(page, ", ");
        name(page, items.items[i]);
    }
    if (!items.count) raw(page, "nothing was named");
}

static void vendor(struct page *page)
{
    if (page->receipt->names.vendor.size) name(page, page->receipt->names.vendor);
    else id(page, page->claim.granted->vendor);
}

static const char *title_of(enum event_type type)
{
    switch (type) {
    /* clang-format off */
    case EVENT_consent_requested:       return "You were asked";
    case EVENT_consent_granted:         return "You said yes";
    case EVENT_consent_changed:         return "You allowed less";
    case EVENT_consent_renewed:         return "You renewed it";
    case EVENT_consent_expired:         return "It expired";
    case EVENT_consent_withdrawn:       return "You took it back";
    case EVENT_consent_revoked:         return "It was ended";
    case EVENT_withdrawal_acknowledged: return "The vendor confirmed the end";
    default:                            impossible("an event no receipt has");
        /* clang-format on */
    }
}

/* -- parts --------------------------------------------------------------------------- */

static void put_status(struct page *page)
{
    bool live = page->claim.last == EVENT_consent_granted ||
                page->claim.last == EVENT_consent_changed ||
                page->claim.last == EVENT_consent_renewed;

    raw(page, "<p class=\"status\">As of ");
    instant(page, page->receipt->created_at);
    raw(page, live                                        ? " this permission is in force"
              : page->claim.last == EVENT_consent_expired ? " this permission has expired"
                                                          : " this permission has ended");
    if (live && page->claim.expires_at) {
        raw(page, ", until ");
        instant(page, page->claim.expires_at);
    } else if (live) raw(page, ", until you take it back");
    if (page->claim.ended_at) {
        raw(page, ": ");
        instant(page, page->claim.ended_at);
    }
    raw(page, ".</p>\n");
}

static void put_what(struct page *page)
{
    raw(page, "<h2>Who may do what</h2>\n<table>\n<tr><th>Who</th><td>");
    vendor(page);
    raw(page, "</td></tr>\n<tr><th>May read and control</th><td>");
    list(page, page->claim.capabilities);
    raw(page, "</td></tr>\n<tr><th>What for</th><td>");
    list(page, page->claim.granted->purposes);
    raw(page, "</td></tr>\n<tr><th>Device</th><td>");
    id(page, page->claim.granted->device);
    raw(page, "</td></tr>\n<tr><th>Given by account</th><td>");
    id(page, page->claim.account);
    raw(page, "</td></tr>\n<tr><th>Consent</th><td>");
    id(page, page->claim.consent);
    raw(page, "</td></tr>\n</table>\n<h2>What you were shown</h2>\n<blockquote>");
    name(page, page->receipt->notice_text);
    raw(page, "</blockquote>\n");
}

static void put_history(struct page *page)
{
    raw(page, "<h2>What happened</h2>\n<table>\n");
    for (size_t i = 0; i < page->receipt->count; i++) {
        const struct event *event = &page->receipt->events[i].event;

        raw(page, "<tr><th>");
        raw(page, title_of(event->type));
        raw(page, "</th><td>");
        instant(page, event->recorded_at);
        buffer_print(page->out, "</td><td>event %llu of the log</td></tr>\n",
                     (unsigned long long)event->position);
    }
    raw(page, "</table>\n");
}

static void put_operator(struct page *page)
{
    const struct receipt_names *names = &page->receipt->names;

    if (names->operator_name.size || names->operator_contact.size) {
        raw(page, "<p>The service is offered by ");
        text(page, names->operator_name.size ? names->operator_name : names->service);
        if (names->operator_contact.size) raw(page, ", ");
        text(page, names->operator_contact);
        raw(page, ".</p>\n");
    }
    if (names->privacy_notice.size) {
        raw(page, "<p>Its privacy notice: ");
        text(page, names->privacy_notice);
        raw(page, "</p>\n");
    }
}

static void put_advice(struct page *page)
{
    raw(page, "<h2>How to take it back</h2>\n<p>In any app that is signed in to your account: "
              "withdraw this consent, or remove the device. It takes effect at once, and ");
    vendor(page);
    raw(page, " has to confirm it. A receipt fetched after that shows it.</p>\n");
    put_operator(page);
    raw(page, "<h2>How to check this page</h2>\n<p>Keep this file as it is. With the key of the "
              "log <code>");
    text(page, page->receipt->names.service);
    raw(page, "</code>, which the operator publishes, anybody can check it, even when the service "
              "is gone:</p>\n<p><code>piot verify --receipt FILE --key KEY</code></p>\n"
              "<p>It holds the events above as they stand in the operator's log, the proofs that "
              "they do, and a signature. It also tells which account it is of: show it to "
              "nobody who need not know.</p>\n");
}

/* "<" stands only within texts, where it may be written so as to end no element. */
static void put_data(struct page *page, struct slice document)
{
    raw(page, DATA_BEGINS);
    for (size_t i = 0; i < document.size; i++)
        if (document.data[i] == '<') raw(page, "\\u003c");
        else buffer_add_byte(page->out, document.data[i]);
    raw(page, DATA_ENDS);
}

void receipt_page(const struct receipt *receipt, struct slice document, struct buffer *html)
{
    struct page   page   = { .receipt = receipt, .out = html };
    struct status status = receipt_claim(receipt, &page.claim);

    ensure(status.code == STATUS_OK);
    raw(&page, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
               "style-src 'unsafe-inline'\">\n<meta name=\"viewport\" "
               "content=\"width=device-width\">\n<title>Receipt for a permission</title>\n"
               "<style>");
    raw(&page, STYLE);
    raw(&page, "</style>\n</head>\n<body>\n<h1>Receipt: what you allowed ");
    vendor(&page);
    raw(&page, "</h1>\n");
    put_status(&page);
    put_what(&page);
    put_history(&page);
    put_advice(&page);
    put_data(&page, document);
    raw(&page, "\n</body>\n</html>\n");
}

bool receipt_in_page(struct slice page, struct slice *document)
{
    const char *begins = memmem(page.data, page.size, DATA_BEGINS, sizeof DATA_BEGINS - 1);

    if (!begins) return false;
    begins += sizeof DATA_BEGINS - 1;
    size_t      left = page.size - (size_t)(begins - page.data);
    const char *ends = memmem(begins, left, DATA_ENDS, sizeof DATA_ENDS - 1);
    if (!ends) return false;
    *document = (struct slice){ begins, (size_t)(ends - begins) };
    return true;
}
