#include "tests/world/archive.h"

int archive_begins(void **state)
{
    struct archive *archive = calloc(1, sizeof *archive);

    assert_non_null(archive);
    archive->world = world_with_log(false);
    folder_new(archive->folder, "archive");
    snprintf(archive->first, sizeof archive->first, "%s/tile/entries/000", archive->folder);
    *state = archive;
    return 0;
}

int archive_ends(void **state)
{
    struct archive *archive = *state;

    world_free(archive->world);
    folder_remove(archive->folder);
    free(archive);
    return 0;
}

void write_note(struct world *world, const char *origin, uint64_t size, struct buffer *note)
{
    struct note_signer signer;

    note_signer_new(&signer, slice_text(origin), NOTE_ED25519);
    world_checkpoint(world, &signer, size, note);
}

void sign(struct world *world)
{
    struct buffer note = { 0 };

    log_committed(world->log);
    write_note(world, "log", log_last(world->log), &note);
    checkpoint_put(world->batch, log_last(world->log), buffer_slice(&note));
    assert_ok(batch_commit(world->batch, false));
    buffer_free(&note);
}

void append_some(struct world *world, unsigned count)
{
    for (unsigned i = 0; i < count; i++) world_append(world, renamed(ANN, SLICE("lamp")));
}

struct status write_files(struct archive *archive)
{
    return archived_write(world_reader(archive->world), archive->folder, TWO_BUNDLES);
}

void drop_rows(struct archive *archive)
{
    struct world *world = archive->world;

    assert_ok(archived_drop(world->batch, archive->folder, TWO_BUNDLES));
    assert_ok(batch_commit(world->batch, false));
}

void archive_some(struct archive *archive)
{
    append_some(archive->world, EVENTS);
    sign(archive->world);
    assert_ok(write_files(archive));
    drop_rows(archive);
}

void flip(const char *path, long at)
{
    FILE *file = fopen(path, "r+");

    assert_non_null(file);
    assert_int_equal(fseek(file, -at, SEEK_END), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, -at, SEEK_END), 0);
    fputc(byte ^ 1, file);
    assert_int_equal(fclose(file), 0);
}
