/* witness.c -- piot witness: somebody else's eyes on a log.
 *
 * One request at a time: what the book has and what it answers cannot come apart. When the
 * disk fails nobody knows what it holds, so the program ends without an answer, and reads
 * what is there at its next start.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/tool/endpoint.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "cli/witness/witness_book.h"
#include "core/base/clock.h"
#include "core/base/report.h"

enum { STEP_MS = 500 }; /* a signal that came just before poll() is seen by then */

static const char *listen_at, *folder, *name;
static const char *log_texts[CHOICE_TIMES_MAX + 1];

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number)
{
    (void)number;
    asked_to_end = 1;
}

static void catch_signals(void)
{
    struct sigaction action = { .sa_handler = on_signal }; /* no restart: poll() shall end */

    sigemptyset(&action.sa_mask);
    ensure(sigaction(SIGTERM, &action, NULL) == 0 && sigaction(SIGINT, &action, NULL) == 0);
}

/* -- serving ---------------------------------------------------------------------------- */

struct witness {
    struct witness_book  *book;
    struct witness_answer answer; /* the last one, until the next */
    struct buffer         about;  /* its own key, for who asks */
    struct status         failure;
};

static void say(const struct witness_answer *answer)
{
    unsigned long long size = answer->size;

    if (answer->fork)
        report(REPORT_ERROR, "witness",
               "%s showed a tree of %llu that does not continue the one "
               "cosigned before: refused",
               answer->origin, size);
    else if (answer->status == 200)
        report(REPORT_NOTICE, "witness", "cosigned %s at %llu", answer->origin, size);
    else report(REPORT_DEBUG, "witness", "answered %u", answer->status);
}

static void add_checkpoint(struct witness *witness, const struct endpoint_request *request,
                           struct endpoint_answer *answer)
{
    struct clock clock = clock_real();

    witness_answer_free(&witness->answer);
    witness->failure = witness_book_add(witness->book, request->body,
                                        (uint64_t)(clock_now(&clock) / SECOND), &witness->answer);
    say(&witness->answer);
    *answer = (struct endpoint_answer){ .status = witness->answer.status,
                                        .type   = witness->answer.type,
                                        .body   = buffer_slice(&witness->answer.body) };
}

static void handle(void *context, const struct endpoint_request *request,
                   struct endpoint_answer *answer)
{
    struct witness *witness = context;
    bool            posted  = slice_equal(request->method, SLICE("POST"));
    bool            got     = slice_equal(request->method, SLICE("GET"));

    if (witness->failure.code != STATUS_OK) answer->status = 500;
    else if (slice_equal(request->target, SLICE("/add-checkpoint"))) {
        if (!posted) answer->status = 405;
        else if (request->body.size > WITNESS_REQUEST_MAX) answer->status = 413;
        else add_checkpoint(witness, request, answer);
    } else if (slice_equal(request->target, SLICE("/"))) {
        answer->status = got ? 200 : 405;
        answer->type   = "text/plain; charset=utf-8";
        if (got) answer->body = buffer_slice(&witness->about);
    } else answer->status = 404;
}

static enum ending serve(struct witness *witness, struct endpoint *endpoint)
{
    const char *colon = strrchr(listen_at, ':');

    note_key_text(witness_book_key(witness->book), &witness->about);
    printf("%.*s http://%.*s:%u\n", (int)witness->about.size, witness->about.data,
           (int)(colon - listen_at), listen_at, endpoint_port(endpoint));
    fflush(stdout);
    buffer_add_byte(&witness->about, '\n');
    while (!asked_to_end && witness->failure.code == STATUS_OK) endpoint_step(endpoint, STEP_MS);
    if (witness->failure.code == STATUS_OK) return ENDED_WELL;
    screen_complain("%s", witness->failure.text);
    return ENDED_UNABLE;
}

/* -- starting ------------------------------------------------------------------------------ */

static enum ending start(const struct note_key *logs, size_t count)
{
    struct witness   witness  = { .failure = OK };
    struct endpoint *endpoint = NULL;
    enum ending      ending   = ENDED_UNABLE;

    catch_signals();
    struct status status = witness_book_open(&witness.book, folder, name ? name : "", logs, count);
    if (status.code == STATUS_OK) status = endpoint_open(&endpoint, listen_at, handle, &witness);
    if (status.code == STATUS_OK) ending = serve(&witness, endpoint);
    else screen_complain("%s", status.text);
    endpoint_close(endpoint);
    witness_book_close(witness.book);
    witness_answer_free(&witness.answer);
    buffer_free(&witness.about);
    return ending;
}

static enum ending witness(const char *word)
{
    struct note_key logs[CHOICE_TIMES_MAX];
    size_t          count = 0;

    (void)word;
    if (!listen_at) return misused("witness", "--listen ADDRESS:PORT is missing: where to answer");
    if (!folder) return misused("witness", "--dir DIR is missing: what to remember, and the key");
    if (!*log_texts) return misused("witness", "--log KEY is missing: which log to look at");
    if (name && !note_name_is_good(slice_text(name)))
        return misused("witness", "--name may have neither blanks nor \"+\", and at most %d bytes",
                       NOTE_NAME_MAX);
    for (; log_texts[count]; count++) {
        struct status status = note_key_parse(slice_text(log_texts[count]), &logs[count]);
        if (status.code != STATUS_OK) return misused("witness", "--log: %s", status.text);
        if (logs[count].algorithm != NOTE_ED25519)
            return misused("witness", "--log %s is the key of a witness", logs[count].name);
    }
    return start(logs, count);
}

enum ending piot_witness(int count, char **words)
{
    static const struct verb   verbs[]   = { { "", "", "", witness }, VERBS_END };
    static const struct choice choices[] = {
        { "listen", "ADDRESS:PORT", NULL, "where to answer; port 0: any free one", &listen_at,
          NULL },
        { "dir", "DIR", NULL, "its key, and what it cosigned; made if missing", &folder, NULL },
        { "log", "KEY...", NULL, "verifier key of a log; again for each more, or for its older key",
          log_texts, NULL },
        { "name", "NAME", NULL, "what it is called, fixed at the first start", &name, NULL },
        CHOICES_END,
    };
    static const struct manual manual = {
        .name    = "witness",
        .meaning = "cosign the checkpoints of logs that only ever grow",
        .verbs   = verbs,
        .choices = choices,
        .about =
            "A log that showed one history to some and another to others would be caught by\n"
            "a witness: it cosigns a checkpoint only if a proof leads to it from the last one\n"
            "that it cosigned, and remembers that on disk before it signs. Let somebody else\n"
            "run it than runs piotd. It speaks HTTP as C2SP's tlog-witness has it (POST\n"
            "/add-checkpoint; GET / is its verifier key); TLS is for a proxy before it, and\n"
            "piotd uses plain HTTP on its own machine only.\n"
            "Its first line of output, KEY URL, is one of the file that piotd's setting\n"
            "witnesses names. Whoever loses DIR loses the memory: begin anew, with a new key.\n"
            "It ends well by SIGTERM or Ctrl-C, and with 3 when its disk fails.\n",
        .examples = "  piot witness --listen 127.0.0.1:8090 --dir /var/lib/piot-witness \\\n"
                    "      --log \"$(cat log.key.pub)\" --name witness.example\n"
                    "  piotd … --set witnesses=/etc/piot/witnesses --set witnesses_needed=2\n"
                    "  piot verify --data DIR --witness \"$(cat witness.key.pub)\"\n",
    };

    return arguments_run(&manual, count, words);
}
