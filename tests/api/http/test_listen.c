/* Is a port one service's? A second one that got a part of its callers would answer them as
 * if their accounts did not exist.
 *
 * Planted bug that it caught: SO_REUSEPORT set before the socket was bound. */
#include "tests/world/served.h"

static struct status listen_too(const char *address, uint16_t port, struct server *joins,
                                struct server **server)
{
    static struct served   nobody;
    struct server_settings settings = settings_for(&nobody);

    settings.address = address;
    settings.port    = port;
    settings.joins   = joins;
    return server_open(server, &settings);
}

static void a_port_that_is_served_is_refused(void **state)
{
    static const char *const taken[] = { "127.0.0.1", "0.0.0.0", "::" };
    struct server           *first, *second;

    (void)state;
    for (size_t i = 0; i < COUNT(taken); i++) {
        assert_int_equal(listen_too(taken[i], 0, NULL, &first).code, STATUS_OK);
        for (size_t j = 0; j < COUNT(taken); j++) {
            struct status status = listen_too(taken[j], server_port(first), NULL, &second);
            assert_int_equal(status.code, STATUS_CONFLICT);
            assert_non_null(strstr(status.text, taken[j]));
        }
        server_close(first);
    }
}

static void whether_a_port_is_taken_is_known_before_anything_is_opened(void **state)
{
    struct server *first;

    (void)state;
    assert_int_equal(listen_too("127.0.0.1", 0, NULL, &first).code, STATUS_OK);
    uint16_t port = server_port(first);
    assert_int_equal(server_can_listen("127.0.0.1", port).code, STATUS_CONFLICT);
    server_close(first);
    assert_int_equal(server_can_listen("127.0.0.1", port).code, STATUS_OK);
    assert_int_equal(server_can_listen("127.0.0.1", 0).code, STATUS_OK);
    assert_int_equal(server_can_listen("localhost", port).code, STATUS_INVALID);
}

static void servers_of_one_service_share_a_port(void **state)
{
    struct server *first, *second, *other;

    (void)state;
    assert_int_equal(listen_too("127.0.0.1", 0, NULL, &first).code, STATUS_OK);
    assert_int_equal(listen_too("127.0.0.1", 0, first, &second).code, STATUS_OK);
    assert_int_equal(server_port(second), server_port(first));
    assert_int_equal(listen_too("127.0.0.1", server_port(first), NULL, &other).code,
                     STATUS_CONFLICT);
    server_close(first);
    server_close(second);
}

static void a_port_is_free_again_when_its_server_has_ended(void **state)
{
    struct served          served;
    struct server_settings settings;
    struct server         *next;

    (void)state;
    settings = settings_for(&served);
    served_start(&served, &settings);
    uint16_t port = server_port(served.server);
    /* The server closes first: its side waits a minute for what may come late. */
    struct heard *heard = talk(
        &served, SLICE("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    assert_int_equal(status_of(heard), 200);
    served_end(&served);
    assert_int_equal(listen_too("127.0.0.1", port, NULL, &next).code, STATUS_OK);
    server_close(next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_that_is_served_is_refused),
        cmocka_unit_test(whether_a_port_is_taken_is_known_before_anything_is_opened),
        cmocka_unit_test(servers_of_one_service_share_a_port),
        cmocka_unit_test(a_port_is_free_again_when_its_server_has_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
