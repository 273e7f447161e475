/* Does a person read who, what, where and for what, in words, whatever others wrote?
 *
 * The whole text is here, so that a change of it stops here: raise the version in its file
 * then.
 *
 * Planted bugs that this must notice, and did: overrides left in a name, and names cut one
 * character too late.
 */
#include "core/rules/notice.h"

#include "core/facts/refusal.h"
#include "core/wire/json_tree.h"
#include "tests/world/checks.h"

#define TEXTS(...)                                          \
    ((struct texts){ (const struct slice[]){ __VA_ARGS__ }, \
                     COUNT(((const struct slice[]){ __VA_ARGS__ })) })

static const char MODEL[] =
    "{\"title\":\"Lamp\",\"titles\":{\"de\":\"Lampe\"},\"properties\":{"
    "\"on\":{\"title\":\"Light\",\"titles\":{\"de-AT\":\"Licht\"},\"type\":\"boolean\"},"
    "\"level\":{\"title\":\"Brightness\",\"type\":\"integer\"},"
    "\"pin\":{\"type\":\"string\",\"writeOnly\":true},"
    "\"power\":{\"title\":\"Power drawn\",\"type\":\"number\",\"readOnly\":true}},"
    "\"actions\":{\"fade\":{\"title\":\"Fade\"}},\"events\":{\"hot\":{\"title\":\"Too hot\"}}}";

static struct arena arena;

static struct notice_facts lamp(void)
{
    static const struct slice capabilities[] = { { "on", 2 },    { "level", 5 }, { "pin", 3 },
                                                 { "power", 5 }, { "fade", 4 },  { "hot", 3 } };
    static const struct slice purposes[]     = { { "service-provision", 17 }, { "fun", 3 } };

    return (struct notice_facts){ .vendor       = SLICE("Glow"),
                                  .network      = SLICE("Home"),
                                  .title        = SLICE("Lamp"),
                                  .definition   = slice_text(MODEL),
                                  .capabilities = { capabilities, COUNT(capabilities) },
                                  .purposes     = { purposes, COUNT(purposes) } };
}

static struct notice shown_in(const char *language, struct notice_facts facts)
{
    return notice_write(slice_text(language), &facts, &arena);
}

static bool says(struct notice notice, const char *part)
{
    return memmem(notice.text.data, notice.text.size, part, strlen(part)) != NULL;
}

static void it_says_in_words_who_what_where_and_for_what(void **state)
{
    struct notice notice = shown_in("en", lamp());
    (void)state;

    assert_slice(notice.text,
                 "\u2068Glow\u2069 says your \u2068Lamp\u2069 joined \u2068Home\u2069. "
                 "You could see and switch \u2068Light\u2069. "
                 "You could see and change \u2068Brightness\u2069. "
                 "You could set \u2068pin\u2069, but not see it. "
                 "You could see \u2068Power drawn\u2069. You could have it do \u2068Fade\u2069. "
                 "You would hear of \u2068Too hot\u2069. "
                 "\u2068Glow\u2069 uses this for running the service, \u2068fun\u2069. "
                 "It goes on until you say stop, which you can do at any time.");
    assert_slice(notice.version, "2");
    assert_slice(notice.language, "en");
    assert_slice(notice.device, "Lamp");
}

static void it_is_in_the_language_of_the_person_with_the_model_s_titles_in_that(void **state)
{
    struct notice notice = shown_in("de", lamp());
    (void)state;

    assert_slice(notice.text,
                 "\u2068Glow\u2069 meldet: \u2068Lampe\u2069 ist jetzt in \u2068Home\u2069. "
                 "Sie könnten sehen und schalten: \u2068Licht\u2069. "
                 "Sie könnten sehen und ändern: \u2068Brightness\u2069. "
                 "Sie könnten einstellen, aber nicht sehen: \u2068pin\u2069. "
                 "Sie könnten sehen: \u2068Power drawn\u2069. "
                 "Sie könnten auslösen: \u2068Fade\u2069. "
                 "Sie würden erfahren von: \u2068Too hot\u2069. "
                 "\u2068Glow\u2069 nutzt das für Folgendes: der Dienst selbst, \u2068fun\u2069. "
                 "Das gilt, bis Sie es beenden, und das können Sie jederzeit.");
    assert_slice(notice.version, "2");
    assert_slice(notice.language, "de");
    assert_slice(notice.device, "Lampe");
}

