/* witness_request.c -- one witness: what it is asked, and what its answer means. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/chores/witnesses_internal.h"
#include "core/base/report.h"
#include "core/base/text.h"

bool witness_is_ready(const struct witness *witness, int64_t now_us)
{
    uint64_t size = witness->all->size;

    return size && !witness->under_way && witness->cosigned != size && witness->old <= size &&
           now_us >= witness->retry_at;
}

void witness_free(struct witness *witness)
{
    ensure(!witness->under_way);
    posting_clear(&witness->posting);
    buffer_free(&witness->url);
    buffer_free(&witness->line);
    arena_free(&witness->arena);
    free(witness);
}

/* -- trying again ---------------------------------------------------------------------- */

static void rest(struct witness *witness, int64_t now_us)
{
    int64_t        max     = witness->all->ground->settings->witness_retry_max;
    struct backoff backoff = { WITNESS_RETRY_FIRST, max, 2 };
    uint32_t       random;

    crypto_random(&random, sizeof random);
    witness->failures++;
    witness->retry_at = now_us + backoff_us(&backoff, witness->failures, random);
}

/* It is told once, until it works again. */
static void failed_by(struct witness *witness, int64_t now_us, const char *why)
{
    report(witness->failures ? REPORT_DEBUG : REPORT_WARNING, "witnesses",
           "%s has not cosigned the checkpoint of %llu: %s", witness->key.name,
           (unsigned long long)witness->under_way, why);
    rest(witness, now_us);
}

/* Every time: nobody else can notice it. */
static void forked(struct witness *witness, int64_t now_us, const char *how, uint64_t known)
{
    witness->refuses = true;
    report(REPORT_ERROR, "witnesses",
           "%s knows another log of this name: asked about the "
           "checkpoint of %llu, %s %llu. Was the log restored from before, or does somebody "
           "else sign with its key?",
           witness->key.name, (unsigned long long)witness->under_way, how,
           (unsigned long long)known);
    rest(witness, now_us);
}

/* -- asking ------------------------------------------------------------------------------- */

static struct status write_request(struct witness *witness)
{
    struct witnesses *all    = witness->all;
    struct reader    *reader = reader_new(all->ground->store, &witness->arena);
    struct buffer     body   = { 0 };
    struct slice      lines;
    struct proof      proof;

    TRY(merkle_consistency(ledger_merkle(all->ground->ledger), reader, witness->old, all->size,
                           &proof));
    buffer_print(&body, "old %llu\n", (unsigned long long)witness->old);
    for (size_t i = 0; i < proof.count; i++) {
        buffer_add(&body, text_base64(&witness->arena, SLICE_OF(proof.hashes[i].bytes)));
        buffer_add_byte(&body, '\n');
    }
    buffer_add_byte(&body, '\n');
    buffer_add(&body, buffer_slice(&all->note));
    witness->posting.body = arena_copy(&witness->arena, buffer_slice(&body));
    buffer_free(&body);
    struct slice note = arena_copy(&witness->arena, buffer_slice(&all->note));
    return note_split(note, &witness->text, &lines);
}

void witness_request(struct witness *witness, int64_t now_us)
{
    const struct settings *settings = witness->all->ground->settings;

    arena_reset(&witness->arena);
    witness->under_way = witness->all->size;
    witness->posting   = (struct posting){
          .url           = witness->url.data,
          .type          = "text/plain; charset=utf-8",
          .limit_ms      = (unsigned)(settings->witness_limit / MILLISECOND),
          .allow_private = true, /* the operator's own word, not a vendor's */
    };
    struct status status = write_request(witness);
    if (status.code == STATUS_OK) poster_send(witness->all->poster, &witness->posting);
    else {
        failed_by(witness, now_us, status.text);
        witness->under_way = 0;
    }
}

/* -- its answer ---------------------------------------------------------------------------- */

/* Is the line a cosignature of what was asked, by its key? */
static bool is_its(struct witness *witness, struct slice line)
{
    struct buffer note = { 0 };
    struct slice  text;
    uint64_t      time_s;

    buffer_add(&note, witness->text);
    buffer_add_byte(&note, '\n');
    buffer_add(&note, line);
    bool good = note_open(buffer_slice(&note), &witness->key, &text, &time_s).code == STATUS_OK;
    buffer_free(&note);
    return good;
}

/* A witness may have several keys; only the line of the one we know counts. */
static void take_line(struct witness *witness, int64_t now_us)
{
    struct slice lines = buffer_slice(&witness->posting.answer);
    const char  *end;

    while (lines.size && (end = memchr(lines.data, '\n', lines.size)) != NULL) {
        struct slice line = { lines.data, (size_t)(end + 1 - lines.data) };
        lines             = (struct slice){ end + 1, lines.size - line.size };
        if (!is_its(witness, line)) continue;
        if (witness->failures)
            report(REPORT_NOTICE, "witnesses", "%s cosigns again", witness->key.name);
        buffer_clear(&witness->line);
        buffer_add(&witness->line, line);
        witness->old = witness->cosigned = witness->under_way;
        witness->failures                = 0;
        witness->taught                  = false;
        witness->refuses                 = false;
        return;
    }
    failed_by(witness, now_us, "its answer holds no cosignature by its key");
}

/* 409: it tells what it cosigned last. */
static void learn(struct witness *witness, int64_t now_us)
{
    struct slice said = buffer_slice(&witness->posting.answer);
    uint64_t     size;

    if (said.size && said.data[said.size - 1] == '\n') said.size--;
    if (!text_u64(said, &size)) {
        failed_by(witness, now_us, "it told no size with its 409");
        return;
    }
    if (size == witness->old) {
        forked(witness, now_us, "it had cosigned another one of", size);
        return;
    }
    bool again      = witness->taught;
    witness->old    = size;
    witness->taught = true;
    if (size > witness->under_way) forked(witness, now_us, "it had cosigned one of", size);
    else if (again) /* somebody else shows it this log as well, or it cannot count */
        failed_by(witness, now_us, "it tells another size each time");
}

void witness_settle(struct witness *witness, int64_t now_us)
{
    char why[64];

    switch (witness->posting.status) {
    case 200: take_line(witness, now_us); break;
    case 409: learn(witness, now_us); break;
    case 422:
        forked(witness, now_us, "it found no way there from the one it had cosigned of",
               witness->old);
        break;
    case 0: failed_by(witness, now_us, witness->posting.why); break;
    default:
        snprintf(why, sizeof why, "it answered %d%s", witness->posting.status,
                 witness->posting.status == 404   ? ": it does not know this log"
                 : witness->posting.status == 403 ? ": it knows another key of this log"
                                                  : "");
        failed_by(witness, now_us, why);
    }
    witness->under_way = 0;
    posting_clear(&witness->posting);
}
