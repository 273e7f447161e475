#include "tests/world/replayed.h"

#include "projections/projection.h"
#include "tests/world/checks.h"

static void keep_first(void *context, const struct finding *finding)
{
    struct replayed *result = context;

    if (!result->differences++) result->first = *finding;
}

struct replayed replayed(struct reader *live, struct vault *vault, const struct fold *const *folds)
{
    struct replayed      result   = { 0 };
    struct findings      findings = { .found = keep_first, .context = &result };
    struct store_options options  = { .partition = reader_partition(live) };
    struct verification  log;
    struct store        *scratch;

    store_families_all(options.families);
    assert_ok(store_open(&scratch, &options));
    assert_ok(replay_verify_log(live, vault, NULL, NULL, &findings, &log));
    assert_ok(replay_verify_views(live, vault, folds, scratch, NULL, &findings));
    store_close(scratch);
    result.events = log.events;
    return result;
}

uint64_t assert_replayed(struct reader *live, struct vault *vault)
{
    struct replayed result = replayed(live, vault, all_folds);

    if (result.differences)
        fail_msg("%llu differences; at %llu, %s: %s", (unsigned long long)result.differences,
                 (unsigned long long)result.first.position, result.first.rule, result.first.text);
    return result.events;
}

uint64_t assert_replayed_at(const char *store_path, const char *vault_path)
{
    struct store_options options = { .path = store_path, .read_only = true };
    struct store        *store;
    struct vault        *vault;

    store_families_all(options.families);
    assert_ok(store_open(&store, &options));
    assert_ok(vault_open(&vault, vault_path, true));
    uint64_t events = assert_replayed(store_reader(store), vault);
    vault_close(vault);
    store_close(store);
    return events;
}
