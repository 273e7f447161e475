/* rotate.c -- piot rotate: a new master key for the vault. */
#include <stdio.h>

#include "cli/tool/directory.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"

struct rotate_options {
    struct directory_options directory;
};

static struct status rotate_directory(const struct rotate_options *options, uint64_t *number)
{
    struct directory directory;
    struct status    status;

    TRY(directory_open(&directory, &options->directory, DIRECTORY_WRITE));
    status  = vault_rotate_master(directory.vault);
    *number = vault_master_number(directory.vault);
    directory_close(&directory);
    return status;
}

static enum ending rotate_run(void *context, const struct verb *verb, const char *word)
{
    const struct rotate_options *options = context;
    uint64_t                     number  = 0;
    struct status                status;

    (void)verb;
    (void)word;
    if (!options->directory.data)
        return misused("rotate", "--data DIR is missing: piotd's data directory");
    status = rotate_directory(options, &number);
    if (status.code == STATUS_OK) {
        printf("every key is under master key number %llu; the one before is gone\n",
               (unsigned long long)number);
        return ENDED_WELL;
    }
    if (status.code == STATUS_CONFLICT)
        screen_complain("%s is in use: stop its piotd first", options->directory.data);
    else screen_complain("%s", status.text);
    return ENDED_UNABLE;
}

enum ending piot_rotate(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct rotate_options    options = { .directory = { .data = NULL } };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.directory),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "rotate",
        .meaning = "give the vault a new master key",
        .verbs   = verbs,
        .choices = choices,
        .run     = rotate_run,
        .context = &options,
        .about = "Makes a new master key, gets everybody's key under it and ends the old one, so\n"
                 "that no copy of the vault's older files can be opened. When piotd starts again,\n"
                 "the erasures that waited for this are complete. piotd has to be stopped; by\n"
                 "itself it rotates within its setting master_key_rotate_within. If it is\n"
                 "interrupted nothing is lost: the next start finishes or drops what was begun.\n",
        .examples = "  systemctl stop piotd && piot rotate --data /var/lib/piot\n",
    };

    return arguments_run(&manual, count, words);
}
