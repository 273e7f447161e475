#include "api/call/problem.h"

#include <ctype.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/text.h"

static const struct problem_shape shapes[] = {
    [NO_PROBLEM] = { "", 200, "", "" },
/* clang-format off */
#define PROBLEM(name, http, title, sentence)                                  \
    [PROBLEM_##name] = { #name, http, title, sentence },
/* clang-format on */
#include "api/call/problems.def"
#undef PROBLEM
};

const struct problem_shape *problem_shape(enum problem problem)
{
    ensure(problem > NO_PROBLEM && problem < PROBLEM_COUNT);
    return &shapes[problem];
}

enum problem problem_for_status(int status)
{
    for (enum problem problem = NO_PROBLEM + 1; problem < PROBLEM_COUNT; problem++)
        if (shapes[problem].http == (unsigned)status) return problem;
    return status >= 500 ? PROBLEM_internal : PROBLEM_invalid_argument;
}

struct slice problem_code(struct arena *arena, const char *name)
{
    struct slice code = arena_copy(arena, slice_text(name));
    char        *at   = (char *)(uintptr_t)code.data;

    for (size_t i = 0; i < code.size; i++) at[i] = (char)toupper((unsigned char)at[i]);
    return code;
}

static void put_instance(struct json *json, struct id instance)
{
    char urn[ID_URN_MAX];

    id_urn(instance, urn);
    json_put_text(json, "instance", slice_text(urn));
}

void problem_write(struct buffer *out, const struct problem_shape *shape, struct slice message,
                   struct id instance, struct slice base)
{
    struct arena arena = { 0 };
    struct json  json  = json_to(out);
    struct slice kind  = text_kebab(&arena, slice_text(shape->name));

    json_object(&json);
    json_put_text(&json, "type",
                  arena_print(&arena, "%.*s/errors/%.*s", (int)base.size,
                              base.data ? base.data : "", (int)kind.size, kind.data));
    json_put_text(&json, "title", slice_text(shape->title));
    json_put_u64(&json, "status", shape->http);
    json_put_text(&json, "code", problem_code(&arena, shape->name));
    json_put_text(&json, "message", message.size ? message : slice_text(shape->sentence));
    if (id_given(instance)) put_instance(&json, instance);
    json_object_end(&json);
    arena_free(&arena);
}

struct problem_shape problem_of_refusal(enum refusal refusal)
{
    const struct refusal_shape *shape = refusal_shape(refusal);

    return (struct problem_shape){ shape->name, shape->http, shape->title, shape->sentence };
}
