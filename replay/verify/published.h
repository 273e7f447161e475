/* published.h -- a log read as a stranger would: by its checkpoint, tiles and entries in
 * the layout of C2SP tlog-tiles, from a folder or from wherever else.
 *
 *     checkpoint               the signed head: nothing beyond it is read
 *     tile/<level>/<index>     hashes          (core/log/tile_path.h has the names,
 *     tile/entries/<index>     envelopes        core/log/bundle.h the bytes)
 *     personal/<index>         ciphertexts, of the same events: our own addition. Either
 *                              there are none at all, or one for each bundle of entries
 *
 * An archive (core/log/archived.h) is a part: entries and lowest tiles end with some full
 * bundle, beyond which there is neither, and the tiles above go on. One that lost its last
 * bundles with their tiles is a smaller part: how far it goes is the store's to say.
 *
 * A partial tile that is gone is looked for in the full one, which begins with it.
 * What is there is not believed: replay_verify_source() holds it against itself.
 *
 * THREADS   One at a time.
 * ERRORS    STATUS_NOT_FOUND  (of fetching) there is nothing at that path
 *           STATUS_CORRUPT    something is missing, or not of its form: with its path
 *           STATUS_IO         it cannot be read: nobody knows what is there
 */
#ifndef PIOT_REPLAY_VERIFY_PUBLISHED_H
#define PIOT_REPLAY_VERIFY_PUBLISHED_H

#include "core/log/checkpoint.h"
#include "replay/verify/source.h"

enum {
    PUBLISHED_FILE_MAX = 64 << 20, /* bytes of one we read: 256 entries of the largest kind
                                      are a quarter of it, ciphertexts may be larger */
};

struct published {
    /* Fills `bytes`, which is empty, with what is at `path`: "tile/0/005". */
    struct status (*fetch)(void *context, const char *path, struct buffer *bytes);
    void *context;
    bool  part; /* it may be an archive; else all of the log has to be there */
};
/* In a folder, whose path is borrowed. */
struct published published_folder(const char *folder);

/* The checkpoint, signed by `key`. The note is added to `note`, into which the origin
 * points. */
must_use struct status published_checkpoint(const struct published *published,
                                            const struct note_key *key, struct buffer *note,
                                            struct checkpoint *head);

/* The first `size` records, or as many as a part has. The walk is closed by the caller,
 * whether it was ended or not; it and `published` have to outlive the source. */
struct published_walk;
must_use struct status published_open(const struct published *published, uint64_t size,
                                      struct published_walk **walk, struct record_source *source);
void                   published_close(struct published_walk *walk);

#endif
