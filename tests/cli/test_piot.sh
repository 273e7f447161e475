#!/usr/bin/env bash
# Does piot, the program, do what its --help says: against a running piotd, beside it, on
# what it leaves behind, and on what somebody has tampered with?
#
# Planted bugs that it caught: verify that ended with 0 whatever it found; a demo whose
# vendor signed with another secret; a rebuild that did not ask for the lock.
set -euo pipefail

# shellcheck source=tests/cli/piot.sh
. tests/cli/piot.sh

# Needs nothing.

ends 0 "help lists the subcommands" help
all="vendor account gateway lease token overview clock tail history as-of diff"
all="$all verify prove export import archive rebuild try rotate backup restore events witness demo"
for name in $all; do says "help knows $name" "^  $name "; done
under() { # GROUP NAME...
    local group=$1 name
    shift
    for name; do
        awk -v group="$group" -v name="$name" 'index($0, group) == 1 { in_it = 1 }
            $0 == "" { in_it = 0 } in_it && $1 == name { found = 1 } END { exit !found }' \
            "$work/out" || broken "help has $name under \"$group\""
    done
}
under "talk to a running piotd" vendor account gateway lease token overview clock demo
under "look into a data directory" tail history as-of diff verify prove export import archive
under "look into a data directory" rebuild try rotate backup restore
under "need neither" events witness version help
for name in $all; do
    ends 0 "$name teaches" "$name" --help
    says "$name has its usage" "^usage: piot $name"
    says "$name has an example" "^  .*piot"
    ends 0 "help $name is the same" help "$name"
done
ends 0 "version says which" version
says "the version is a number" '^piot [0-9]+\.[0-9]+'
ends 2 "without a subcommand it teaches"
ends 2 "an unknown subcommand is refused" frobnicate
says "and named" 'frobnicate'
ends 2 "an unknown option is refused" verify --frob
says "and named" '--frob'
nobody=acc_00000000000000000000000000
for name in tail history as-of diff verify rebuild try; do
    of=()
    [ $name != history ] || of=(--stream sys_00000000000000000000000000)
    [ $name != as-of ] || of=("$nobody")
    [ $name != diff ] || of=("$nobody" --from 1/1)
    ends 2 "$name wants --data" "$name" "${of[@]}"
    says "and says so" '--data DIR'
    ends 3 "$name cannot look where nothing is" "$name" --data "$work/nowhere" "${of[@]}"
done
ends 2 "prove wants to know of what" prove --data "$work/nowhere"
ends 2 "a position is a number from 1" prove --data "$work/nowhere" 0
ends 2 "a size belongs to a position" prove --data "$work/nowhere" --consistency 1 --size 2
ends 3 "prove cannot look where nothing is" prove --data "$work/nowhere" 1
ends 2 "export wants --data" export --to "$work/x"
ends 2 "and --to" export --data "$work/nowhere"
ends 2 "--personal is for lines" export --data "$work/nowhere" --to "$work/x" --personal
ends 3 "export cannot look where nothing is" export --data "$work/nowhere" --to "$work/x"
ends 2 "import wants --from" import --data "$work/nowhere"
ends 2 "and --data" import --from "$work/nowhere"
ends 2 "verify looks at one thing" verify --export "$work/x" --url http://127.0.0.1:9 --key k
ends 2 "a copy is verified with a key of one's own" verify --export "$work/x"
witness=w1.example+89d3dde6+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c
ends 2 "witnesses cosign no receipts" verify --receipt "$work/x" --key k --witness $witness
says "and that is said" '--witness goes with'
mkdir "$work/empty"
ends 3 "verify cannot look where no store is" verify --data "$work/empty"
[ -z "$(ls "$work/empty")" ] || broken "looking makes nothing"
golden=tests/golden/v1.receipt
ends 0 "a receipt is verified without a service" verify --receipt $golden.json --key $golden.key
says "rule by rule" '^inclusion  every event stands in that log'
says "and what it proves" '^con_.*: account acc_.*; ConsentWithdrawn as of '
ends 0 "with the key itself" verify --receipt $golden.json --key "$(cat $golden.key)" --json
jq -e '.verdict == "content" and .events == 3 and .findings == []' "$work/out" >/dev/null ||
    broken "the report says so"
