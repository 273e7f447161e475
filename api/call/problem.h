/* problem.h -- the one body of every error.
 *
 * It is CAMARA's ErrorInfo (status, code, message) and RFC 9457's problem (type,
 * title, status, instance) at once. Whatever of the request it names goes through
 * the JSON writer, which escapes it for HTML and terminals too.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_API_CALL_PROBLEM_H
#define PIOT_API_CALL_PROBLEM_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/ids.h"
#include "core/facts/refusal.h"

enum problem {
    NO_PROBLEM = 0,
#define PROBLEM(name, http, title, sentence) PROBLEM_##name,
#include "api/call/problems.def"
#undef PROBLEM
    PROBLEM_COUNT,
};

struct problem_shape {
    const char *name; /* snake_case; SCREAMING on the wire, kebab in the type */
    unsigned    http;
    const char *title;
    const char *sentence;
};
const struct problem_shape *problem_shape(enum problem problem); /* not of NO_PROBLEM */
/* The one that fits an HTTP status the server refuses with. */
enum problem problem_for_status(int status);

/* The `code` of either, in the arena: "DEVICE_HELD_ELSEWHERE". */
struct slice problem_code(struct arena *arena, const char *name);

/* Writes the body. `message` empty: the shape's own sentence. `instance` is the
 * request; `base` what types begin with, a URL, may be empty. */
void problem_write(struct buffer *out, const struct problem_shape *shape, struct slice message,
                   struct id instance, struct slice base);
/* A refusal seen as a problem: the same four words. */
struct problem_shape problem_of_refusal(enum refusal refusal);

#endif
