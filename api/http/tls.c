#include "api/http/tls.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

/* The one protocol spoken here; a client that offers only others is refused. */
static int choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *size,
                           const unsigned char *offered, unsigned offered_size, void *context)
{
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char             *found;

    (void)ssl;
    (void)context;
    if (SSL_select_next_proto(&found, size, ours, sizeof ours - 1, offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *context_new(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    ensure(context != NULL);
    ensure(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
    /* TLS 1.3 has no others; for 1.2 this leaves the forward-secret AEAD suites. */
    ensure(SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF); /* tickets do, statelessly */
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
    return context;
}

static struct status load(SSL_CTX *context, const char *certificate_path, const char *key_path)
{
    if (access(certificate_path, R_OK) != 0)
        return failed(STATUS_NOT_FOUND, "cannot read the certificate %s", certificate_path);
    if (access(key_path, R_OK) != 0)
        return failed(STATUS_NOT_FOUND, "cannot read the key %s", key_path);
    if (SSL_CTX_use_certificate_chain_file(context, certificate_path) != 1)
        return failed(STATUS_INVALID, "%s holds no PEM certificate", certificate_path);
    if (SSL_CTX_use_PrivateKey_file(context, key_path, SSL_FILETYPE_PEM) != 1)
        return failed(STATUS_INVALID, "%s holds no PEM key that fits the certificate", key_path);
    if (SSL_CTX_check_private_key(context) != 1)
        return failed(STATUS_INVALID, "the key %s is not that of %s", key_path, certificate_path);
    return OK;
}

static struct status context_load(SSL_CTX **context, const char *certificate_path,
                                  const char *key_path)
{
    SSL_CTX      *made   = context_new();
    struct status status = load(made, certificate_path, key_path);

    ERR_clear_error(); /* ours is in the sentence; what is left would confuse others */
    if (status.code == STATUS_OK) *context = made;
    else SSL_CTX_free(made);
    return status;
}

/* What the context that servers hold knows: the one that connections begin with. */
struct newest {
    pthread_mutex_t lock;
    SSL_CTX        *context; /* NULL: it is that very one */
};

struct status tls_open(struct ssl_ctx_st **context, const char *certificate_path,
                       const char *key_path)
{
    TRY(context_load(context, certificate_path, key_path));
    struct newest *newest = calloc(1, sizeof *newest);
    ensure(newest != NULL && pthread_mutex_init(&newest->lock, NULL) == 0);
    ensure(SSL_CTX_set_app_data(*context, newest) == 1);
    return OK;
}

struct status tls_change(struct ssl_ctx_st *context, const char *certificate_path,
                         const char *key_path)
{
    struct newest *newest = SSL_CTX_get_app_data(context);
    SSL_CTX       *made, *before;

    TRY(context_load(&made, certificate_path, key_path));
    ensure(pthread_mutex_lock(&newest->lock) == 0);
    before          = newest->context;
    newest->context = made;
    ensure(pthread_mutex_unlock(&newest->lock) == 0);
    SSL_CTX_free(before); /* connections that began with it have a hold on it */
    return OK;
}

struct status tls_check_authorities(const char *path)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    ensure(context != NULL);
    bool there = access(path, R_OK) == 0;
    bool good  = there && SSL_CTX_load_verify_file(context, path) == 1;
    ERR_clear_error();
    SSL_CTX_free(context);
    if (!there) return failed(STATUS_NOT_FOUND, "cannot read the authorities %s", path);
    return good ? OK : failed(STATUS_INVALID, "%s holds no PEM certificate", path);
}

void tls_close(struct ssl_ctx_st *context)
{
    if (!context) return;
    struct newest *newest = SSL_CTX_get_app_data(context);
    SSL_CTX_free(newest->context);
    pthread_mutex_destroy(&newest->lock);
    free(newest);
    SSL_CTX_free(context);
}

struct ssl_st *tls_begin(struct ssl_ctx_st *context)
{
    struct newest *newest = SSL_CTX_get_app_data(context);

    ensure(pthread_mutex_lock(&newest->lock) == 0);
    SSL *ssl = SSL_new(newest->context ? newest->context : context);
    ensure(pthread_mutex_unlock(&newest->lock) == 0);
    ensure(ssl != NULL);
    return ssl;
}

void tls_end(struct ssl_st *ssl)
{
    SSL_shutdown(ssl);
    ERR_clear_error(); /* a client that has gone is no error of the next one's */
}
