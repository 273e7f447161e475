#include "cli/past/inquiry.h"

#include <stdio.h>

#include "cli/tool/screen.h"

static struct status inquiry_answer(const struct inquiry *inquiry, struct directory *directory,
                                    struct buffer *answer)
{
    struct past   past = { .reader = store_reader(directory->store), .vault = directory->vault };
    struct json   json = json_to(answer);
    struct status status;

    TRY(past_open_nothing(&past.nothing, past.reader));
    status = inquiry->ask(&past, inquiry->context, &json);
    store_close(past.nothing);
    return status;
}

/* What is shown then may lack what was known at the moment itself. */
static void tell_forgotten(const struct node *answer)
{
    struct arena arena = { 0 };
    struct slice count = node_shown(answer, "forgottenReports", &arena);

    if (count.size)
        screen_complain("%.*s reports until then have lost their values, because they were old "
                        "or their person is forgotten: a value shown may be an earlier one",
                        (int)count.size, count.data);
    arena_free(&arena);
}

static enum ending inquiry_show(const struct inquiry *inquiry, struct buffer *answer)
{
    struct tree tree = { 0 };

    if (inquiry->as_json) {
        buffer_add_byte(answer, '\n');
        screen_put(stdout, buffer_slice(answer));
        return ENDED_WELL;
    }
    struct status status = tree_read(&tree, buffer_slice(answer));
    if (status.code == STATUS_OK) {
        inquiry->show(tree.root);
        tell_forgotten(tree.root);
    } else screen_complain("the answer is shown with --json only: %s", status.text);
    tree_close(&tree);
    return status.code == STATUS_OK ? ENDED_WELL : ENDED_UNABLE;
}

static enum ending inquiry_refused(const struct inquiry *inquiry, const struct status *status)
{
    if (status->code == STATUS_INVALID) return misused(inquiry->name, "%s", status->text);
    screen_complain("%s", status->text);
    return status->code == STATUS_NOT_FOUND ? ENDED_REFUSED : ENDED_UNABLE;
}

enum ending inquiry_run(const struct inquiry *inquiry)
{
    struct directory directory;
    struct buffer    answer = { 0 };
    struct status    status;

    if (!inquiry->directory->data)
        return misused(inquiry->name, "--data DIR is missing: piotd's data directory");
    status = directory_open(&directory, inquiry->directory,
                            inquiry->personal ? DIRECTORY_ALL : DIRECTORY_LOG);
    if (status.code != STATUS_OK) {
        screen_complain("%s", status.text);
        return ENDED_UNABLE;
    }
    status = inquiry_answer(inquiry, &directory, &answer);
    directory_close(&directory);
    enum ending ending = status.code == STATUS_OK ? inquiry_show(inquiry, &answer)
                                                  : inquiry_refused(inquiry, &status);
    buffer_free(&answer);
    return ending;
}

bool inquiry_subject(const char *name, const char *word, struct id *subject)
{
    if (id_parse(slice_text(word), subject)) return true;
    misused(name, "\"%s\" is no id: acc_…, net_… or dev_…", word);
    return false;
}

bool inquiry_moment(const char *name, const char *option, const char *text, struct moment *moment)
{
    *moment = MOMENT_LAST;
    if (!text || moment_parse(slice_text(text), moment)) return true;
    misused(name,
            "--%s has to be a position (1/123 or 123) or an instant "
            "(2026-11-22T16:03:07Z)",
            option);
    return false;
}
