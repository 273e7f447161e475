/* Do ten thousand silent connections cost little and hold up nobody, does a full
 * house still have room for those who speak, and does TLS survive what is no TLS?
 *
 * The crowd is a process of its own, because one process has descriptors for one
 * side only. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "api/http/tls.h"
#include "tests/world/served.h"

#define HOST "Host: x\r\n"
enum { CROWD = 10000, OTHERS = 200 /* descriptors this program needs besides */ };

#if defined(__has_feature) /* clang's way of telling; the macros are gcc's */
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WATCHED
#endif
#endif
#if defined(WATCHED) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IDLE_BYTES_MAX = 64 * 1024 }; /* what a sanitizer keeps of each is not ours */
#else
enum { IDLE_BYTES_MAX = 2048 };
#endif

/* A process that dials `count` times, and hangs up when it is ended. */
static pid_t crowd_start(const struct served *served, size_t count)
{
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid > 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nobody behind */
    for (size_t i = 0; i < count; i++) dial(served);
    for (;;) pause();
}

static void crowd_end(pid_t pid)
{
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static size_t resident(void)
{
    size_t all, here = 0;
    FILE  *file = fopen("/proc/self/statm", "r");

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%zu %zu", &all, &here), 2);
    fclose(file);
    return here * (size_t)sysconf(_SC_PAGESIZE);
}

static size_t crowd_allowed(void)
{
    struct rlimit files;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
    return files.rlim_cur < CROWD + OTHERS ? (size_t)files.rlim_cur - OTHERS : CROWD;
}

static void ten_thousand_idle_connections_cost_little_and_hold_up_nobody(void **state)
{
    static struct served   served;
    struct server_settings settings = settings_for(&served);
    size_t                 count    = crowd_allowed();
    (void)state;

    settings.connections_max = CROWD + OTHERS;
    settings.head_ms         = 120 * 1000;
    served_start(&served, &settings);
    an_honest_client_is_served(&served);
    size_t before = resident();
    pid_t  crowd  = crowd_start(&served, count);
    wait_until(count_of(&served, SERVER_CONNECTIONS_OPEN) == count);
    size_t each = (resident() - before) / count;
    print_message("%zu idle connections, %zu bytes each\n", count, each);
    assert_in_range(each, 0, IDLE_BYTES_MAX);
    for (int i = 0; i < 100; i++) an_honest_client_is_served(&served);
    crowd_end(crowd);
    wait_until(count_of(&served, SERVER_CONNECTIONS_OPEN) == 0);
    served_end(&served);
}

static void in_a_full_house_who_waited_longest_makes_room(void **state)
{
    static struct served   served;
    struct server_settings settings = settings_for(&served);
    (void)state;

    settings.connections_max = 50;
    served_start(&served, &settings);
    pid_t crowd = crowd_start(&served, 200);
    wait_until(count_of(&served, SERVER_CONNECTIONS_OPEN) == 50);
    for (int i = 0; i < 20; i++) an_honest_client_is_served(&served);
    assert_true(count_of(&served, SERVER_CONNECTIONS_EVICTED) >= 1);
    assert_true(count_of(&served, SERVER_CONNECTIONS_OPEN) <= 50);
    crowd_end(crowd);
    served_end(&served);
}

/* -- TLS -- */

static char certificate_path[] = "/tmp/test-tls-XXXXXX", key_path[] = "/tmp/test-tls-XXXXXX";

/* A key and a certificate signed with it, for a day. */
static void write_certificate(void)
{
    EVP_PKEY *key         = EVP_EC_gen("P-256");
    X509     *certificate = X509_new();
    FILE     *file        = fdopen(mkstemp(certificate_path), "w");

    assert_true(key && certificate && file);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
    assert_int_equal(X509_set_pubkey(certificate, key), 1);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    fclose(file);
    file = fdopen(mkstemp(key_path), "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

/* Says `request` over TLS and listens to the end; how much came back. */
static size_t hear_over_tls(const struct served *served, const char *request, char *text,
                            size_t room, int version_max)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL     *ssl     = SSL_new(context);
    int      fd      = dial(served), done;
    size_t   size    = 0;

    SSL_set_max_proto_version(ssl, version_max);
    SSL_set_fd(ssl, fd);
    if (SSL_connect(ssl) == 1) {
        assert_true(SSL_write(ssl, request, (int)strlen(request)) > 0);
        while (size + 1 < room && (done = SSL_read(ssl, text + size, (int)(room - size - 1))) > 0)
            size += (size_t)done;
    }
    text[size] = '\0';
    SSL_free(ssl);
    SSL_CTX_free(context);
    close(fd);
    return size;
}

static void an_honest_client_is_served_over_tls(const struct served *served)
{
    static char text[BIG + 4096];
    const char *twice = "GET /hello HTTP/1.1\r\n" HOST "\r\n"
                        "GET /hello HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n";

    hear_over_tls(served, twice, text, sizeof text, TLS1_3_VERSION);
    assert_non_null(strstr(text, "\r\n\r\nhelloHTTP/1.1 200 OK"));
    hear_over_tls(served, twice, text, sizeof text, TLS1_2_VERSION);
    assert_non_null(strstr(text, "\r\n\r\nhelloHTTP/1.1 200 OK"));
    assert_true(hear_over_tls(served, "GET /big HTTP/1.0\r\n\r\n", text, sizeof text,
                              TLS1_3_VERSION) > BIG);
    assert_int_equal(hear_over_tls(served, twice, text, sizeof text, TLS1_1_VERSION), 0);
}

static void garbage_instead_of_tls_harms_nobody(void **state)
{
    static struct served   served;
    static char            noise[1 << 16];
    struct server_settings settings = settings_for(&served);
    struct status          status   = tls_open(&settings.tls, certificate_path, key_path);
    unsigned               seed     = 1;
    (void)state;

    assert_int_equal(status.code, STATUS_OK);
    settings.head_ms = 300;
    served_start(&served, &settings);
    an_honest_client_is_served_over_tls(&served);
    for (int round = 0; round < 200; round++) {
        int fd = dial(&served);
        for (size_t i = 0; i < sizeof noise; i++)
            noise[i] = (char)((seed = seed * 1103515245 + 12345) >> 16);
        if (round % 2) memcpy(noise, "\x16\x03\x01\x02\x00\x01", 6); /* almost a ClientHello */
        say(fd, (struct slice){ noise, 1u << (round % 16) });
        close(fd);
    }
    struct heard *heard = talk(&served, SLICE("GET /hello HTTP/1.1\r\n" HOST "\r\n"));
    assert_null(strstr(heard->text, "hello"));
    heard = talk(&served, SLICE("\x16\x03\x01\x02")); /* and then silence: the time limit */
    assert_int_equal(count_of(&served, SERVER_REQUESTS), 5);
    an_honest_client_is_served_over_tls(&served);
    wait_until(count_of(&served, SERVER_CONNECTIONS_OPEN) == 0);
    served_end(&served);
    tls_close(settings.tls);
}

static void a_certificate_that_is_not_there_or_does_not_fit_is_named(void **state)
{
    struct ssl_ctx_st *context = NULL;
    (void)state;

    assert_int_equal(tls_open(&context, "/nowhere", key_path).code, STATUS_NOT_FOUND);
    assert_int_equal(tls_open(&context, certificate_path, "/nowhere").code, STATUS_NOT_FOUND);
    assert_int_equal(tls_open(&context, key_path, key_path).code, STATUS_INVALID);
    assert_int_equal(tls_open(&context, certificate_path, certificate_path).code, STATUS_INVALID);
    assert_null(context);
}

static void an_address_that_cannot_be_listened_on_is_named(void **state)
{
    static struct served   served;
    struct server_settings settings = settings_for(&served);
    struct server         *server   = NULL;
    int                    fd       = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in taken = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t          size  = sizeof taken;
    (void)state;

    settings.address = "localhost";
    assert_int_equal(server_open(&server, &settings).code, STATUS_INVALID);
    settings.address = "192.0.2.1";
    assert_int_equal(server_open(&server, &settings).code, STATUS_IO);
    settings.address = "127.0.0.1";
    assert_int_equal(bind(fd, (struct sockaddr *)&taken, sizeof taken), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&taken, &size), 0);
    settings.port = ntohs(taken.sin_port);
    assert_int_equal(server_open(&server, &settings).code, STATUS_CONFLICT);
    close(fd);
}

static int remove_certificate(void **state)
{
    (void)state;
    unlink(certificate_path);
    unlink(key_path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_idle_connections_cost_little_and_hold_up_nobody),
        cmocka_unit_test(in_a_full_house_who_waited_longest_makes_room),
        cmocka_unit_test(garbage_instead_of_tls_harms_nobody),
        cmocka_unit_test(a_certificate_that_is_not_there_or_does_not_fit_is_named),
        cmocka_unit_test(an_address_that_cannot_be_listened_on_is_named),
    };

    signal(SIGPIPE, SIG_IGN); /* OpenSSL's own writes */
    write_certificate();
    return cmocka_run_group_tests(tests, NULL, remove_certificate);
}