sed 's/dpv:ConsentWithdrawn/dpv:ConsentGiven/' $golden.json >"$work/forged"
ends 1 "a forged one is found" verify --receipt "$work/forged" --key $golden.key
says "by name" '^record  dpv:hasConsentStatus is not what the events say'
ends 2 "without the key it is not tried" verify --receipt $golden.json
says "and said so" '--key KEY'
ends 2 "a receipt or a directory" verify --receipt $golden.json --key $golden.key --data .
ends 3 "a receipt has to be there" verify --receipt "$work/nowhere" --key $golden.key
ends 3 "the key, too" verify --receipt $golden.json --key "$work/nowhere"
ends 0 "events prints the reference" events
says "with tabs in a pipe" $'^device-renamed\taccount\tname\ttext\tpersonal\t'
ends 0 "events knows refusals" events refusals
says "by their code" $'^LOGIN_TAKEN\t409\t'
ends 0 "events is JSON if asked" events --json
jq -e 'length > 50' "$work/out" >/dev/null || broken "the reference is a JSON array"
ends 2 "without a token an operator's call is not tried" vendor list
ends 3 "a token's file has to be there" vendor list --token "$work/no.token"
echo piot_u_nobody >"$work/bad.token"
ends 3 "nobody answers" vendor list --token "$work/bad.token" --server http://127.0.0.1:9
says "and how to say where is told" '--server'
ends 2 "a server is a URL" vendor list --token "$work/bad.token" --server localhost

# Against a running piotd.

start
ends 1 "a wrong token is refused" vendor list --token "$work/bad.token"
says "with its code" 'UNAUTHENTICATED'
ends 0 "a vendor is taken on" vendor add --name "Acme Lights" --json
vendor=$(jq -r .vendorId "$work/out")
says "its secret is shown once" 'whsec_'
ends 0 "it is approved" vendor approve "$vendor"
ends 0 "suspended" vendor suspend "$vendor" --reason "holidays"
ends 0 "resumed" vendor resume "$vendor"
ends 0 "vendors are listed" vendor list
says "with tabs in a pipe" "^$vendor"$'\tAcme Lights\tapproved\t-$'
ends 0 "an account is opened" account add --login kim@example.org --name Kim --json
account=$(jq -r .accountId "$work/out")
ends 1 "a login is borne once" account add --login KIM@example.org
says "and that is said" 'LOGIN_TAKEN'
ends 0 "it is found by its login" account find KIM@example.org
says "as one row" "^$account"$'\tkim@example.org\tKim\topened$'
ends 0 "nobody else is" account find --number +361234567 --json
says "as an empty list" '^\[\]$'
ends 2 "a port is a number" account find --address 192.0.2.1 --port http
says "and that is said" '--port has to be a number'
ends 0 "an address is of a gateway" account find --address 192.0.2.1 --port 80 --json
ends 0 "it gets another login" account change "$account" --login kim@example.net
says "which is shown" '^login'$'\tkim@example.net$'
ends 0 "a new activation code is handed out" account activation "$account" --json
says "and shown once" 'activationCode is shown this once'
ends 0 "it is unlocked" account unlock "$account"
ends 0 "its sessions are ended" account end-sessions "$account"
ends 2 "a change is of an account" account change
ends 0 "a gateway is given" gateway add "box 17/a" --account "$account"
ends 0 "gateways are listed" gateway list --json
jq -e '.[0].gatewayId == "box 17/a"' "$work/out" >/dev/null || broken "the gateway is listed"
ends 0 "a lease is told by options" lease add --gateway "box 17/a" --ipv6-prefix 2001:db8:17::/48
ends 2 "an option's mistake is named" lease add --gateway b --ipv4 192.0.2.1 --ports 9-1
says "with what it has to be" '--ports has to be'
for i in $(seq 5001); do
    echo "{\"gatewayId\":\"box-$i\",\"ipv4\":\"203.0.113.1\",\"from\":\"2026-01-01T00:00:00Z\"}"
