/* known_device.h -- a device that signed in to an account before is known again.
 *
 * Whoever signs in is given an opaque text to keep (sealed.h), which says by which name this
 * account knows the device, and until when. It opens nothing: all it does is to have the
 * device's wrong guesses counted apart (guesses.h). One that is forged, too old or another
 * account's is as none, and the answer does not tell.
 *
 * THREADS   Any.
 */
#ifndef PIOT_APP_KNOWN_DEVICE_H
#define PIOT_APP_KNOWN_DEVICE_H

#include "api/call/call.h"

enum { KNOWN_DEVICE_MAX = 128 }; /* bytes of the text: it has 102 */
#define KNOWN_DEVICE_LIFE (180 * DAY)

/* Which device of `account` the text is about; none: it says nothing. */
struct id known_device_read(const struct call *call, struct id account, struct slice text);
/* A text for that device; none: for one that is new. */
struct slice known_device_text(const struct call *call, struct id account, struct id device);

#endif
