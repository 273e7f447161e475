/* tls.h -- the certificate and the rules of TLS for our listening sockets.
 *
 * TLS 1.2 and 1.3, forward-secret AEAD suites, no compression, no
 * renegotiation, ALPN "http/1.1". Idle connections give their buffers back.
 *
 * THREADS   Open, change and close from one thread; the context itself is shared by
 *           all loops.
 * ERRORS    STATUS_NOT_FOUND  a file is not there or not readable
 *           STATUS_INVALID    a file is not PEM, or key and certificate differ
 */
#ifndef PIOT_API_HTTP_TLS_H
#define PIOT_API_HTTP_TLS_H

#include "core/base/base.h"

struct ssl_ctx_st; /* OpenSSL's SSL_CTX and SSL; their own header stays in tls.c */
struct ssl_st;

/* `certificate_path`: PEM, the chain with our own certificate first. */
must_use struct status tls_open(struct ssl_ctx_st **context, const char *certificate_path,
                                const char *key_path);
/* The same with other files, or with what stands in them now: for connections that begin from
 * now on. Those that are open keep what they have. On an error nothing is changed. */
must_use struct status tls_change(struct ssl_ctx_st *context, const char *certificate_path,
                                  const char *key_path);
/* Certificates of authorities that others' may be of: are they there, and PEM? */
must_use struct status tls_check_authorities(const char *path);
void tls_close(struct ssl_ctx_st *context); /* NULL is fine; servers keep no hold on it */

/* One connection's state, owned by the bufferevent it is given to. */
struct ssl_st *tls_begin(struct ssl_ctx_st *context);
/* Tells the other side that nothing more will come, if the socket takes it. */
void tls_end(struct ssl_st *ssl);

#endif
