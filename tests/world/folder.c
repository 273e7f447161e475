#include "tests/world/folder.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/world/checks.h"

void folder_new(char folder[FOLDER_MAX], const char *name)
{
    snprintf(folder, FOLDER_MAX, "/tmp/piot-%s-XXXXXX", name);
    assert_non_null(mkdtemp(folder));
}

void folder_remove(const char *folder)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}