static void it_is_in_english_where_there_are_no_texts(void **state)
{
    (void)state;
    assert_slice(shown_in("", lamp()).language, "en");
    assert_slice(shown_in("tlh", lamp()).language, "en");
}

static void what_is_not_known_is_left_out(void **state)
{
    struct notice_facts facts = lamp();
    struct notice       notice;
    (void)state;

    facts.network      = (struct slice){ 0 };
    facts.display_name = SLICE("Desk lamp");
    facts.definition   = (struct slice){ 0 };
    facts.capabilities = TEXTS(SLICE("on"));
    facts.purposes     = (struct texts){ 0 };
    notice             = shown_in("en", facts);
    assert_slice(notice.text, "\u2068Glow\u2069 says your \u2068Desk lamp\u2069 is at your place. "
                              "You could see and change \u2068on\u2069. "
                              "It goes on until you say stop, which you can do at any time.");
    assert_slice(notice.device, "Desk lamp");
}

static void a_name_cannot_leave_its_place(void **state)
{
    struct notice_facts facts = lamp();
    struct notice       notice;
    (void)state;

    facts.vendor       = SLICE("Gl\u202eow\u2069\u200f{device}");
    facts.display_name = SLICE("La\u2066mp");
    notice             = shown_in("en", facts);
    assert_true(slice_starts(notice.text,
                             SLICE("\u2068Glow{device}\u2069 says your \u2068Lamp\u2069 joined ")));
    assert_false(says(notice, "\u202e"));
    assert_false(says(notice, "\u2066"));
}

static void a_long_name_is_cut_and_says_so(void **state)
{
    static char         name[3 * NOTICE_NAME_MAX];
    struct notice_facts facts = lamp();
    (void)state;

    memset(name, 'n', sizeof name);
    facts.display_name = (struct slice){ name, NOTICE_NAME_MAX };
    assert_false(says(shown_in("en", facts), "…"));
    facts.display_name.size++;
    assert_true(says(shown_in("en", facts), "n…\u2069 joined"));
    assert_int_equal(shown_in("en", facts).device.size, NOTICE_NAME_MAX + 1);
}

static void every_language_is_named_where_another_is_refused(void **state)
{
    const char *sentence = refusal_shape(REFUSED_language_unknown)->sentence;
    (void)state;

    assert_slice(notice_language(SLICE("EN")), "en");
    assert_slice(notice_language(SLICE("de")), "de");
    assert_says(notice_language(SLICE("de-AT")), "");
    assert_says(notice_language(SLICE("")), "");
    for (int a = 'a'; a <= 'z'; a++)
        for (int b = 'a'; b <= 'z'; b++) {
            char tag[]        = { ' ', (char)a, (char)b, ' ', '\0' };
            char with_colon[] = { ' ', (char)a, (char)b, ':', '\0' };
            bool known        = notice_language((struct slice){ tag + 1, 2 }).size > 0;
            bool named        = strstr(sentence, tag) || strstr(sentence, with_colon);
            if (known) assert_true(named);
        }
}

static void a_part_is_called_what_its_model_calls_it_in_that_language(void **state)
{
    struct bad_field   bad;
    const struct node *model = node_parse(&arena, slice_text(MODEL), &bad);
    (void)state;

    assert_says(notice_title(model, SLICE("de"), SLICE("on"), &arena), "Licht");
    assert_says(notice_title(model, SLICE("en"), SLICE("on"), &arena), "Light");
    assert_says(notice_title(model, SLICE("en"), SLICE("fade"), &arena), "Fade");
    assert_says(notice_title(model, SLICE("en"), SLICE("pin"), &arena), "pin");
    assert_says(notice_title(NULL, SLICE("en"), SLICE("on"), &arena), "on");
}

static int let_go(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, let_go)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_says_in_words_who_what_where_and_for_what),
        TEST(it_is_in_the_language_of_the_person_with_the_model_s_titles_in_that),
        TEST(it_is_in_english_where_there_are_no_texts),
        TEST(what_is_not_known_is_left_out),
        TEST(a_name_cannot_leave_its_place),
        TEST(a_long_name_is_cut_and_says_so),
        TEST(every_language_is_named_where_another_is_refused),
        TEST(a_part_is_called_what_its_model_calls_it_in_that_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
