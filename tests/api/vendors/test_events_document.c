/* Is docs/vendor-events.md what the tables say a vendor sends and is told, and are the examples
 * of what it sends taken?
 *
 * PIOT_DOCS_WRITE=1 writes it anew.
 *
 * Planted bugs that it caught: an example with a text for a flag, a member that became optional
 * without writing the page anew, and two facts told alike with different members.
 */
#include "api/service/describe.h"
#include "api/vendors/vendor_event.h"
#include "core/facts/webhook.h"
#include "tests/world/document.h"

#define ABOUT                                                                                    \
    "# Every event between a vendor and piot\n\n"                                                \
    "Made of the tables of the service; a test holds it against them. [vendors.md](vendors.md) " \
    "says what to do\nwith them. What `type` begins with, `piot`, is a setting of the "          \
    "operator's.\n\n"                                                                            \
    "An *instant* is RFC 3339: yours in any form of it, ours in UTC with milliseconds. A "       \
    "*reference* is a name\nthat you alone see for somebody's account or network: it tells you " \
    "which of your devices belong\ntogether, and nobody else can match it.\n"

static struct buffer page;

/* -- tables and examples ----------------------------------------------------------------- */

static void put_heading(const char *level, const char *title, const char *meaning)
{
    buffer_print(&page, "\n%s %s\n\n%s\n", level, title, meaning);
}

static void put_columns(const char *of)
{
    buffer_print(&page, "\n| %s | type | there | |\n|---|---|---|---|\n", of);
}

static void put_row(const char *name, const char *type, const char *there, struct slice meaning)
{
    buffer_print(&page, "| `%s` | %s | %s | %.*s |\n", name, type, there, (int)meaning.size,
                 meaning.data);
}

static void put_line(unsigned depth) { buffer_print(&page, "\n%*s", 2 * (int)depth, ""); }

/* A line for each member down to that depth, and blanks as people write them. */
static void put_example(struct slice json, unsigned deep)
{
    unsigned depth  = 0;
    bool     quoted = false;

    buffer_add(&page, SLICE("\n```json\n"));
    for (size_t i = 0; i < json.size; i++) {
        char c = json.data[i];
        if (c == '"' && json.data[i - 1] != '\\') quoted = !quoted;
        if (c == ' ' && !quoted) continue;
        depth -= !quoted && (c == '}' || c == ']');
        if (!quoted && c == '}' && depth < deep && json.data[i - 1] != '{') put_line(depth);
        buffer_add_byte(&page, c);
        if (quoted) continue;
        depth += c == '{' || c == '[';
        if (depth <= deep && ((c == '{' && json.data[i + 1] != '}') || c == ',')) put_line(depth);
        else if (c == ',' || c == ':') buffer_add_byte(&page, ' ');
    }
    buffer_add(&page, SLICE("\n```\n"));
}

static const struct {
    const char *type, *said;
} types[] = {
    { "any", "any JSON" },  { "moment", "instant" }, { "flag", "true or false" },
    { "whole", "number" },  { "[text]", "texts" },   { "{any}", "object, by name" },
    { "report", "object" },
};

static void say_type(const char *type, size_t max, char said[64])
{
    const char *word = type;

    if (!strncmp(type, "text=", 5) || !strncmp(type, "one:", 4)) word = "text";
    else if (!strncmp(type, "id:", 3)) word = "id";
    else if (*type >= 'A' && *type <= 'Z') word = "object";
    for (size_t i = 0; i < COUNT(types); i++)
        if (!strcmp(types[i].type, type)) word = types[i].said;
    snprintf(said, 64, max && !strcmp(word, "text") ? "%s, at most %zu" : "%s", word, max);
}

/* With what is inside of it. */
static void put_members(const struct wire_shape *shape, const char *inside)
{
    static const char *const there[] = { "always", "may be", "may be", "always" };

    for (size_t i = 0; i < shape->count; i++) {
        const struct member     *member = &shape->members[i];
        const struct wire_shape *within = wire_shape(slice_text(member->type));
        char                     name[96], type[64];
        snprintf(name, sizeof name, "%s%s", inside, member->name);
        say_type(member->type, 0, type);
        put_row(name, type, there[member->need], slice_text(member->meaning));
        if (!within) continue;
        snprintf(name, sizeof name, "%s%s.", inside, member->name);
        put_members(within, name);
    }
}

static void put_envelope(const char *name, struct slice data)
{
    const struct wire_shape *shape = wire_shape(slice_text(name));
    struct buffer            text  = { 0 };
    struct json              json  = json_to(&text);

    put_columns("attribute");
    put_members(shape, "");
    json_object(&json);
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->members[i].need == NEED_or) continue;
        json_name(&json, shape->members[i].name);
        if (!strcmp(shape->members[i].name, "data")) json_raw(&json, data);
        else example_put(&json, slice_text(shape->members[i].type));
    }
    json_object_end(&json);
    put_example(buffer_slice(&text), 2);
    buffer_free(&text);
}

/* -- what a vendor sends ----------------------------------------------------------------- */

