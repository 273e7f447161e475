/* archive.h -- a log of some hundred events, and a folder for the old ones of them. */
#ifndef PIOT_TEST_ARCHIVE_H
#define PIOT_TEST_ARCHIVE_H

#include "tests/core/log/world.h"

#include "core/log/archived.h"
#include "core/log/checkpoint.h"

#define ANN sample_id(ID_account, "ann")

enum { EVENTS = 600, TWO_BUNDLES = 512 };

struct place {
    struct world *world;
    char          folder[64], first[96]; /* of the archive, and its first file */
};

static inline int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);

    assert_non_null(place);
    place->world = world_new(false);
    snprintf(place->folder, sizeof place->folder, "/tmp/piot-archive-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->first, sizeof place->first, "%s/tile/entries/000", place->folder);
    *state = place;
    return 0;
}

static inline int clear_place(void **state)
{
    struct place *place = *state;
    char          command[128];

    world_free(place->world);
    snprintf(command, sizeof command, "rm -rf '%s'", place->folder);
    assert_int_equal(system(command), 0);
    free(place);
    return 0;
}

/* A checkpoint of the log's first `size` events; who signed it is not asked in this room. */
static inline void write_note(struct world *world, const char *origin, uint64_t size,
                              struct buffer *note)
{
    struct note_signer signer;
    struct hash        root;

    note_signer_new(&signer, slice_text(origin), NOTE_ED25519);
    assert_ok(merkle_root(log_merkle(world->log), world_reader(world), size, &root));
    checkpoint_sign(&signer, size, &root, note);
}

static inline void sign(struct world *world)
{
    struct buffer note = { 0 };

    log_committed(world->log);
    write_note(world, "log", log_last(world->log), &note);
    checkpoint_put(world->batch, log_last(world->log), buffer_slice(&note));
    assert_ok(batch_commit(world->batch, false));
    buffer_free(&note);
}

static inline void append_some(struct world *world, unsigned count)
{
    for (unsigned i = 0; i < count; i++) world_append(world, renamed(ANN, SLICE("lamp")));
}

static inline struct status write_files(struct place *place)
{
    return archived_write(world_reader(place->world), place->folder, TWO_BUNDLES);
}

static inline void drop_rows(struct place *place)
{
    struct world *world = place->world;

    assert_ok(archived_drop(world->batch, place->folder, TWO_BUNDLES));
    assert_ok(batch_commit(world->batch, false));
}

static inline void archive(struct place *place)
{
    append_some(place->world, EVENTS);
    sign(place->world);
    assert_ok(write_files(place));
    drop_rows(place);
}

/* Flips a bit of the file's byte at `at`, counted from the end. */
static inline void flip(const char *path, long at)
{
    FILE *file = fopen(path, "r+");

    assert_non_null(file);
    assert_int_equal(fseek(file, -at, SEEK_END), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, -at, SEEK_END), 0);
    fputc(byte ^ 1, file);
    assert_int_equal(fclose(file), 0);
}

#endif
