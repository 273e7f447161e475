/* Is an export the whole log up to its checkpoint, is it carried on and not begun again, and
 * does it leave alone what is of another log?
 *
 * Planted bugs that this caught: a bundle written only when it is full; files compared by
 * their size alone. */
#include "tests/world/copied.h"

#include "core/log/bundle.h"

static struct export_job   job;
static struct verification result;

static void a_copy_is_content_by_itself(void **state)
{
    struct copied *copied = *state;

    assert_ok(copied_export(copied, true, &job));
    assert_true(job.events > 2 * TILE_WIDTH);
    assert_int_equal(job.events, copied->head.size);
    assert_int_equal(copied_verify(copied, NULL, &result).count, 0);
    assert_int_equal(result.events, copied->head.size);
    assert_true(hash_equal(&result.root, &copied->head.root));
    assert_true(result.sealed > 0);
    assert_int_equal(result.forgotten, 0);
}

static void without_ciphertexts_nothing_counts_as_forgotten(void **state)
{
    struct copied *copied = *state;

    assert_ok(copied_export(copied, false, &job));
    assert_int_equal(copied_verify(copied, NULL, &result).count, 0);
    assert_true(result.sealed > 0);
    assert_int_equal(result.forgotten, 0);
}

static void what_is_beyond_the_checkpoint_is_left_out(void **state)
{
    struct copied *copied = *state;
    uint64_t       size   = copied->head.size;

    accounts_open(copied->world, 1000, 20);
    assert_ok(copied_export(copied, true, &job));
    assert_int_equal(job.events, size);
    assert_int_equal(copied_verify(copied, NULL, &result).count, 0);
}

static void a_second_time_everything_is_kept(void **state)
{
    struct copied *copied = *state;

    assert_ok(copied_export(copied, true, &job));
    uint64_t files = job.written;
    assert_int_equal(job.kept, 0);
    assert_ok(copied_export(copied, true, &job));
    assert_int_equal(job.written, 0);
    assert_int_equal(job.kept, files);
}

static void later_only_what_is_new_is_written(void **state)
{
    struct copied    *copied = *state;
    struct checkpoint before = copied->head;

    assert_ok(copied_export(copied, true, &job));
    accounts_open(copied->world, 1000, 200);
    copied_sign(copied);
    assert_ok(copied_export(copied, true, &job));
    assert_true(job.kept >= 6); /* two whole tiles of each of three kinds */
    assert_int_equal(copied_verify(copied, &before, &result).count, 0);
    assert_int_equal(result.events, copied->head.size);
}

static void a_damaged_file_is_written_anew(void **state)
{
    struct copied *copied = *state;

    assert_ok(copied_export(copied, true, &job));
    struct slice bytes = copied_file(copied, "tile/entries/000");
    ((char *)(uintptr_t)bytes.data)[700] ^= 1;
    copied_put(copied, "tile/entries/000", bytes);
    copied_put(copied, "tile/1/000.p/2", (struct slice){ 0 });
    assert_true(copied_verify(copied, NULL, &result).count > 0);
    assert_ok(copied_export(copied, true, &job));
    assert_int_equal(job.written, 2);
    assert_int_equal(copied_verify(copied, NULL, &result).count, 0);
}

static void a_folder_of_another_log_is_left_alone(void **state)
{
    struct copied     *copied = *state;
    struct note_signer own    = copied->world->signer;

    assert_ok(copied_export(copied, true, &job));
    note_signer_new(&copied->world->signer, SLICE("example.net/other"), NOTE_ED25519);
    copied_sign(copied);
    assert_int_equal(copied_export(copied, true, &job).code, STATUS_CONFLICT);
    assert_int_equal(job.written, 0);
    copied->world->signer = own;
    assert_int_equal(copied_verify(copied, NULL, &result).count, 0);
}

static void a_later_state_or_another_history_is_left_alone(void **state)
{
    struct copied *copied = *state;
    struct buffer  forged = { 0 };
    struct hash    root   = crypto_sha256(SLICE("another history"));

    assert_ok(copied_export(copied, true, &job));
    checkpoint_sign(&copied->world->signer, copied->head.size + 5, &root, &forged);
    copied_put(copied, "checkpoint", buffer_slice(&forged));
    assert_int_equal(copied_export(copied, true, &job).code, STATUS_CONFLICT);
    buffer_clear(&forged);
    checkpoint_sign(&copied->world->signer, 100, &root, &forged);
    copied_put(copied, "checkpoint", buffer_slice(&forged));
    assert_int_equal(copied_export(copied, true, &job).code, STATUS_CONFLICT);
    buffer_free(&forged);
}

static void ciphertexts_are_not_left_in_halves(void **state)
{
    struct copied *copied = *state;

    assert_ok(copied_export(copied, true, &job));
    assert_int_equal(copied_export(copied, false, &job).code, STATUS_INVALID);
}

/* The ciphertext would be gone from the copy, and the event that says why as well. */
static void what_was_forgotten_since_its_checkpoint_is_waited_for(void **state)
{
    struct copied  *copied  = *state;
    struct id       account = { { ID_account, 1 } }; /* the first of them */
    struct question expired = ASKING(account, expire_reports, .until = 1, .reports = 1);

    ask(copied->world, &expired);
    assert_int_equal(copied_export(copied, true, &job).code, STATUS_CONFLICT);
    assert_ok(copied_export(copied, false, &job));
    copied_sign(copied);
    assert_ok(copied_export(copied, true, &job));
}

static void a_log_that_does_not_reach_its_checkpoint_is_not_exported(void **state)
{
    struct copied *copied = *state;
    struct hash    root   = copied->head.root;

    buffer_clear(&copied->note);
    checkpoint_sign(&copied->world->signer, copied->head.size + 1, &root, &copied->note);
    assert_int_equal(copied_export(copied, true, &job).code, STATUS_CORRUPT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, copied_begins, copied_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_copy_is_content_by_itself),
        TEST(without_ciphertexts_nothing_counts_as_forgotten),
        TEST(what_is_beyond_the_checkpoint_is_left_out),
        TEST(a_second_time_everything_is_kept),
        TEST(later_only_what_is_new_is_written),
        TEST(a_damaged_file_is_written_anew),
        TEST(a_folder_of_another_log_is_left_alone),
        TEST(a_later_state_or_another_history_is_left_alone),
        TEST(ciphertexts_are_not_left_in_halves),
        TEST(what_was_forgotten_since_its_checkpoint_is_waited_for),
        TEST(a_log_that_does_not_reach_its_checkpoint_is_not_exported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
