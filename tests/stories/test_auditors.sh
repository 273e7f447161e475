#!/usr/bin/env bash
# Does the auditors' guide do what it says, as printed, with the data of docs/walk.md?
#
# Planted bugs that it caught: a piotd whose inclusion proofs had two hashes exchanged, and a
# guide that took the signature for one over the text with its empty line.
set -euo pipefail
# shellcheck source=tests/stories/walk.sh
. tests/stories/walk.sh

walk docs/walk.md
walk docs/auditors.md
grep -q openssl "$work/walk.sh" || { echo "the check by hand was not found"; exit 1; }
expect "log, data directory and copies are whole" '^content: .* as a fresh fold gives them$'
expect "the grant is proven" '^proven$'
expect "the proof speaks of a later log" 'is the beginning of'
expect "what was read has each position once" '^true$'
expect "before the grant there was no device" '^\[\]$'
expect "the grant added it" '^\["device","dev_[0-9a-z]+","added"\]$'
expect "why it is there is told" 'piot.v1.consent-granted: '
expect "own looks are on record, with whom they were about" ' accounts/\{accountId\}/diff acc_'
expect "the signature is good by hand" '^Signature Verified Successfully$'
expect "the correlator stands in the entry" '^1$'
expect "the root is reached by hand" '^event [0-9]+ is in the log of [0-9]+ events that was signed$'
expect "the export was read back" ' all of them verified$'
expect "a witness cosigned" '^— witness.example '
expect "and its cosignature is asked for" '^content: .* views not looked at$'
[ "$(grep -c '^Signature Verified Successfully$' "$work/said")" = 2 ] ||
    { echo "the cosignature was not found good by hand"; exit 1; }
[ "$(grep -c '^content: ' "$work/said")" = 5 ] || { echo "not all was found to be whole"; exit 1; }
echo "the auditors' guide does what it says"
