/* Is nothing left of an erased account in the store: no ciphertext, lease or kept answer,
 * in no row and no file; and does another's stay?
 *
 * Planted bugs that this must notice, and did: ciphertexts of the stream left, those of
 * the index left, the leases of a gateway left, kept answers left, files not rewritten.
 */
#include "api/chores/eraser_internal.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "core/leases/leases.h"
#include "tests/world/checks.h"
#include "tests/world/folder.h"
#include "tests/world/people.h"
#include "tests/world/sample.h"

enum { PATIENCE_MS = 20000, CIPHERTEXTS_MAX = 64 };

static struct settings settings;
static struct ground   ground;
static struct chore   *eraser;
static struct arena    arena;
static char            folder[FOLDER_MAX], store_path[96];
static int             files; /* readable: one of the store's was written or went */

/* -- a world ------------------------------------------------------------------------- */

static void open_store(void)
{
    struct store_options options = { .path = store_path, .uncompressed = true };

    store_families_all(options.families);
    assert_ok(store_open(&ground.store, &options));
}

static void watch_files(void)
{
    files = inotify_init1(IN_CLOEXEC);
    assert_true(files >= 0);
    assert_true(inotify_add_watch(files, store_path, IN_MODIFY | IN_DELETE) >= 0);
}

static int begins(void **state)
{
    static const struct timer_source timers = { timers_next, timers_due };
    struct ledger_settings           of_ledger;

    (void)state;
    ground = (struct ground){ .settings = &settings, .clock = clock_real() };
    settings_default(&settings);
    settings.wipe_every               = 0;
    settings.master_key_rotate_within = DAY;
    ground.policy                     = settings_policy(&settings);
    folder_new(folder, "eraser");
    snprintf(store_path, sizeof store_path, "%s/store", folder);
    open_store();
    watch_files();
    assert_ok(vault_open(&ground.vault, NULL, false));
    of_ledger = (struct ledger_settings){ .store     = ground.store,
                                          .vault     = ground.vault,
                                          .folds     = all_folds,
                                          .timers    = &timers,
                                          .policy    = &ground.policy,
                                          .clock     = &ground.clock,
                                          .queue_max = 64 };
    assert_ok(ledger_open(&ground.ledger, &of_ledger));
    assert_ok(ledger_start(ground.ledger));
    return 0;
}

static int ends(void **state)
{
    (void)state;
    if (eraser) chore_stop(eraser);
    ledger_stop(ground.ledger);
    chore_close(eraser);
    eraser = NULL;
    ledger_close(ground.ledger);
    vault_close(ground.vault);
    store_close(ground.store);
    settings_free(&settings);
    arena_free(&arena);
    close(files);
    folder_remove(folder);
    return 0;
}

static struct status nothing(void *context)
{
    (void)context;
    return OK;
}

/* Whatever becomes so is written first: waits for that, and for the end of the turn that wrote
 * it. False: nothing was written for a long time. */
static bool news(void)
{
    char          events[4096];
    struct pollfd wait = { .fd = files, .events = POLLIN };

    if (poll(&wait, 1, PATIENCE_MS) <= 0) return false;
    assert_true(read(files, events, sizeof events) > 0);
    assert_ok(ledger_between_turns(ground.ledger, nothing, NULL));
    return true;
}

