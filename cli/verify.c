/* verify.c -- piot verify: was anything altered, left out or added?
 *
 * Besides what replay names, two rules are this file's own:
 *
 *     rule      says
 *     anchor    the anchor is signed by the log's key, the log reaches it with that root,
 *               and no checkpoint that was shown is beyond it
 *     store     the files can be read: no checksum of theirs is wrong
 *
 * Damage that keeps the store from being opened or read is a finding, too; only if piotd
 * has it open may the reason be that its files change meanwhile, and then we could not
 * look. */
#include <stdio.h>
#include <string.h>

#include "cli/archive.h"
#include "cli/report_book.h"
#include "cli/scratch.h"
#include "cli/screen.h"
#include "cli/subcommands.h"
#include "cli/verify_receipt.h"
#include "projections/projection.h"

static struct archive_options options;
static const char *earlier_path, *receipt_path;
static bool as_json, log_only;

/* -- looking ------------------------------------------------------------------------------ */

static uint64_t anchored_at(const struct archive *archive)
{
    struct checkpoint anchored;

    return checkpoint_open(archive->anchor, &archive->key, &anchored).code == STATUS_OK
               ? anchored.size : 0;
}

static struct status check_anchor(struct archive *archive, struct report_book *book)
{
    struct reader *reader = store_reader(archive->store);
    struct status  status = anchor_covers(archive->anchor_after, reader, PARTITION_ONE);

    if (status.code == STATUS_OK && archive->anchor.data)
        status = archive->keyed
                     ? anchor_reached(archive->anchor, &archive->key, reader, PARTITION_ONE)
                     : failed(STATUS_CORRUPT, "without the log's key nobody can say whether the "
                                              "anchor is its own: --key");
    if (status.code != STATUS_CORRUPT) return status;
    report_book_add(book, anchored_at(archive), "anchor", status.text);
    return OK;
}

static struct status check_views(struct archive *archive, struct report_book *book)
{
    struct store *store;
    struct status status;

    TRY(scratch_store_open(&store));
    status = replay_verify_views(store_reader(archive->store), archive->vault, all_folds, store,
                                 &screen_progress, &book->findings);
    scratch_store_close(store);
    return status;
}

/* One that somebody kept. If it is not the log's own that is no finding: it is no use. */
static struct status read_earlier(struct archive *archive, struct checkpoint *earlier,
                                  struct replay_checks *checks)
{
    struct slice note;

    if (!earlier_path) return OK;
    if (!archive->keyed)
        return failed(STATUS_INVALID, "--checkpoint needs the log's key: --key");
    TRY(anchor_read(earlier_path, &archive->arena, &note));
    struct status status = checkpoint_open(note, &archive->key, earlier);
    if (status.code != STATUS_OK)
        return failed(STATUS_INVALID, "%s: %.200s", earlier_path, status.text);
    checks->earlier       = earlier;
    checks->earlier_count = 1;
    return OK;
}

/* A log that is damaged cannot be folded to its end; the findings say why. */
static struct status check_all(struct archive *archive, struct report_book *book,
                               struct verification *result)
{
    struct reader       *reader = store_reader(archive->store);
    struct replay_checks checks = { .key = archive->keyed ? &archive->key : NULL };
    struct checkpoint    earlier;
    struct status        ready;

    TRY(check_anchor(archive, book));
    TRY(read_earlier(archive, &earlier, &checks));
    TRY(replay_verify_log(reader, archive->vault, &checks, &screen_progress, &book->findings,
                          result));
    if (log_only || book->findings.count) return OK;
    ready = replay_check_ready(reader, all_folds);
    if (ready.code == STATUS_OK) return check_views(archive, book);
    if (ready.code != STATUS_CONFLICT) return ready;
    report_book_add(book, 0, "view", ready.text);
    return OK;
}

static struct status look(struct report_book *book, struct verification *result)
{
    struct archive archive;
    struct status  status;

    TRY(archive_open(&archive, &options, ARCHIVE_ALL));
    status = check_all(&archive, book, result);
    if (status.code == STATUS_OK) status = store_check(archive.store);
    if (status.code == STATUS_OK) status = vault_check(archive.vault);
    archive_close(&archive);
    screen_progress_end();
    return status;
}

/* -- telling -------------------------------------------------------------------------------- */

