#!/usr/bin/env bash
# Does the guide for apps do what it says, as printed?
#
# The page in examples/app is opened by tests/browser/example.test.mjs.
set -euo pipefail
# shellcheck source=tests/stories/walk.sh
. tests/stories/walk.sh

walk docs/apps.md
expect "a device describes itself" '"@context":\["https://www.w3.org/2019/wot/td/v1"'
expect "the command succeeds" '"status":"succeeded"'
expect "the stream tells of it" '^data: .*piot.v1.command-requested'
[ "$(grep -c '^id: ' "$work/said")" -ge 2 ] || { echo "a stream said nothing"; exit 1; }
echo "the guide for apps does what it says"
