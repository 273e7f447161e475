#include "cli/evidence/copy_check.h"

#include "cli/tool/screen.h"

struct status copy_check(const struct published *published, const struct note_key *key,
                         const struct checkpoint *stream_heads, size_t count,
                         struct finding_report *report, struct verification *result)
{
    const struct replay_checks checks = { .key           = key,
                                          .earlier       = stream_heads,
                                          .earlier_count = count };
    struct published_walk     *walk;
    struct record_source       source;
    struct status status = published_open(published, stream_heads[0].size, &walk, &source);

    if (status.code == STATUS_OK)
        status = replay_verify_source(&source, NULL, &checks, &screen_progress, &report->findings,
                                      result);
    published_close(walk);
    screen_progress_end();
    return status;
}
