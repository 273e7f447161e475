/* verify_lost.h -- sealed fields that are gone: is there an event that says why?
 *
 *     rule      says
 *     missing   sealed fields are gone only if their owner was erased or their key was
 *               destroyed, or if they were a report's and the owner's stream says that so many
 *               reports expired; or if they are what a vendor reported of a device that led to
 *               such an owner; or if the whole log came here without any (log_bare())
 *     missing-key
 *               an owner who was not erased, and has sealed fields, has a key, or had one that
 *               was destroyed
 *
 * THREADS   The walk's.
 */
#ifndef PIOT_REPLAY_VERIFY_VERIFY_LOST_H
#define PIOT_REPLAY_VERIFY_VERIFY_LOST_H

#include "replay/fold/replay.h"
#include "replay/verify/stream_heads.h"

/* An event whose ciphertext is there. */
void lost_note_sealed(struct stream_heads *stream_heads, const struct event *event);
/* An event whose ciphertext is gone. */
void lost_note(struct stream_heads *stream_heads, const struct event *event);
/* Any event, after that: it may say why. */
void lost_reason(struct stream_heads *stream_heads, const struct event *event);
/* After the last. `vault` NULL: nobody can tell whose key is gone. */
must_use struct status lost_check(const struct stream_heads *stream_heads, struct vault *vault,
                                  struct findings *findings);

#endif
