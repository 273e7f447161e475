/* sealed.h -- short texts that only we can make and only we can read: what a caller is given to
 * bring back. AES-256-GCM under a key of the pipeline, the nonce in front, as base64url. Never
 * twice the same; one that was altered, or made under another key, opens to nothing.
 *
 * THREADS   Any.
 */
#ifndef PIOT_API_CALL_SEALED_H
#define PIOT_API_CALL_SEALED_H

#include "core/base/arena.h"
#include "core/base/crypto.h"

struct slice sealed_text(struct arena *arena, const uint8_t key[AES_KEY_SIZE], struct slice plain);
/* False: it is none of ours with `size` bytes in it; `plain` says nothing then. */
must_use bool sealed_open(struct arena *arena, const uint8_t key[AES_KEY_SIZE], struct slice text,
                          void *plain, size_t size);

#endif
