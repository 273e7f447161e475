#include "tests/world/asked.h"

void question_answered(struct ledger_request *request)
{
    struct question *question = (struct question *)request;
    struct outcome  *outcome  = &question->item.outcome;

    question->answers++;
    question->events = request->replayed || request->failure.code ? 0 : outcome->count;
    for (size_t i = 0; i < question->events && i < COUNT(question->types); i++)
        question->types[i] = outcome->events[i].type;
    if (question->events) question->last = outcome->events[question->events - 1];
}

void submit(struct world *world, struct question *question)
{
    question->request.items = &question->item;
    question->request.count = 1;
    question->request.done  = question_answered;
    assert_true(ledger_submit(world->ledger, &question->request));
}

void turn(struct world *world)
{
    bool worked = true;

    while (worked) assert_ok(ledger_turn(world->ledger, &worked));
}

void ask(struct world *world, struct question *question)
{
    submit(world, question);
    turn(world);
    assert_int_equal(question->answers, 1);
}

struct question for_a_token(uint64_t number)
{
    struct id token = { "t" };

    memcpy(token.bytes + 1, &number, sizeof number);
    return ASKING(name_system(), issue_token, .role = SLICE("auditor"), .name = SLICE("Ada"),
                  .token = token, .hash = SLICE("hash"));
}

struct question for_something_refused(void)
{
    return ASKING(name_system(), issue_token, .role = SLICE("king"));
}

struct question for_an_account(void)
{
    return ASKING(name_login(NULL, SLICE("alice")), claim_login, .login = SLICE("alice"),
                  .account = ALICE, .activation_hash = SLICE("code"));
}
