#!/usr/bin/env bash
# Does the README's walk through the use case do what it says, as printed, and does it
# promise neither more nor less than there is?
#
# Planted bugs that it caught: a lamp model without the property "on", and a call that is
# offered among those that are not yet.
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
expect "the log is whole" 'content: .* as a fresh fold gives them$'
expect "the export was read back" ' all of them verified$'
expect "an event is proven" '^proven$'
expect "the copy is a data directory again" 'events imported into .* with the root that was signed$'

# What it says is not there yet is what is not offered, each call and no other.
awk '/^ROUTE/ { split($0, part, ","); path = part[2]; gsub(/^ *([A-Z] )?"|"$/, "", path) }
    /not_offered, NONE/ { print path }' api/*/routes.def | sort -u >"$work/not_offered"
# shellcheck disable=SC2016
awk '/^Asked for, these/ { take = 1 } /^$/ { take = 0 } take' README.md |
    grep -o '`[^`]*`' | tr -d '`' | grep -v '^501 ' | sort -u >"$work/not_yet"
diff "$work/not_offered" "$work/not_yet" ||
    { echo '"Not yet" is not what routes.def says'; exit 1; }
echo "the README's walk does what it says"
