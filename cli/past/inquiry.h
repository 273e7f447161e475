/* inquiry.h -- a question about the past of a data directory, asked and answered.
 *
 * Personal fields stay shut unless `personal`: without it the vault is not even opened.
 *
 * THREADS   One.
 */
#ifndef PIOT_CLI_PAST_INQUIRY_H
#define PIOT_CLI_PAST_INQUIRY_H

#include "cli/tool/arguments.h"
#include "cli/tool/directory.h"
#include "core/wire/json_path.h"
#include "replay/past/past.h"

struct inquiry {
    const char                     *name; /* of the subcommand, for what is wrong with its words */
    const struct directory_options *directory;
    bool                            personal, as_json;
    struct status (*ask)(const struct past *past, const void *context, struct json *json);
    void (*show)(const struct node *answer); /* to people; not called with `as_json` */
    const void *context;                     /* for ask() */
};
/* Opens, asks, prints the answer and says how that ended; what was not there is the
 * answer "no". */
enum ending inquiry_run(const struct inquiry *inquiry);

/* The id of an account, a network or a device. False: it is not one, and that was said. */
bool inquiry_subject(const char *name, const char *word, struct id *subject);
/* An option's moment: none is the last one. False: it says none, and that was said. */
bool inquiry_moment(const char *name, const char *option, const char *text, struct moment *moment);

#endif
