/* gateways.c -- the operator says which gateway is whose. A gateway's id on the wire is
 * the operator's own text; inside, it is named after that. */
#include "api/operator/operator.h"

#include <string.h>

static bool gateway_show(struct json *json, struct reader *reader, struct arena *arena,
                         struct id id, const struct shown_once *once)
{
    struct gateway_row row;

    if (!view_get_gateway(reader, id, NO_ID, arena, &row)) return false;
    json_object(json);
    json_put_text(json, "gatewayId", row.gateway_id);
    json_put_id(json, "accountId", row.account);
    json_may_id(json, "networkId", row.network);
    json_put_flag(json, "shared", row.shared);
    operator_show_end(json, once);
    return true;
}

/* The gateway's stream takes any account's word; whether that account is there, and has
 * that network, is known here. */
static enum refusal gateway_check(struct submission *submission, struct reader *reader)
{
    const struct claim_gateway *intent = &submission_intent(submission)->claim_gateway;
    struct arena               *arena  = submission->call->arena;
    struct account_row          account;
    struct network_row          network;

    if (!view_get_account(reader, intent->account_id, NO_ID, arena, &account))
        return REFUSED_account_unknown;
    if (!id_given(intent->network_id)) return ACCEPTED;
    if (!view_get_network(reader, intent->network_id, NO_ID, arena, &network) ||
        !id_equal(network.account, intent->account_id))
        return REFUSED_network_unknown;
    return ACCEPTED;
}

void operator_post_gateway(struct call *call)
{
    struct submission *submission = submit_body(call, name_system(), NULL);

    if (!submission) return;
    struct claim_gateway *intent  = &submission_intent(submission)->claim_gateway;
    struct id             gateway = name_gateway(call->ground->names, intent->gateway_id);
    if (id_kind(intent->account_id) != ID_account ||
        (id_given(intent->network_id) && id_kind(intent->network_id) != ID_network)) {
        call_fail(call, PROBLEM_invalid_argument,
                  "accountId has to be an account's id, networkId a network's.");
        return;
    }
    submission_intent(submission)->stream = gateway;
    submission->check                     = gateway_check;
    operator_submit(submission, &(struct answer_plan){ .show = gateway_show, .id = gateway });
}

void operator_list_gateways(struct call *call)
{
    operator_look_list(call, view_list_listed_gateway, gateway_show);
}

static struct id gateway_of_call(const struct call *call)
{
    return name_gateway(call->ground->names, call_parameter(call, "gatewayId"));
}

void operator_get_gateway(struct call *call)
{
    struct id          gateway = gateway_of_call(call);
    struct gateway_row row;

    bool known = view_get_gateway(call_reader(call), gateway, NO_ID, call->arena, &row);
    operator_look(call, gateway_show, gateway, known ? row.account : NO_ID,
                  REFUSED_gateway_unknown);
}

void operator_delete_gateway(struct call *call)
{
    struct id          gateway    = gateway_of_call(call);
    struct submission *submission = submit_new(call, 1);

    submit_intent(submission, 0, INTENT_release_gateway, gateway);
    operator_submit(submission, &(struct answer_plan){ .show = gateway_show, .id = gateway });
}
