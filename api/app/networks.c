/* networks.c -- an account's networks. */
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/places/resolve.h"

void app_list_networks(struct call *call)
{
    list_answer(call, &(struct list){ .resource = &resource_network,
                                      .ids      = view_list_account_network,
                                      .first    = call_account(call) });
}

void app_get_network(struct call *call) { resource_answer(call, &resource_network); }

void app_post_network(struct call *call)
{
    struct submission *submission = submit_body(call, call_account(call), NULL);

    if (!submission) return; /* and the call is gone */
    struct id network                                     = call_new_id(call, ID_network);
    submission_intent(submission)->create_network.network = network;
    resource_submit(submission, &resource_network, network);
    submission->changed = NULL; /* there is none yet to hold If-Match against */
    submit_send(submission);
}

void app_patch_network(struct call *call)
{
    struct id          network;
    struct submission *submission = resource_body(call, &resource_network, NULL, &network);

    if (!submission) return;
    struct change_network *change = &submission_intent(submission)->change_network;
    change->network               = network;
    if (change->name.data && !change->name.size) {
        struct bad_field bad;
        bad_field_say(&bad, "name", "may be left out, but not be empty");
        call_fail_field(call, &bad);
        return;
    }
    submit_send(submission);
}

void app_delete_network(struct call *call)
{
    struct id          network;
    struct submission *submission;

    if (!call_parameter_id(call, "networkId", ID_network, &network)) return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_delete_network, call_account(call))
        ->delete_network.network = network;
    resource_submit(submission, &resource_network, network);
    submit_send(submission);
}

/* Someone else's gateway, one that nobody has and an address that leads to none are one and the
 * same to the caller. The rule holds the gateway against the account's own. */
void app_post_gateway(struct call *call)
{
    static const char *const others[] = { "here", NULL };
    struct id                network;
    struct gateway_row       gateway;
    struct bad_field         bad;
    bool                     here       = false;
    struct submission       *submission = resource_body(call, &resource_network, others, &network);

    if (!submission) return;
    if (!json_read_flag(call_body(call), "here", REQUIRED, &here, &bad) ||
        (!here && !bad_field_say(&bad, "here", "has to be true: no other gateway can be bound"))) {
        call_fail_field(call, &bad);
        return;
    }
    struct bind_gateway *bind = &submission_intent(submission)->bind_gateway;
    bind->network             = network;
    bind->gateway             = resolve_here(call_reader(call), call->ground->vault, call->arena,
                                             call->request->peer, call->now_us);
    if (id_given(bind->gateway) &&
        view_get_gateway(call_reader(call), bind->gateway, NO_ID, call->arena, &gateway))
        bind->gateway_id = gateway.gateway_id;
    submit_send(submission);
}
