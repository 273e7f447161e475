/* events.c -- piot events: the reference, straight from the tables. */
#include <stdio.h>
#include <string.h>

#include "cli/tool/reference.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"

struct events_options {
    const char *kind;
    bool        json;
};

static const struct {
    const char *name;
    void (*write)(const char *part, enum reference_form form, struct buffer *out);
} kinds[] = {
    { "events", reference_events },
    { "intents", reference_intents },
    { "refusals", reference_refusals },
};

static size_t find_kind(const char *name)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0) return i;
    return COUNT(kinds);
}

static enum reference_form form_wanted(const struct events_options *options)
{
    if (options->json) return REFERENCE_JSON;
    if (!screen_is_terminal(stdout)) return REFERENCE_LINES;
    return *screen_paint(stdout, PAINT_BOLD) ? REFERENCE_COLOUR : REFERENCE_TEXT;
}

/* The word is a kind, or else a part of a name. */
static enum ending events_show(void *context, const struct verb *verb, const char *word)
{
    const struct events_options *options = context;
    size_t                       chosen  = options->kind ? find_kind(options->kind) : COUNT(kinds);
    struct buffer                out     = { 0 };

    (void)verb;
    if (options->kind && chosen == COUNT(kinds))
        return misused("events", "--kind has to be events, intents or refusals");
    if (!options->kind && word && find_kind(word) < COUNT(kinds)) {
        chosen = find_kind(word);
        word   = NULL;
    }
    if (chosen == COUNT(kinds)) chosen = 0;
    kinds[chosen].write(word ? word : "", form_wanted(options), &out);
    if (!out.size || (options->json && out.size <= 3))
        screen_complain("no name among the %s has \"%s\" in it", kinds[chosen].name, word);
    bool found = out.size > 3;
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
    return found ? ENDED_WELL : ENDED_REFUSED;
}

enum ending piot_events(int count, char **words)
{
    static const struct verb verbs[] = { { "", "[KIND|WORD]", "" }, VERBS_END };
    struct events_options    options = { .kind = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        { "kind", "KIND", NULL, "events (the default), intents or refusals", &options.kind, NULL },
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "events",
        .meaning = "the reference of events, intents and refusals",
        .verbs   = verbs,
        .choices = choices,
        .run     = events_show,
        .context = &options,
        .about   = "An event is a fact that happened; an intent is what a caller asks for and may\n"
                   "be refused; a refusal is the rules' no. WORD shows those with it in their\n"
                   "name. Personal fields (*) are sealed apart from the log, under the key of\n"
                   "the person they tell of, and go when that key goes; passing ones (~) "
                   "go before,\n"
                   "too, when they are older than the setting reports_kept. In a pipe every field\n"
                   "is a line of its own, with tabs between: name, stream, field, type, "
                   "whether it\n"
                   "is public, personal or passing, or whence it comes, meaning.\n",
        .examples = "  piot events consent\n"
                    "  piot events refusals\n"
                    "  piot events --kind intents decide\n"
                    "  piot events | awk -F'\\t' '$5 ~ /personal|passing/'\n",
    };

    return arguments_run(&manual, count, words);
}
