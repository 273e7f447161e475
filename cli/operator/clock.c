/* clock.c -- piot clock: an operator accepts the time after the machine's clock was set. */
#include <stdio.h>

#include "cli/tool/remote.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "core/base/clock.h"

static enum ending clock_run(void *context, const struct verb *verb, const char *word)
{
    const struct remote_options *options = context;
    struct buffer                body    = { 0 };
    struct json                  json    = json_to(&body);
    struct clock                 clock   = clock_real();
    char                         now[INSTANT_TEXT_MAX];

    (void)verb;
    instant_text(clock_now(&clock), now);
    if (screen_is_terminal(stderr)) fprintf(stderr, "The clock of this machine says %s.\n", now);
    json_object(&json);
    json_put_text(&json, "now", slice_text(word ? word : now));
    json_object_end(&json);
    enum ending ending = remote_run(&(struct remote_call){ .name   = "clock",
                                                           .method = "POST",
                                                           .path   = "/operator/v1/clock",
                                                           .body   = buffer_slice(&body) },
                                    options);
    buffer_free(&body);
    return ending;
}

enum ending piot_clock(int count, char **words)
{
    static const struct verb verbs[] = {
        { "accept", "[INSTANT]", "say that it is that time; if none is named, this machine's" },
        VERBS_END,
    };
    struct remote_options options = { 0 };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_SERVER(&options.server, &options.token),
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "clock",
        .meaning = "accept the time after a machine's clock was set",
        .about   = "While the clock of piotd's machine is off from where it was by more than the\n"
                   "setting clock_step_max, piotd records nothing: a wrong date would stay for\n"
                   "ever. If the clock was set wrong, set it right, and piotd goes on by\n"
                   "itself. If it was wrong before and is right now, accept it. Compare it with\n"
                   "another clock first: piotd takes no time but what its own machine says, too.\n"
                   "What it took is shown, and how far that is from the time before.\n",
        .verbs   = verbs,
        .choices = choices,
        .examples =
            "  piot clock accept --token var/operator.token\n"
            "  piot clock accept 2027-01-31T12:00:00Z --server https://piot.example --json\n",
        .run     = clock_run,
        .context = &options,
    };

    return arguments_run(&manual, count, words);
}
