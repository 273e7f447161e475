/* operator.h -- what the operator's subcommands share: a connection with a token, and
 * how answers are shown.
 *
 * What the service refuses is said as it says it, with its code; a listing fetches all
 * pages and shows a table, or one JSON array.
 *
 * THREADS   One.
 * ERRORS    Said on standard error; what is given back is how the program ends.
 */
#ifndef PIOT_CLI_TOOL_OPERATOR_H
#define PIOT_CLI_TOOL_OPERATOR_H

#include "cli/tool/arguments.h"
#include "cli/tool/client.h"
#include "cli/tool/json.h"
#include "core/base/json.h"

/* What CHOICES_OF_A_SERVER and CHOICE_JSON fill. */
struct operator_options {
    const char *server, *token;
    bool        json;
};

/* clang-format off */
struct operator {
    /* clang-format on */
    const char    *name; /* the subcommand's, for what it says */
    struct client *client;
    char          *bearer;
    bool           json;
};
/* Anything but ENDED_WELL: there is nothing to close. */
/* clang-format off */
enum ending operator_open(struct operator *operator, const char *name,
                          const struct operator_options *options);
/* clang-format on */
/* clang-format off */
void        operator_close(struct operator *operator);
/* clang-format on */

/* Asks, and complains unless the answer is a 2xx, whose JSON becomes `tree` (NULL for an
 * empty body; `tree` NULL: nobody wants it). */
/* clang-format off */
enum ending operator_ask(struct operator *operator, const struct question *question,
                         struct tree **tree);
/* clang-format on */

/* One call of a subcommand, from opening to closing. `path` ends with `id`, percent-encoded,
 * if that is not NULL, and then with `tail`. An answer with a body is shown field by
 * field; `kept` (ends at NULL; NULL: none) are fields that are shown this once only. */
struct errand {
    const char        *name, *method, *path, *id, *tail;
    struct slice       body;
    const char *const *kept;
    const char        *done; /* said on a terminal after a 204 */
};
enum ending operator_run(const struct errand *errand, const struct operator_options *options);

struct column {
    const char *heading, *path;
};
enum ending operator_list(const char *name, const char *path, const struct column *columns,
                          size_t count, const struct operator_options *options);

#endif
