#include "cli/keep/loss.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/durable.h"
#include "core/base/text.h"

struct status loss_check(const struct loss *loss)
{
    char path[PATH_MAX];

    TRY(durable_join(path, loss->data, "lost.txt"));
    if (access(path, F_OK) == 0)
        return failed(STATUS_CONFLICT, "%s tells of an earlier loss: keep it elsewhere first",
                      path);
    if (strcmp(loss->origin, loss->old_key->name) == 0)
        return failed(STATUS_INVALID,
                      "--origin %s is the lost log's own name: what goes on needs "
                      "another",
                      loss->origin);
    if (*loss->origin && !note_name_is_good(slice_text(loss->origin)))
        return failed(STATUS_INVALID,
                      "--origin may have neither blanks nor \"+\", and at most %d "
                      "bytes",
                      NOTE_NAME_MAX);
    return OK;
}

static void loss_write_down(const struct loss *loss, struct buffer *out)
{
    const struct restored *restored = loss->restored;
    char                   at[INSTANT_TEXT_MAX], root[2 * SHA256_SIZE + 1];

    instant_text(restored->last_us, at);
    text_hex(SLICE_OF(restored->log.root.bytes), root);
    buffer_print(out, "Events of this log were lost, and it was restored without them.\n\n");
    buffer_print(out,
                 "restored from backup  %u\nevents left           %llu\n"
                 "the last recorded at  %s\nroot of what is left  %s\n",
                 restored->from.number, (unsigned long long)restored->log.head, at, root);
    if (restored->anchored)
        buffer_print(out, "the lost log came to  %llu events or more\n%s\n",
                     (unsigned long long)restored->anchored, restored->why);
    else buffer_print(out, "the anchor was lost, too: how far the lost log came is not known\n");
    buffer_print(out, "\nThe lost log's verifier key:\n\n");
    note_key_text(loss->old_key, out);
    buffer_print(out, "\n\nThe checkpoint of the backup:\n\n");
    buffer_add(out, restored->from.note);
    if (!loss->old_note.data) return;
    buffer_print(out, "\nThe last checkpoint of the lost log:\n\n");
    buffer_add(out, loss->old_note);
}

static struct status loss_retire_key(const char *data, const char *name)
{
    char path[PATH_MAX], aside[PATH_MAX], retired[NAME_MAX];

    snprintf(retired, sizeof retired, "%s.retired", name);
    TRY(durable_join(path, data, name));
    TRY(durable_join(aside, data, retired));
    return access(path, F_OK) == 0 ? durable_rename(path, aside) : OK;
}

/* Signed with the new key, in the place of the old log's. */
static struct status loss_sign(const struct loss *loss, const struct note_signer *signer)
{
    struct buffer note = { 0 };

    checkpoint_sign(signer, loss->restored->log.head, &loss->restored->log.root, &note);
    struct status status = durable_write(loss->anchor, buffer_slice(&note), DURABLE_REPLACE);
    buffer_free(&note);
    return status;
}

struct status loss_accept(const struct loss *loss, struct note_key *now)
{
    char               path[PATH_MAX];
    struct buffer      text = { 0 };
    struct note_signer signer;
    struct status      status;

    TRY(durable_join(path, loss->data, "lost.txt"));
    loss_write_down(loss, &text);
    status = durable_write(path, buffer_slice(&text), DURABLE_NEW);
    buffer_free(&text);
    TRY(status);
    TRY(loss_retire_key(loss->data, "log.key"));
    TRY(loss_retire_key(loss->data, "log.key.pub"));
    TRY(durable_join(path, loss->data, "log.key"));
    TRY(checkpoint_key_open(path, loss->origin, NOTE_ED25519, &signer));
    *now   = signer.key;
    status = loss_sign(loss, &signer);
    crypto_wipe(&signer, sizeof signer);
    return status;
}
