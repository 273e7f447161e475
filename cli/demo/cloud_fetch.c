/* cloud_fetch.c -- what piotd has for the vendor, fetched from its outbox instead of sent: page
 * by page, acknowledged once it was heard. What an endpoint would have answered is told by an
 * event of its own. */
#include "cli/demo/cloud_internal.h"

static bool fetch_page(struct cloud *cloud, struct tree *page, struct arena *arena)
{
    return demo_call(&cloud->caller,
                     &(struct call_plan){
                         .method = "GET",
                         .path   = arena_print(arena, "/vendor/v1/%s/outbox?wait=%d",
                                               cloud->vendor_id, CLOUD_FETCH_WAIT_S)
                                     .data,
                         .wanted = 200,
                         .quiet  = true,
                     },
                     page);
}

static bool acknowledge_page(struct cloud *cloud, const struct tree *page, struct arena *arena)
{
    struct slice next   = node_shown(page->root, "next", arena);
    struct tree  answer = { 0 };
    struct slice path   = arena_print(arena, "/vendor/v1/%s/outbox/ack", cloud->vendor_id);
    struct slice body   = arena_print(arena, "{\"upTo\":\"%.*s\"}", (int)next.size, next.data);

    bool fine = demo_call(
        &cloud->caller,
        &(struct call_plan){
            .method = "POST", .path = path.data, .body = body, .wanted = 204, .quiet = true },
        &answer);
    tree_close(&answer);
    return fine;
}

static void hear_item(struct cloud *cloud, const struct node *item, struct arena *arena)
{
    struct buffer text  = { 0 };
    struct tree   event = { 0 };

    node_write(item, false, &text);
    if (tree_read(&event, buffer_slice(&text)).code == STATUS_OK) {
        bool         ended = node_says(item, "type", "piot.v1.grant-withdrawn");
        struct slice grant = node_shown(item, "data.grantId", arena);
        cloud_take(cloud, &event);
        if (ended) cloud_tell_acknowledged(cloud, grant);
    }
    tree_close(&event);
    buffer_free(&text);
}

void cloud_fetch(struct cloud *cloud)
{
    struct arena arena = { 0 };
    struct tree  page  = { 0 };

    if (fetch_page(cloud, &page, &arena)) {
        const struct node *items = node_at(page.root, "items");
        for (size_t i = 0; i < node_count(items); i++)
            hear_item(cloud, node_item(items, i), &arena);
        if (node_count(items)) {
            demo_note("fetched %zu and acknowledged", node_count(items));
            acknowledge_page(cloud, &page, &arena);
        }
    }
    tree_close(&page);
    arena_free(&arena);
}
