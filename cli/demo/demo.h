/* demo.h -- what the demo's parts share: whose voice says what, how it calls piotd, and
 * whether all went as it should.
 *
 * THREADS   Two: the story on the main thread, the vendor's cloud on its own. A caller
 *           belongs to one of them. Saying and differing: any.
 * MEMORY    The names in struct demo live as long as it does.
 */
#ifndef PIOT_CLI_DEMO_DEMO_H
#define PIOT_CLI_DEMO_DEMO_H

#include <stdatomic.h>

#include "cli/tool/client.h"
#include "core/base/json.h"
#include "core/wire/json_path.h"

enum { DEMO_PATIENCE_MS = 15000 }; /* for anything that has to come about by itself */

struct demo {
    const char  *server, *token_file, *models;
    bool         once;
    bool         pull;       /* the vendor fetches what it is owed, and has no endpoint */
    char         run[8];     /* letters that tell this run's names from another's */
    char         vendor[32]; /* "Acme k3t9" */
    struct arena arena;      /* the main thread's, for the whole story */
    atomic_bool  differed;   /* something was not as it should be */
    atomic_bool  ending;     /* somebody wants an end */
};

/* -- saying --------------------------------------------------------------------- */

/* "Acme      reports its lamp": somebody does something. */
void demo_say(const char *who, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A fact below it, indented. */
void demo_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same in red; and from then on the demo has differed. Gives false. */
bool demo_differs(struct demo *demo, const char *format, ...) __attribute__((format(printf, 2, 3)));
void demo_heading(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* -- calling ---------------------------------------------------------------------- */

struct caller {
    struct demo       *demo;
    struct client     *client;
    const char        *bearer;  /* NULL: nobody in particular */
    const char *const *headers; /* of its calls that have none of their own; NULL: none */
};
struct call_plan {
    const char        *method, *path;
    struct slice       body;
    const char        *type;    /* of the body; NULL: application/json */
    const char *const *headers; /* NULL: none */
    long               wanted;  /* the answer's status */
    const char        *shown;   /* path of what is shown of the answer; NULL: nothing */
    bool               quiet;   /* unless it differs */
};
/* Calls, says so, and says if the answer is another than wanted: false. `tree`, empty
 * before, is the answer, if it has a body, and is to be closed in any case. */
bool demo_call(struct caller *caller, const struct call_plan *plan, struct tree *tree);
/* GET, quietly. */
bool demo_get(struct caller *caller, const char *path, struct tree *tree);

/* What stands at `path`, NUL-terminated, in the demo's arena; "" for nothing. */
const char *demo_keep(struct demo *demo, const struct node *tree, const char *path);

/* Sleeps; false: the demo is to end. */
bool demo_pause(struct demo *demo, int ms);

#endif