done >"$work/leases"
ends 0 "many are told from a file" lease add "$work/leases"
says "all of them" '^5001 recorded'
jq -s . "$work/leases" >"$work/array"
ends 0 "also from an array" lease add "$work/array" --json
says "counted in JSON" '"recorded":5001'
ends 0 "a gateway is taken away" gateway remove "box 17/a"
ends 1 "once" gateway remove "box 17/a"
ends 0 "a token is handed out" token issue --role auditor --name audit --json
token=$(jq -r .tokenId "$work/out")
ends 0 "and ended" token revoke "$token"
ends 0 "one may see what is personal" token issue --role auditor --name eyes --personal --json
says "and says so" '"personal":true'
ends 1 "but not an operator's" token issue --role operator --name eyes --personal
says "which is the rules' no" 'PERSONAL_IS_FOR_AUDITORS'
ends 0 "an overview is shown" overview
says "with tabs in a pipe" $'^questions open\t0$'
ends 0 "also as JSON" overview --json
jq -e '.ready and .detections.asked == 0' "$work/out" >/dev/null || broken "all is well"
ends 0 "a reader gets a token" token issue --role reader --name wall --json
jq -r .token "$work/out" >"$work/reader.token"
ends 0 "which shows the overview" overview --token "$work/reader.token"
ends 1 "and no person" account list --token "$work/reader.token"
ends 0 "the clock is accepted" clock accept
says "which was right already" '^stepSeconds.-?0(\.0|$)'
ends 1 "but not a time of yore" clock accept 2001-01-01T00:00:00Z
says "and why" 'Field now has to be within 10 s .*(OUT_OF_RANGE)'
ends 2 "one can only accept it" clock set
ends 0 "vendors are parted with" vendor offboard "$vendor"
ends 1 "forever" vendor resume "$vendor"
says "which is the rules' no" 'VENDOR_STATUS_CONFLICT'

ends 0 "the demo plays" demo --once
says "to its good end" '^Everything was as it should be'
says "telling who did what" '^Anna  .*says yes'
ends 0 "verify is content beside piotd" verify --data "$work/data"
status=0
"$piot" verify --data "$work/data" >/dev/full 2>"$work/errors" || status=$?
[ "$status" = 3 ] || broken "a verdict that cannot be written is none (it ended with $status)"
cp -r "$work/data" "$work/old"
ends 0 "the demo plays again, fetching" demo --once --pull
ends 3 "rebuild refuses while piotd runs" rebuild --data "$work/data"
says "and says why" 'in use'

# The demo lives on, and ends when asked to.
: >"$work/living"
"$piot" demo >>"$work/living" 2>&1 &
living=$!
writes "$work/living" "Ctrl-C ends the demo" "$living" || { cat "$work/living"; exit 1; }
grep "^curl.*devices" "$work/living" | sed 's/^curl -sS/& -f/' >"$work/paste"
bash -e "$work/paste" >"$work/out" 2>"$work/errors" || broken "what it prints works when pasted"
says "the heating is told" '"status":"queued"'
kill -TERM "$living"
wait "$living" || { cat "$work/living"; exit 1; }

ends 0 "tail prints the last events" tail --data "$work/data" --once --lines 3
[ "$(wc -l <"$work/out")" = 3 ] || broken "three of them"
ends 0 "and all as CloudEvents" tail --data "$work/data" --once --after 0 --json
jq -es 'map(.position) == [range(1; length + 1) | "1/\(.)"]' "$work/out" >/dev/null ||
    broken "each once and in order"
ends 0 "history tells of an account" history --data "$work/data" --account "$account"
says "when, what and who" '^20.*Z  [0-9]+  account-opened  .* by system '
if grep -q kim@example.org "$work/out"; then broken "personal fields stay shut"; fi
ends 0 "they open if asked" history --data "$work/data" --account "$account" --personal
says "to whom may read the vault" 'login kim@example.org'
ends 1 "nothing happened to nobody" history --data "$work/data" \
    --device dev_01kat8x1p5fwza4n4d8cq0y2mv

# The past. The demo's first device was asked for, granted, used.

