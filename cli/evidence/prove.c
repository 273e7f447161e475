/* prove.c -- piot prove: that an event is in the log, or that one log continues another. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/evidence/evidence_json.h"
#include "cli/tool/directory.h"
#include "cli/tool/remote.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "core/base/text.h"

struct prove_options {
    struct directory_options directory;
    struct remote_options    remote;
    const char              *size, *consistency;
};

struct prove_question {
    bool     inclusion;
    uint64_t first;  /* the position, or the smaller size */
    uint64_t second; /* the size; 0: the checkpoint's */
};

static void prove_show(const struct prove_options *options, const struct evidence *evidence)
{
    struct buffer out  = { 0 };
    struct json   json = json_to(&out);

    if (options->remote.json) {
        evidence_write(evidence, &json);
        buffer_add_byte(&out, '\n');
    } else evidence_say(evidence, &out);
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
}

/* -- from a directory ------------------------------------------------------------------ */

static struct status prove_evidence(struct directory *directory, const struct prove_question *asked,
                                    struct evidence *evidence)
{
    struct reader    *reader = store_reader(directory->store);
    struct checkpoint head;
    struct merkle    *tree;
    struct slice      note;
    struct status     status;

    TRY(directory_head(directory, &note, &head));
    uint64_t size = asked->second ? asked->second : head.size;
    if (size > head.size || asked->first > size)
        return failed(STATUS_INVALID, "%llu is beyond the %llu events that were signed",
                      (unsigned long long)(size > head.size ? size : asked->first),
                      (unsigned long long)(size > head.size ? head.size : size));
    TRY(merkle_open(&tree, reader));
    status = asked->inclusion ? evidence_inclusion(tree, reader, asked->first, size, evidence)
                              : evidence_consistency(tree, reader, asked->first, size, evidence);
    merkle_close(tree);
    if (size == head.size) evidence->checkpoint = note;
    return status;
}

static enum ending prove_from_directory(const struct prove_options  *options,
                                        const struct prove_question *asked)
{
    struct directory directory = { 0 };
    struct evidence  evidence;
    struct status    status = directory_open(&directory, &options->directory, DIRECTORY_LOG);

    if (status.code == STATUS_OK) {
        status = prove_evidence(&directory, asked, &evidence);
        if (status.code == STATUS_OK) prove_show(options, &evidence);
        directory_close(&directory);
    }
    if (status.code == STATUS_OK) return ENDED_WELL;
    screen_complain("%s", status.text);
    return status.code == STATUS_INVALID ? ENDED_REFUSED : ENDED_UNABLE;
}

/* -- from a service ---------------------------------------------------------------------- */

static char *prove_path(const struct prove_question *asked)
{
    struct buffer path = { 0 };

    buffer_print(&path, "/audit/v1/proofs/%s?%s=%llu",
                 asked->inclusion ? "inclusion" : "consistency",
                 asked->inclusion ? "position" : "from", (unsigned long long)asked->first);
    if (asked->second)
        buffer_print(&path, "&%s=%llu", asked->inclusion ? "size" : "to",
                     (unsigned long long)asked->second);
    buffer_add_byte(&path, '\0');
    return path.data;
}

static enum ending prove_show_answer(const struct prove_options *options, const struct node *tree)
{
    struct arena    arena = { 0 };
    struct evidence evidence;
    struct status   status = evidence_read(tree, &arena, &evidence);

    if (status.code == STATUS_OK) prove_show(options, &evidence);
    else screen_complain("%s", status.text);
    arena_free(&arena);
    return status.code == STATUS_OK ? ENDED_WELL : ENDED_UNABLE;
}

static enum ending prove_from_service(const struct prove_options  *options,
                                      const struct prove_question *asked)
{
    struct remote remote;
    struct tree   tree   = { 0 };
    char         *path   = prove_path(asked);
    enum ending   ending = remote_open(&remote, "prove", &options->remote);

    if (ending == ENDED_WELL) {
        ending = remote_call(&remote, &(struct question){ .method = "GET", .path = path }, &tree);
        if (ending == ENDED_WELL) ending = prove_show_answer(options, tree.root);
        remote_close(&remote);
    }
    tree_close(&tree);
    free(path);
    return ending;
}

/* -- what is asked -------------------------------------------------------------------------- */

static enum ending prove_run(void *context, const struct verb *verb, const char *word)
{
    const struct prove_options *options = context;
    struct prove_question       asked   = { .inclusion = !options->consistency };
    const char                 *first   = options->consistency ? options->consistency : word,
               *second                  = options->consistency ? word : options->size;

    (void)verb;
    if (options->consistency && options->size)
        return misused("prove", "--size is for a position; say --consistency FROM TO");
    if (!first) return misused("prove", "of what? Say a POSITION, or --consistency FROM [TO]");
    if (!text_u64(slice_text(first), &asked.first) || (asked.inclusion && !asked.first))
        return misused("prove", asked.inclusion ? "POSITION has to be a number from 1 on"
                                                : "--consistency has to be a number of events");
    if (second && (!text_u64(slice_text(second), &asked.second) || !asked.second))
        return misused("prove", asked.inclusion ? "--size has to be a number of events"
                                                : "TO has to be a number of events");
    return options->directory.data ? prove_from_directory(options, &asked)
                                   : prove_from_service(options, &asked);
}

enum ending piot_prove(int count, char **words)
{
    static const struct verb verbs[] = { { "", "[POSITION]", "" }, VERBS_END };
    struct prove_options     options = { .size = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.directory),
        CHOICE_KEY(&options.directory.key),
        CHOICES_OF_A_SERVER(&options.remote.server, &options.remote.token),
        { "size", "SIZE", NULL, "in the log of so many events; else all that was signed",
          &options.size, NULL },
        { "consistency", "FROM", NULL, "that the log of FROM events is the beginning of TO's",
          &options.consistency, NULL },
        CHOICE_JSON(&options.remote.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "prove",
        .meaning = "prove that an event is in the log, or that the log was continued",
        .verbs   = verbs,
        .choices = choices,
        .run     = prove_run,
        .context = &options,
        .about   = "With --data from a data directory, else from a service. The proof is that of\n"
                   "RFC 6962: hashes that lead from the event's own to the root, which a signed\n"
                   "checkpoint names. Only what was signed can be proven: that takes a second.\n"
                   "--json prints what piot verify --proof reads.\n",
        .examples =
            "  piot prove --data /var/lib/piot 4711\n"
            "  piot prove --server https://piot.example --token audit.token 4711 --json > proof\n"
            "  piot prove --data /var/lib/piot --consistency 40 4711 --json |\n"
            "      piot verify --proof - --key log.key.pub\n",
    };

    return arguments_run(&manual, count, words);
}
