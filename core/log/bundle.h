/* bundle.h -- entries in one piece: each led by its length (C2SP tlog-tiles).
 *
 *     entries      u16 length, envelope       as the specification has it
 *     ciphertexts  u32 length, ciphertext     the same for what stands beside an
 *                                             envelope; 0: there is none, or no more
 *
 * Lengths are big-endian.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_BUNDLE_H
#define PIOT_BUNDLE_H

#include "core/base/buffer.h"

enum bundle_kind { BUNDLE_ENTRIES, BUNDLE_CIPHERTEXTS };

void bundle_add(struct buffer *bundle, enum bundle_kind kind, struct slice entry);
/* Takes the next one off the front; data NULL: an empty ciphertext. False: `rest` ends
 * within an entry, or has ended. */
must_use bool bundle_take(struct slice *rest, enum bundle_kind kind, struct slice *entry);

#endif
