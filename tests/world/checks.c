#include "tests/world/checks.h"

void assert_slice(struct slice found, const char *wanted)
{
    if (!found.data || !slice_equal(found, slice_text(wanted)))
        fail_msg("'%.*s' is not '%s'", (int)found.size, found.data ? found.data : "", wanted);
}

void assert_says(struct slice found, const char *wanted)
{
    assert_slice(found.size ? found : SLICE(""), wanted);
}

void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part)) fail_msg("no %s in %s", part, text);
}

void assert_has_not(const char *text, const char *part)
{
    if (strstr(text, part)) fail_msg("%s in %s", part, text);
}

bool stops(void (*doing)(void))
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
