/* witness.c -- piot witness: somebody else's eyes on a log.
 *
 * One request at a time: what it remembers and what it answers cannot come apart. When the
 * disk fails nobody knows what it holds, so the program ends without an answer, and reads
 * what is there at its next start.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/http/server.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "cli/witness/witness_memory.h"
#include "core/base/clock.h"
#include "core/base/report.h"
#include "core/wire/url.h"

enum { CONNECTIONS_MAX = 64, DRAIN_MS = 2000 };

struct witness_options {
    const char *listen, *folder, *name;
    const char *logs[CHOICE_TIMES_MAX + 1];
};

/* -- serving ---------------------------------------------------------------------------- */

struct witness {
    const struct witness_options *options;
    struct witness_memory        *memory;
    struct server                *server;
    struct witness_answer         answer; /* the last one, until the next */
    struct buffer                 about;  /* its own key, for who asks */
    struct status                 failure;
};

static void witness_say(const struct witness_answer *answer)
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

static void add_checkpoint(struct witness *witness, struct request *request)
{
    struct clock           clock  = clock_real();
    struct witness_answer *answer = &witness->answer;

    witness_answer_free(answer);
    witness->failure = witness_memory_add(witness->memory, request->body,
                                          (uint64_t)(clock_now(&clock) / SECOND), answer);
    if (witness->failure.code != STATUS_OK) {
        request_abandon(request);
        server_stop(witness->server);
        return;
    }
    witness_say(answer);
    request_answer(request, (int)answer->status, answer->type, buffer_slice(&answer->body));
}

static void answer_empty(struct request *request, int status)
{
    request_answer(request, status, NULL, (struct slice){ NULL, 0 });
}

static void witness_handle(void *context, struct request *request)
{
    struct witness  *witness = context;
    struct slice     target  = request->head->target;
    enum http_method method  = request->head->method;

    if (witness->failure.code != STATUS_OK) request_abandon(request);
    else if (slice_equal(target, SLICE("/add-checkpoint")) && method == HTTP_POST)
        add_checkpoint(witness, request);
    else if (slice_equal(target, SLICE("/")) && method == HTTP_GET)
        request_answer(request, 200, "text/plain; charset=utf-8", buffer_slice(&witness->about));
    else if (slice_equal(target, SLICE("/add-checkpoint")) || slice_equal(target, SLICE("/")))
        answer_empty(request, 405);
    else answer_empty(request, 404);
}

static void *await_signal(void *context)
{
    sigset_t signals;
    int      number;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    ensure(sigwait(&signals, &number) == 0);
    server_stop(context);
    return NULL;
}

/* Until a signal asks it to end, or the disk fails. */
static enum ending witness_serve(struct witness *witness)
{
    const char *colon = strrchr(witness->options->listen, ':');
    pthread_t   waiting;

    note_key_text(witness_memory_key(witness->memory), &witness->about);
    printf("%.*s http://%.*s:%u\n", (int)witness->about.size, witness->about.data,
           (int)(colon - witness->options->listen), witness->options->listen,
           server_port(witness->server));
    fflush(stdout);
    buffer_add_byte(&witness->about, '\n');
    ensure(pthread_create(&waiting, NULL, await_signal, witness->server) == 0);
    server_run(witness->server);
    (void)kill(getpid(), SIGTERM); /* it may wait still: the disk failed */
    ensure(pthread_join(waiting, NULL) == 0);
    if (witness->failure.code == STATUS_OK) return ENDED_WELL;
    screen_complain("%s", witness->failure.text);
    return ENDED_UNABLE;
}

/* -- starting ------------------------------------------------------------------------------ */

/* Blocked here and in the threads to come: await_signal() takes them. */
static void hold_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    ensure(pthread_sigmask(SIG_BLOCK, &signals, NULL) == 0);
}

static struct status witness_listen(struct witness *witness)
{
    struct server_settings settings = server_settings_default();
    char                   address[LISTEN_ADDRESS_MAX];

