/* days.c -- see house.h: Anna's days with her devices. */
#include <stdio.h>
#include <string.h>

#include "cli/demo/house.h"
#include "cli/tool/screen.h"
#include "core/base/clock.h"

enum { LOOK_EVERY_MS = 100, HISTORY_SHOWN = 12 };

static const char *house_keep(struct house *house, const struct node *tree, const char *path)
{
    return demo_keep(house->demo, tree, path);
}

/* Asks again and again until `is_it` says so, patience ends or the demo does. `tree` is the
 * last answer, to be closed in any case. */
typedef bool expectation(const struct node *tree, const void *context);
static bool  until(struct house *house, const char *path, expectation *is_it, const void *context,
                   struct tree *tree)
{
    int64_t end = clock_monotonic_us() + DEMO_PATIENCE_MS * MILLISECOND;

    while (demo_get(&house->anna, path, tree)) {
        if (is_it(tree->root, context)) return true;
        if (clock_monotonic_us() > end)
            return demo_differs(house->demo, "GET %s: what should have come did not, in %d s", path,
                                DEMO_PATIENCE_MS / 1000);
        if (!demo_pause(house->demo, LOOK_EVERY_MS)) return false;
        tree_close(tree);
    }
    return false;
}

/* -- consent ---------------------------------------------------------------------------- */

static const struct node *question_about(const struct node *inbox, const char *display_name)
{
    const struct node *items = node_at(inbox, "items");

    for (size_t i = 0; i < node_count(items); i++)
        if (node_says(node_item(items, i), "device.displayName", display_name))
            return node_item(items, i);
    return NULL;
}

static bool inbox_has_question(const struct node *inbox, const void *display_name)
{
    return question_about(inbox, display_name) != NULL;
}

bool house_grants(struct house *house, const char *display_name, const char **device)
{
    struct arena *arena = &house->demo->arena;
    struct tree   inbox = { 0 }, consent = { 0 };
    bool          fine = until(house, "/app/v1/inbox", inbox_has_question, display_name, &inbox);

    if (fine) {
        const struct node *question = question_about(inbox.root, display_name);
        struct slice       notice   = node_shown(question, "notice.text", arena);
        demo_say("Anna", "is asked: %.*s", (int)notice.size, notice.size ? notice.data : "");
        demo_say("Anna", "says yes");
        fine = demo_call(&house->anna,
                         &(struct call_plan){
                             .method = "POST",
                             .path   = arena_print(arena, "/app/v1/inbox/%s/decision",
                                                   house_keep(house, question, "consentId"))
                                         .data,
                             .body   = SLICE("{\"decision\":\"grant\"}"),
                             .wanted = 200,
                             .shown  = "deviceId",
                         },
                         &consent);
    }
    if (fine) *device = house_keep(house, consent.root, "deviceId");
    tree_close(&inbox);
    tree_close(&consent);
    return fine;
}

/* -- devices ------------------------------------------------------------------------------- */

static bool device_is_known(const struct node *device, const void *context)
{
    (void)context;
    return node_count(node_at(device, "properties")) > 0;
}

bool house_sees(struct house *house, const char *device)
{
    struct tree   tree  = { 0 };
    struct arena *arena = &house->demo->arena;
    const char   *path  = arena_print(arena, "/app/v1/devices/%s", device).data;
    bool          fine  = until(house, path, device_is_known, NULL, &tree);

    if (fine) {
        demo_say("Anna", "sees %s in her app", house_keep(house, tree.root, "name"));
        demo_note("GET %s → 200", path);
    }
    tree_close(&tree);
    return fine;
}

static bool command_has_ended(const struct node *command, const void *context)
{
    (void)context;
    return node_at(command, "concludedAt") != NULL;
}

static bool command_has_worked(const struct node *command, const void *context)
{
    (void)context;
    return node_says(command, "effective", "true");
}

