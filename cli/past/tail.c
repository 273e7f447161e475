/* tail.c -- piot tail: what happens, as it happens, from a data directory.
 *
 * The store is opened read-only, which shows one moment; so it is opened again whenever
 * one of its files has changed. That follows a running piotd without its help, at the
 * cost of reading its WAL again each time, hence not more often than every half second. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/tool/directory.h"
#include "cli/tool/screen.h"
#include "cli/tool/show_event.h"
#include "cli/tool/subcommands.h"
#include "core/base/text.h"

enum { LOOK_EVERY_MS = 500, LINES_USUAL = 10 };

struct tail_options {
    struct directory_options directory;
    const char              *after, *lines;
    bool                     json, personal, once;
};

static volatile sig_atomic_t interrupted;

static void tail_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

static struct status tell_event(const struct tail_options *options, struct directory *directory,
                                const struct log_record *record, struct arena *arena,
                                struct buffer *out)
{
    struct event event;

    TRY(log_record_event(record, directory->vault, arena, &event));
    show_event(&event, reader_partition(store_reader(directory->store)), show_form(options->json),
               options->personal, out);
    return OK;
}

/* Prints what stands after `position`, which becomes the last that was printed. */
static struct status tell_new(const struct tail_options *options, struct directory *directory,
                              uint64_t *position)
{
    struct reader    *reader = store_reader(directory->store);
    struct log_scan  *scan   = log_scan_open(reader, *position);
    struct arena      arena  = { 0 };
    struct buffer     out    = { 0 };
    struct status     status = OK;
    struct log_record record;

    while (!interrupted && status.code == STATUS_OK && log_scan_next(scan, &record)) {
        status    = tell_event(options, directory, &record, &arena, &out);
        *position = record.position;
        arena_reset(&arena);
        screen_put(stdout, buffer_slice(&out));
        buffer_clear(&out);
    }
    struct status ended = log_scan_close(scan);
    buffer_free(&out);
    arena_free(&arena);
    return status.code == STATUS_OK ? ended : status;
}

/* Where to begin, by --after or --lines. */
static struct status tail_find_start(const struct tail_options *options,
                                     struct directory *directory, uint64_t wanted,
                                     uint64_t *position)
{
    uint64_t head;

    if (options->after) return OK;
    TRY(log_head(store_reader(directory->store), &head));
    *position = head > wanted ? head - wanted : 0;
    return OK;
}

static struct status tail_look(const struct tail_options *options, uint64_t wanted, bool first,
                               uint64_t *position)
{
    struct directory directory;
    struct status    status;

    TRY(directory_open(&directory, &options->directory,
                       options->personal ? DIRECTORY_ALL : DIRECTORY_LOG));
    status = first ? tail_find_start(options, &directory, wanted, position) : OK;
    if (status.code == STATUS_OK) status = tell_new(options, &directory, position);
    directory_close(&directory);
    return status;
}

static struct status tail_follow(const struct tail_options *options, uint64_t wanted,
                                 uint64_t position)
{
    uint64_t mark = directory_mark(&options->directory);

    TRY(tail_look(options, wanted, true, &position));
    while (!options->once && !interrupted) {
        uint64_t now = directory_mark(&options->directory);
        if (now != mark) TRY(tail_look(options, wanted, false, &position));
        mark = now;
        if (!interrupted) poll(NULL, 0, LOOK_EVERY_MS);
    }
    return OK;
}

static enum ending tail_run(void *context, const struct verb *verb, const char *word)
{
    const struct tail_options *options  = context;
    uint64_t                   position = 0, wanted = LINES_USUAL;
    struct status              status;

    (void)verb;
    (void)word;
    if (!options->directory.data)
        return misused("tail", "--data DIR is missing: piotd's data directory");
    if (options->after && options->lines) return misused("tail", "say either --after or --lines");
    if (options->after && !text_u64(slice_text(options->after), &position))
        return misused("tail", "--after has to be a position: 0, 1, 2, …");
    if (options->lines && !text_u64(slice_text(options->lines), &wanted))
        return misused("tail", "--lines has to be a whole number");
    signal(SIGINT, tail_interrupt);
    signal(SIGTERM, tail_interrupt);
    status = tail_follow(options, wanted, position);
    if (status.code == STATUS_OK) return ENDED_WELL;
    screen_complain("%s", status.text);
    return ENDED_UNABLE;
}

enum ending piot_tail(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct tail_options      options = { .after = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.directory),
        { "after",    "POSITION", NULL, "begin after this position; 0: with the first",
          &options.after, NULL },
        { "lines",    "NUMBER",   NULL, "or with the last so many; 10 if left out", &options.lines,
          NULL },
        { "once",     NULL,       NULL, "end at the end instead of waiting for more", NULL,
          &options.once },
        { "personal", NULL,       NULL, "open personal fields, too", NULL, &options.personal },
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name     = "tail",
        .meaning  = "follow what happens in a data directory",
        .verbs    = verbs,
        .choices  = choices,
        .run      = tail_run,
        .context  = &options,
        .about    = "Reads only, takes no lock, and may run beside piotd as the same user. --json\n"
                    "prints CloudEvents, one a line. Personal fields stay shut unless --personal;\n"
                    "passwords, secrets and hashes always do.\n",
        .examples = "  piot tail --data /var/lib/piot\n"
                    "  piot tail --data /var/lib/piot --after 0 --once --json | jq -r .type\n",
    };

    return arguments_run(&manual, count, words);
}
