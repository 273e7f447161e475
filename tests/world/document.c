#include "tests/world/document.h"

static void document_write(const char *path, struct slice made)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(made.data, 1, made.size, file), made.size);
    assert_int_equal(fclose(file), 0);
}

void assert_document(const char *path, struct slice made)
{
    char *there = malloc(made.size + 1);
    FILE *file;

    if (getenv("PIOT_DOCS_WRITE")) document_write(path, made);
    file = fopen(path, "r");
    assert_non_null(there);
    assert_non_null(file);
    size_t size = fread(there, 1, made.size + 1, file);
    assert_int_equal(fclose(file), 0);
    if (size != made.size || memcmp(there, made.data, size) != 0)
        fail_msg("%s is not what the tables make: PIOT_DOCS_WRITE=1 writes it anew", path);
    free(there);
}
