/* Does every path of the contract lead to its handler, and no other path anywhere? */
#include "api/call/router.h"

#include "api/app/routes.h"
#include "api/audit/routes.h"
#include "api/operator/routes.h"
#include "api/service/service_internal.h"
#include "tests/world/checks.h"

static struct router      *router;
static const struct route *rows;
static size_t              row_count;
static struct slice        parameters[CALL_PARAMETERS_MAX];
static const struct route *route;

static enum route_found found(enum http_method method, const char *path)
{
    memset(parameters, 0, sizeof parameters);
    route = NULL;
    return router_find(router, method, slice_text(path), &route, parameters);
}

static void every_row_is_found_by_its_own_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < row_count; i++) {
        assert_int_equal(found(rows[i].method, rows[i].path), ROUTE_FOUND);
        assert_ptr_equal(route, &rows[i]);
    }
}

static void the_segments_in_braces_are_handed_over_raw(void **state)
{
    (void)state;
    assert_int_equal(found(HTTP_GET, "/app/v1/devices/dev_1/properties/o%6E"), ROUTE_FOUND);
    assert_ptr_equal(route->handle, app_get_property);
    assert_slice(parameters[0], "dev_1");
    assert_slice(parameters[1], "o%6E");
    assert_int_equal(route_parameter(route, "deviceId"), 0);
    assert_int_equal(route_parameter(route, "name"), 1);
    assert_int_equal(route_parameter(route, "accountId"), -1);
}

static void a_rest_in_braces_takes_its_slashes_along(void **state)
{
    (void)state;
    assert_int_equal(found(HTTP_GET, "/audit/v1/tile/0/x001/067.p/5"), ROUTE_FOUND);
    assert_ptr_equal(route->handle, audit_get_tile);
    assert_slice(parameters[0], "0/x001/067.p/5");
    assert_int_equal(route_parameter(route, "tile"), 0);
    assert_int_equal(found(HTTP_GET, "/audit/v1/tile/0"), ROUTE_FOUND);
    assert_slice(parameters[0], "0");
    assert_int_equal(found(HTTP_GET, "/audit/v1/tile/0/"), ROUTE_FOUND);
    assert_slice(parameters[0], "0/");
    assert_int_equal(found(HTTP_GET, "/audit/v1/tile/"), ROUTE_NO_PATH);
    assert_int_equal(found(HTTP_GET, "/audit/v1/tile"), ROUTE_NO_PATH);
    assert_int_equal(found(HTTP_POST, "/audit/v1/tile/0/000"), ROUTE_NO_METHOD);
}

static void a_word_of_the_table_goes_before_what_is_in_braces(void **state)
{
    (void)state;
    assert_int_equal(found(HTTP_POST, "/operator/v1/accounts/find"), ROUTE_FOUND);
    assert_ptr_equal(route->handle, operator_find_accounts);
    assert_int_equal(found(HTTP_GET, "/operator/v1/accounts/find"), ROUTE_NO_METHOD);
    assert_int_equal(found(HTTP_GET, "/operator/v1/accounts/fin"), ROUTE_FOUND);
    assert_slice(parameters[0], "fin");
    assert_int_equal(found(HTTP_GET, "/operator/v1/accounts/"), ROUTE_NO_PATH);
}

static void a_path_that_is_nearly_one_is_none(void **state)
{
    static const char *const paths[] = {
        "//",
        "/vendor",
        "/vendor/v1",
        "/vendor/v1/",
        "/vendor/v1//events",
        "/vendor/v1/vnd_1/events/",
        "/vendor/v1/vnd_1/event",
        "/vendor/v1/vnd_1/eventss",
        "/vendor/v2/vnd_1/events",
        "/Vendor/v1/vnd_1/events",
        "/app/v1/devices/",
        "/app/v1/sessions/current/now",
        "/livez/",
        "/metrics",
        "/app/v1/me/../networks",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(paths); i++)
        assert_int_equal(found(HTTP_GET, paths[i]), ROUTE_NO_PATH);
}

static void a_path_says_which_methods_it_knows(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_int_equal(found(HTTP_DELETE, "/app/v1/networks"), ROUTE_NO_METHOD);
    assert_slice(router_allow(router, &arena, route), "GET, HEAD, POST, OPTIONS");
    assert_int_equal(found(HTTP_OTHER, "/app/v1/devices/x"), ROUTE_NO_METHOD);
    assert_slice(router_allow(router, &arena, route), "GET, HEAD, PATCH, DELETE, OPTIONS");
    assert_int_equal(found(HTTP_OPTIONS, "/vendor/v1/v/events"), ROUTE_NO_METHOD);
    assert_slice(router_allow(router, &arena, route), "POST, OPTIONS");
    arena_free(&arena);
}

