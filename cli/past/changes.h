/* changes.h -- what changed, in words: "device dev_… moved: network net_a → net_b".
 *
 * From the changes of replay_diff() and difference_json().
 *
 * THREADS   Pure.
 */
#ifndef PIOT_CLI_PAST_CHANGES_H
#define PIOT_CLI_PAST_CHANGES_H

#include "core/wire/json_path.h"

/* A line, with its end. */
void change_words(const struct node *change, bool colour, struct buffer *out);

#endif
