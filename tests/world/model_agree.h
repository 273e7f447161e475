/* model_agree.h -- do the service's registry and views say what the model says, and hold
 * by themselves what must always hold? */
#ifndef PIOT_WORLD_MODEL_AGREE_H
#define PIOT_WORLD_MODEL_AGREE_H

#include "tests/world/model_run.h"

/* Who is offered each thing, and who holds it. */
void agree_on_things(struct run *run);

/* On all of it; and in the views, each device that is there has a live grant and one holder. */
void agree_on_everything(struct run *run);

#endif
