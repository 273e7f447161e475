/* remote.h -- what the operator's subcommands share: a connection with a token, and
 * how answers are shown.
 *
 * What the service refuses is said as it says it, with its code; a listing fetches all
 * pages and shows a table, or one JSON array.
 *
 * THREADS   One.
 * ERRORS    Said on standard error; what is given back is how the program ends.
 */
#ifndef PIOT_CLI_TOOL_REMOTE_H
#define PIOT_CLI_TOOL_REMOTE_H

#include "cli/tool/arguments.h"
#include "cli/tool/client.h"
#include "core/base/json.h"
#include "core/wire/json_path.h"

/* What CHOICES_OF_A_SERVER and CHOICE_JSON fill. */
struct remote_options {
    const char *server, *token;
    bool        json;
};

struct remote {
    const char    *name; /* the subcommand's, for what it says */
    struct client *client;
    char          *bearer;
    bool           json;
};
/* Anything but ENDED_WELL: there is nothing to close. */
enum ending remote_open(struct remote *remote, const char *name,
                        const struct remote_options *options);
void        remote_close(struct remote *remote);

/* Asks, and complains unless the answer is a 2xx, whose JSON becomes `tree` (it stays
 * empty for an empty body; NULL: nobody wants it). */
enum ending remote_call(struct remote *remote, const struct question *question, struct tree *tree);

/* Prints what was answered, as JSON. */
void remote_show_json(const struct node *tree);

/* One call of a subcommand, from opening to closing. `path` ends with `id`, percent-encoded,
 * if that is not NULL, and then with `tail`. An answer with a body is shown field by
 * field; `kept` (ends at NULL; NULL: none) are fields that are shown this once only. */
struct remote_call {
    const char        *name, *method, *path, *id, *tail;
    struct slice       body;
    const char *const *kept;
    const char        *done; /* said on a terminal after a 204 */
};
enum ending remote_run(const struct remote_call *call, const struct remote_options *options);

struct column {
    const char *heading, *path;
};
/* The first page is what `question` gets; the others are read from where each says. */
enum ending remote_list(const char *name, const struct question *question,
                        const struct column *columns, size_t count,
                        const struct remote_options *options);

#endif
