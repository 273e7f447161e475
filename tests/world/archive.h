/* archive.h -- a log of some hundred events, and a folder for the old ones of them. */
#ifndef PIOT_WORLD_ARCHIVE_H
#define PIOT_WORLD_ARCHIVE_H

#include "core/log/archived.h"
#include "core/log/checkpoint.h"
#include "tests/world/logged.h"

#define ANN sample_id(ID_account, "ann")

enum { EVENTS = 600, TWO_BUNDLES = 512 };

struct archive {
    struct world *world;
    char          folder[FOLDER_MAX], first[96]; /* of the archive, and its first file */
};
/* For cmocka: an empty log and an empty folder, and their end. */
int archive_begins(void **state);
int archive_ends(void **state);

/* A checkpoint of the log's first `size` events; who signed it is not asked here. */
void write_note(struct world *world, const char *origin, uint64_t size, struct buffer *note);
/* A checkpoint of all of it is kept in the store. */
void sign(struct world *world);
void append_some(struct world *world, unsigned count);
/* The bundles before TWO_BUNDLES become files, and their rows go. */
struct status write_files(struct archive *archive);
void          drop_rows(struct archive *archive);
/* EVENTS are appended, signed, written and dropped. */
void archive_some(struct archive *archive);

/* Flips a bit of the file's byte at `at`, counted from the end. */
void flip(const char *path, long at);

#endif