#define until(condition)                                       \
    do {                                                       \
        while (!(condition))                                   \
            if (!news()) fail_msg("never so: %s", #condition); \
    } while (0)

static void on_done(struct ledger_request *request)
{
    atomic_store((atomic_bool *)request->context, true);
}

static void on_answer(struct ledger_request *request, struct reader *reader)
{
    (void)reader;
    buffer_add(&request->reply, SLICE("a kept answer"));
}

static void request(struct id caller, struct intent intent)
{
    atomic_bool           done    = false;
    struct ledger_item    item    = { .intent = intent };
    struct ledger_request request = { .items           = &item,
                                      .count           = 1,
                                      .done            = on_done,
                                      .answer          = on_answer,
                                      .context         = &done,
                                      .caller          = caller,
                                      .idempotency_key = id_slice(&intent.stream) };

    assert_true(ledger_submit(ground.ledger, &request));
    until(atomic_load(&done));
    buffer_free(&request.reply);
    if (item.outcome.refusal) fail_msg("%s", refusal_shape(item.outcome.refusal)->name);
}
/* clang-format off */
#define ask_for(caller, name, where, ...)                                       \
    request((caller), (struct intent){ .type = INTENT_##name, .stream = (where), \
                                       .actor = { ACTOR_SYSTEM, NO_ID },         \
                                       .name = { __VA_ARGS__ } })
/* clang-format on */

static void put_lease(struct slice gateway, uint8_t last)
{
    struct batch *batch = batch_open(ground.store); /* nothing else writes just now */
    struct lease  lease = { .gateway     = name_gateway(NULL, gateway),
                            .family      = 4,
                            .address     = { 198, 18, 7, last },
                            .port_to     = 65535,
                            .from        = START,
                            .until       = LEASE_OPEN,
                            .recorded_at = START };

    lease_put(batch, &lease);
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
}

static void moves_in(struct id account, struct slice login, struct slice gateway)
{
    struct id network = account;

    network.bytes[0] = ID_network;
    ask_for(NO_ID, claim_login, name_login(NULL, login), .login = login, .account = account,
            .activation_hash = login);
    ask_for(account, create_network, account, .name = login, .network = network);
    ask_for(NO_ID, claim_gateway, name_gateway(NULL, gateway), .gateway_id = gateway,
            .account_id = account, .network_id = network);
}

/* -- looking -------------------------------------------------------------------------- */

static size_t rows_of(enum family family)
{
    struct key     prefix = reader_key(store_reader(ground.store));
    struct cursor *cursor = cursor_open(store_reader(ground.store), family, key_slice(&prefix),
                                        (struct slice){ 0 });
    size_t         count  = 0;

    while (cursor_next(cursor)) count++;
    assert_ok(cursor_close(cursor));
    return count;
}

static size_t ciphertexts_of(struct id account, struct slice texts[CIPHERTEXTS_MAX])
{
    struct log_scan  *scan = log_scan_open(store_reader(ground.store), 0);
    struct log_record record;
    size_t            count = 0;

    while (log_scan_next(scan, &record)) {
        struct event event;
        assert_ok(log_record_event(&record, NULL, &arena, &event));
        if (!id_equal(event.seal.owner, account) || !record.ciphertext.data) continue;
        assert_true(count < CIPHERTEXTS_MAX);
        texts[count++] = arena_copy(&arena, record.ciphertext);
    }
    assert_ok(log_scan_close(scan));
    return count;
}

static bool file_holds(const char *path, struct slice bytes)
{
    struct buffer text = { 0 };
    FILE         *file = fopen(path, "r");
    int           byte;

    while (file && (byte = fgetc(file)) != EOF) buffer_add_byte(&text, (char)byte);
    if (file) fclose(file);
    bool holds = text.size && memmem(text.data, text.size, bytes.data, bytes.size);
    buffer_free(&text);
    return holds;
}

static bool any_file_holds(struct slice bytes)
{
    DIR                 *listing = opendir(store_path);
    const struct dirent *entry;
    bool                 holds = false;

    assert_non_null(listing);
    while ((entry = readdir(listing)) && !holds) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", store_path, entry->d_name);
        holds = entry->d_name[0] != '.' && file_holds(path, bytes);
    }
    closedir(listing);
    return holds;
}

static struct account_row account_now(struct id account)
{
    struct account_row row;

    assert_true(view_get_account(store_reader(ground.store), account, NO_ID, &arena, &row));
    return row;
}

static bool is_destroyed(void)
{
    struct open_erasure_row row;

    return view_get_open_erasure(store_reader(ground.store), name_system(), ALICE, &arena, &row) &&
           row.destroyed_at;
}

/* -- what is asked ------------------------------------------------------------------------ */

static void everything_of_the_erased_goes_and_all_of_others_stays(void **state)
{
    struct slice  hers[CIPHERTEXTS_MAX], his[CIPHERTEXTS_MAX], none[CIPHERTEXTS_MAX];
    const uint8_t lease[] = { '4', 198, 18, 7, 1 };

    (void)state;
    moves_in(ALICE, SLICE("alice"), SLICE("box-1"));
    moves_in(BOB, SLICE("bob"), SLICE("box-2"));
    put_lease(SLICE("box-1"), 1);
    put_lease(SLICE("box-2"), 2);
    assert_int_equal(ciphertexts_of(ALICE, hers), 5);
    assert_int_equal(ciphertexts_of(BOB, his), 5);
    assert_int_equal(rows_of(FAMILY_leases), 4); /* each in the index, too */
    size_t kept = rows_of(FAMILY_idempotency);
    assert_ok(store_flush(ground.store));
    for (size_t i = 0; i < 5; i++) assert_true(any_file_holds(hers[i]));
    assert_true(any_file_holds(SLICE_OF(lease)));

    assert_ok(chore_open(&eraser, &eraser_chore, &ground));
    assert_ok(chore_start(eraser));
    ask_for(NO_ID, erase_account, ALICE, .none_ = { 0 });
    until(is_destroyed());
    assert_int_equal(ciphertexts_of(ALICE, none), 0);
    assert_int_equal(ciphertexts_of(BOB, none), 5);
    assert_int_equal(rows_of(FAMILY_leases), 2);
    assert_int_equal(rows_of(FAMILY_idempotency), kept);            /* hers went, the wish came */
    for (size_t i = 0; i < 5; i++) until(!any_file_holds(hers[i])); /* RocksDB tidies up */
    until(!any_file_holds(SLICE_OF(lease)));
    for (size_t i = 0; i < 5; i++) assert_true(any_file_holds(his[i]));
}

