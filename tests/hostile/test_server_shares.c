/* Can strangers use up what honest clients need: the memory of bodies, or the connections?
 * Tried against planted bugs: a block that may hold all of the strangers' share, proven
 * callers' bodies counted among the strangers', whoever waited longest making room whatever
 * block it is of, known callers' connections among strangers', and a refused body taken for
 * the next request. */
#include "tests/world/served.h"

#define HOST "Host: x\r\n"
enum { PIECE = 128 * 1024, HOLDERS_MAX = 1024 };

static struct served served;
static int           held[HOLDERS_MAX];
static size_t        held_count;

static int start(void **state)
{
    struct server_settings settings = settings_for(&served);

    (void)state;
    settings.connections_max = *(unsigned *)*state;
    served                   = (struct served){ 0 };
    served_start(&served, &settings);
    return 0;
}

static int end(void **state)
{
    (void)state;
    while (held_count) close(held[--held_count]);
    served_end(&served);
    return 0;
}

static int keep(int fd)
{
    assert_true(held_count < HOLDERS_MAX);
    return held[held_count++] = fd;
}

/* -- bodies -- */

static size_t refused(void) { return (size_t)count_of(&served, SERVER_REFUSED); }

/* A body that never ends, from there; all that was sent of it has been received, or refused. */
static void hold_a_body(const char *from)
{
    static char zeros[PIECE];
    uint64_t    before = count_of(&served, SERVER_BYTES_IN);
    size_t      no     = refused();
    int         fd     = keep(dial_from(&served, from));

    say(fd, SLICE("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 262144\r\n\r\n"));
    say(fd, SLICE_OF(zeros));
    wait_until(count_of(&served, SERVER_BYTES_IN) >= before + PIECE || refused() > no);
}

/* Until it is refused; how many pieces it has then. */
static size_t hold_bodies(const char *from)
{
    size_t count = 0, before = refused();

    for (hold_a_body(from); refused() == before; hold_a_body(from)) count++;
    return count;
}

static int status_of_body(const char *from, const char *path)
{
    static char         zeros[PIECE];
    static struct heard heard;
    char                head[256];
    int                 fd   = dial_from(&served, from);
    int                 size = snprintf(head, sizeof head,
                                        "POST %s HTTP/1.1\r\n" HOST "Connection: close\r\n"
                                                        "Content-Length: %d\r\n\r\n",
                                        path, PIECE);

    heard.size = 0;
    say(fd, (struct slice){ head, (size_t)size });
    say(fd, SLICE_OF(zeros));
    assert_true(hear_until(fd, &heard, NULL));
    close(fd);
    return status_of(&heard);
}

static void who_holds_bodies_leaves_room_for_other_addresses_and_for_who_is_known(void **state)
{
    size_t first, second;
    (void)state;

    first = hold_bodies("127.0.0.2");
    assert_in_range(first * PIECE, SERVER_UNPROVEN_MAX / 2 - 2 * PIECE, SERVER_UNPROVEN_MAX / 2);
    assert_int_equal(status_of_body("127.0.0.2", "/echo"), 503);
    assert_int_equal(status_of_body("127.0.0.3", "/echo"), 200);
    second = hold_bodies("127.0.0.3");
    assert_in_range(second * PIECE, SERVER_UNPROVEN_MAX / 4 - 3 * PIECE, SERVER_UNPROVEN_MAX / 4);
    for (int i = 4; i < 12; i++) { /* as many as they like: what is known still has its half */
        char from[16];
        snprintf(from, sizeof from, "127.0.0.%d", i);
        hold_bodies(from);
    }
    assert_int_equal(status_of_body("127.0.0.2", "/proven"), 200);
    an_honest_client_is_served(&served);
    while (held_count) close(held[--held_count]);
    wait_until(count_of(&served, SERVER_CONNECTIONS_OPEN) == 0);
    assert_in_range(hold_bodies("127.0.0.2"), first, first); /* all was given back */
}

static void a_body_is_not_awaited_from_who_is_refused_by_the_head(void **state)
{
    struct heard *heard = talk(&served, SLICE("POST /secret HTTP/1.1\r\n" HOST
                                              "Content-Length: 200000\r\n\r\n"));
    (void)state;

    assert_int_equal(status_of(heard), 401);
    assert_int_equal(times(heard, "Connection: close\r\n"), 1);
    heard = talk(&served, SLICE("POST /secret HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
                                "Transfer-Encoding: chunked\r\n\r\n"));
    assert_int_equal(times(heard, "HTTP/1.1 "), 1);
    assert_int_equal(status_of(heard), 401);
}

