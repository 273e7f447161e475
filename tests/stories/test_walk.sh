#!/usr/bin/env bash
# Does the walk through the use case do what it says, as printed, in a fresh clone? Does it end
# when piotd does not start?
#
# Planted bugs that it caught: a lamp model without the property "on"; a piotd that makes one
# level of its data directory only; a walk that waits for a piotd that has ended.
set -euo pipefail
# shellcheck source=tests/stories/walk.sh
. tests/stories/walk.sh

walk docs/walk.md
[ "$(grep -c curl "$work/walk.sh")" -ge 12 ] || { echo "the walk was not found"; exit 1; }
expect "the vendor's report is accepted" '"status":"accepted"'
expect "the lamp is added under the name Kim gave it" '"name":"Desk lamp"'
expect "the command succeeds" '"status":"succeeded"'
expect "and is seen to have had its effect" '"effective":"true"'
expect "the lamp reports that it is on" '"on":\{"value":true'
expect "history knows of the grant" 'piot.v1.consent-granted'
expect "the log is whole" 'content: .* as a fresh fold gives them$'
expect "the export was read back" ' all of them verified$'
expect "an event is proven" '^proven$'
expect "the copy is a data directory again" 'events imported into .* with the root that was signed$'

# A piotd that ends at once: the walk breaks instead of waiting for it.
mkdir "$work/dead"
ln -s "$(type -P false)" "$work/dead/piotd"
ln -sfn "$work/dead" "$clone/build/release"
rm -r "${clone:?}/var"
if (walk docs/walk.md) >"$work/broke"; then
    echo "docs/walk.md goes on without a piotd"
    exit 1
fi
grep -q 'broke$' "$work/broke"
echo "the walk does what it says"
