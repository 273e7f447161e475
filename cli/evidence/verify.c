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

#include "cli/evidence/verify.h"
#include "cli/evidence/verify_receipt.h"
#include "cli/tool/directory.h"
#include "cli/tool/finding_report.h"
#include "cli/tool/scratch.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "projections/projection.h"

/* -- looking ------------------------------------------------------------------------------ */

static uint64_t anchored_at(const struct directory *directory)
{
    struct checkpoint anchored;

    return checkpoint_open(directory->anchor, &directory->key, &anchored).code == STATUS_OK
               ? anchored.size
               : 0;
}

static struct status verify_check_anchor(struct directory *directory, struct finding_report *report)
{
    struct reader *reader = store_reader(directory->store);
    struct status  status = anchor_covers(directory->anchor_after, reader);

    if (status.code == STATUS_OK && directory->anchor.data)
        status = directory->keyed
                     ? anchor_reached(directory->anchor, &directory->key, reader)
                     : failed(STATUS_CORRUPT, "without the log's key nobody can say whether the "
                                              "anchor is its own: --key");
    if (status.code != STATUS_CORRUPT) return status;
    finding_report_add(report, anchored_at(directory), "anchor", status.text);
    return OK;
}

/* The anchor has no cosignatures: it comes before anybody is asked for one. */
static struct status verify_check_witnesses(const struct verify_options *options,
                                            struct directory            *directory,
                                            struct finding_report       *report)
{
    struct slice note;

    TRY(checkpoint_last(store_reader(directory->store), &directory->arena, &note));
    return witness_demand_check(&options->witnesses, note, report);
}

static struct status verify_check_views(struct directory *directory, struct finding_report *report)
{
    struct store *store;
    struct status status;

    TRY(scratch_store_open(&store, store_reader(directory->store)));
    status = replay_verify_views(store_reader(directory->store), directory->vault, all_folds, store,
                                 &screen_progress, &report->findings);
    scratch_store_close(store);
    return status;
}

/* If it is not the log's own that is no finding: it is no use. */
static struct status verify_read_earlier(const struct verify_options *options,
                                         struct directory *directory, struct checkpoint *earlier,
                                         struct replay_checks *checks)
{
    struct slice note;

    if (!options->checkpoint) return OK;
    if (!directory->keyed) return failed(STATUS_INVALID, "--checkpoint needs the log's key: --key");
    TRY(directory_read_checkpoint(options->checkpoint, &directory->key, &directory->arena, &note,
                                  earlier));
    checks->earlier       = earlier;
    checks->earlier_count = 1;
    return OK;
}

/* A log that is damaged cannot be folded to its end; the findings say why. */
static struct status verify_check_all(const struct verify_options *options,
                                      struct directory *directory, struct finding_report *report,
                                      struct verification *result)
{
    struct reader       *reader = store_reader(directory->store);
    struct replay_checks checks = { .key = directory->keyed ? &directory->key : NULL };
    struct checkpoint    earlier;
    struct status        ready;

    TRY(verify_check_anchor(directory, report));
    TRY(verify_check_witnesses(options, directory, report));
    TRY(verify_read_earlier(options, directory, &earlier, &checks));
    TRY(replay_verify_log(reader, directory->vault, &checks, &screen_progress, &report->findings,
                          result));
    if (options->log_only || report->findings.count) return OK;
    ready = replay_check_ready(reader, all_folds);
    if (ready.code == STATUS_OK) return verify_check_views(directory, report);
    if (ready.code != STATUS_CONFLICT) return ready;
    finding_report_add(report, 0, "view", ready.text);
    return OK;
}

static struct status verify_look(const struct verify_options *options,
                                 struct finding_report *report, struct verification *result)
{
    struct directory directory;
    struct status    status;

    TRY(directory_open(&directory, &options->directory, DIRECTORY_ALL));
    status = verify_check_all(options, &directory, report, result);
    if (status.code == STATUS_OK) status = store_check(directory.store);
    if (status.code == STATUS_OK) status = vault_check(directory.vault);
    directory_close(&directory);
    screen_progress_end();
    return status;
}

/* -- telling -------------------------------------------------------------------------------- */

static void verify_say(const struct finding_report *report, const struct verification *result,
                       const char *views)
{
    bool good = !report->findings.count;

    if (report->findings.count > FINDINGS_SHOWN_MAX)
        printf("… and %llu more\n",
               (unsigned long long)(report->findings.count - FINDINGS_SHOWN_MAX));
    printf("%s%s%s: %llu events in %llu streams, %llu of them with sealed fields, %llu of these "
           "forgotten; head at %llu; %s\n",
           screen_paint(stdout, good ? PAINT_GOOD : PAINT_BAD), good ? "content" : "not content",
           screen_paint(stdout, PAINT_NONE), (unsigned long long)result->events,
           (unsigned long long)result->streams, (unsigned long long)result->sealed,
           (unsigned long long)result->forgotten, (unsigned long long)result->head, views);
    if (result->bare)
        printf("up to %llu the log came here without sealed fields, as a copy that had none\n",
               (unsigned long long)result->bare);
}

enum ending verify_tell(const struct finding_report *report, const char *where,
                        const struct verification *result, const char *views)
{
    struct buffer out = { 0 };

    if (report->as_json) {
        finding_report_write(report, where, result, &out);
        screen_put(stdout, buffer_slice(&out));
        buffer_free(&out);
    } else verify_say(report, result, views);
    return report->findings.count ? ENDED_REFUSED : ENDED_WELL;
}