static void a_refused_body_that_came_with_its_head_is_passed_over(void **state)
{
    struct heard *heard = talk(&served,
                               SLICE("POST /secret HTTP/1.1\r\n" HOST
                                     "Content-Length: 18\r\n\r\nGET /n HTTP/1.1\r\n\r"
                                     "GET /hello HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    (void)state;

    assert_int_equal(status_of(heard), 401);
    assert_int_equal(times(heard, "HTTP/1.1 "), 2);
    assert_non_null(strstr(heard->text, "\r\n\r\nhello"));
}

/* -- connections -- */

static bool is_open(int fd)
{
    char byte;

    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

static void fill_up(const char *from, size_t count)
{
    uint64_t before = count_of(&served, SERVER_CONNECTIONS_ACCEPTED);

    for (size_t i = 0; i < count; i++) keep(dial_from(&served, from));
    wait_until(count_of(&served, SERVER_CONNECTIONS_ACCEPTED) == before + count);
}

static void of_a_crowd_from_one_address_one_makes_room(void **state)
{
    int patient = keep(dial_from(&served, "127.0.0.2")); /* it has waited longest of all */
    (void)state;

    wait_until(count_of(&served, SERVER_CONNECTIONS_ACCEPTED) == 1);
    fill_up("127.0.0.3", 39);
    assert_int_equal(count_of(&served, SERVER_CONNECTIONS_EVICTED), 0);
    fill_up("127.0.0.3", 80); /* they give way to one another */
    an_honest_client_is_served(&served);
    assert_true(count_of(&served, SERVER_CONNECTIONS_EVICTED) >= 80);
    assert_true(is_open(patient));
    assert_false(is_open(held[1]));
}

static void a_connection_of_who_is_known_outlasts_strangers_of_its_address(void **state)
{
    static struct heard heard;
    int                 known = keep(dial_from(&served, "127.0.0.3"));
    (void)state;

    say(known, SLICE("POST /proven HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nwell"));
    heard.size = 0;
    assert_true(hear_until(known, &heard, "well"));
    fill_up("127.0.0.3", 120);
    assert_true(count_of(&served, SERVER_CONNECTIONS_EVICTED) >= 80);
    assert_true(is_open(known));
}

static void a_strangers_unfinished_body_makes_room_like_an_unfinished_head(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++) hold_a_body("127.0.0.3");
    assert_int_equal(count_of(&served, SERVER_CONNECTIONS_OPEN), 40);
    an_honest_client_is_served(&served);
    assert_int_equal(count_of(&served, SERVER_CONNECTIONS_EVICTED), 1);
}

static void a_block_is_one_ipv4_address_or_a_64_of_ipv6(void **state)
{
    struct peer four = { .family = 4, .address = { 192, 0, 2, 1 } }, other = four;
    struct peer six = { .family = 6, .address = { 192, 0, 2, 1 } }, same = six;
    (void)state;

    other.address[3] = 2;
    same.address[8] = same.address[15] = 9;
    assert_false(id_equal(peer_block(four), peer_block(other)));
    assert_false(id_equal(peer_block(four), peer_block(six)));
    assert_true(id_equal(peer_block(six), peer_block(same)));
    same.address[7] = 1;
    assert_false(id_equal(peer_block(six), peer_block(same)));
}

int main(void)
{
    static unsigned few = 40, many = 2000;
#define TEST(name, room) cmocka_unit_test_prestate_setup_teardown(name, start, end, room)
    const struct CMUnitTest tests[] = {
        TEST(who_holds_bodies_leaves_room_for_other_addresses_and_for_who_is_known, &many),
        TEST(a_body_is_not_awaited_from_who_is_refused_by_the_head, &many),
        TEST(a_refused_body_that_came_with_its_head_is_passed_over, &many),
        TEST(of_a_crowd_from_one_address_one_makes_room, &few),
        TEST(a_connection_of_who_is_known_outlasts_strangers_of_its_address, &few),
        TEST(a_strangers_unfinished_body_makes_room_like_an_unfinished_head, &few),
        cmocka_unit_test(a_block_is_one_ipv4_address_or_a_64_of_ipv6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
