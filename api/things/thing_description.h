/* thing_description.h -- a device as the Web of Things has it: W3C WoT Thing Description 1.1,
 * made from the thing model its vendor published (the same, 10).
 *
 *     {"@context":["https://www.w3.org/2019/wot/td/v1","https://www.w3.org/2022/wot/td/v1.1",…],
 *      "@type":"Thing","id":"urn:uuid:…","title":"Lamp",
 *      "securityDefinitions":{"bearer":{"scheme":"bearer","in":"header"}},"security":["bearer"],
 *      "version":{"instance":"1.0.0","model":"1.0.0"},…,
 *      "properties":{"on":{…,"forms":[{"href":"https://…/properties/on",…}]}},
 *      "actions":{…},"events":{…}}
 *
 * The URI of 2019 comes first: clients in the field refuse the one of 1.1 alone. The id is the
 * device's own and stays. Only what was granted is in it; of that, every word of the model, so
 * that an app can draw a kind of device nobody foresaw. What the model says of how to reach a
 * thing (forms, base, security, uriVariables, observable, and how to subscribe) is left out:
 * here everything is reached through us. So are the words that only a model has.
 *
 * A property is read and written at devices/{deviceId}/properties/{name}, an action is invoked
 * at …/actions/{name}; both answer before the device has done it, so an action is never
 * `synchronous`. Events come with everything else that happens, as server-sent events from
 * /app/v1/stream: each is the CloudEvent device-event-raised, whose data names device and event.
 *
 * THREADS   Pure.
 * MEMORY    What is read on the way is in the arena.
 */
#ifndef PIOT_API_THINGS_THING_DESCRIPTION_H
#define PIOT_API_THINGS_THING_DESCRIPTION_H

#include "core/wire/json_tree.h"

struct thing {
    struct id          device;
    const struct node *model;   /* a published one */
    struct texts       granted; /* names of properties, actions and events */
    struct slice       base;    /* "https://piot.example": what hrefs begin with */
};
void thing_description_write(struct json *json, struct arena *arena, const struct thing *thing);

#endif
