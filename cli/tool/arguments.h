/* arguments.h -- what stands behind `piot NAME`: verbs, options and words, by a table
 * that is also the manual `--help` prints.
 *
 * Options are long (--server URL or --server=URL), may stand anywhere, and end at
 * "--". -h is --help. What is wrong is said on standard error, with the option's name
 * and what to do instead.
 *
 * THREADS   One: getopt_long() keeps its place in globals.
 * MEMORY    Values and words point into the caller's own array.
 */
#ifndef PIOT_CLI_TOOL_ARGUMENTS_H
#define PIOT_CLI_TOOL_ARGUMENTS_H

#include "core/base/base.h"

/* How the program ends. */
enum ending {
    ENDED_WELL    = 0,
    ENDED_REFUSED = 1, /* the answer was no; there were findings; something differed */
    ENDED_MISUSED = 2, /* the command line is wrong: nothing was tried */
    ENDED_UNABLE  = 3, /* no file, no service, no permission: it could not be tried */
};

enum { CHOICE_TIMES_MAX = 16 }; /* how often an option may be given that may be repeated */

/* One option. `text` is filled with its value, or `given` set if it takes none. */
struct choice {
    const char  *name;  /* without its dashes */
    const char  *value; /* what it takes: "FILE"; NULL: nothing. "KEY...": the option may be
                             repeated, and `text` is an array for CHOICE_TIMES_MAX values and
                             the NULL behind them */
    const char  *verbs; /* the verbs that know it, with blanks between; NULL: all */
    const char  *meaning;
    const char **text;
    bool        *given;
};

struct verb {
    const char *name;
    const char *words; /* what has to follow: "VENDOR"; "[FILE]" may; "" nothing */
    const char *meaning;
};

struct manual {
    const char          *name;
    const char          *meaning;  /* one line */
    const char          *about;    /* what one has to know; lines end at 80 columns */
    const struct verb   *verbs;    /* ends at a NULL name; one verb without a name ("")
                                      stands for none: the words follow at once */
    const struct choice *choices;  /* ends at a NULL name */
    const char          *examples; /* whole lines */
    /* Runs the verb that was chosen, with its word (NULL: none was given); `context` is what
     * the options fill. */
    enum ending (*run)(void *context, const struct verb *verb, const char *word);
    void *context;
};

/* Takes `words` (words[0] is the subcommand's own name) apart by the manual and runs the
 * verb, or prints the manual, or says what is wrong. */
enum ending arguments_run(const struct manual *manual, int count, char **words);

/* "piot vendor: --name is missing" and what to do, on standard error; gives
 * ENDED_MISUSED, so that `return misused(…)` reads well. */
enum ending misused(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Options that several subcommands have. A server's has a default in the environment. */
/* clang-format off */
#define CHOICES_OF_A_SERVER(server_text, token_text)                                      \
    { "server", "URL", NULL, "the service; else $PIOT_SERVER, else http://127.0.0.1:8080", \
      (server_text), NULL },                                                              \
    { "token", "FILE", NULL, "file with an operator's token; else $PIOT_TOKEN_FILE",      \
      (token_text), NULL }
#define CHOICE_JSON(flag)                                                                 \
    { "json", NULL, NULL, "print JSON instead", NULL, (flag) }
#define CHOICES_OF_A_DIRECTORY(directory)                                                 \
    { "data", "DIR", NULL, "piotd's data directory", &(directory)->data, NULL },          \
    { "vault", "DIR", NULL, "where the keys are, if not in DIR/vault",                    \
      &(directory)->vault, NULL },                                                        \
    { "anchor", "FILE", NULL, "the anchor, if it is not DIR/anchor",                      \
      &(directory)->anchor, NULL }
#define CHOICE_KEY(key_text)                                                              \
    { "key", "KEY", NULL, "the log's verifier key, or its file; else DIR/log.key.pub",    \
      (key_text), NULL }
#define CHOICES_END { NULL, NULL, NULL, NULL, NULL, NULL }
#define VERBS_END   { NULL, NULL, NULL }
/* clang-format on */

#endif