static enum ending verify_could_not(const struct verify_options *options, struct status status)
{
    screen_complain("%s", status.text);
    if (directory_in_use(&options->directory))
        screen_complain("a piotd has this directory open, and tidies files away while it runs: "
                        "try again, or verify a copy or a stopped service's directory");
    return ENDED_UNABLE;
}

static enum ending verify_directory(const struct verify_options *options)
{
    struct verification   result = { 0 };
    struct finding_report report;

    finding_report_open(&report, options->json);
    struct status status  = verify_look(options, &report, &result);
    bool          damaged = status.code == STATUS_CORRUPT && !directory_in_use(&options->directory);
    enum ending   ending;
    if (damaged) finding_report_add(&report, 0, "store", status.text);
    if (status.code != STATUS_OK && !damaged) ending = verify_could_not(options, status);
    else
        ending = verify_tell(&report, options->directory.data, &result,
                             options->log_only       ? "views not looked at"
                             : report.findings.count ? "views differ or were not compared"
                                                     : "views as a fresh fold gives them");
    finding_report_close(&report);
    return ending;
}

static enum ending verify_run(void *context, const struct verb *verb, const char *word)
{
    struct verify_options *options = context;
    int                    kinds   = (options->directory.data != NULL) + (options->folder != NULL) +
                (options->part != NULL) + (options->url != NULL) + (options->proof != NULL) +
                (options->receipt != NULL);

    (void)verb;
    (void)word;
    if (!kinds)
        return misused("verify", "--data DIR is missing: piotd's data directory; or say --export, "
                                 "--archive, --url, --proof or --receipt");
    if (kinds > 1)
        return misused("verify", "say one of --data, --export, --archive, --url, "
                                 "--proof and --receipt");
    struct status asked = witness_demand_read(&options->witnesses);
    if (asked.code != STATUS_OK) return misused("verify", "%s", asked.text);
    if (options->witnesses.need && (options->proof || options->receipt))
        return misused("verify", "--witness goes with --data, --export, --archive and --url");
    if (options->directory.data) return verify_directory(options);
    if (options->receipt)
        return verify_receipt(options->receipt, options->directory.key, options->json);
    if (!options->directory.key)
        return misused("verify", "--key KEY is missing: the log's verifier key, which you have "
                                 "from its operator; what lies beside a copy proves nothing");
    return options->proof ? verify_proof(options) : verify_copy(options);
}

enum ending piot_verify(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct verify_options    options = { .json = false };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.directory),
        { "export", "FOLDER", NULL, "instead: what piot export has written",
          &options.folder, NULL },
        { "archive", "FOLDER", NULL, "instead: an archive_folder by itself, as far as it goes",
          &options.part, NULL },
        { "url",    "URL",  NULL, "instead: a piotd, or any log served as C2SP tlog-tiles",
          &options.url, NULL },
        { "proof",  "FILE", NULL, "instead: a proof that piot prove --json has printed",
          &options.proof, NULL },
        { "token",  "FILE", NULL, "for --url: file with an auditor's token", &options.token, NULL },
        CHOICE_KEY(&options.directory.key),
        { "checkpoint", "FILE", NULL, "a checkpoint kept from before: the log has to continue it",
          &options.checkpoint, NULL },
        { "receipt", "FILE", NULL, "instead: this receipt by itself, JSON or page, with --key",
          &options.receipt, NULL },
        CHOICES_OF_WITNESSES(&options.witnesses),
        { "log-only", NULL, NULL, "leave the views alone: no scratch space is needed", NULL,
          &options.log_only },
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "verify",
        .meaning = "check that nothing was altered, left out or added",
        .verbs   = verbs,
        .choices = choices,
        .run     = verify_run,
        .context = &options,
        .about =
            "Every event is parsed, encoded again and hashed; versions and positions have\n"
            "to count without gaps, each event has to name its stream's previous one,\n"
            "times have to rise, sealed fields have to match and open; the tree has to be that\n"
            "of the events, every checkpoint signed by the log's key and its head at the time,\n"
            "and the log has to reach its anchor. Then everything is folded again into a\n"
            "scratch store in $TMPDIR (it needs about as much room as the views) and compared\n"
            "byte for byte. With --witness, the last checkpoint, published or in the copy, has to\n"
            "carry those witnesses' cosignatures.\n"
            "Each finding names the rule, and the position if there is one. Nothing in DIR\n"
            "is changed. It may run beside piotd, and then checks the state it began with.\n"
            "\n"
            "Of an export or a URL the same is checked as far as a copy has it, up to its\n"
            "checkpoint; nothing but the files and the key is needed. A URL without a path is\n"
            "a piotd's. A proof is held against the checkpoint in it, or against --checkpoint.\n"
            "An archive is the beginning of a log: every event in it, and that the tiles lead\n"
            "from there to the checkpoint. How far it has to go is what --data checks.\n"
            "\n"
            "A receipt is checked by itself: signature, proofs, and that it says what the events\n"
            "in it say.\n"
            "Ends with 0: content, 1: findings, 2: usage, 3: could not look.\n",
        .examples =
            "  piot verify --data /var/lib/piot\n"
            "  piot verify --receipt receipt.json --key log.key.pub\n"
            "  piot verify --url https://piot.example --token audit.token --key log.key.pub \\\n"
            "      --checkpoint last-month.checkpoint\n"
            "  piot verify --export /srv/log --key piot-0123456789abcdef+89ab…\n"
            "  piot verify --archive /srv/archive --key log.key.pub\n"
            "  TMPDIR=/big/disk piot verify --data /backup/piot --json > report.json\n"
            "  piot verify --export /srv/log --key log.key.pub --witness \"$(cat w1.pub)\" \\\n"
            "      --witness \"$(cat w2.pub)\" --need 1\n",
    };

    return arguments_run(&manual, count, words);
}
