/* rebuild.c -- piot rebuild: all views anew, from the log, in place. */
#include <stdio.h>

#include "cli/archive.h"
#include "cli/screen.h"
#include "cli/subcommands.h"
#include "projections/projection.h"

static struct archive_options options;

static struct status run(uint64_t *count)
{
    struct archive archive;
    struct status  status;

    TRY(archive_open(&archive, &options, ARCHIVE_WRITE));
    status = replay_rebuild(archive.store, archive.vault, all_folds, &screen_progress, count);
    archive_close(&archive);
    screen_progress_end();
    return status;
}

static enum ending rebuild(const char *word)
{
    uint64_t      count = 0;
    struct status status;

    (void)word;
    if (!options.data) return misused("rebuild", "--data DIR is missing: piotd's data directory");
    status = run(&count);
    if (status.code == STATUS_OK) {
        printf("%llu events folded; all views are new\n", (unsigned long long)count);
        return ENDED_WELL;
    }
    if (status.code == STATUS_CONFLICT)
        screen_complain("%s is in use: stop its piotd first", options.data);
    else screen_complain("%s", status.text);
    return ENDED_UNABLE;
}

enum ending piot_rebuild(int count, char **words)
{
    static const struct verb   verbs[]   = { { "", "", "", rebuild }, VERBS_END };
    static const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.data, &options.vault, &options.anchor),
        CHOICES_END,
    };
    static const struct manual manual = {
        .name    = "rebuild",
        .meaning = "fold all views anew from the log",
        .verbs   = verbs,
        .choices = choices,
        .about   =
            "Empties everything that was folded from the log and folds it again, with the\n"
            "code that runs live. The log itself is not touched. piotd has to be stopped.\n"
            "If it is interrupted the directory stays marked as unfinished: run it again\n"
            "before piotd serves it.\n",
        .examples =
            "  systemctl stop piotd && piot rebuild --data /var/lib/piot\n",
    };

    return arguments_run(&manual, count, words);
}
