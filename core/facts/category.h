/* category.h -- what kind of thing a device is, as apps draw it: one word of a closed list.
 *
 *     switch light cover lock climate sensor camera garage-door alarm unknown
 *
 * Vendors write it in words of their own: "lamp", "night light", or as a JSON-LD type,
 * "saref:TemperatureSensor". The last word says what a thing is, so "DoorLock" and
 * "smart lock" are locks, and a "clock" is not. What no word of the table ends is unknown.
 *
 * Of some kinds a wrong yes could let somebody in or watch: those are guarded, and granting one
 * needs somebody who is on its network.
 *
 * THREADS   Pure.
 * MEMORY    The words it gives are literals.
 */
#ifndef PIOT_CORE_FACTS_CATEGORY_H
#define PIOT_CORE_FACTS_CATEGORY_H

#include "core/base/base.h"

enum { CATEGORY_WORD_MAX = 128 }; /* bytes looked at; what is longer is unknown */

struct category {
    struct slice name;
    bool         guarded;
};

/* By a word of piot:category or of @type; one that is empty is unknown, too. */
const struct category *category_of(struct slice word);
bool                   category_is_known(const struct category *category);

#endif
