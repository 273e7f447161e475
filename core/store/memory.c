/* memory.c -- an end in words where RocksDB finds no memory, or no thread.
 *
 * It is written in C++ and throws then, through our C and out of main(): the process would
 * abort. The two handlers have no C interface, so they go by the names that the Itanium C++ ABI
 * gives them: std::set_new_handler() and std::set_terminate(). */
#include "core/store/rocks.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>

typedef void        on_failure(void);
typedef on_failure *set_on_failure(on_failure *);

static on_failure *terminate_otherwise;

static void on_no_memory(void) { out_of_memory(); }

/* What is thrown for want of a thread is EAGAIN. Anything else is a mistake in the program. */
static void on_terminate(void)
{
    if (errno == ENOMEM || errno == EAGAIN) out_of_memory();
    terminate_otherwise();
}

static on_failure *set(const char *name, on_failure *act)
{
    set_on_failure *with;

    *(void **)&with = dlsym(RTLD_DEFAULT, name);
    ensure(with != NULL); /* RocksDB brought them */
    return with(act);
}

static void set_both(void)
{
    set("_ZSt15set_new_handlerPFvvE", on_no_memory);
    terminate_otherwise = set("_ZSt13set_terminatePFvvE", on_terminate);
}

void memory_watch(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    ensure(pthread_once(&once, set_both) == 0);
}
