/* verify_proof.c -- piot verify --proof: one proof, with nothing but a key. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/evidence/evidence_json.h"
#include "cli/evidence/verify.h"
#include "cli/tool/screen.h"

enum { PROOF_FILE_MAX = 128 * 1024 }; /* bytes: 65 hashes and the largest note are less */

static struct status verify_proof_read_file(const char *path, struct arena *arena,
                                            struct slice *text)
{
    char *bytes = arena_take(arena, PROOF_FILE_MAX);
    FILE *file  = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

    if (!file) return failed(STATUS_IO, "cannot read %s: %s", path, strerror(errno));
    size_t size = fread(bytes, 1, PROOF_FILE_MAX, file);
    bool   fine = !ferror(file);
    if (file != stdin) fclose(file);
    *text = (struct slice){ bytes, size };
    if (!fine) return failed(STATUS_IO, "cannot read %s", path);
    return size < PROOF_FILE_MAX ? OK : failed(STATUS_INVALID, "%s is too long for a proof", path);
}

/* `no` is why it proves nothing; the status, why nobody could tell. */
static struct status verify_proof_check(const struct verify_options *options, struct arena *arena,
                                        struct tree *tree, struct evidence *evidence,
                                        struct status *no)
{
    struct note_key   key;
    struct slice      text, kept = { 0 };
    struct checkpoint head;

    TRY(directory_key(options->directory.key, &key));
    if (options->checkpoint)
        TRY(directory_read_checkpoint(options->checkpoint, &key, arena, &kept, &head));
    TRY(verify_proof_read_file(options->proof, arena, &text));
    TRY(tree_read(tree, text));
    TRY(evidence_read(tree->root, arena, evidence));
    *no = evidence_check(evidence, &key, kept);
    return OK;
}

static void verify_proof_say(const struct evidence *evidence, bool json, const struct status *no)
{
    struct buffer out = { 0 };

    if (json) {
        struct json to = json_to(&out);
        json_object(&to);
        json_put_text(&to, "verdict",
                      no->code == STATUS_OK ? SLICE("proven") : SLICE("not-proven"));
        json_may_text(&to, "why", slice_text(no->text));
        json_object_end(&to);
        buffer_add_byte(&out, '\n');
    } else if (no->code == STATUS_OK) {
        evidence_say(evidence, &out);
        buffer_add(&out, SLICE("proven\n"));
    } else {
        buffer_add(&out, SLICE("not proven: "));
        screen_sanitize(&out, slice_text(no->text));
        buffer_add_byte(&out, '\n');
    }
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
}

enum ending verify_proof(const struct verify_options *options)
{
    struct arena    arena  = { 0 };
    struct tree     tree   = { 0 };
    struct status   no     = OK;
    enum ending     ending = ENDED_UNABLE;
    struct evidence evidence;
    struct status   status = verify_proof_check(options, &arena, &tree, &evidence, &no);

    if (status.code != STATUS_OK) screen_complain("%s", status.text);
    else {
        verify_proof_say(&evidence, options->json, &no);
        ending = no.code == STATUS_OK ? ENDED_WELL : ENDED_REFUSED;
    }
    tree_close(&tree);
    arena_free(&arena);
    return ending;
}