/* The lamp of a vendor's, seen at the account; where its report stands. */
static uint64_t is_reported(struct id account, struct slice lamp)
{
    struct id claim = name_claim(NULL, GLOW, lamp), report = account;
    uint64_t  at;

    report.bytes[0] = ID_detection;
    ask_for(GLOW, report_detection, claim, .vendor = GLOW, .detection = report,
            .vendor_device_id = lamp, .model = SLICE("lamp:1.0.0"),
            .observed_at = clock_now(&ground.clock));
    assert_ok(log_head(store_reader(ground.store), &at));
    ask_for(account, resolve_detection, claim, .vendor = GLOW, .detection = report,
            .vendor_device_id = lamp, .confidence = CONFIDENCE_ambiguous, .account = account);
    return at;
}

static bool has_ciphertext(uint64_t position)
{
    struct log_record record;

    assert_ok(log_read_record(store_reader(ground.store), position, &arena, &record));
    return record.ciphertext.data != NULL;
}

static void a_report_goes_with_the_account_it_led_to(void **state)
{
    (void)state;
    moves_in(ALICE, SLICE("alice"), SLICE("box-1"));
    moves_in(BOB, SLICE("bob"), SLICE("box-2"));
    ask_for(NO_ID, onboard_vendor, GLOW, .name = SLICE("Glow"), .key = { "kfirst" },
            .token = { "tglow" }, .hash = SLICE("glow"));
    ask_for(ALICE, approve_vendor, GLOW, .none_ = { 0 });
    ask_for(BOB, publish_thing_model, GLOW, .model = SLICE("lamp:1.0.0"), .title = SLICE("Lamp"),
            .definition = SLICE("{}"));
    uint64_t hers = is_reported(ALICE, SLICE("lamp-1")), his = is_reported(BOB, SLICE("lamp-2"));
    assert_true(has_ciphertext(hers) && has_ciphertext(his));
    assert_ok(chore_open(&eraser, &eraser_chore, &ground));
    assert_ok(chore_start(eraser));
    ask_for(NO_ID, erase_account, ALICE, .none_ = { 0 });
    until(is_destroyed());
    assert_false(has_ciphertext(hers));
    assert_true(has_ciphertext(his));
}

static void an_erasure_is_complete_once_the_master_key_was_rotated(void **state)
{
    (void)state;
    moves_in(ALICE, SLICE("alice"), SLICE("box-1"));
    assert_ok(chore_open(&eraser, &eraser_chore, &ground));
    assert_ok(chore_start(eraser));
    ask_for(NO_ID, erase_account, ALICE, .none_ = { 0 });
    until(is_destroyed());
    assert_int_equal(account_now(ALICE).erasure_complete_at, 0);
    assert_int_equal(vault_master_number(ground.vault), 1);
    assert_ok(vault_rotate_master(ground.vault));
    until(account_now(ALICE).erasure_complete_at != 0);
}

/* The wish was committed, and the process killed. */
static void what_was_asked_before_the_start_is_done_after_it(void **state)
{
    struct slice none[CIPHERTEXTS_MAX];

    (void)state;
    moves_in(ALICE, SLICE("alice"), SLICE("box-1"));
    ask_for(NO_ID, erase_account, ALICE, .none_ = { 0 });
    until(account_now(ALICE).erased_at != 0);
    assert_ok(chore_open(&eraser, &eraser_chore, &ground));
    assert_ok(chore_start(eraser));
    until(is_destroyed());
    assert_int_equal(ciphertexts_of(ALICE, none), 0);
}

/* What a snapshot shows could not be compacted away. */
static void an_open_snapshot_is_waited_for(void **state)
{
    struct slice texts[CIPHERTEXTS_MAX];

    (void)state;
    moves_in(ALICE, SLICE("alice"), SLICE("box-1"));
    ciphertexts_of(ALICE, texts);
    struct snapshot *snapshot = snapshot_open(ground.store);
    assert_ok(chore_open(&eraser, &eraser_chore, &ground));
    assert_ok(chore_start(eraser));
    ask_for(NO_ID, erase_account, ALICE, .none_ = { 0 });
    until(rows_of(FAMILY_personal) == 0);
    assert_false(is_destroyed());
    snapshot_close(snapshot);
    until(is_destroyed());
    until(!any_file_holds(texts[0]));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begins, ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everything_of_the_erased_goes_and_all_of_others_stays),
        TEST(a_report_goes_with_the_account_it_led_to),
        TEST(an_erasure_is_complete_once_the_master_key_was_rotated),
        TEST(what_was_asked_before_the_start_is_done_after_it),
        TEST(an_open_snapshot_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
