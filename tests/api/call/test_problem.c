/* Has every error one body, with the code clients may test, that mirrors nothing raw? */
#include "api/call/problem.h"

#include "tests/world/checks.h"

static struct buffer body;

static int fresh(void **state)
{
    (void)state;
    buffer_free(&body);
    return 0;
}

static void assert_body_has(const char *part)
{
    buffer_add_byte(&body, '\0');
    if (!strstr(body.data, part)) print_error("%s\nlacks %s\n", body.data, part);
    assert_non_null(strstr(body.data, part));
    body.size--;
}

static void a_refusal_is_camaras_error_and_rfc_9457s_problem_at_once(void **state)
{
    struct problem_shape shape = problem_of_refusal(REFUSED_login_taken);
    struct id            id    = { { ID_request, 0x01, 0x90, 0xab } };

    (void)state;
    problem_write(&body, &shape, (struct slice){ 0 }, id, SLICE("https://iot.example"));
    assert_body_has("\"type\":\"https://iot.example/errors/login-taken\"");
    assert_body_has("\"title\":\"Conflict\"");
    assert_body_has("\"status\":409");
    assert_body_has("\"code\":\"LOGIN_TAKEN\"");
    assert_body_has("\"message\":\"Another account bears this login: choose another.\"");
    assert_body_has("\"instance\":\"urn:uuid:0190ab00-0000-0000-0000-000000000000\"");
}

static void a_message_of_ones_own_is_escaped_for_html_too(void **state)
{
    (void)state;
    problem_write(&body, problem_shape(PROBLEM_invalid_argument),
                  SLICE("<script>\"\x1b[2J is not known here."), NO_ID, SLICE(""));
    assert_body_has("\"code\":\"INVALID_ARGUMENT\"");
    assert_null(strchr(body.data, '<'));
    assert_null(strchr(body.data, 0x1b));
}

static void every_status_the_server_refuses_with_has_its_problem(void **state)
{
    static const int statuses[] = { 400, 408, 413, 414, 417, 431, 501, 503, 505 };

    (void)state;
    for (size_t i = 0; i < COUNT(statuses); i++)
        assert_int_equal(problem_shape(problem_for_status(statuses[i]))->http, statuses[i]);
    assert_int_equal(problem_shape(problem_for_status(599))->http, 500);
    assert_int_equal(problem_shape(problem_for_status(499))->http, 400);
}

static void every_problem_and_refusal_has_a_title_and_a_sentence(void **state)
{
    (void)state;
    for (enum problem problem = NO_PROBLEM + 1; problem < PROBLEM_COUNT; problem++) {
        assert_true(*problem_shape(problem)->title && *problem_shape(problem)->sentence);
        assert_in_range(problem_shape(problem)->http, 400, 505);
    }
    for (enum refusal refusal = ACCEPTED + 1; refusal < REFUSAL_COUNT; refusal++) {
        struct problem_shape shape = problem_of_refusal(refusal);
        assert_true(*shape.title && *shape.sentence);
        assert_in_range(shape.http, 400, 499);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_refusal_is_camaras_error_and_rfc_9457s_problem_at_once, fresh),
        cmocka_unit_test_setup(a_message_of_ones_own_is_escaped_for_html_too, fresh),
        cmocka_unit_test_setup(every_status_the_server_refuses_with_has_its_problem, fresh),
        cmocka_unit_test_setup(every_problem_and_refusal_has_a_title_and_a_sentence, fresh),
    };
    int outcome = cmocka_run_group_tests(tests, NULL, NULL);

    buffer_free(&body);
    return outcome;
}
