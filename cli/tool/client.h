/* client.h -- asking a running piotd over HTTP, one question after the other.
 *
 * Redirects are not followed: a token goes to the server it was meant for, or nowhere.
 *
 * THREADS   A client belongs to one thread at a time; each may have its own.
 * MEMORY    An answer's texts are its own until client_answer_free().
 * ERRORS    STATUS_IO        nobody answered, or not in time; the sentence names the URL
 *           STATUS_INVALID   the server's URL or the token is not one
 *           STATUS_NOT_FOUND the token's file is not there
 *           An answer that says no is no error: see its status.
 */
#ifndef PIOT_CLI_TOOL_CLIENT_H
#define PIOT_CLI_TOOL_CLIENT_H

#include "core/base/buffer.h"

enum {
    CLIENT_ANSWER_LIMIT_MS = 60000,    /* a bulk of leases, or a read that waits */
    CLIENT_ANSWER_MAX      = 64 << 20, /* bytes; no page of ours is larger */
    CLIENT_TOKEN_MAX       = 4096,     /* bytes of a token's file */
};

struct client;
/* `server` is http:// or https:// and an authority, without a path. */
must_use struct status client_open(struct client **client, const char *server);
void                   client_close(struct client *client);
const char            *client_server(const struct client *client); /* no slash at its end */

/* Reads a bearer token: the first line of a file. Freed by the caller. */
must_use struct status client_read_token(const char *path, char **token);

struct question {
    const char        *method;
    const char        *path;    /* from its first slash on, percent-encoded */
    const char        *bearer;  /* NULL: none */
    const char        *type;    /* of the body; NULL: application/json */
    struct slice       body;    /* data NULL: none */
    const char *const *headers; /* "name: value" …, ends at NULL; NULL: none */
};
struct answer {
    long          status;
    struct buffer body;
    char          next[1024];   /* the next page's path; "": there is none */
    char          position[64]; /* X-Log-Position */
    char          its_address[64];
};
/* `answer` is whatever: it is filled again. To be freed in any case. */
must_use struct status client_send(struct client *client, const struct question *question,
                                   struct answer *answer);
void                   client_answer_free(struct answer *answer);

#endif
