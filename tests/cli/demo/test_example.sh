#!/usr/bin/env bash
# Does the example of `piot demo --help` work as it is printed, in an empty directory?
#
# Planted bugs that it caught: a demo that did not wait for the piotd started just before it,
# and an example whose piotd did not allow the demo's vendor.
set -euo pipefail
# shellcheck source=tests/cli/piot.sh
. tests/cli/piot.sh

ends 0 "the demo teaches" demo --help
awk '/^examples$/ { take = 1; next } /^$/ { take = 0 } take' "$work/out" >"$work/example"
grep -q 'piotd ' "$work/example" || broken "the example starts piotd"

# What the example leaves to its defaults: a port that is free, and no figures.
port=$(node -e 's = require("net").createServer().listen(0, "127.0.0.1",
    () => { console.log(s.address().port); s.close() })')
export PIOT_LISTEN=127.0.0.1:$port PIOT_SERVER=http://127.0.0.1:$port PIOT_METRICS_LISTEN=
export PATH=$PIOT_BUILD:$PATH

# A session of its own, so that all of it can be ended together.
mkdir "$work/here"
cd "$work/here"
: >"$work/out"
setsid bash "$work/example" >"$work/out" 2>"$work/errors" </dev/null &
session=$!
end_session() {
    kill -- "-$session" 2>/dev/null || true
    while kill -0 -- "-$session" 2>/dev/null; do sleep 0.1; done
    cleanup
}
trap end_session EXIT
writes "$work/out" 'Ctrl-C ends the demo' "$session" || broken "the demo plays to its end"
says "with somebody who says yes" '^Anna  .*says yes'
[ -s var/operator.token ] || broken "the data is where the example says"
echo "the demo's example works"
