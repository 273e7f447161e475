/* post.h -- asking over HTTP, webhooks above all: the one face of libcurl.
 *
 * A poster is an event loop with many requests under way in it. poster_wait() lets it
 * work; what has come to an end is then handed out by poster_next(), one by one.
 *
 * TLS is verified, redirects are not followed, and passwords of the environment are not
 * used. Unless whoever runs the program named the URL, its proxies are not used either, and
 * each address is judged when its socket is made (address.h), so that a name that resolves
 * differently the second time gains nothing.
 *
 * THREADS   One.
 * MEMORY    A posting is its sender's, and with all it points at stays as it is until
 *           poster_next() or poster_cancel() gives it back.
 */
#ifndef PIOT_API_POST_POST_H
#define PIOT_API_POST_POST_H

#include "api/post/answer_head.h"
#include "core/base/buffer.h"

enum {
    ANSWER_SIZE_MAX      = 32 * 1024, /* an outcome's 16 KiB of output, as JSON */
    ANSWER_HEAD_SIZE_MAX = 16 * 1024, /* all headers, as we take them ourselves */
    CONNECT_MS_MAX       = 5000,      /* an endpoint that cannot be reached by then is away */
    ADDRESS_TEXT_MAX     = 64,        /* bytes of an address, with the NUL */
};

struct posting {
    /* What to send. */
    const char        *url;
    struct slice       body;
    const char        *type;                      /* of the body; NULL: a CloudEvent, a webhook */
    struct slice       id, timestamp, signatures; /* headers of Standard Webhooks; of one only */
    unsigned           limit_ms;                  /* for all of it */
    int64_t            send_by_us;                /* not sent later, monotonic; 0: at any time */
    const char        *ca_file; /* certificates that vouch, too, beside the machine's; NULL: none */
    bool               allow_private; /* address_allowed() */
    bool               trusted;       /* named by whoever runs the program */
    const char        *method;        /* NULL: POST */
    const char *const *headers; /* all of them, "name: value" …, ends at NULL; NULL: those above */
    size_t             answer_max;                       /* bytes of its body; 0: ANSWER_SIZE_MAX */
    void              *context;                          /* for the next */
    void (*on_header)(void *context, struct slice line); /* of the answer; NULL: nobody asks */

    /* What came of it. */
    int                status;      /* of the answer; 0: none came */
    int64_t            took_us;     /* from poster_send() on */
    const char        *why;         /* a fixed phrase when none came */
    bool               ours;        /* … because of us: it was not called at all */
    bool               late;        /* it would have been sent too late, and was not */
    struct buffer      answer;      /* its body */
    bool               cut;         /* it was too long: there is only its beginning */
    bool               json;        /* it says it is JSON */
    struct retry_after retry_after; /* as asked for */
    char               its_address[ADDRESS_TEXT_MAX];

    /* The poster's. */
    void       *easy, *lines;
    const char *obstacle; /* why no socket was made; NULL: one was, or none was wanted yet */
    bool        opened;   /* one was */
    size_t      head_size;
};
/* Forgets what came of it; then it may be sent again. */
void posting_clear(struct posting *posting);

struct poster;
/* `fd`: poster_wait() ends when it is readable; -1: none. */
must_use struct status poster_open(struct poster **poster, int fd);
void                   poster_close(struct poster *poster); /* nothing is under way; NULL is fine */
void                   poster_send(struct poster *poster, struct posting *posting);
/* Ends it at once; it will not come out of poster_next(). */
void poster_cancel(struct poster *poster, struct posting *posting);
/* Sends it and waits until it has come to an end; nothing else is under way. */
void poster_call(struct poster *poster, struct posting *posting);
/* Until something happens, at most that long. 0 only looks. */
void poster_wait(struct poster *poster, int64_t at_most_us);
/* What has come to an end; NULL: nothing more now. */
struct posting *poster_next(struct poster *poster);

#endif