"$piot" tail --data "$work/data" --once --after 0 --json >"$work/log"
added=$(jq -r 'select(.type == "piot.v1.device-added") | .position' "$work/log" | head -n 1)
device=$(jq -r "select(.position == \"$added\") | .data.device" "$work/log")
owner=$(jq -r "select(.position == \"$added\") | .subject" "$work/log")
before=1/$((${added#1/} - 1))
ends 0 "as-of shows an account as it is" as-of --data "$work/data" "$owner"
says "with its devices" "^device"$'\t'"$device"$'\t-\tactive\t'
says "and the vendors it deals with" $'^vendor\tvnd_[0-9a-z]+\tAcme'
if grep -q '@example.org' "$work/out"; then broken "personal fields stay shut"; fi
ends 0 "and opens what is personal if asked" as-of --data "$work/data" --personal "$owner"
says "to whom may read the vault" '@example.org'
ends 0 "as-of shows it at a position" as-of --data "$work/data" --at "$before" "$owner" --json
jq -e ".position == \"$before\" and .devices == [] and .account.accountId == \"$owner\"" \
    "$work/out" >/dev/null || broken "as it was before the device came"
at=$(jq -r .at "$work/out")
ends 0 "and at an instant" as-of --data "$work/data" --at "$at" "$owner" --json
jq -e ".position | startswith(\"1/\")" "$work/out" >/dev/null || broken "which is a position"
ends 1 "before it came it was not there" as-of --data "$work/data" --at "$before" "$device"
says "and that is said" "there was no device $device at $before"
ends 2 "a moment is a position or an instant" as-of --data "$work/data" --at yesterday "$owner"
says "which is said" '--at has to be'
ends 2 "an id has to be one" as-of --data "$work/data" lamp
ends 2 "of what has a past" as-of --data "$work/data" "$vendor"
ends 0 "diff tells what came" diff --data "$work/data" --from "$before" --to "$added" "$owner"
says "in words" "^device $device added: .*status active"
ends 0 "also in JSON" diff --data "$work/data" --from "$before" "$owner" --json
jq -e ".from == \"$before\" and any(.changes[]; .kind == \"device\" and .change == \"added\")" \
    "$work/out" >/dev/null || broken "the change is told"
ends 2 "moments come in their order" diff --data "$work/data" --from "$added" --to 1/1 "$owner"
ends 2 "diff wants to know since when" diff --data "$work/data" "$owner"
ends 0 "history tells why a device is there" history --data "$work/data" --why "$device"
[ "$(cut -f 3 "$work/out" | tr '\n' ' ')" = "device-detected detection-resolved device-offered \
consent-requested consent-notified consent-granted device-added device-held " ] ||
    broken "all of the chain, in order"
says "on what evidence" 'resolved by .*exact'
ends 0 "also in JSON" history --data "$work/data" --why "$device" --json
jq -e '.events[1].data.confidence == "exact" and .events[3].follows.by == "causation"' \
    "$work/out" >/dev/null || broken "with what each follows from"
ends 2 "only devices have a why" history --data "$work/data" --why "$owner"

# What it left behind.

stop
ends 0 "verify is content" verify --data "$work/data"
says "and counts" '^content: [0-9]+ events in '
ends 0 "also in JSON" verify --data "$work/data" --json
jq -e '.verdict == "content" and .findings == [] and .events == .head' "$work/out" >/dev/null ||
    broken "the report says so"
ends 0 "its own folds make no difference" try --data "$work/data"
says "which is counted" 'events: 0 rows would be otherwise'
ends 0 "also in JSON" try --data "$work/data" --json
jq -e '.differences == 0 and .kinds == [] and .events > 0' "$work/out" >/dev/null ||
    broken "the trial says so"
ends 0 "rebuild folds all" rebuild --data "$work/data"
says "and counts" '^[0-9]+ events folded'
ends 0 "verify is content after it" verify --data "$work/data"
ends 0 "the vault gets another master key" rotate --data "$work/data"
says "and which" '^every key is under master key number 2'
start
ends 3 "but not while piotd runs" rotate --data "$work/data"
ends 0 "piotd serves what was rebuilt" vendor list
stop

# Tampered with.

cp "$work/data/anchor" "$work/old/anchor"
ends 1 "a log that was rolled back is found" verify --data "$work/old"
says "by its anchor" '^anchor .*position'
ends 1 "also in JSON" verify --data "$work/old" --json
jq -e '.verdict == "findings" and .findings[0].rule == "anchor"' "$work/out" >/dev/null ||
    broken "the report names it"
# One of the log's: leases and kept answers are nothing that verify reads.
table=$(grep -la namelog "$work/data/store/"*.sst | head -n 1)
printf 'XYZ' | dd of="$table" bs=1 seek=200 conv=notrunc status=none
ends 1 "a changed byte is found" verify --data "$work/data"
if compgen -G "$work/piot-*" >/dev/null; then broken "no scratch directory is left"; fi
echo "piot does what its --help says"