static void say(const struct report_book *book, const struct verification *result)
{
    bool        good  = !book->findings.count;
    const char *views = log_only ? "views not looked at"
                        : good   ? "views as a fresh fold gives them"
                                 : "views differ or were not compared";

    if (book->findings.count > FINDINGS_SHOWN_MAX)
        printf("… and %llu more\n",
               (unsigned long long)(book->findings.count - FINDINGS_SHOWN_MAX));
    printf("%s%s%s: %llu events in %llu streams, %llu of them with sealed fields, %llu of these "
           "forgotten; head at %llu; %s\n",
           screen_paint(stdout, good ? PAINT_GOOD : PAINT_BAD), good ? "content" : "not content",
           screen_paint(stdout, PAINT_NONE), (unsigned long long)result->events,
           (unsigned long long)result->streams, (unsigned long long)result->sealed,
           (unsigned long long)result->forgotten, (unsigned long long)result->head, views);
}

static void tell(const struct report_book *book, const struct verification *result)
{
    struct buffer out = { 0 };

    if (!as_json) {
        say(book, result);
        return;
    }
    report_book_write(book, options.data, result, &out);
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
}

static enum ending could_not(struct status status)
{
    screen_complain("%s", status.text);
    if (archive_in_use(&options))
        screen_complain("a piotd has this directory open, and tidies files away while it runs: "
                        "try again, or verify a copy or a stopped service's directory");
    return ENDED_UNABLE;
}

static enum ending verify(const char *word)
{
    struct verification result = { 0 };
    struct report_book  book;

    (void)word;
    if (receipt_path && options.data)
        return misused("verify", "--receipt needs no --data: say which of them to verify");
    if (receipt_path) return verify_receipt(receipt_path, options.key, as_json);
    if (!options.data) return misused("verify", "--data DIR is missing: piotd's data directory");
    report_book_open(&book, as_json);
    struct status status  = look(&book, &result);
    bool          damaged = status.code == STATUS_CORRUPT && !archive_in_use(&options);
    enum ending   ending;
    if (damaged) report_book_add(&book, 0, "store", status.text);
    if (status.code != STATUS_OK && !damaged) ending = could_not(status);
    else {
        tell(&book, &result);
        ending = book.findings.count ? ENDED_REFUSED : ENDED_WELL;
    }
    report_book_close(&book);
    return ending;
}

enum ending piot_verify(int count, char **words)
{
    static const struct verb   verbs[]   = { { "", "", "", verify }, VERBS_END };
    static const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.data, &options.vault, &options.anchor),
        CHOICE_KEY(&options.key),
        { "checkpoint", "FILE", NULL, "a checkpoint kept from before: the log has to continue it",
          &earlier_path, NULL },
        { "receipt", "FILE", NULL, "verify this receipt by itself, JSON or page, with --key",
          &receipt_path, NULL },
        { "log-only", NULL, NULL, "leave the views alone: no scratch space is needed", NULL,
          &log_only },
        CHOICE_JSON(&as_json),
        CHOICES_END,
    };
    static const struct manual manual = {
        .name    = "verify",
        .meaning = "check that nothing was altered, left out or added",
        .verbs   = verbs,
        .choices = choices,
        .about   =
            "Every event is parsed, encoded again and hashed; versions and positions have\n"
            "to count without gaps, each event has to name its stream's previous one,\n"
            "times have to rise, sealed fields have to match and open; the tree has to be that\n"
            "of the events, every checkpoint signed by the log's key and its head at the time,\n"
            "and the log has to reach its anchor. Then everything is folded again into a\n"
            "scratch store in $TMPDIR (it needs about as much room as the views) and compared\n"
            "byte for byte.\n"
            "Each finding names the rule, and the position if there is one. Nothing in DIR\n"
            "is changed. It may run beside piotd, and then checks the state it began with.\n"
            "A receipt is checked by itself: signature, proofs, and that it says what the events\n"
            "in it say.\n"
            "Ends with 0: content, 1: findings, 2: usage, 3: could not look.\n",
        .examples =
            "  piot verify --data /var/lib/piot\n"
            "  piot verify --receipt receipt.json --key log.key.pub\n"
            "  TMPDIR=/big/disk piot verify --data /backup/piot --json > report.json\n",
    };

    return arguments_run(&manual, count, words);
}
