/* checkpoint_key.c -- the key of a log, or of a witness, in a file. */
#include "core/log/checkpoint.h"

#include "core/base/durable.h"
#include "core/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_TEXT_MAX = 256, ORIGIN_RANDOM = 8 };

static struct status path_of_public(char public_path[PATH_MAX], const char *path)
{
    int size = snprintf(public_path, PATH_MAX, "%s.pub", path);

    ensure(size > 0);
    return size < PATH_MAX ? OK : failed(STATUS_INVALID, "the path of the key is too long");
}

static struct status make(const char *path, const char *origin, enum note_algorithm algorithm)
{
    struct note_signer signer;
    struct buffer      secret = { 0 }, shown                              = { 0 };
    char               public_path[PATH_MAX], made[2 * ORIGIN_RANDOM + 8] = "piot-";
    uint8_t            randomness[ORIGIN_RANDOM];
    struct slice       name = slice_text(origin);

    if (!*origin) {
        crypto_random(randomness, sizeof randomness);
        text_hex(SLICE_OF(randomness), made + 5);
        name = slice_text(made);
    }
    if (!note_name_is_good(name))
        return failed(STATUS_INVALID,
                      "origin may have neither blanks nor \"+\", and at most %d "
                      "bytes",
                      NOTE_NAME_MAX);
    TRY(path_of_public(public_path, path));
    note_signer_new(&signer, name, algorithm);
    note_signer_text(&signer, &secret);
    note_key_text(&signer.key, &shown);
    buffer_add_byte(&secret, '\n');
    buffer_add_byte(&shown, '\n');
    /* The public one first: whoever finds the secret finds both. */
    struct status status = durable_write(public_path, buffer_slice(&shown), DURABLE_REPLACE);
    if (status.code == STATUS_OK) status = durable_write(path, buffer_slice(&secret), DURABLE_NEW);
    crypto_wipe(&signer, sizeof signer);
    crypto_wipe(secret.data, secret.size);
    buffer_free(&secret);
    buffer_free(&shown);
    return status;
}

/* One line of a file; `secret`: nobody else may read it. */
static struct status read_line(const char *path, bool secret, char text[KEY_TEXT_MAX],
                               struct slice *line)
{
    struct stat found;
    int         fd = durable_open(path, O_RDONLY);

    if (fd < 0 && errno == ENOENT) return failed(STATUS_NOT_FOUND, "there is no %s", path);
    if (fd < 0) return durable_failed("opening", path);
    ssize_t got  = read(fd, text, KEY_TEXT_MAX);
    bool    open = fstat(fd, &found) == 0 && (found.st_mode & 077);
    close(fd);
    if (got < 0) return durable_failed("reading", path);
    if (secret && open)
        return failed(STATUS_INVALID, "others may read %s, and sign with it: make it 0600", path);
    *line = (struct slice){ text, (size_t)got };
    while (line->size && (text[line->size - 1] == '\n' || text[line->size - 1] == '\r'))
        line->size--;
    return OK;
}

static struct status named(const char *path, struct status status)
{
    if (status.code == STATUS_OK) return OK;
    return failed(status.code, "%s: %.200s", path, status.text);
}

struct status checkpoint_key_open(const char *path, const char *origin,
                                  enum note_algorithm algorithm, struct note_signer *signer)
{
    char          text[KEY_TEXT_MAX];
    struct slice  line;
    struct status status = read_line(path, true, text, &line);

    if (status.code == STATUS_NOT_FOUND && origin) {
        TRY(make(path, origin, algorithm));
        status = read_line(path, true, text, &line);
    }
    if (status.code == STATUS_OK) status = named(path, note_signer_parse(line, signer));
    crypto_wipe(text, sizeof text);
    if (status.code == STATUS_OK && signer->key.algorithm != algorithm)
        status = failed(STATUS_INVALID, "%s is a key to %s with", path,
                        algorithm == NOTE_ED25519 ? "cosign, not to sign" : "sign, not to cosign");
    return status;
}

struct status checkpoint_key_read(const char *public_path, struct note_key *key)
{
    char         text[KEY_TEXT_MAX];
    struct slice line = { 0 };

    TRY(read_line(public_path, false, text, &line));
    return named(public_path, note_key_parse(line, key));
}