static bool follow_command(struct house *house, const char *command)
{
    struct arena *arena = &house->demo->arena;
    const char   *path  = arena_print(arena, "/app/v1/commands/%s?wait=2", command).data;
    struct tree   tree  = { 0 };
    bool          fine  = until(house, path, command_has_ended, NULL, &tree);

    if (fine && !node_says(tree.root, "status", "succeeded"))
        fine = demo_differs(house->demo, "the command should have succeeded, but: %s",
                            house_keep(house, tree.root, "status"));
    tree_close(&tree);
    if (!fine) return false;
    demo_note("the vendor says it succeeded …");
    fine = until(house, path, command_has_worked, NULL, &tree);
    if (fine) demo_note("… and a later state report agrees: effective");
    tree_close(&tree);
    return fine;
}

bool house_switches(struct house *house, const char *device, const char *property,
                    struct slice value)
{
    struct arena *arena   = &house->demo->arena;
    struct tree   command = { 0 };
    const char   *id      = "";

    demo_say("Anna", "wants %s to be %.*s", property, (int)value.size, value.data);
    bool fine = demo_call(
        &house->anna,
        &(struct call_plan){
            .method = "PUT",
            .path   = arena_print(arena, "/app/v1/devices/%s/properties/%s", device, property).data,
            .body   = value,
            .wanted = 202,
            .shown  = "commandId",
        },
        &command);
    if (fine) id = house_keep(house, command.root, "commandId");
    tree_close(&command);
    return fine && follow_command(house, id);
}

/* -- looking back and around ---------------------------------------------------------------- */

bool house_reads_history(struct house *house, const char *device)
{
    struct arena *arena = &house->demo->arena;
    const char   *path =
        arena_print(arena, "/app/v1/history?device=%s&limit=%d", device, HISTORY_SHOWN).data;
    struct tree tree = { 0 };
    bool        fine = demo_get(&house->anna, path, &tree), added = false;

    demo_say("Anna", "looks at what happened to the lamp, the newest first");
    demo_note("GET %s → %s", path, fine ? "200" : "not as it should be");
    const struct node *items = node_at(tree.root, "items");
    for (size_t i = 0; i < node_count(items); i++) {
        const struct node *event = node_item(items, i);
        demo_note("  %s  %s  by %s", house_keep(house, event, "time"),
                  house_keep(house, event, "type"), house_keep(house, event, "actorkind"));
        added = added || node_says(event, "type", "piot.v1.device-added") ||
                node_says(event, "type", "piot.v1.command-succeeded");
    }
    if (fine && !added) fine = demo_differs(house->demo, "the history does not tell of it");
    tree_close(&tree);
    return fine;
}

static void show_question(struct house *house, const struct node *question)
{
    struct arena arena = { 0 };
    struct slice id    = node_shown(question, "consentId", &arena);
    struct slice name  = node_shown(question, "device.displayName", &arena);

    if (!slice_equal(slice_text(house->last_question), id)) {
        snprintf(house->last_question, sizeof house->last_question, "%.*s", (int)id.size, id.data);
        demo_say("Anna", "has a question in her inbox: %.*s. To say yes for her:", (int)name.size,
                 name.data);
        demo_note("curl -sS '%s/app/v1/inbox/%.*s/decision' -H 'Authorization: Bearer %s' "
                  "-H 'Content-Type: application/json' -d '{\"decision\":\"grant\"}'",
                  client_server(house->anna.client), (int)id.size, id.data, house->anna.bearer);
    }
    arena_free(&arena);
}

bool house_looks_up(struct house *house)
{
    struct question ask  = { .method = "GET",
                             .path   = "/app/v1/inbox",
                             .bearer = house->anna.bearer };
    struct tree     tree = { 0 };
    struct answer   answer;
    struct status   status = client_send(house->anna.client, &ask, &answer);

    if (status.code == STATUS_OK && answer.status == 200)
        status = tree_read(&tree, buffer_slice(&answer.body));
    const struct node *items = node_at(tree.root, "items");
    if (node_count(items)) show_question(house, node_item(items, node_count(items) - 1));
    tree_close(&tree);
    client_answer_free(&answer);
    return status.code == STATUS_OK;
}
