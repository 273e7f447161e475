/* story.h -- the demo's plot, from onboarding to a switched lamp.
 *
 * THREADS   The main thread's.
 */
#ifndef PIOT_CLI_DEMO_STORY_H
#define PIOT_CLI_DEMO_STORY_H

#include "cli/demo/cloud.h"
#include "cli/demo/house.h"

struct story_end {
    const char *lamp, *thermostat, *lock; /* the devices' ids */
};
/* False: something differed, or the demo was to end. */
bool demo_story(struct demo *demo, struct house *house, struct cloud *cloud, struct story_end *end);

#endif
