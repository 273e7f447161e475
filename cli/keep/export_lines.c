#include "cli/keep/export_lines.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/tool/screen.h"
#include "cli/tool/show_event.h"
#include "core/base/durable.h"

struct lines_file {
    struct vault *vault;
    uint32_t      partition;
    uint64_t      size;
    FILE         *file;
    struct arena  arena;
    struct buffer line;
};

static struct status lines_put(struct lines_file *lines, const struct log_record *record)
{
    struct event event;

    TRY(log_record_event(record, lines->vault, &lines->arena, &event));
    buffer_clear(&lines->line);
    show_event(&event, lines->partition, SHOW_JSON, lines->vault != NULL, &lines->line);
    fwrite(lines->line.data, 1, lines->line.size, lines->file); /* ferror() tells at the end */
    arena_reset(&lines->arena);
    if (record->position % REPLAY_REPORT == 0)
        screen_progress.tell(screen_progress.context, "writing lines", record->position,
                             lines->size);
    return OK;
}

static struct status lines_put_all(struct lines_file *lines, struct reader *reader,
                                   const char *path)
{
    struct log_scan  *scan   = log_scan_open(reader, 0);
    struct status     status = OK;
    struct log_record record;

    while (status.code == STATUS_OK && log_scan_next(scan, &record) &&
           record.position <= lines->size)
        status = lines_put(lines, &record);
    struct status ended = log_scan_close(scan);
    if (status.code == STATUS_OK) status = ended;
    bool written = fflush(lines->file) == 0 && !ferror(lines->file);
    if (status.code == STATUS_OK && (!written || fsync(fileno(lines->file)) != 0))
        status = durable_failed("writing", path);
    return status;
}

struct status export_lines(struct reader *reader, struct vault *vault, uint64_t size,
                           const char *path)
{
    struct lines_file lines = { .vault     = vault,
                                .partition = reader_partition(reader),
                                .size      = size };
    char              fresh[PATH_MAX];
    struct status     status;

    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh)
        return failed(STATUS_INVALID, "the path of %s is too long", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return durable_failed("creating", fresh);
    lines.file = fdopen(fd, "w");
    ensure(lines.file != NULL);
    status = lines_put_all(&lines, reader, fresh);
    fclose(lines.file);
    buffer_free(&lines.line);
    arena_free(&lines.arena);
    return status.code == STATUS_OK ? durable_rename(fresh, path) : status;
}
