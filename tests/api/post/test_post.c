/* Whom does a webhook trust, and what does it leave alone? */
#include "tests/world/courier.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "api/http/tls.h"

static char certificate_path[] = "/tmp/test-courier-XXXXXX";
static char key_path[]         = "/tmp/test-courier-XXXXXX";

/* A key, and a certificate for 127.0.0.1 that only itself vouches for. */
static void write_certificate(void)
{
    EVP_PKEY       *key         = EVP_EC_gen("P-256");
    X509           *certificate = X509_new();
    FILE           *file        = fdopen(mkstemp(certificate_path), "w");
    X509_EXTENSION *name = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");

    assert_true(key && certificate && file && name);
    X509_NAME *itself = X509_get_subject_name(certificate);

    X509_set_version(certificate, 2);
    X509_NAME_add_entry_by_txt(itself, "CN", MBSTRING_ASC, (const unsigned char *)"itself", -1, -1,
                               0);
    X509_set_issuer_name(certificate, itself);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
    assert_int_equal(X509_add_ext(certificate, name, -1), 1);
    assert_int_equal(X509_set_pubkey(certificate, key), 1);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    fclose(file);
    file = fdopen(mkstemp(key_path), "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    X509_EXTENSION_free(name);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static struct posting post(struct posting posting)
{
    struct poster  *poster = courier->poster;
    struct posting *back;

    posting.body       = SLICE("{}");
    posting.id         = SLICE("evt_1");
    posting.timestamp  = SLICE("1");
    posting.signatures = SLICE("v1,x");
    posting.limit_ms   = 5000;
    poster_send(poster, &posting);
    while (!(back = poster_next(poster))) poster_wait(poster, SECOND);
    assert_ptr_equal(back, &posting);
    return posting;
}

static struct posting posted(const char *url)
{
    return post((struct posting){ .url = url, .allow_private = true });
}

static const char *here(const char *scheme, const char *rest)
{
    return arena_print(&configured.arena, "%s://127.0.0.1:%u%s", scheme,
                       server_port(endpoint.server), rest)
        .data;
}

static void a_certificate_is_believed_only_if_somebody_vouches_for_it(void **state)
{
    struct server_settings settings = server_settings_default();
    struct server         *plain    = endpoint.server;
    pthread_t              thread   = endpoint.thread;

    (void)state;
    write_certificate();
    assert_int_equal(tls_open(&settings.tls, certificate_path, key_path).code, STATUS_OK);
    settings.address = "127.0.0.1";
    settings.hooks   = (struct server_hooks){ .body_max = sizeof endpoint.heard[0].body,
                                              .handle   = on_webhook };
    assert_int_equal(server_open(&endpoint.server, &settings).code, STATUS_OK);
    assert_int_equal(pthread_create(&endpoint.thread, NULL, serve_endpoint, endpoint.server), 0);

    struct posting posting = posted(here("https", "/"));
    assert_int_equal(posting.status, 0);
    assert_string_equal(posting.why, "its certificate could not be verified");
    assert_false(posting.ours);
    assert_int_equal(heard_count(), 0);
    posting = post((struct posting){
        .url = here("https", "/"), .allow_private = true, .ca_file = certificate_path });
    assert_int_equal(posting.status, 204);
    posting = post((struct posting){
        .url = here("https", "/"), .allow_private = true, .ca_file = "/nonexistent.pem" });
    assert_int_equal(posting.status, 0);
    assert_true(posting.ours);

    server_stop(endpoint.server);
    assert_int_equal(pthread_join(endpoint.thread, NULL), 0);
    server_close(endpoint.server);
    tls_close(settings.tls);
    unlink(certificate_path);
    unlink(key_path);
    endpoint.server = plain;
    endpoint.thread = thread;
}

static void the_proxies_of_the_environment_are_not_used(void **state)
{
    (void)state;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    assert_int_equal(posted(here("http", "/")).status, 204);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
}

static void only_http_is_spoken_and_without_passwords(void **state)
{
    static const char *const urls[] = { "file:///etc/hostname",
                                        "ftp://127.0.0.1/x",
                                        "gopher://127.0.0.1/x",
                                        "nonsense",
                                        "http://",
                                        "" };

    (void)state;
    for (size_t i = 0; i < COUNT(urls); i++) assert_int_equal(posted(urls[i]).status, 0);
    const char *url = arena_print(&configured.arena, "http://me:secret@127.0.0.1:%u/",
                                  server_port(endpoint.server))
                          .data;
    assert_int_equal(posted(url).status, 0);
    assert_int_equal(heard_count(), 0);
}

static void an_answer_of_too_many_headers_is_none(void **state)
{
    static char pause[ANSWER_HEAD_SIZE_MAX + 1];

    (void)state;
    memset(pause, '1', sizeof pause - 1);
    behave(0, (struct manners){ .path = "/one", .status = 200, .retry_after = pause });
    assert_int_equal(posted(here("http", "/one")).status, 0);
}

static void the_body_and_its_kind_come_back_with_the_pause_that_was_asked_for(void **state)
{
    (void)state;
    behave(0, (struct manners){ .path        = "/one",
                                .status      = 503,
                                .type        = "application/problem+json",
                                .body        = "{\"a\":1}",
                                .retry_after = "7" });
    struct posting posting = posted(here("http", "/one"));
    assert_int_equal(posting.status, 503);
    assert_true(posting.json);
    assert_int_equal(posting.retry_after.wait_us, 7 * SECOND);
    assert_true(slice_equal(buffer_slice(&posting.answer), SLICE("{\"a\":1}")));
    posting_clear(&posting);
}

static void what_never_left_us_is_our_own_fault(void **state)
{
    (void)state;
    struct posting nowhere = posted("https://no-such-name.invalid/");
    assert_string_equal(nowhere.why, "its name could not be resolved");
    assert_true(nowhere.ours);
    struct posting filtered = post((struct posting){ .url = here("http", "/") });
    assert_string_equal(filtered.why, "its address is not one we call");
    assert_true(filtered.ours);
    struct posting refused = posted("http://127.0.0.1:1/");
    assert_string_equal(refused.why, "no connection");
    assert_false(refused.ours);
    assert_int_equal(heard_count(), 0);
}

static void what_comes_too_late_is_not_sent(void **state)
{
    (void)state;
    struct posting late = post((struct posting){
        .url = here("http", "/"), .allow_private = true, .send_by_us = clock_monotonic_us() });
    assert_int_equal(late.status, 0);
    assert_true(late.late);
    assert_int_equal(heard_count(), 0);
    struct posting early = post((struct posting){ .url           = here("http", "/"),
                                                  .allow_private = true,
                                                  .send_by_us    = clock_monotonic_us() + MINUTE });
    assert_int_equal(early.status, 204);
    assert_false(early.late);
}

static void what_an_answer_said_is_forgotten_for_the_next(void **state)
{
    struct posting posting;

    (void)state;
    behave(0, (struct manners){ .path = "/one", .status = 503, .retry_after = "7" });
    posting = posted(here("http", "/one"));
    posting_clear(&posting);
    behave(0, (struct manners){ .path = "/one", .status = 204 });
    posting = post(posting);
    assert_int_equal(posting.status, 204);
    assert_int_equal(posting.retry_after.wait_us, 0);
}

static void count_line(void *context, struct slice line) { *(unsigned *)context += line.size > 0; }

/* As `piot` asks a service that its user named. */
static struct posting asked(const char *url, bool trusted, size_t max, unsigned *lines)
{
    static const char *const headers[] = { "Authorization: Bearer x", NULL };
    struct posting           posting   = { .url        = url,
                                           .method     = "PUT",
                                           .headers    = headers,
                                           .body       = SLICE("{}"),
                                           .limit_ms   = 5000,
                                           .trusted    = trusted,
                                           .answer_max = max,
                                           .context    = lines,
                                           .on_header  = count_line };

    poster_call(courier->poster, &posting);
    return posting;
}

static void only_what_the_user_named_may_be_anywhere(void **state)
{
    unsigned lines = 0;

    (void)state;
    behave(0,
           (struct manners){ .path = "/one", .status = 200, .type = "text/plain", .body = "1234" });
    struct posting posting = asked(here("http", "/one"), false, 0, &lines);
    assert_int_equal(posting.status, 0);
    assert_string_equal(posting.why, "its address is not one we call");
    posting = asked(here("http", "/one"), true, 4, &lines);
    assert_int_equal(posting.status, 200);
    assert_false(posting.cut);
    assert_string_equal(posting.its_address, "127.0.0.1");
    assert_true(slice_equal(buffer_slice(&posting.answer), SLICE("1234")));
    assert_true(lines > 2);
    posting_clear(&posting);
    posting = asked(here("http", "/one"), true, 3, &lines);
    assert_true(posting.cut);
    assert_true(slice_equal(buffer_slice(&posting.answer), SLICE("123")));
    posting_clear(&posting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_certificate_is_believed_only_if_somebody_vouches_for_it),
        TEST(what_never_left_us_is_our_own_fault),
        TEST(what_comes_too_late_is_not_sent),
        TEST(what_an_answer_said_is_forgotten_for_the_next),
        TEST(the_proxies_of_the_environment_are_not_used),
        TEST(only_http_is_spoken_and_without_passwords),
        TEST(an_answer_of_too_many_headers_is_none),
        TEST(only_what_the_user_named_may_be_anywhere),
        TEST(the_body_and_its_kind_come_back_with_the_pause_that_was_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
