#include "cli/tool/arguments.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/tool/screen.h"

enum { CHOICES_MAX = 24 }; /* options of one subcommand, --help included */

enum ending misused(const char *name, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "piot %s: ", name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nSee `piot %s --help`.\n", name);
    return ENDED_MISUSED;
}

/* -- the manual ----------------------------------------------------------------------- */

/* Is `name` among the words of `list`? */
static bool is_listed(const char *list, const char *name)
{
    size_t size = strlen(name);

    for (const char *at = list; at && *at;) {
        const char *end = strchrnul(at, ' ');
        if ((size_t)(end - at) == size && memcmp(at, name, size) == 0) return true;
        at = *end ? end + 1 : end;
    }
    return false;
}

static void print_verbs(const struct manual *manual)
{
    const char *bold = screen_paint(stdout, PAINT_BOLD), *plain = screen_paint(stdout, PAINT_NONE);
    char        left[80];

    if (!*manual->verbs->name) {
        printf("%susage:%s piot %s %s%s[option]…\n", bold, plain, manual->name,
               manual->verbs->words, *manual->verbs->words ? " " : "");
        return;
    }
    printf("%susage:%s piot %s VERB [option]…\n\n%sverbs%s\n", bold, plain, manual->name, bold,
           plain);
    for (const struct verb *verb = manual->verbs; verb->name; verb++) {
        snprintf(left, sizeof left, "%s %s", verb->name, verb->words);
        printf("  %-22s %s\n", left, verb->meaning);
    }
}

static void print_choices(const struct manual *manual)
{
    char left[80];

    printf("\n%soptions%s\n", screen_paint(stdout, PAINT_BOLD), screen_paint(stdout, PAINT_NONE));
    for (const struct choice *choice = manual->choices; choice->name; choice++) {
        snprintf(left, sizeof left, "--%s %s", choice->name, choice->value ? choice->value : "");
        printf("  %-22s %s", left, choice->meaning);
        if (choice->verbs) printf(" (%s)", choice->verbs);
        putchar('\n');
    }
    printf("  %-22s %s\n", "--help", "print this");
}

static void print_manual(const struct manual *manual)
{
    printf("piot %s -- %s\n\n", manual->name, manual->meaning);
    print_verbs(manual);
    print_choices(manual);
    if (manual->about) printf("\n%s", manual->about);
    if (manual->examples)
        printf("\n%sexamples%s\n%s", screen_paint(stdout, PAINT_BOLD),
               screen_paint(stdout, PAINT_NONE), manual->examples);
}

/* -- options ---------------------------------------------------------------------------- */

static void make_long_options(const struct manual *manual, struct option options[CHOICES_MAX + 1])
{
    size_t count = 0;

    for (const struct choice *choice = manual->choices; choice->name; choice++) {
        ensure(count < CHOICES_MAX - 1 && !choice->text == !choice->value);
        options[count] = (struct option){ choice->name,
                                          choice->value ? required_argument : no_argument, NULL,
                                          (int)count + 256 };
        count++;
    }
    options[count++] = (struct option){ "help", no_argument, NULL, 'h' };
    options[count]   = (struct option){ NULL, 0, NULL, 0 };
}

static const struct choice *choice_of(const struct manual *manual, int code)
{
    return &manual->choices[code - 256];
}

/* Its value into its place: behind the others, if it may be repeated. */
static bool put_value(const struct manual *manual, const struct choice *choice, bool came)
{
    const char **place = choice->text;

    if (strstr(choice->value, "...")) {
        for (came = false; *place; place++) {}
        if (place == choice->text + CHOICE_TIMES_MAX) {
            misused(manual->name, "--%s may be given %d times", choice->name, CHOICE_TIMES_MAX);
            return false;
        }
    }
    if (came) misused(manual->name, "--%s was given twice", choice->name);
    else *place = optarg;
    return !came;
}

/* Which options came is kept to be judged once the verb is known. */
enum reading { READ_ON, READ_HELP, READ_WRONG };
static enum reading read_option(const struct manual *manual, int code, char **words,
                                bool came[CHOICES_MAX])
{
    const struct choice *choice;

    if (code == 'h') return READ_HELP;
    if (code == ':') {
        choice = choice_of(manual, optopt);
        misused(manual->name, "--%s needs a value: --%s %s", choice->name, choice->name,
                choice->value);
        return READ_WRONG;
    }
    if (code == '?') {
        if (optopt >= 256)
            misused(manual->name, "--%s takes no value", choice_of(manual, optopt)->name);
        else misused(manual->name, "there is no option %s", words[optind - 1]);
        return READ_WRONG;
    }
    choice = choice_of(manual, code);
    if (choice->text && !put_value(manual, choice, came[code - 256])) return READ_WRONG;
    if (!choice->text) *choice->given = true;
    came[code - 256] = true;
    return READ_ON;
}

static enum reading read_options(const struct manual *manual, int count, char **words,
                                 bool came[CHOICES_MAX])
{
    struct option options[CHOICES_MAX + 1];
    enum reading  reading = READ_ON;
    int           code;

    make_long_options(manual, options);
    optind = 0; /* glibc: begin again */
    while (reading == READ_ON && (code = getopt_long(count, words, ":h", options, NULL)) != -1)
        reading = read_option(manual, code, words, came);
    return reading;
}

/* -- verbs -------------------------------------------------------------------------------- */

static const struct verb *find_verb(const struct manual *manual, const char *name)
{
    for (const struct verb *verb = manual->verbs; verb->name; verb++)
        if (strcmp(verb->name, name) == 0) return verb;
    return NULL;
}

static enum ending verb_missing(const struct manual *manual, const char *name)
{
    char   list[160];
    size_t size = 0;

    for (const struct verb *verb = manual->verbs; verb->name; verb++)
        size += (size_t)snprintf(list + size, sizeof list - size, "%s%s", size ? ", " : "",
                                 verb->name);
    if (!name) return misused(manual->name, "say what to do: %s", list);
    return misused(manual->name, "there is no verb \"%s\": say %s", name, list);
}

static enum ending arguments_run_verb(const struct manual *manual, const struct verb *verb,
                                      int count, char **words, const bool came[CHOICES_MAX])
{
    bool takes = *verb->words != '\0', needs = takes && *verb->words != '[';

    for (size_t i = 0; manual->choices[i].name; i++)
        if (came[i] && manual->choices[i].verbs && !is_listed(manual->choices[i].verbs, verb->name))
            return misused(manual->name, "--%s does not go with %s, but with: %s",
                           manual->choices[i].name, verb->name, manual->choices[i].verbs);
    if (needs && !count)
        return misused(manual->name, "%s%sneeds %s", verb->name, *verb->name ? " " : "",
                       verb->words);
    if (count > takes) return misused(manual->name, "\"%s\" is one word too many", words[takes]);
    return manual->run(manual->context, verb, count ? words[0] : NULL);
}

enum ending arguments_run(const struct manual *manual, int count, char **words)
{
    bool came[CHOICES_MAX] = { false };

    switch (read_options(manual, count, words, came)) {
    /* clang-format off */
    case READ_HELP:  print_manual(manual); return ENDED_WELL;
    case READ_WRONG: return ENDED_MISUSED;
    case READ_ON:    break;
        /* clang-format on */
    }
    words += optind;
    count -= optind;
    if (!*manual->verbs->name) return arguments_run_verb(manual, manual->verbs, count, words, came);
    const struct verb *verb = count ? find_verb(manual, words[0]) : NULL;
    if (!verb) return verb_missing(manual, count ? words[0] : NULL);
    return arguments_run_verb(manual, verb, count - 1, words + 1, came);
}
