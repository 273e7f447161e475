#!/usr/bin/env bash
# Does the guide for vendors do what it says, as printed, and are the settings that it names as it
# says?
#
# More stories of the programs it starts are in examples_of_vendors.test.mjs; the page of events is
# held against the tables by tests/api/vendors/test_events_document.c.
#
# Planted bugs that it caught: a guide that signed id-time-body, one with a setting's default of
# another release, and one whose old webhook was not old enough to be refused.
set -euo pipefail
# shellcheck source=tests/stories/walk.sh
. tests/stories/walk.sh

walk docs/vendors.md
expect "the model is published" '^\{"thingModel":"lamp:1.0.0"\}$'
expect "a report is accepted" '"status":"accepted","detectionId":"det_'
expect "the grant is fetched" '^\["piot.v1.grant-created",\{"grantId":"con_'
expect "the command is fetched" '^\["piot.v1.command-requested",.*"name":"on","input":true'
expect "Kim sees the lamp she switched on" '^\{"brightness":40,"on":true\}$'
expect "the end of the grant is fetched" '^\["piot.v1.grant-withdrawn",'
expect "the endpoint takes what is signed" '^204$'
[ "$(grep -c '^401$' "$work/said")" = 2 ] || { echo "it takes what is forged or old"; exit 1; }
expect "the endpoint is known" '^\["push","healthy"\]$'
expect "its trial gets through" '^\[204,null\]$'
expect "the answer is the outcome" '^\{"brightness":70,"on":false\}$'
[ "$(grep -c '^\["succeeded","true"\]$' "$work/said")" = 2 ] ||
    { echo "a command did not take effect"; exit 1; }
expect "the answer is the acknowledgement" '^\[200,"\{\\"status\\":\\"acknowledged\\"\}"\]$'
expect "one is sent again" '^\{"count":1\}$'
expect "none was given up" '^\{"count":0\}$'
expect "it may fetch again" '^\["pull","healthy"\]$'
expect "another consumer has copies" \
    '^\["piot.v1.grant-created","piot.v1.(command-requested|grant-withdrawn)"\]$'
expect "both consumers are listed" '^\["archive",0\]$'
expect "what is leased is nobody else's" '^\[\[\],true\]$'
expect "what is wrong is named" '^\["rejected","INVALID_ARGUMENT","data.properties.power '
expect "a request that comes again gets its answer" '^Idempotent-Replayed: true'
expect "an event that comes again does not count" '^"duplicate"$'
expect "what is missing is asked for" '"fromSequence":"0{19}3","toSequence":"0{19}4"'
expect "limits are told" '^RateLimit-Remaining: [0-9]+'
expect "one API key is left" '^1$'
! grep '"status":"rejected"' "$work/said" || { echo "a report was rejected"; exit 1; }

# `name` (value): what piotd --help says of it.
"$PIOT_BUILD/piotd" --help >"$work/help"
settings=0
# shellcheck disable=SC2016
while IFS='(' read -r name value; do
    settings=$((settings + 1))
    grep -E "^[* ] $name " "$work/help" | grep -Fq "[$value]" ||
        { echo "docs/vendors.md: $name is not $value by default"; exit 1; }
done < <(grep -oE '`[a-z_]+` \([0-9]+[a-z]*\)' docs/vendors.md | tr -d '` )')
[ "$settings" -ge 10 ] || { echo "only $settings settings were found"; exit 1; }
echo "the guide for vendors does what it says"
