/* test_arguments.c -- does a command line reach its verb, or is it told what is wrong? */
#include "cli/tool/arguments.h"
#include "tests/world/checks.h"

static const char *name, *reason, *word_got;
static const char *tags[CHOICE_TIMES_MAX + 1];
static bool        as_json;
static const char *ran;

static enum ending thing_run(void *context, const struct verb *verb, const char *word)
{
    *(const char **)context = verb->name;
    word_got                = word;
    return strcmp(verb->name, "add") == 0 ? ENDED_WELL : ENDED_REFUSED;
}

static const struct verb   verbs[]   = { { "add", "[FILE]", "adds" },
                                         { "stop", "THING", "stops" },
                                         VERBS_END };
static const struct choice choices[] = { { "name", "NAME", "add", "its name", &name, NULL },
                                         { "reason", "TEXT", "stop", "why", &reason, NULL },
                                         { "tag", "WORD...", NULL, "all it has", tags, NULL },
                                         CHOICE_JSON(&as_json),
                                         CHOICES_END };
static const struct manual manual    = { .name     = "thing",
                                         .meaning  = "tries things",
                                         .about    = "About it.\n",
                                         .verbs    = verbs,
                                         .choices  = choices,
                                         .run      = thing_run,
                                         .context  = &ran,
                                         .examples = "  piot thing add\n" };

/* Runs a line; what is said goes into `said`. */
static char        said[4096];
static enum ending run(const char *line)
{
    static char copy[512];
    char       *words[48] = { NULL };
    int         count = 0, ends[2], kept_out = dup(1), kept_errors = dup(2);
    enum ending ending;

    name = reason = word_got = ran = NULL;
    as_json                        = false;
    memset(tags, 0, sizeof tags);
    snprintf(copy, sizeof copy, "%s", line);
    for (char *rest = copy, *each; (each = strsep(&rest, " ")) != NULL;) words[count++] = each;
    fflush(stdout);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    ending = arguments_run(&manual, count, words);
    fflush(stdout);
    dup2(kept_out, 1);
    dup2(kept_errors, 2);
    close(ends[1]);
    ssize_t size              = read(ends[0], said, sizeof said - 1);
    said[size > 0 ? size : 0] = '\0';
    close(ends[0]);
    close(kept_out);
    close(kept_errors);
    return ending;
}

static void what_may_be_repeated_is_kept_in_order(void **state)
{
    char line[512] = "thing add --name lamp";

    (void)state;
    assert_int_equal(run("thing add --tag red --name lamp --tag=blue"), ENDED_WELL);
    assert_string_equal(tags[0], "red");
    assert_string_equal(tags[1], "blue");
    assert_null(tags[2]);
    for (unsigned i = 0; i < CHOICE_TIMES_MAX; i++)
        strncat(line, " --tag=x", sizeof line - strlen(line) - 1);
    assert_int_equal(run(line), ENDED_WELL);
    assert_null(tags[CHOICE_TIMES_MAX]);
    strncat(line, " --tag=x", sizeof line - strlen(line) - 1);
    assert_int_equal(run(line), ENDED_MISUSED);
    assert_non_null(strstr(said, "--tag may be given 16 times"));
}

static void a_verb_gets_its_word_and_options(void **state)
{
    (void)state;
    assert_int_equal(run("thing add --name lamp file.json"), ENDED_WELL);
    assert_string_equal(ran, "add");
    assert_string_equal(name, "lamp");
    assert_string_equal(word_got, "file.json");
    assert_int_equal(run("thing --json stop it --reason=worn"), ENDED_REFUSED);
    assert_string_equal(reason, "worn");
    assert_string_equal(word_got, "it");
    assert_true(as_json);
}

static void an_optional_word_may_be_missing_and_a_needed_one_may_not(void **state)
{
    (void)state;
    assert_int_equal(run("thing add"), ENDED_WELL);
    assert_null(word_got);
    assert_int_equal(run("thing stop"), ENDED_MISUSED);
    assert_non_null(strstr(said, "stop needs THING"));
    assert_null(ran);
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *line, *sentence;
    } cases[] = {
        { "thing", "say what to do: add, stop" },
        { "thing fly", "no verb \"fly\"" },
        { "thing add --colour", "no option --colour" },
        { "thing add --name", "--name needs a value: --name NAME" },
        { "thing add --json=yes", "--json takes no value" },
        { "thing add --name a --name b", "--name was given twice" },
        { "thing add --reason x", "--reason does not go with add" },
        { "thing add one two", "\"two\" is one word too many" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(run(cases[i].line), ENDED_MISUSED);
        assert_non_null(strstr(said, cases[i].sentence));
        assert_non_null(strstr(said, "piot thing --help"));
        assert_null(ran);
    }
}

static void words_after_two_dashes_are_no_options(void **state)
{
    (void)state;
    assert_int_equal(run("thing add -- --name"), ENDED_WELL);
    assert_string_equal(word_got, "--name");
}

static void help_teaches_and_runs_nothing(void **state)
{
    static const char *const parts[] = { "tries things", "THING",     "--name NAME",
                                         "(stop)",       "About it.", "piot thing add" };

    (void)state;
    assert_int_equal(run("thing stop --help"), ENDED_WELL);
    assert_null(ran);
    for (size_t i = 0; i < COUNT(parts); i++) assert_non_null(strstr(said, parts[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verb_gets_its_word_and_options),
        cmocka_unit_test(what_may_be_repeated_is_kept_in_order),
        cmocka_unit_test(an_optional_word_may_be_missing_and_a_needed_one_may_not),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(words_after_two_dashes_are_no_options),
        cmocka_unit_test(help_teaches_and_runs_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
