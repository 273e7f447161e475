/* describe.c -- the tables of what is on the wire, put together. */
#include "api/service/describe.h"

#include <string.h>

#include "api/app/routes.h"
#include "api/audit/routes.h"
#include "api/operator/routes.h"
#include "api/pages/routes.h"
#include "api/service/routes.h"
#include "api/vendors/routes.h"

#define MUST(type, name, meaning) { NEED_must, type, name, meaning },
#define MAY(type, name, meaning)  { NEED_may, type, name, meaning },
#define OR(type, name, meaning)   { NEED_or, type, name, meaning },
#define NIL(type, name, meaning)  { NEED_nil, type, name, meaning },
#define SHAPE(name, meaning, ...) static const struct member name##_members[] = { __VA_ARGS__ };
#define PART(name, meaning, ...)  SHAPE(name, meaning, __VA_ARGS__)
#define SAID(name, meaning, ...)  SHAPE(name, meaning, __VA_ARGS__)
#define EVENT(name, meaning, ...) SHAPE(name, meaning, __VA_ARGS__)
#define OPEN(name, meaning, ...)  SHAPE(name, meaning, __VA_ARGS__)
#include "api/app/shapes.def"
#include "api/audit/shapes.def"
#include "api/operator/shapes.def"
#include "api/service/shapes.def"
#include "api/vendors/shapes.def"
#undef OPEN
#undef EVENT
#undef SAID
#undef PART
#undef SHAPE

/* An empty array may not be: each has one member more than it counts. */
#define REPORT(type, intent, read, example, ...) \
    static const struct member intent##_members[] = { __VA_ARGS__{ NEED_may, NULL, NULL, NULL } };
#include "api/vendors/reports.def"
#undef REPORT
#undef NIL
#undef OR
#undef MAY
#undef MUST

#define ROW(name, meaning, kind, others) \
    { #name, meaning, name##_members, COUNT(name##_members), kind, others },
static const struct wire_shape shapes[] = {
#define SHAPE(name, meaning, ...) ROW(name, meaning, WIRE_closed, NULL)
#define PART(name, meaning, ...)  ROW(name, meaning, WIRE_part, NULL)
#define SAID(name, meaning, ...)  ROW(name, meaning, WIRE_said, NULL)
#define EVENT(name, meaning, ...) ROW(name, meaning, WIRE_event, "either:text|number|flag")
#define OPEN(name, meaning, ...)  ROW(name, meaning, WIRE_open, "any")
#include "api/app/shapes.def"
#include "api/audit/shapes.def"
#include "api/operator/shapes.def"
#include "api/service/shapes.def"
#include "api/vendors/shapes.def"
#undef OPEN
#undef EVENT
#undef SAID
#undef PART
#undef SHAPE
};
#undef ROW

static const struct wire_report reports[] = {
#define EXAMPLE(...) #__VA_ARGS__
#define REPORT(type, intent, read, example, ...)                                       \
    { type,                                                                            \
      INTENT_##intent,                                                                 \
      { #intent, "", intent##_members, COUNT(intent##_members) - 1, WIRE_part, NULL }, \
      example },
#include "api/vendors/reports.def"
#undef REPORT
#undef EXAMPLE
};

static const struct wire_answer answers[] = {
#define ANSWER(handler, codes, body, answer) { handler, codes, body, answer },
#include "api/app/answers.def"
#include "api/audit/answers.def"
#include "api/operator/answers.def"
#include "api/pages/answers.def"
#include "api/service/answers.def"
#include "api/vendors/answers.def"
#undef ANSWER
};

static const struct wire_parameter parameters[] = {
#define PARAMETER(name, type, meaning) { #name, type, meaning },
#include "api/service/parameters.def"
#undef PARAMETER
};

const struct wire_shape *wire_shapes(size_t *count)
{
    *count = COUNT(shapes);
    return shapes;
}

const struct wire_shape *wire_shape(struct slice name)
{
    for (size_t i = 0; i < COUNT(shapes); i++)
        if (slice_equal(slice_text(shapes[i].name), name)) return &shapes[i];
    return NULL;
}

const struct wire_report *wire_reports(size_t *count)
{
    *count = COUNT(reports);
    return reports;
}

const struct wire_answer *wire_answer(handler *handle)
{
    for (size_t i = 0; i < COUNT(answers); i++)
        if (answers[i].handle == handle) return &answers[i];
    return NULL;
}

const struct wire_parameter *wire_parameter(struct slice name)
{
    for (size_t i = 0; i < COUNT(parameters); i++)
        if (slice_equal(slice_text(parameters[i].name), name)) return &parameters[i];
    return NULL;
}

bool wire_problem(struct slice name, struct problem_shape *shape)
{
    for (enum problem problem = NO_PROBLEM + 1; problem < PROBLEM_COUNT; problem++)
        if (slice_equal(slice_text(problem_shape(problem)->name), name)) {
            *shape = *problem_shape(problem);
            return true;
        }
    for (enum refusal refusal = ACCEPTED + 1; refusal < REFUSAL_COUNT; refusal++)
        if (slice_equal(slice_text(refusal_shape(refusal)->name), name)) {
            *shape = problem_of_refusal(refusal);
            return true;
        }
    return false;
}

struct slice word_next(struct slice *words)
{
    struct slice word = { words->data, 0 };

    while (word.size < words->size && words->data[word.size] != ' ') word.size++;
    size_t taken = word.size + (word.size < words->size);
    *words       = (struct slice){ words->data + taken, words->size - taken };
    return word;
}

struct wire_form form_next(struct slice *words)
{
    struct slice word = word_next(words);

    if (!word.size || !memchr(word.data, '/', word.size))
        return (struct wire_form){ SLICE("application/json"), word };
    const char *type = memchr(word.data, '=', word.size);
    if (!type) return (struct wire_form){ word, SLICE("text") };
    size_t size = (size_t)(type - word.data);
    return (struct wire_form){ { word.data, size }, { type + 1, word.size - size - 1 } };
}

struct slice query_next(struct slice *queries, bool *repeats)
{
    struct slice query = word_next(queries);

    *repeats = query.size && query.data[query.size - 1] == '*';
    query.size -= *repeats;
    return query;
}
