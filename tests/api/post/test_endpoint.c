/* Which URLs may a vendor have its webhooks sent to? */
#include "api/post/endpoint.h"
#include "tests/world/checks.h"

static void may(const char *url, bool allow_private)
{
    const char *why = endpoint_webhook_why_not(slice_text(url), allow_private);

    if (why) fail_msg("%s %s", url, why);
}

static void may_not(const char *url, bool allow_private, const char *why)
{
    const char *said = endpoint_webhook_why_not(slice_text(url), allow_private);

    if (!said || !strstr(said, why)) fail_msg("%s: %s", url, said ? said : "it may");
}

static void a_server_with_a_name_and_a_path_is_fine(void **state)
{
    (void)state;
    may("https://acme.example", false);
    may("https://acme.example:8443/hooks/piot", false);
    may("https://1.1.1.1/", false);
    may("https://[2606:4700::1111]/", false);
}

static void a_query_is_refused_for_it_may_hold_a_secret(void **state)
{
    (void)state;
    may_not("https://acme.example/hook?key=1", true, "without a query");
    may_not("https://acme.example?", true, "without a query");
    assert_null(endpoint_why_not(SLICE("https://push.example/?token=1"))); /* a browser's may */
}

static void addresses_that_would_not_be_called_are_refused_at_once(void **state)
{
    static const char *const ours[]    = { "https://127.0.0.1/", "https://localhost:8443/",
                                           "https://[::1]/",     "https://10.1.2.3/",
                                           "https://[fd00::1]/", "https://[::ffff:10.1.2.3]/" };
    static const char *const nobodys[] = { "https://169.254.169.254/", "https://[fe80::1]/",
                                           "https://0.0.0.0/", "https://224.0.0.1/" };

    (void)state;
    for (size_t i = 0; i < COUNT(ours); i++) {
        may_not(ours[i], false, "at an address");
        may(ours[i], true);
    }
    for (size_t i = 0; i < COUNT(nobodys); i++) may_not(nobodys[i], true, "at an address");
}

static void without_tls_it_is_this_machine_or_nobody(void **state)
{
    (void)state;
    may("http://127.0.0.1:8080/hook", true);
    may("http://localhost/hook", true);
    may_not("http://127.0.0.1:8080/hook", false, "https");
    may_not("http://acme.example/", true, "https");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_with_a_name_and_a_path_is_fine),
        cmocka_unit_test(a_query_is_refused_for_it_may_hold_a_secret),
        cmocka_unit_test(addresses_that_would_not_be_called_are_refused_at_once),
        cmocka_unit_test(without_tls_it_is_this_machine_or_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
