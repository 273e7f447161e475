#!/usr/bin/env bash
# Does the README's walk through the use case do what it says, as printed?
#
# Planted bug that it caught: a lamp model without the property "on".
set -euo pipefail
# shellcheck source=tests/stories/walk.sh
. tests/stories/walk.sh

walk README.md
[ "$(grep -c curl "$work/walk.sh")" -ge 12 ] || { echo "the README's walk was not found"; exit 1; }
expect "the vendor's report is accepted" '"status":"accepted"'
expect "the lamp is added under the name Kim gave it" '"name":"Desk lamp"'
expect "the command succeeds" '"status":"succeeded"'
expect "and is seen to have had its effect" '"effective":"true"'
expect "the lamp reports that it is on" '"on":\{"value":true'
expect "history knows of the grant" 'piot.v1.consent-granted'
expect "the export was read back" ' all of them verified$'
expect "an event is proven" '^proven$'
expect "the copy is a data directory again" 'events imported into .* with the root that was signed$'
echo "the README's walk does what it says"
