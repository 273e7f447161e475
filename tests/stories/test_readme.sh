#!/usr/bin/env bash
# Does the README's walk through the use case do what it says, as printed?
#
# Its sh blocks are taken out and run in order, in one shell, with three words
# exchanged: the build is there already, in $PIOT_BUILD, and port and data directory
# are free ones. Planted bug that it caught: a lamp model without the property "on".
set -euo pipefail

work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf -- "$work"
}
trap cleanup EXIT

port=$(node -e 's = require("net").createServer().listen(0, "127.0.0.1",
    () => { console.log(s.address().port); s.close() })')

# shellcheck disable=SC2016
awk '/^```sh$/ { take = 1; next } /^```$/ { take = 0 } take' README.md |
    sed -e 's|^\./dev build$|:|' -e "s|build/release/|$PIOT_BUILD/|g" \
        -e "s|127\.0\.0\.1:8080|127.0.0.1:$port|g" -e "s|\"\$PWD/var/walk\"|$work/walk|" \
        -e "s#var/\(walk\|copy\|again\)#$work/\1#g" >"$work/walk.sh"
[ "$(grep -c curl "$work/walk.sh")" -ge 12 ] || { echo "the README's walk was not found"; exit 1; }

export PIOT_METRICS_LISTEN=
bash -euo pipefail "$work/walk.sh" >"$work/said" 2>"$work/errors" || {
    cat "$work/said" "$work/errors"
    echo "the README's walk broke"
    exit 1
}

expect() { # WHAT PATTERN
    grep -Eq "$2" "$work/said" || {
        cat "$work/said" "$work/errors"
        echo "not so: $1"
        exit 1
    }
}
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