static void put_fields(const struct shape *shape)
{
    for (const struct field *f = shape->fields(); f->name; f++) {
        char name[FIELD_NAME_MAX], type[64];
        if (f->source == FROM_US) continue;
        field_wire_name(f, name);
        say_type(wire_field_type(f), f->type == FIELD_text ? field_max(f) : 0, type);
        put_row(name, type, f->source == FROM_BODY ? "always" : "may be", slice_text(f->meaning));
    }
}

static void put_reports(void)
{
    size_t                    count;
    const struct wire_report *reports = wire_reports(&count);

    put_heading("##", "What you send",
                "CloudEvents 1.0 in structured mode, one or a list of up to 500, to "
                "`POST /vendor/v1/{vendorId}/events`.");
    put_envelope("VendorEvent", slice_text(reports[0].example));
    for (size_t i = 0; i < count; i++) {
        char title[64];
        snprintf(title, sizeof title, "piot.v1.%s", reports[i].type);
        put_heading("###", title, intent_shape(reports[i].intent)->meaning);
        put_columns("data");
        put_fields(intent_shape(reports[i].intent));
        put_members(&reports[i].more, "");
        put_example(slice_text(reports[i].example), 1);
    }
}

/* -- what a vendor is told ---------------------------------------------------------------- */

struct told {
    const char *name, *value, *type, *there;
};
struct kind {
    const char        *kind, *tried, *order, *answer;
    enum event_type    event;
    const struct told *data;
};

#define ROW(name, value, type, there) { name, #value, type, there },
#define ID(name, value)               ROW(name, value, "id", "always")
#define TEXT(name, value)             ROW(name, value, "text", "always")
#define INSTANT(name, value)          ROW(name, value, "instant", "always")
#define NUMBER(name, value)           ROW(name, value, "number", "always")
#define TEXTS(name, value)            ROW(name, value, "texts", "always")
#define MAY_TEXT(name, value)         ROW(name, value, "text", "may be")
#define MAY_TEXTS(name, value)        ROW(name, value, "texts", "may be")
#define MAY_JSON(name, value)         ROW(name, value, "any JSON", "may be")
#define MAY_INSTANT(name, value)      ROW(name, value, "instant", "may be")
#define NEEDS_TEXT(name, value)       ROW(name, value, "text", "always")
#define REFERENCE(name, value)        ROW(name, value, "reference", "always")
#define ATTEMPT(name)                 { name, "", "number", "always" },
#define NO_DATA
#define NOTHING ""
#define ACKNOWLEDGES(...)                                                           \
    " Your answer may say `{\"status\": \"acknowledged\"}`, which is as good as a " \
    "`withdrawal-acknowledged`."
#define CONCLUDES(...)  " Your answer may be the data of its `command-outcome` without `commandId`."
#define FOR_GOOD_SAID   "Never given up."
#define FOR_A_TIME_SAID "Given up after `webhook_tried_for`."
#define TAKES_BACK(name, when, meaning)
#define PROGRESS(name, meaning)
#define WEBHOOK(name, kind, owed, tried, vendor, order, subject, answer, data) \
    static const struct told name##_data[] = { data{ NULL, NULL, NULL, NULL } };
