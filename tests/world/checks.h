/* checks.h -- cmocka, whose header wants four others first, and what it cannot ask.
 *
 * ERRORS    The test fails.
 */
#ifndef PIOT_WORLD_CHECKS_H
#define PIOT_WORLD_CHECKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/base.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define assert_ok(call)                                                         \
    do {                                                                        \
        struct status status_ = (call);                                         \
        if (status_.code != STATUS_OK) fail_msg("%s: %s", #call, status_.text); \
    } while (0)
#define assert_status(call, wanted) assert_int_equal((call).code, (wanted))
#define assert_id(found, wanted)    assert_true(id_equal((found), (wanted)))

/* It is there, and says this. */
void assert_slice(struct slice found, const char *wanted);
/* The same, but what is not there says "". */
void assert_says(struct slice found, const char *wanted);
void assert_has(const char *text, const char *part);
void assert_has_not(const char *text, const char *part);

/* Does doing this stop the program? A child tries, silently. */
bool stops(void (*doing)(void));

#endif
