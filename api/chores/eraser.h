/* eraser.h -- destroying what is left of erased accounts, in the background.
 *
 * When an account is erased, the folds have dropped what they had of it. Then this
 *
 *     destroys its key, erases its ciphertexts, the leases of its gateways and what was
 *     kept for its repeats, each in the writer's turn;
 *     rewrites the files of the vault and of every family that held any of it;
 *     says so: personal-data-destroyed;
 *     and, once the vault's master key has been rotated: erasure-completed.
 *
 * What is to be done is a row of the accounts view (open_erasure), so a kill costs
 * nothing but doing some of it again: every step may be done twice. Files are rewritten
 * for all accounts at once and at most every settings.wipe_every, because that costs as
 * much as the files are large; the master key is rotated when the oldest erasure that
 * waits for it is older than settings.master_key_rotate_within, or by piot rotate.
 *
 * It ends halfway if need be.
 */
#ifndef PIOT_API_CHORES_ERASER_H
#define PIOT_API_CHORES_ERASER_H

#include "api/ground/chore.h"

extern const struct chore_row eraser_chore;

#endif