#include "core/facts/webhooks.def"
#undef WEBHOOK
#define WEBHOOK(name, kind, owed, tried, vendor, order, subject, answer, data) \
    { kind, tried##_SAID, #order, answer, EVENT_##name, name##_data },
static const struct kind kinds[] = {
#include "core/facts/webhooks.def"
};
#undef WEBHOOK

/* What the example has, of a kind's own or of all. */
static const struct {
    const char *kind, *name, *type;
} samples[] = {
    { NULL, "grantId", "id:con" },
    { NULL, "detectionId", "id:det" },
    { NULL, "commandId", "id:cmd" },
    { NULL, "vendorDeviceId", "text=lamp-4711" },
    { NULL, "networkRef", "text=01h455vb4pex5vsknk084sn02q" },
    { NULL, "accountRef", "text=3hx6dbf0ppmvh9w2ar8tr1q7zd" },
    { NULL, "thingModel", "text=lamp:1.0.0" },
    { NULL, "capabilities", "[text=on]" },
    { NULL, "purposes", "[text=service-provision]" },
    { NULL, "expiresAt", "instant" },
    { NULL, "expiredAt", "instant" },
    { NULL, "acknowledgeBy", "instant" },
    { NULL, "validUntil", "instant" },
    { NULL, "operation", "text=writeProperty" },
    { NULL, "name", "text=on" },
    { NULL, "input", "any" },
    { NULL, "attempt", "whole" },
    { NULL, "fromSequence", "text=00000000000000000009" },
    { NULL, "toSequence", "text=00000000000000000010" },
    { NULL, "state", "text=failing" },
    { NULL, "since", "instant" },
    { NULL, "failures", "whole" },
    { NULL, "thresholdPercent", "whole" },
    { "grant-refused", "reason", "text=deny" },
    { "grant-withdrawn", "reason", "text=withdrawn" },
    { "vendor-suspended", "reason", "text=late bills" },
    { "vendor-resumed", "reason", "text=paid" },
};

static const char *sample_of(const struct kind *kind, const char *name)
{
    for (size_t i = 0; i < COUNT(samples); i++)
        if (!strcmp(samples[i].name, name) &&
            (!samples[i].kind || !strcmp(samples[i].kind, kind->kind)))
            return samples[i].type;
    fail_msg("%s of %s lacks its sample", name, kind->kind);
    return NULL;
}

/* As the event's own field is described ("it->consent"), without what is about logs. */
static struct slice meaning_of(const struct kind *kind, const struct told *told)
{
    static const char *const asides[] = { "; none in old logs", "; likewise" };

    if (!strcmp(told->value, "")) return SLICE("which try this is, from 1");
    if (!strcmp(told->value, "event->stream")) return SLICE("whose it is");
    if (!strcmp(told->value, "it->vendor_device_id")) return SLICE("your name for the device");
    for (const struct field *f = event_shape(kind->event)->fields(); f->name; f++) {
        if (strcmp(f->name, told->value + strlen("it->")) != 0) continue;
        struct slice meaning = slice_text(f->meaning);
        for (size_t i = 0; i < COUNT(asides); i++) {
            const char *aside = strstr(f->meaning, asides[i]);
            if (aside) meaning.size = (size_t)(aside - f->meaning);
        }
        return meaning;
    }
    fail_msg("%s is no field", told->value);
    return (struct slice){ 0 };
}

static void write_sample(const struct kind *kind, struct buffer *text)
{
    struct json json = json_to(text);

    json_object(&json);
    for (const struct told *told = kind->data; told->name; told++) {
        json_name(&json, told->name);
        example_put(&json, slice_text(sample_of(kind, told->name)));
    }
    json_object_end(&json);
}

static void put_data(const struct kind *kind)
{
    struct buffer text = { 0 };

    if (kind->data->name) put_columns("data");
    for (const struct told *told = kind->data; told->name; told++)
        put_row(told->name, told->type, told->there, meaning_of(kind, told));
    write_sample(kind, &text);
    put_example(buffer_slice(&text), 1);
    buffer_free(&text);
}

static const char *order_of(const struct kind *kind)
{
    return !strcmp(kind->order, "NO_ID") ? "Comes in no order."
           : !strcmp(kind->order, "event->stream")
               ? "Comes after earlier ones about you."
               : "Comes after earlier ones about the same device.";
}

/* Several facts may be told alike; the first of them stands for all. */
static void put_kinds(void)
{
    struct buffer first = { 0 };

    write_sample(&kinds[0], &first);
    put_heading("##", "What you are told",
                "One CloudEvent a request to your endpoint, or in pages of your outbox.");
    put_envelope("WebhookEvent", buffer_slice(&first));
    buffer_free(&first);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        char title[64];
        snprintf(title, sizeof title, "piot.v1.%s", kinds[i].kind);
        if (i && !strcmp(kinds[i].kind, kinds[i - 1].kind)) continue;
        put_heading("###", title, event_shape(kinds[i].event)->meaning);
        for (size_t j = i + 1; j < COUNT(kinds) && !strcmp(kinds[j].kind, kinds[i].kind); j++)
            buffer_print(&page, "Or: %s\n", event_shape(kinds[j].event)->meaning);
        buffer_print(&page, "%s %s%s\n", kinds[i].tried, order_of(&kinds[i]), kinds[i].answer);
        put_data(&kinds[i]);
    }
}

/* -- the tests ------------------------------------------------------------------------------ */

static void the_page_is_the_one_the_tables_make(void **state)
{
    (void)state;
    buffer_add(&page, SLICE(ABOUT));
    put_reports();
    put_kinds();
    assert_document("docs/vendor-events.md", buffer_slice(&page));
    buffer_free(&page);
}

static void what_facts_are_told_alike_have_the_same_data(void **state)
{
    (void)state;
    for (size_t i = 1; i < COUNT(kinds); i++) {
        if (strcmp(kinds[i].kind, kinds[i - 1].kind) != 0) continue;
        const struct told *a = kinds[i].data, *b = kinds[i - 1].data;
        for (; a->name && b->name; a++, b++) {
            assert_string_equal(a->name, b->name);
            assert_string_equal(a->there, b->there);
        }
        assert_ptr_equal(a->name, b->name); /* both end */
    }
}

#define REPORTED                                                                      \
    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\",\"type\":\"piot.v1.%s\"," \
    "\"data\":%s}"

static void each_example_of_a_report_is_taken(void **state)
{
    size_t                    count;
    const struct wire_report *reports = wire_reports(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct arena arena = { 0 };
        struct slice text  = arena_print(&arena, REPORTED, reports[i].type, reports[i].example);
        struct vendor_event incoming;
        struct bad_field    bad;
        const struct node  *node = node_parse(&arena, text, &bad);
        assert_non_null(node);
        vendor_event_read(node, SLICE("piot"), &arena, &incoming);
        if (incoming.wrong)
            fail_msg("%s: %s %s", reports[i].type, incoming.bad.name, incoming.bad.why);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_is_the_one_the_tables_make),
        cmocka_unit_test(what_facts_are_told_alike_have_the_same_data),
        cmocka_unit_test(each_example_of_a_report_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
