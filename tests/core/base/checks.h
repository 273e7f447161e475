/* checks.h -- what the tests of this room share: cmocka, whose header wants four
 * others first, and two questions it cannot ask. */
#ifndef PIOT_CHECKS_H
#define PIOT_CHECKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/base.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Does doing this stop the program? A child tries, silently. */
static inline bool stops(void (*doing)(void))
{
    int   outcome;
    pid_t child = fork();

    if (child == 0) {
        if (dup2(open("/dev/null", O_WRONLY), STDERR_FILENO) >= 0) doing();
        _exit(0);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &outcome, 0), child);
    return WIFSIGNALED(outcome) && WTERMSIG(outcome) == SIGABRT;
}

static inline void assert_slice(struct slice found, const char *wanted)
{
    assert_non_null(found.data);
    assert_int_equal(found.size, strlen(wanted));
    assert_memory_equal(found.data, wanted, found.size);
}

#endif
