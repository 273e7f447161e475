/* How fast does a log become plain files, get checked as such, and become a log again; and
 * how fast do old events go out of the store into such files, and into a backup of them?
 *
 *     bench_copy [EVENTS]
 *
 * Each event is a device's state, with its sealed fields; all is on the same disk, and in
 * the page cache once written. Beside them stands one walk over the store's records. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/place.h"
#include "core/base/durable.h"
#include "core/log/archived.h"
#include "core/rules/rules.h"
#include "projections/projection.h"
#include "replay/copy/export.h"
#include "replay/copy/import.h"

enum { EVENTS = 200000, DEVICES = 1000, COMMIT = 500 };

struct bench {
    struct store      *store;
    struct vault      *vault;
    struct note_signer signer;
    struct buffer      note;
    struct checkpoint  head;
    char               folder[512], archive[512], backup[512];
    uint64_t           events;
};

static void stop_if(struct status status)
{
    if (status.code == STATUS_OK) return;
    fprintf(stderr, "bench_copy: %s\n", status.text);
    exit(1);
}

static void random_bytes(void *context, void *bytes, size_t size)
{
    (void)context;
    crypto_random(bytes, size);
}

static struct store *store_at(const char *folder, const char *name)
{
    char                 path[512];
    struct store_options options = { .path = path };
    struct store        *store;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    store_families_all(options.families);
    stop_if(store_open(&store, &options));
    return store;
}

static struct event a_state(uint64_t number)
{
    static const struct value told[] = { { { "brightness", 10 }, { "42", 2 } },
                                         { { "on", 2 }, { "true", 4 } } };
    uint64_t                  device = number % DEVICES;
    struct slice              name   = { (const char *)&device, sizeof device };

    return (struct event){
        .type   = EVENT_device_state_reported,
        .stream = id_derive(ID_account, name, SLICE("of"), (struct slice){ 0 }),
        .device_state_reported = {
            .device     = id_derive(ID_device, name, SLICE("of"), (struct slice){ 0 }),
            .vendor     = { { ID_vendor, 1 } },
            .properties = { told, COUNT(told) },
        },
    };
}

static void write_log(struct bench *bench)
{
    struct batch *batch = batch_open(bench->store);
    struct arena  arena = { 0 };
    struct ids    ids   = { .random = random_bytes };
    struct clock  clock = clock_real();
    struct log   *log;

    stop_if(log_open(&log, bench->store, bench->vault));
    for (uint64_t i = 0; i < bench->events; i++) {
        struct event event = a_state(i);
        event.id           = ids_next(&ids, ID_event, clock_now(&clock));
        stop_if(log_append(log, batch, clock_now(&clock), &arena, &event));
        arena_reset(&arena);
        if (i % COMMIT == 0) stop_if(batch_commit(batch, false));
    }
    stop_if(batch_commit(batch, true));
    log_committed(log);
    stop_if(store_flush(bench->store));
    bench->head.size = log_last(log);
    stop_if(merkle_root(log_merkle(log), store_reader(bench->store), bench->head.size,
                        &bench->head.root));
    note_signer_new(&bench->signer, SLICE("example.net/log"), NOTE_ED25519);
    checkpoint_sign(&bench->signer, bench->head.size, &bench->head.root, &bench->note);
    checkpoint_put(batch, bench->head.size, buffer_slice(&bench->note));
    stop_if(batch_commit(batch, true));
    log_close(log);
    batch_close(batch);
    arena_free(&arena);
}

/* -- what is measured -------------------------------------------------------------------- */

static void walk_store(struct bench *bench)
{
    struct log_scan  *scan = log_scan_open(store_reader(bench->store), 0);
    struct log_record record;
    uint64_t          bytes = 0;

    while (log_scan_next(scan, &record)) bytes += record.envelope.size + record.ciphertext.size;
    stop_if(log_scan_close(scan));
    printf("%llu bytes an event, ", (unsigned long long)(bytes / bench->events));
}

