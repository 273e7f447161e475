#include "replay/copy/export.h"

#include "core/base/durable.h"
#include "core/log/bundle.h"
#include "replay/copy/export_files.h"
#include "replay/verify/published.h"

#include <stdio.h>
#include <sys/stat.h>

struct work {
    struct export_job *job;
    struct checkpoint  head;
    struct merkle     *tree;
    struct files       files;
    struct buffer      entries, ciphertexts;
};

/* -- is it ours to write into? -------------------------------------------------------- */

static struct status check_earlier(struct work *work, const struct checkpoint *earlier)
{
    struct export_job *job = work->job;
    struct hash        root;

    if (earlier->size > work->head.size)
        return failed(STATUS_CONFLICT,
                      "%s holds %llu events already, this log is signed up to "
                      "%llu",
                      job->folder, (unsigned long long)earlier->size,
                      (unsigned long long)work->head.size);
    TRY(merkle_root(work->tree, job->reader, earlier->size, &root));
    return hash_equal(&root, &earlier->root)
               ? OK
               : failed(STATUS_CONFLICT, "%s holds another history of this log", job->folder);
}

static struct status check_folder(struct work *work)
{
    struct published  there = published_folder(work->job->folder);
    struct buffer     note  = { 0 };
    struct checkpoint earlier;
    struct status     status = published_checkpoint(&there, work->job->key, &note, &earlier);

    if (status.code == STATUS_OK) status = check_earlier(work, &earlier);
    else if (status.code == STATUS_NOT_FOUND) status = OK;
    else if (status.code == STATUS_CORRUPT)
        status = failed(STATUS_CONFLICT, "%s holds another log: %.120s", work->job->folder,
                        status.text);
    buffer_free(&note);
    if (status.code == STATUS_OK && !work->job->ciphertexts && files_have(&work->files, "personal"))
        status = failed(STATUS_INVALID,
                        "%s has ciphertexts from before, and would be left with "
                        "some of them: go on with them, or export elsewhere",
                        work->job->folder);
    return status;
}

/* -- the files ---------------------------------------------------------------------------- */

static struct status put_bundles(struct work *work, uint64_t index, unsigned width)
{
    char                   name[TILE_PATH_MAX], path[TILE_PATH_MAX + 16];
    const struct tile_path entries = { .entries = true, .index = index, .width = width };

    tile_path_text(&entries, path);
    TRY(files_put(&work->files, path, buffer_slice(&work->entries)));
    if (work->job->ciphertexts) {
        tile_index_text(index, width, name);
        snprintf(path, sizeof path, "personal/%s", name);
        TRY(files_put(&work->files, path, buffer_slice(&work->ciphertexts)));
        tile_index_text(index, TILE_WIDTH, name);
        snprintf(path, sizeof path, "personal/%s.p", name);
        TRY(files_drop_but(&work->files, path, width)); /* what was forgotten since */
    }
    buffer_clear(&work->entries);
    buffer_clear(&work->ciphertexts);
    return OK;
}

static struct status put_records(struct work *work, struct log_scan *scan)
{
    const struct progress *progress = work->job->progress;
    uint64_t              *done     = &work->job->events;
    struct log_record      record;

    while (*done < work->head.size && log_scan_next(scan, &record)) {
        uint64_t index = (*done)++ / TILE_WIDTH;
        bundle_add(&work->entries, BUNDLE_ENTRIES, record.envelope);
        bundle_add(&work->ciphertexts, BUNDLE_CIPHERTEXTS, record.ciphertext);
        if (*done % TILE_WIDTH == 0 || *done == work->head.size)
            TRY(put_bundles(work, index, tile_width_of(0, index, work->head.size)));
        if (*done % REPLAY_REPORT == 0 && progress && progress->tell)
            progress->tell(progress->context, "exporting", *done, work->head.size);
    }
    return OK;
}

static struct status put_entries(struct work *work)
{
    struct log_scan *scan   = log_scan_open(work->job->reader, 0);
    struct status    status = put_records(work, scan), ended = log_scan_close(scan);

    return status.code == STATUS_OK ? ended : status;
}

static struct status put_tile(struct work *work, const struct tile_path *path)
{
    char        text[TILE_PATH_MAX];
    struct hash hashes[TILE_WIDTH];

    tile_path_text(path, text);
    TRY(merkle_tile(work->tree, work->job->reader, path->level, path->index, path->width, hashes));
    return files_put(&work->files, text,
                     (struct slice){ (const char *)hashes, path->width * sizeof *hashes });
}

static struct status put_tiles(struct work *work)
{
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        struct tile_path path = { .level = level };
        while ((path.width = tile_width_of(level, path.index, work->head.size)) > 0) {
            TRY(put_tile(work, &path));
            path.index++;
        }
    }
    return OK;
}

static struct status put_head(struct work *work)
{
    struct buffer key = { 0 };
    struct status status;

    note_key_text(work->job->key, &key);
    buffer_add_byte(&key, '\n');
    status = files_put(&work->files, "log.key.pub", buffer_slice(&key));
    buffer_free(&key);
    TRY(status);
    TRY(files_sync(&work->files));
    TRY(files_put(&work->files, "checkpoint", work->job->note));
    return files_sync(&work->files);
}

static struct status put_all(struct work *work)
{
    TRY(check_folder(work));
    TRY(put_entries(work));
    TRY(put_tiles(work));
    return put_head(work);
}

/* What is gone is so as of now; the copy ends at its checkpoint, and has to tell why. */
static struct status check_reasons(const struct export_job *job, uint64_t size)
{
    static const enum event_type reasons[] = { EVENT_account_erased, EVENT_reports_expired };
    uint64_t                     position;
    size_t                       count;

    for (size_t i = 0; job->ciphertexts && i < COUNT(reasons); i++) {
        TRY(log_type_positions(job->reader, reasons[i], size, LOG_RISING, &position, 1, &count));
        if (count)
            return failed(STATUS_CONFLICT,
                          "something was forgotten after the last checkpoint, at "
                          "event %llu: try again once piotd has signed one",
                          (unsigned long long)position);
    }
    return OK;
}

struct status replay_export(struct export_job *job)
{
    struct work work = { .job = job };

    job->events = job->written = job->kept = 0;
    TRY(checkpoint_open(job->note, job->key, &work.head));
    TRY(checkpoint_check(job->reader, &work.head));
    TRY(check_reasons(job, work.head.size));
    TRY(durable_folder(job->folder));
    TRY(merkle_open(&work.tree, job->reader));
    files_open(&work.files, job->folder);
    struct status status = put_all(&work);
    job->written         = work.files.written;
    job->kept            = work.files.kept;
    merkle_close(work.tree);
    buffer_free(&work.entries);
    buffer_free(&work.ciphertexts);
    return status;
}