    if (!url_listen_address(witness->options->listen, address, &settings.port))
        return failed(STATUS_INVALID,
                      "to listen takes an address and a port, such as 127.0.0.1:8090");
    settings.address         = address;
    settings.connections_max = CONNECTIONS_MAX;
    settings.drain_ms        = DRAIN_MS;
    settings.hooks           = (struct server_hooks){ .context  = witness,
                                                      .handle   = witness_handle,
                                                      .body_max = WITNESS_REQUEST_MAX };
    return server_open(&witness->server, &settings);
}

static enum ending witness_start(const struct witness_options *options, const struct note_key *logs,
                                 size_t count)
{
    struct witness witness = { .options = options, .failure = OK };
    enum ending    ending  = ENDED_UNABLE;

    hold_signals();
    struct status status = witness_memory_open(&witness.memory, options->folder,
                                               options->name ? options->name : "", logs, count);
    if (status.code == STATUS_OK) status = witness_listen(&witness);
    if (status.code == STATUS_OK) ending = witness_serve(&witness);
    else screen_complain("%s", status.text);
    server_close(witness.server);
    witness_memory_close(witness.memory);
    witness_answer_free(&witness.answer);
    buffer_free(&witness.about);
    return ending;
}

static enum ending witness_run(void *context, const struct verb *verb, const char *word)
{
    const struct witness_options *options = context;
    struct note_key               logs[CHOICE_TIMES_MAX];
    size_t                        count = 0;

    (void)verb;
    (void)word;
    if (!options->listen)
        return misused("witness", "--listen ADDRESS:PORT is missing: where to answer");
    if (!options->folder)
        return misused("witness", "--dir DIR is missing: what to remember, and the key");
    if (!*options->logs) return misused("witness", "--log KEY is missing: which log to look at");
    if (options->name && !note_name_is_good(slice_text(options->name)))
        return misused("witness", "--name may have neither blanks nor \"+\", and at most %d bytes",
                       NOTE_NAME_MAX);
    for (; options->logs[count]; count++) {
        struct status status = note_key_parse(slice_text(options->logs[count]), &logs[count]);
        if (status.code != STATUS_OK) return misused("witness", "--log: %s", status.text);
        if (logs[count].algorithm != NOTE_ED25519)
            return misused("witness", "--log %s is the key of a witness", logs[count].name);
    }
    return witness_start(options, logs, count);
}

enum ending piot_witness(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct witness_options   options = { .listen = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        { "listen", "ADDRESS:PORT", NULL, "where to answer; port 0: any free one", &options.listen,
          NULL },
        { "dir", "DIR", NULL, "its key, and what it cosigned; made if missing", &options.folder,
          NULL },
        { "log", "KEY...", NULL, "verifier key of a log; again for each more, or for its older key",
          options.logs, NULL },
        { "name", "NAME", NULL, "what it is called, fixed at the first start", &options.name,
          NULL },
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "witness",
        .meaning = "cosign the checkpoints of logs that only ever grow",
        .verbs   = verbs,
        .choices = choices,
        .run     = witness_run,
        .context = &options,
        .about =
            "A log that showed one history to some and another to others would be caught by\n"
            "a witness: it cosigns a checkpoint only if a proof leads to it from the last one\n"
            "that it cosigned, and remembers that on disk before it signs. Let somebody else\n"
            "run it than runs piotd. It speaks HTTP as C2SP's tlog-witness has it (POST\n"
            "/add-checkpoint; GET / is its verifier key); TLS is for a proxy before it, and\n"
            "piotd uses plain HTTP on its own machine only.\n"
            "Its first line of output, KEY URL, is one of the file that piotd's setting\n"
            "witnesses names. Whoever loses DIR loses the memory: begin again, with a new key.\n"
            "It ends well by SIGTERM or Ctrl-C, and with 3 when its disk fails.\n",
        .examples = "  piot witness --listen 127.0.0.1:8090 --dir /var/lib/piot-witness \\\n"
                    "      --log \"$(cat log.key.pub)\" --name witness.example\n"
                    "  piotd … --set witnesses=/etc/piot/witnesses --set witnesses_needed=2\n"
                    "  piot verify --data DIR --witness \"$(cat witness.key.pub)\"\n",
    };

    return arguments_run(&manual, count, words);
}
