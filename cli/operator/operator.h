/* operator.h -- subcommands that are one request each: rows of what is typed, what is asked
 * and what is shown.
 *
 * A row of verbs names a path below /operator/v1/. The verb's word follows it,
 * percent-encoded, unless it is a member of the body; then comes `tail`. POST and PATCH send the
 * members that its options and its word fill, as one JSON object. What is answered is
 * listed if there are columns, else shown field by field.
 *
 * THREADS   One.
 */
#ifndef PIOT_CLI_OPERATOR_OPERATOR_H
#define PIOT_CLI_OPERATOR_OPERATOR_H

#include "cli/tool/remote.h"

enum { OPERATOR_VERBS_MAX = 8, OPERATOR_OPTIONS_MAX = 8, OPERATOR_KEPT_MAX = 2 };

struct operator_verb {
    const char          *name, *word;   /* "show", "VENDOR"; "": no word */
    const char          *method, *path; /* "GET", "vendors" */
    const char          *tail;          /* "/approve"; NULL: none */
    const char          *member;        /* of the body, which the word is; NULL: part of the path */
    const struct column *columns;       /* of a list; ends at a NULL heading; NULL: no list */
    const char          *kept[OPERATOR_KEPT_MAX + 1]; /* fields shown this once only */
    const char          *done; /* said on a terminal when there is nothing to show */
    const char          *meaning;
};

struct operator_option {
    const char *name, *value; /* "endpoint", "URL"; NULL: a flag, true if given */
    const char *verbs;        /* those that know it, with blanks between */
    const char *member;       /* of the body */
    const char *meaning;
    const char *needed; /* what is missing without it; NULL: it may be left out */
    const char *by;     /* the verbs that need it; NULL: all that know it */
    bool        number; /* its value is one, of JSON */
};

struct operator_subcommand {
    struct manual                 manual; /* without verbs and options: they are below */
    const struct operator_verb   *verbs;  /* ends at a NULL name, as all */
    const struct operator_option *options;
};
enum ending operator_run(const struct operator_subcommand *subcommand, int count, char **words);

#endif
