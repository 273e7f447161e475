/* history.c -- piot history: everything that happened to one thing, oldest first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/past/why.h"
#include "cli/tool/directory.h"
#include "cli/tool/screen.h"
#include "cli/tool/show_event.h"
#include "cli/tool/subcommands.h"
#include "replay/past/trail.h"

struct history_options {
    struct directory_options directory;
    const char              *account, *device, *network, *vendor, *stream, *why;
    bool                     json, personal;
};

static struct status history_tell(const struct history_options *options,
                                  struct directory *directory, uint64_t position,
                                  struct arena *arena)
{
    struct reader *reader = store_reader(directory->store);
    struct buffer  out    = { 0 };
    struct event   event;

    TRY(log_read(reader, directory->vault, position, arena, &event));
    show_event(&event, reader_partition(reader), show_form(options->json), options->personal, &out);
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
    return OK;
}

static struct status history_tell_all(const struct history_options *options,
                                      struct directory *directory, struct id id, bool stream_only,
                                      uint64_t *count)
{
    struct trail *trail  = trail_open(store_reader(directory->store), UINT64_MAX, 0);
    struct arena  arena  = { 0 };
    struct status status = OK;
    uint64_t      position;

    trail_add_stream(trail, id);
    if (!stream_only) trail_add_index(trail, id);
    for (*count = 0; status.code == STATUS_OK; ++*count) {
        status = trail_next(trail, &position);
        if (status.code != STATUS_OK || !position) break;
        status = history_tell(options, directory, position, &arena);
        arena_reset(&arena);
    }
    arena_free(&arena);
    trail_close(trail);
    return status;
}

static enum ending history_show(const struct history_options *options, struct id id,
                                bool stream_only)
{
    struct directory directory;
    uint64_t         count  = 0;
    struct status    status = directory_open(&directory, &options->directory,
                                          options->personal ? DIRECTORY_ALL : DIRECTORY_LOG);

    if (status.code == STATUS_OK) {
        status = history_tell_all(options, &directory, id, stream_only, &count);
        directory_close(&directory);
    }
    if (status.code != STATUS_OK) {
        screen_complain("%s", status.text);
        return ENDED_UNABLE;
    }
    if (!count) screen_complain("nothing of that name ever happened here");
    return count ? ENDED_WELL : ENDED_REFUSED;
}

/* -- of whom -------------------------------------------------------------------------------- */

static enum ending history_explain(const struct history_options *options)
{
    struct id      id;
    struct inquiry inquiry = { .name      = "history",
                               .directory = &options->directory,
                               .personal  = options->personal,
                               .as_json   = options->json,
                               .ask       = why_answer,
                               .show      = why_show,
                               .context   = &id };

    if (options->account || options->device || options->network || options->vendor ||
        options->stream)
        return misused("history", "--why goes with none of the others");
    if (!id_parse(slice_text(options->why), &id) || id_kind(id) != ID_device)
        return misused("history", "--why has to be a device's id: dev_…");
    return inquiry_run(&inquiry);
}

static enum ending history_run(void *context, const struct verb *verb, const char *word)
{
    const struct history_options *options = context;
    const struct {
        const char  *text, *option;
        enum id_kind kind; /* ID_NONE: any */
        const char  *looks;
    } subjects[] = {
        { options->account, "account", ID_account, "acc_…" },
        { options->device, "device", ID_device, "dev_…" },
        { options->network, "network", ID_network, "net_…" },
        { options->vendor, "vendor", ID_vendor, "vnd_…" },
        { options->stream, "stream", ID_NONE, "acc_…, vnd_…, clm_…" },
    };
    size_t    chosen = COUNT(subjects);
    struct id id;

    (void)verb;
    (void)word;
    if (options->why) return history_explain(options);
    if (!options->directory.data)
        return misused("history", "--data DIR is missing: piotd's data directory");
    for (size_t i = 0; i < COUNT(subjects); i++) {
        if (!subjects[i].text) continue;
        if (chosen != COUNT(subjects))
            return misused("history", "--%s and --%s do not go together", subjects[chosen].option,
                           subjects[i].option);
        chosen = i;
    }
    if (chosen == COUNT(subjects))
        return misused("history", "of what? Say --account, --device, --network, --vendor or "
                                  "--stream ID");
    if (!id_parse(slice_text(subjects[chosen].text), &id) ||
        (subjects[chosen].kind && id_kind(id) != subjects[chosen].kind))
        return misused("history", "--%s has to be an id: %s", subjects[chosen].option,
                       subjects[chosen].looks);
    return history_show(options, id, subjects[chosen].kind == ID_NONE);
}

enum ending piot_history(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct history_options   options = { .why = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.directory),
        { "account",  "ID", NULL, "what happened to an account: acc_…", &options.account, NULL },
        { "device",   "ID", NULL, "… to a device: dev_…", &options.device, NULL },
        { "network",  "ID", NULL, "… to a network: net_…", &options.network, NULL },
        { "vendor",   "ID", NULL, "… to a vendor: vnd_…", &options.vendor, NULL },
        { "stream",   "ID", NULL, "one stream's own events: acc_, vnd_, clm_, lgn_, gw_, sys_…",
          &options.stream, NULL },
        { "why",      "ID", NULL, "the chain of events that led to a device: dev_…", &options.why,
          NULL },
        { "personal", NULL, NULL, "open personal fields, too", NULL, &options.personal },
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "history",
        .meaning = "what happened to an account, a device, a vendor",
        .verbs   = verbs,
        .choices = choices,
        .run     = history_run,
        .context = &options,
        .about = "Each event is a line: when, at which position, what, by whom, in which stream,\n"
                 "and its fields; with --json a CloudEvent. Reads only; may run beside piotd.\n"
                 "Events about it that stand in other streams (a claim, a vendor) come along,\n"
                 "but not with --stream.\n"
                 "With --why only the events that led to a device and to its end: the report, on\n"
                 "what evidence it led to whom, the question, the answer. Each says which one it\n"
                 "follows from, and why.\n",
        .examples = "  piot history --data /var/lib/piot --device dev_01kat8x1p5fwza4n4d8cq0y2mv\n"
                    "  piot history --data /var/lib/piot --why dev_01kat8x1p5fwza4n4d8cq0y2mv\n",
    };

    return arguments_run(&manual, count, words);
}