static void export_log(struct bench *bench)
{
    struct export_job job = { .reader      = store_reader(bench->store),
                              .note        = buffer_slice(&bench->note),
                              .key         = &bench->signer.key,
                              .folder      = bench->folder,
                              .ciphertexts = true };

    stop_if(replay_export(&job));
    printf("%llu files written, ", (unsigned long long)job.written);
}

static void verify_copy(struct bench *bench)
{
    struct published       from     = published_folder(bench->folder);
    struct findings        findings = { 0 };
    struct replay_checks   checks   = { .key           = &bench->signer.key,
                                        .earlier       = &bench->head,
                                        .earlier_count = 1 };
    struct verification    result;
    struct published_walk *walk;
    struct record_source   source;

    stop_if(published_open(&from, bench->head.size, &walk, &source));
    stop_if(replay_verify_source(&source, NULL, &checks, NULL, &findings, &result));
    published_close(walk);
    printf("%llu findings, ", (unsigned long long)findings.count);
}

static void import_log(struct bench *bench)
{
    static unsigned   times;
    char              name[32];
    struct published  from = published_folder(bench->folder);
    struct import_job job  = { .from  = &from,
                               .note  = buffer_slice(&bench->note),
                               .head  = &bench->head,
                               .vault = bench->vault,
                               .folds = all_folds };

    snprintf(name, sizeof name, "../imported-%u", times++);
    job.into = store_at(bench->folder, name);
    stop_if(replay_import(&job));
    store_close(job.into);
}

static struct status drop(void *context, uint64_t through)
{
    struct bench *bench = context;

    return archived_drop_alone(bench->store, bench->archive, through);
}

static void archive_log(struct bench *bench)
{
    const struct archiving archiving = { .reader    = store_reader(bench->store),
                                         .folder    = bench->archive,
                                         .key       = &bench->signer.key,
                                         .before_us = INT64_MAX,
                                         .drop      = drop,
                                         .context   = bench };
    struct archived_step   step;

    do stop_if(archived_advance(&archiving, &step));
    while (step.more);
    printf("%llu archived, ", (unsigned long long)step.through);
}

static void copy_archive(struct bench *bench)
{
    stop_if(archived_copy(store_reader(bench->store), bench->backup));
}

static void measure(const char *what, struct bench *bench, void (*doing)(struct bench *bench))
{
    int64_t began = clock_monotonic_us();

    printf("%-32s ", what);
    doing(bench);
    printf("%.0f events/s\n", (double)bench->events * 1e6 / (double)(clock_monotonic_us() - began));
}

int main(int count, char **arguments)
{
    struct place place = place_open(arguments[0]);
    struct bench bench = { .events = count > 1 ? strtoull(arguments[1], NULL, 10) : EVENTS };
    char         vault[512];

    snprintf(vault, sizeof vault, "%s/vault", place.folder);
    snprintf(bench.folder, sizeof bench.folder, "%s/copy", place.folder);
    snprintf(bench.archive, sizeof bench.archive, "%s/archive", place.folder);
    snprintf(bench.backup, sizeof bench.backup, "%s/backup", place.folder);
    bench.store = store_at(place.folder, "store");
    stop_if(vault_open(&bench.vault, vault, false));
    write_log(&bench);
    measure("a walk over the store", &bench, walk_store);
    measure("export", &bench, export_log);
    measure("export again, all kept", &bench, export_log);
    measure("verify the copy", &bench, verify_copy);
    measure("import, views folded", &bench, import_log);
    stop_if(durable_folder(bench.archive));
    measure("into the archive", &bench, archive_log);
    measure("the archive into a backup", &bench, copy_archive);
    measure("again, all kept", &bench, copy_archive);
    measure("a walk over the archive", &bench, walk_store);
    buffer_free(&bench.note);
    vault_close(bench.vault);
    store_close(bench.store);
    place_close(&place);
    return 0;
}
