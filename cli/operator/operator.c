#include "cli/operator/operator.h"

#include <string.h>

#include "core/base/text.h"

#define ROOT "/operator/v1/"

/* A subcommand and what came with it. */
struct operator_call {
    const struct operator_subcommand *subcommand;
    struct remote_options             remote;
    const char                       *texts[OPERATOR_OPTIONS_MAX];
    bool                              given[OPERATOR_OPTIONS_MAX];
};

/* -- the body ------------------------------------------------------------------------- */

/* Is the verb one of those, which have blanks between? */
static bool is_among(const char *verbs, const char *verb)
{
    const char *at   = strstr(verbs, verb);
    size_t      size = strlen(verb);

    return at && (at == verbs || at[-1] == ' ') && (at[size] == ' ' || !at[size]);
}

/* An option of this verb that is needed and was not given. */
static const struct operator_option *option_missing(const struct operator_call *call,
                                                    const char                 *verb)
{
    const struct operator_option *options = call->subcommand->options;

    for (size_t i = 0; options[i].name; i++)
        if (options[i].needed && !call->texts[i] &&
            is_among(options[i].by ? options[i].by : options[i].verbs, verb))
            return &options[i];
    return NULL;
}

/* An option that has to be a number and is none. */
static const struct operator_option *option_malformed(const struct operator_call *call)
{
    const struct operator_option *options = call->subcommand->options;
    uint64_t                      number;

    for (size_t i = 0; options[i].name; i++)
        if (options[i].number && call->texts[i] && !text_u64(slice_text(call->texts[i]), &number))
            return &options[i];
    return NULL;
}

static void option_write(struct json *json, const struct operator_option *option, const char *text,
                         bool given)
{
    uint64_t number;

    if (!option->value) {
        if (given) json_put_flag(json, option->member, true);
    } else if (option->number) {
        if (text && text_u64(slice_text(text), &number)) json_put_u64(json, option->member, number);
    } else if (option->needed && text) json_put_text(json, option->member, slice_text(text));
    else json_may_text(json, option->member, slice_text(text));
}

static void operator_write_body(const struct operator_call *call, const struct operator_verb *verb,
                                const char *word, struct buffer *body)
{
    const struct operator_option *options = call->subcommand->options;
    struct json                   json    = json_to(body);

    json_object(&json);
    if (verb->member && word) json_put_text(&json, verb->member, slice_text(word));
    for (size_t i = 0; options[i].name; i++)
        option_write(&json, &options[i], call->texts[i], call->given[i]);
    json_object_end(&json);
}

/* -- the request ---------------------------------------------------------------------- */

static bool has_body(const struct operator_verb *verb)
{
    return strcmp(verb->method, "POST") == 0 || strcmp(verb->method, "PATCH") == 0;
}

static enum ending operator_show_list(const struct operator_call *call,
                                      const struct operator_verb *verb, const char *word)
{
    struct buffer path = { 0 }, body = { 0 };
    size_t        count = 0;

    while (verb->columns[count].heading) count++;
    buffer_print(&path, ROOT "%s%s", verb->path, has_body(verb) ? "" : "?limit=200");
    buffer_add_byte(&path, '\0');
    if (has_body(verb)) operator_write_body(call, verb, word, &body);
    enum ending ending = remote_list(call->subcommand->manual.name,
                                     &(struct question){ .method = verb->method,
                                                         .path   = path.data,
                                                         .body   = buffer_slice(&body) },
                                     verb->columns, count, &call->remote);
    buffer_free(&path);
    buffer_free(&body);
    return ending;
}

static enum ending operator_send(const struct operator_call *call, const struct operator_verb *verb,
                                 const char *word)
{
    struct buffer path = { 0 }, body = { 0 };

    buffer_print(&path, ROOT "%s%s", verb->path, word && !verb->member ? "/" : "");
    buffer_add_byte(&path, '\0');
    if (has_body(verb)) operator_write_body(call, verb, word, &body);
    enum ending ending = remote_run(&(struct remote_call){ .name   = call->subcommand->manual.name,
                                                           .method = verb->method,
                                                           .path   = path.data,
                                                           .id     = verb->member ? NULL : word,
                                                           .tail   = verb->tail,
                                                           .body   = buffer_slice(&body),
                                                           .kept   = verb->kept,
                                                           .done   = verb->done },
                                    &call->remote);
    buffer_free(&path);
    buffer_free(&body);
    return ending;
}

static enum ending operator_run_verb(void *context, const struct verb *typed, const char *word)
{
    const struct operator_call   *call = context;
    const struct operator_verb   *verb = call->subcommand->verbs;
    const struct operator_option *lack = option_missing(call, typed->name);

    const struct operator_option *malformed = option_malformed(call);

    while (strcmp(verb->name, typed->name) != 0) verb++;
    if (malformed)
        return misused(call->subcommand->manual.name, "--%s has to be a number", malformed->name);
    if (lack)
        return misused(call->subcommand->manual.name, "%s needs --%s %s: %s", verb->name,
                       lack->name, lack->value, lack->needed);
    return verb->columns ? operator_show_list(call, verb, word) : operator_send(call, verb, word);
}

/* -- the command line ----------------------------------------------------------------- */

static void make_verbs(const struct operator_subcommand *subcommand,
                       struct verb                       verbs[OPERATOR_VERBS_MAX + 1])
{
    size_t count = 0;

    for (const struct operator_verb *from = subcommand->verbs; from->name; from++) {
        ensure(count < OPERATOR_VERBS_MAX);
        verbs[count++] = (struct verb){ from->name, from->word, from->meaning };
    }
    verbs[count] = (struct verb)VERBS_END;
}

enum { SHARED_OPTIONS = 4 }; /* --server, --token, --json, and the end */

static void make_choices(struct operator_call *call,
                         struct choice         choices[OPERATOR_OPTIONS_MAX + SHARED_OPTIONS])
{
    const struct choice shared[SHARED_OPTIONS] = {
        CHOICES_OF_A_SERVER(&call->remote.server, &call->remote.token),
        CHOICE_JSON(&call->remote.json),
        CHOICES_END,
    };
    const struct operator_option *options = call->subcommand->options;
    size_t                        count   = 0;

    for (; options[count].name; count++) {
        bool flag = !options[count].value;
        ensure(count < OPERATOR_OPTIONS_MAX && !(flag && options[count].needed));
        choices[count] = (struct choice){ options[count].name,
                                          options[count].value,
                                          options[count].verbs,
                                          options[count].meaning,
                                          flag ? NULL : &call->texts[count],
                                          flag ? &call->given[count] : NULL };
    }
    memcpy(choices + count, shared, sizeof shared);
}

enum ending operator_run(const struct operator_subcommand *subcommand, int count, char **words)
{
    struct operator_call call = { .subcommand = subcommand };
    struct verb          verbs[OPERATOR_VERBS_MAX + 1];
    struct choice        choices[OPERATOR_OPTIONS_MAX + SHARED_OPTIONS];
    struct manual        manual = subcommand->manual;

    make_verbs(subcommand, verbs);
    make_choices(&call, choices);
    manual.verbs   = verbs;
    manual.choices = choices;
    manual.run     = operator_run_verb;
    manual.context = &call;
    return arguments_run(&manual, count, words);
}
