/* test_demo.c -- does the demo's vendor do as a vendor should: sign and distrust, take
 * requests however they are cut, obey its models?
 *
 * The signature is Standard Webhooks' own example. Planted bug that it caught: a timestamp
 * left out of what is signed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/demo_endpoint.h"
#include "cli/demo_signature.h"
#include "cli/demo_things.h"
#include "core/base/clock.h"

/* -- signatures --------------------------------------------------------------------------- */

#define ID     SLICE("msg_p5jXN8AQM9LWM0D4loKWxJek")
#define AT     SLICE("1614265330")
#define BODY   SLICE("{\"test\": 2432232314}")
#define SIGNED SLICE("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")

static void a_signature_is_that_of_the_standard(void **state)
{
    struct arena arena  = { 0 };
    struct slice secret = demo_secret(&arena, SLICE("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    int64_t      now    = 1614265330 * SECOND;

    (void)state;
    assert_true(slice_equal(demo_sign(&arena, secret, ID, AT, BODY), SIGNED));
    assert_null(demo_distrust(&arena, secret, ID, AT, SIGNED, BODY, now));
    assert_null(demo_distrust(&arena, secret, ID, AT,
                              arena_print(&arena, "v1,AAAA v2,BB %s", SIGNED.data), BODY, now));
    arena_free(&arena);
}

static void what_is_altered_old_or_unsigned_is_distrusted(void **state)
{
    struct arena arena  = { 0 };
    struct slice secret = demo_secret(&arena, SLICE("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    struct slice none   = { NULL, 0 };
    int64_t      now    = 1614265330 * SECOND;

    (void)state;
    assert_non_null(demo_distrust(&arena, secret, ID, AT, SIGNED, SLICE("{}"), now));
    assert_non_null(demo_distrust(&arena, secret, SLICE("msg_x"), AT, SIGNED, BODY, now));
    assert_non_null(demo_distrust(&arena, secret, ID, SLICE("1614265331"), SIGNED, BODY, now));
    assert_non_null(demo_distrust(&arena, secret, ID, AT, SIGNED, BODY, now + 301 * SECOND));
    assert_non_null(demo_distrust(&arena, secret, ID, AT, SIGNED, BODY, now - 301 * SECOND));
    assert_non_null(demo_distrust(&arena, secret, ID, AT, none, BODY, now));
    assert_null(demo_secret(&arena, SLICE("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).data);
    arena_free(&arena);
}

/* -- the endpoint ---------------------------------------------------------------------------- */

static struct {
    unsigned count;
    char     id[32], body[64];
} heard;

static void hear(void *context, const struct endpoint_request *request,
                 struct endpoint_answer *answer)
{
    struct slice id = endpoint_header(request, "webhook-id");

    (void)context;
    heard.count++;
    snprintf(heard.id, sizeof heard.id, "%.*s", (int)id.size, id.size ? id.data : "");
    snprintf(heard.body, sizeof heard.body, "%.*s", (int)request->body.size, request->body.data);
    answer->status = 200;
    answer->json   = SLICE("{}");
}

/* Sends `text`, cut at every byte, and gives the answer's status. */
static int ask(struct endpoint *endpoint, const char *text)
{
    struct sockaddr_in to = { .sin_family      = AF_INET,
                              .sin_port        = htons(endpoint_port(endpoint)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int                fd = socket(AF_INET, SOCK_STREAM, 0);
    char               answer[512] = "";

    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    for (const char *c = text; *c; c++) {
        if (send(fd, c, 1, MSG_NOSIGNAL) != 1) break;
        endpoint_step(endpoint, 0);
    }
    for (int i = 0; i < 8; i++) endpoint_step(endpoint, 10);
    ssize_t size = recv(fd, answer, sizeof answer - 1, MSG_DONTWAIT);
    close(fd);
    return size > 12 ? (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + answer[11] - '0' : 0;
}

static void a_request_is_taken_whole_however_it_comes(void **state)
{
    struct endpoint *endpoint;

    (void)state;
    memset(&heard, 0, sizeof heard);
    assert_int_equal(endpoint_open(&endpoint, hear, NULL).code, STATUS_OK);
    assert_int_equal(ask(endpoint, "POST /piot HTTP/1.1\r\nHost: a\r\nWebhook-Id:  msg-1 \r\n"
                                   "Content-Length: 7\r\n\r\n{\"a\":1}"), 200);
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.id, "msg-1");
    assert_string_equal(heard.body, "{\"a\":1}");
    endpoint_close(endpoint);
}

static void what_it_does_not_speak_is_refused(void **state)
{
    struct endpoint *endpoint;

    (void)state;
    memset(&heard, 0, sizeof heard);
    assert_int_equal(endpoint_open(&endpoint, hear, NULL).code, STATUS_OK);
    assert_int_equal(ask(endpoint, "POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n"), 413);
    assert_int_equal(ask(endpoint, "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), 400);
    assert_int_equal(ask(endpoint, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 411);
    assert_int_equal(ask(endpoint, "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc"), 0);
    assert_int_equal(heard.count, 0);
    endpoint_close(endpoint);
}

/* -- the devices -------------------------------------------------------------------------- */

static void says(const struct thing *thing, const char *wanted)
{
    struct buffer out  = { 0 };
    struct json   json = json_to(&out);

    json_object(&json);
    thing_put(thing, &json);
    json_object_end(&json);
    assert_true(slice_equal(buffer_slice(&out), slice_text(wanted)));
    buffer_free(&out);
}

static const char *obey(struct thing *thing, const char *operation, const char *name,
                        const char *input)
{
    struct tree *tree;

    assert_int_equal(tree_parse(slice_text(input), &tree).code, STATUS_OK);
    const char *why = thing_obey(thing, slice_text(operation), slice_text(name), tree);
    tree_close(tree);
    return why;
}

static void a_thing_does_as_it_is_told_and_tells_what_was_granted(void **state)
{
    struct thing lamp;

    (void)state;
    thing_make(&lamp, THING_LAMP, "lamp-1", "Lamp");
    says(&lamp, "{}");
    snprintf(lamp.capabilities, sizeof lamp.capabilities, " on brightness ");
    assert_null(obey(&lamp, "writeProperty", "on", "true"));
    assert_null(obey(&lamp, "invokeAction", "fade", "{\"brightness\":20,\"seconds\":1}"));
    says(&lamp, "{\"on\":true,\"brightness\":20}");
    assert_null(obey(&lamp, "invokeAction", "toggle", "null"));
    says(&lamp, "{\"on\":false,\"brightness\":20}");
    assert_non_null(obey(&lamp, "invokeAction", "unlock", "null"));
    assert_non_null(obey(&lamp, "writeProperty", "colour", "1"));
}

static void a_room_comes_to_the_wanted_temperature(void **state)
{
    struct thing thermostat;

    (void)state;
    thing_make(&thermostat, THING_THERMOSTAT, "t-1", "Hall");
    snprintf(thermostat.capabilities, sizeof thermostat.capabilities, " temperature ");
    assert_null(obey(&thermostat, "writeProperty", "targetTemperature", "25.5"));
    for (uint32_t i = 0; i < 100; i++) thing_drift(&thermostat, i * 7);
    assert_true(thermostat.properties[0].number > 24.5 && thermostat.properties[0].number < 26.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signature_is_that_of_the_standard),
        cmocka_unit_test(what_is_altered_old_or_unsigned_is_distrusted),
        cmocka_unit_test(a_request_is_taken_whole_however_it_comes),
        cmocka_unit_test(what_it_does_not_speak_is_refused),
        cmocka_unit_test(a_thing_does_as_it_is_told_and_tells_what_was_granted),
        cmocka_unit_test(a_room_comes_to_the_wanted_temperature),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
