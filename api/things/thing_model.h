/* thing_model.h -- a WoT Thing Model, as a vendor publishes it.
 *
 * What we use of it is read strictly: "@type" tm:ThingModel, title, version.model
 * (semantic versioning), the affordances and their data schemas (api/things/schema.h), and two
 * words of our own:
 *
 *     piot:category   "lamp": what kind of thing it is (core/facts/category.h); if absent, the
 *                     first @type that says so. What either says is guarded, is.
 *     piot:purposes   ["service-provision"] if absent: what its vendor uses it for
 *
 * All else is kept and served as it came. A model that stands on another one (a link
 * with rel tm:extends) has to be written out first: we fetch nothing.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_API_THINGS_THING_MODEL_H
#define PIOT_API_THINGS_THING_MODEL_H

#include "core/facts/intent.h"
#include "core/wire/json_tree.h"

enum {
    MODEL_NAME_MAX       = 64, /* bytes of "lamp" */
    MODEL_VERSION_MAX    = 63, /* bytes of "1.0.0"; with a colon between: 128 */
    MODEL_CATEGORY_MAX   = 32,
    MODEL_PURPOSES_MAX   = 16,        /* each of at most 64 bytes */
    MODEL_DEFINITION_MAX = 48 * 1024, /* bytes, as we keep it: with the names of what it
                                         can do beside it, an event has to hold it */
};

/* Letters, digits, dots, _ and -, the first one a letter or a digit. */
bool thing_model_is_name(struct slice text);
/* https://semver.org 2.0.0 */
bool thing_model_is_version(struct slice text);

/* Reads `body` into `ask`, whose texts are in `arena` or the node. */
must_use bool thing_model_read(struct arena *arena, struct slice name, const struct node *body,
                               struct publish_thing_model *intent, struct bad_field *bad);

/* The name of the action by which a device shows which one it is (it blinks, it beeps): the one
 * that is called `identify`, or else has an @type that ends with "IdentifyAction". data NULL:
 * the model has none. */
struct slice thing_model_identify(const struct node *model);

#endif
