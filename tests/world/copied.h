/* copied.h -- a log of some hundred events, exported into a folder of its own. */
#ifndef PIOT_WORLD_COPIED_H
#define PIOT_WORLD_COPIED_H

#include "replay/copy/export.h"
#include "replay/verify/published.h"
#include "tests/world/asked.h"

enum { ACCOUNTS_USUAL = 300 }; /* two events each: two tiles, and a part */

struct copied {
    struct world     *world;
    char              folder[FOLDER_MAX];
    bool              part; /* it has an archive, not all of the log */
    struct buffer     note; /* the last checkpoint */
    struct checkpoint head;
};

/* Each account is two events with personal fields. */
void accounts_open(struct world *world, unsigned first, unsigned count);
/* Its head is the last event. */
void          copied_sign(struct copied *copied);
struct status copied_export(struct copied *copied, bool ciphertexts, struct export_job *job);
/* For cmocka: a log with its head, not exported yet, and its end. */
int copied_begins(void **state);
int copied_ends(void **state);

/* What is in a file of it; and the file with other bytes, or (data NULL) no more. */
struct slice copied_file(struct copied *copied, const char *path);
void         copied_put(struct copied *copied, const char *path, struct slice bytes);

struct copy_told {
    unsigned       count;
    char           rules[512]; /* each once, with blanks between */
    struct finding first;
};
/* A struct findings' found(), whose context is a struct copy_told. */
void copy_keep(void *context, const struct finding *finding);

/* Verified as a stranger would who kept `earlier` (NULL: nothing). */
struct status    copied_look(struct copied *copied, const struct checkpoint *earlier,
                             struct copy_told *told, struct verification *result);
struct copy_told copied_verify(struct copied *copied, const struct checkpoint *earlier,
                               struct verification *result);

#endif