static void only_queries_of_the_row_are_known_and_after_for_every_read(void **state)
{
    (void)state;
    assert_int_equal(found(HTTP_GET, "/app/v1/devices"), ROUTE_FOUND);
    assert_true(route_knows_query(route, SLICE("network")));
    assert_true(route_knows_query(route, SLICE("cursor")));
    assert_true(route_knows_query(route, SLICE("after")));
    assert_true(route_waits(route));
    assert_false(route_knows_query(route, SLICE("networ")));
    assert_false(route_knows_query(route, SLICE("network online")));
    assert_false(route_knows_query(route, SLICE("")));
    assert_int_equal(found(HTTP_POST, "/app/v1/networks"), ROUTE_FOUND);
    assert_false(route_knows_query(route, SLICE("after")));
    assert_false(route_waits(route));
}

static void a_query_repeats_only_where_the_row_says_so(void **state)
{
    (void)state;
    assert_int_equal(found(HTTP_GET, "/app/v1/history"), ROUTE_FOUND);
    assert_true(route_knows_query(route, SLICE("type")));
    assert_false(route_knows_query(route, SLICE("type*")));
    assert_true(route_query_repeats(route, SLICE("type")));
    assert_false(route_query_repeats(route, SLICE("device")));
    assert_false(route_query_repeats(route, SLICE("nonesuch")));
}

static void after_is_where_to_go_on_for_rows_that_name_it(void **state)
{
    (void)state;
    assert_int_equal(found(HTTP_GET, "/audit/v1/events"), ROUTE_FOUND);
    assert_true(route_knows_query(route, SLICE("after")));
    assert_false(route_waits(route));
}

static void only_the_vendors_events_may_be_signed_instead_of_bearing_a_token(void **state)
{
    (void)state;
    for (size_t i = 0; i < row_count; i++)
        assert_int_equal(rows[i].may_sign, !strcmp(rows[i].path, "/vendor/v1/{vendorId}/events"));
}

static void what_needs_no_token_is_just_this(void **state)
{
    static const char *const open[] = { "/app/v1/activations",
                                        "/app/v1/sessions",
                                        "/app/v1/sign-in",
                                        "/.well-known/wot",
                                        "/",
                                        "/operator/",
                                        "/worker.js",
                                        "/manifest.webmanifest",
                                        "/web/{version}/{file}",
                                        "/livez",
                                        "/readyz",
                                        "/openapi.json",
                                        "/docs",
                                        "/docs.css",
                                        "/errors/{code}" };
    size_t                   count  = 0;

    (void)state;
    for (size_t i = 0; i < row_count; i++) {
        if (rows[i].right != RIGHT_NONE) continue;
        assert_true(count < COUNT(open));
        assert_string_equal(rows[i].path, open[count++]);
    }
    assert_int_equal(count, COUNT(open));
}

static void a_path_takes_a_right_of_those_it_is_for_and_no_other(void **state)
{
    static const struct {
        const char *start;
        unsigned    rights;
    } worlds[] = {
        { "/vendor/", RIGHT_VENDOR },
        { "/app/", RIGHT_SEE | RIGHT_COMMAND | RIGHT_ARRANGE | RIGHT_CONSENT | RIGHT_ACCOUNT },
        { "/operator/", RIGHT_OPERATE | RIGHT_FEED | RIGHT_SUPPORT | RIGHT_FIGURES },
        { "/audit/", RIGHT_AUDIT },
    };

    (void)state;
    for (size_t i = 0; i < row_count; i++)
        for (size_t w = 0; w < COUNT(worlds); w++)
            if (slice_starts(slice_text(rows[i].path), slice_text(worlds[w].start)))
                assert_int_equal(rows[i].right & ~worlds[w].rights, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_found_by_its_own_path),
        cmocka_unit_test(the_segments_in_braces_are_handed_over_raw),
        cmocka_unit_test(a_rest_in_braces_takes_its_slashes_along),
        cmocka_unit_test(a_word_of_the_table_goes_before_what_is_in_braces),
        cmocka_unit_test(a_path_that_is_nearly_one_is_none),
        cmocka_unit_test(a_path_says_which_methods_it_knows),
        cmocka_unit_test(only_queries_of_the_row_are_known_and_after_for_every_read),
        cmocka_unit_test(a_query_repeats_only_where_the_row_says_so),
        cmocka_unit_test(after_is_where_to_go_on_for_rows_that_name_it),
        cmocka_unit_test(only_the_vendors_events_may_be_signed_instead_of_bearing_a_token),
        cmocka_unit_test(what_needs_no_token_is_just_this),
        cmocka_unit_test(a_path_takes_a_right_of_those_it_is_for_and_no_other),
    };

    rows         = service_routes(&row_count);
    router       = router_open(rows, row_count);
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    router_close(router);
    return failures;
}
