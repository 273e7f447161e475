/* corpus.c -- runs a harness over the inputs in a folder, without a fuzzer: each whole, each
 * cut short at every byte, and each with one bit of every byte turned.
 *
 *     fuzz_NAME FOLDER      ends with 0, or as an ensure() or a sanitizer ends it
 *
 * Every input stands in memory of its own size. A folder that has none fails: a test that
 * looks at nothing says nothing.
 */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/durable.h"
#include "tests/world/input.h"

enum { INPUT_MAX = 64 * 1024 };

static void run(struct slice bytes, size_t size, size_t turned)
{
    uint8_t *data = malloc(size + (size == 0));

    ensure(data != NULL);
    memcpy(data, bytes.data, size);
    if (turned < size) data[turned] ^= (uint8_t)(1u << turned % 8);
    ensure(LLVMFuzzerTestOneInput(data, size) == 0);
    free(data);
}

static void run_all(struct slice bytes)
{
    for (size_t size = 0; size <= bytes.size; size++) run(bytes, size, SIZE_MAX);
    for (size_t turned = 0; turned < bytes.size; turned++) run(bytes, bytes.size, turned);
}

/* The path is told first: whatever ends the process, the last one told is the input. */
static struct status run_file(const char *folder, const char *name)
{
    char          path[PATH_MAX];
    struct buffer bytes = { 0 };

    TRY(durable_join(path, folder, name));
    TRY(durable_read(path, INPUT_MAX, &bytes));
    printf("%s\n", path);
    fflush(stdout);
    run_all(buffer_slice(&bytes));
    buffer_free(&bytes);
    return OK;
}

int main(int count, char **words)
{
    struct status  status = OK;
    unsigned       inputs = 0;
    struct dirent *entry;
    DIR           *folder = count == 2 ? opendir(words[1]) : NULL;

    if (!folder) {
        fprintf(stderr, "usage: %s FOLDER\n", words[0]);
        return 2;
    }
    while (status.code == STATUS_OK && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.') continue;
        status = run_file(words[1], entry->d_name);
        inputs++;
    }
    closedir(folder);
    printf("%u inputs %s\n", inputs, status.text);
    return inputs && status.code == STATUS_OK ? 0 : 1;
}
