/* Is a mark read as it was written, and every altered or cut one refused? */
#include "core/vault/vault_mark.h"

#include "tests/world/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[64];

static void save(const char *bytes, size_t size)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void a_mark_reads_as_it_was_written(void **state)
{
    uint64_t counts[] = { 0, 1, 64, UINT64_MAX }, found;

    (void)state;
    for (size_t i = 0; i < COUNT(counts); i++) {
        assert_ok(vault_mark_write(path, counts[i]));
        assert_ok(vault_mark_read(path, &found));
        assert_true(found == counts[i]);
    }
}

static void a_missing_mark_is_not_found(void **state)
{
    uint64_t found;

    (void)state;
    unlink(path);
    assert_status(vault_mark_read(path, &found), STATUS_NOT_FOUND);
}

static void every_altered_or_cut_mark_is_corrupt(void **state)
{
    char     bytes[256];
    uint64_t found;

    (void)state;
    assert_ok(vault_mark_write(path, 1234567));
    FILE  *file = fopen(path, "r");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        save(bytes, size);
        assert_status(vault_mark_read(path, &found), STATUS_CORRUPT);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < size; cut++) {
        save(bytes, cut);
        assert_status(vault_mark_read(path, &found), STATUS_CORRUPT);
    }
    bytes[size] = '\n';
    save(bytes, size + 1);
    assert_status(vault_mark_read(path, &found), STATUS_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_reads_as_it_was_written),
        cmocka_unit_test(a_missing_mark_is_not_found),
        cmocka_unit_test(every_altered_or_cut_mark_is_corrupt),
    };
    snprintf(path, sizeof path, "/tmp/piot-mark-XXXXXX");
    assert_true(close(mkstemp(path)) == 0);
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failures;
}
