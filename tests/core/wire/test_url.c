/* Is a URL, and an address to listen at, taken apart as it is written, and is anything else
 * refused?
 *
 * Planted bugs that it caught: a query was part of the host, a port within brackets. */
#include "tests/world/checks.h"

#include "core/wire/url.h"

static void is(struct slice part, const char *wanted)
{
    assert_true(slice_equal(part, slice_text(wanted)));
}

static void a_url_is_taken_apart(void **state)
{
    static const struct {
        const char *text, *server, *host, *path;
        uint16_t    port;
        bool        tls;
    } rows[] = {
        { "https://a.example", "https://a.example", "a.example", "", 443, true },
        { "http://a.example/", "http://a.example", "a.example", "/", 80, false },
        { "https://a:8443/b/c?d=%20", "https://a:8443", "a", "/b/c?d=%20", 8443, true },
        { "http://127.0.0.1:1?q=a:b@c", "http://127.0.0.1:1", "127.0.0.1", "?q=a:b@c", 1, false },
        { "https://[2001:db8::1]/x", "https://[2001:db8::1]", "[2001:db8::1]", "/x", 443, true },
        { "http://[::1]:80", "http://[::1]:80", "[::1]", "", 80, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct url url;
        assert_null(url_read(slice_text(rows[i].text), &url));
        assert_int_equal(url.tls, rows[i].tls);
        assert_int_equal(url.port, rows[i].port);
        is(url.server, rows[i].server);
        is(url.host, rows[i].host);
        is(url.path, rows[i].path);
    }
}

static struct url url_of(const char *text)
{
    struct url url;

    assert_null(url_read(slice_text(text), &url));
    return url;
}

static void an_origin_is_scheme_host_and_port(void **state)
{
    struct url               ours    = url_of("https://a.example/app");
    static const char *const same[]  = { "https://a.example", "https://A.Example:443/b" };
    static const char *const other[] = { "http://a.example", "http://a.example:443",
                                         "https://a.example:8443", "https://b.example",
                                         "https://a.example.b.example" };

    (void)state;
    for (size_t i = 0; i < COUNT(same); i++) {
        struct url url = url_of(same[i]);
        assert_true(url_is_same_origin(&ours, &url));
    }
    for (size_t i = 0; i < COUNT(other); i++) {
        struct url url = url_of(other[i]);
        assert_false(url_is_same_origin(&ours, &url));
    }
}

static void a_loopback_url_stays_on_the_machine(void **state)
{
    static const char *const loopback[] = {
        "http://localhost:1", "http://LocalHost", "http://127.0.0.1:8080/x",
        "http://127.9.9.9",   "http://[::1]:80",  "http://[::ffff:127.0.0.1]"
    };
    static const char *const not [] = { "http://a.example",     "http://localhost.a.example",
                                        "http://10.0.0.1",      "http://127.0.0.1.a.example",
                                        "http://[2001:db8::1]", "http://[",
                                        "http://0.0.0.0" };

    (void)state;
    for (size_t i = 0; i < COUNT(loopback); i++) {
        struct url url = url_of(loopback[i]);
        assert_true(url_is_loopback(&url));
    }
    for (size_t i = 0; i < COUNT(not ); i++) {
        struct url url = url_of(not [i]);
        assert_false(url_is_loopback(&url));
    }
}

static void what_is_no_url_is_refused_with_what_it_has_to_be(void **state)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        { "", "https" },
        { "ftp://a.example", "https" },
        { "HTTPS://a.example", "https" },
        { "https:/a.example", "https" },
        { "https://", "host" },
        { "https://:443", "host" },
        { "https://a:0/", "host" },
        { "https://a:65536/", "host" },
        { "https://a:", "host" },
        { "https://a:+1", "host" },
        { "https://me@a.example", "user" },
        { "https://a.example/#b", "fragment" },
        { "https://a.example/ b", "blanks" },
        { "https://a.example/\"", "quotes" },
        { "https://\xc3\xa4.example", "blanks" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct url  url;
        const char *why = url_read(slice_text(rows[i].text), &url);
        if (!why || !strstr(why, rows[i].why)) fail_msg("%s: %s", rows[i].text, why ? why : "");
    }
}

static void an_address_to_listen_at_has_a_port_and_ipv6_has_brackets(void **state)
{
    static const char *const wrong[] = { "",    "::1:80",          "127.0.0.1",      "127.0.0.1:",
                                         ":80", "127.0.0.1:65536", "localhost:80",   "[::1]",
                                         "a:b", "[127.0.0.1]:80",  "127.0.0.1:http", "[::1" };
    char                     address[LISTEN_ADDRESS_MAX];
    uint16_t                 port = 0;

    (void)state;
    assert_true(url_listen_address("127.0.0.1:80", address, &port));
    assert_string_equal(address, "127.0.0.1");
    assert_int_equal(port, 80);
    assert_true(url_listen_address("[2001:db8::1]:443", address, &port));
    assert_string_equal(address, "2001:db8::1");
    assert_int_equal(port, 443);
    assert_true(url_listen_address("[::]:0", address, &port));
    assert_int_equal(port, 0);
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(url_listen_address(wrong[i], address, &port));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_is_taken_apart),
        cmocka_unit_test(an_origin_is_scheme_host_and_port),
        cmocka_unit_test(a_loopback_url_stays_on_the_machine),
        cmocka_unit_test(what_is_no_url_is_refused_with_what_it_has_to_be),
        cmocka_unit_test(an_address_to_listen_at_has_a_port_and_ipv6_has_brackets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
