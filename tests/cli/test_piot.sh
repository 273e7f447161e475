#!/usr/bin/env bash
# Does piot, the program, do what its --help says: against a running piotd, beside it, on
# what it leaves behind, and on what somebody has tampered with?
#
# Planted bugs that it caught: verify that ended with 0 whatever it found; a demo whose
# vendor signed with another secret; a rebuild that did not ask for the lock.
set -euo pipefail

piot=$PIOT_BUILD/piot
work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || true
    rm -rf -- "$work"
}
trap cleanup EXIT
export TMPDIR=$work

broken() {
    printf '%s\n' "not so: $*" "-- it said --" >&2
    cat "$work/out" "$work/errors" >&2
    exit 1
}

# ends STATUS SENTENCE PIOT-ARGUMENT... -- runs piot; its output is in $work/out, /errors.
ends() {
    local wanted=$1 sentence=$2 status=0
    shift 2
    "$piot" "$@" >"$work/out" 2>"$work/errors" </dev/null || status=$?
    [ "$status" = "$wanted" ] || broken "$sentence (it ended with $status, not $wanted: piot $*)"
}
says() { # SENTENCE PATTERN
    grep -Eq -- "$2" "$work/out" "$work/errors" || broken "$1 (nothing has $2)"
}

# Needs nothing.

ends 0 "help lists the subcommands" help
all="vendor account gateway lease token tail history as-of diff"
all="$all verify prove export import rebuild try rotate backup restore events witness demo"
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
under "talk to a running piotd" vendor account gateway lease token demo
under "look into a data directory" tail history as-of diff verify prove export import rebuild
under "look into a data directory" try rotate backup restore
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
    [ $name != as-of ] || of=($nobody)
    [ $name != diff ] || of=($nobody --from 1/1)
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

# writes FILE PATTERN PID -- waits for a line in the file that the process writes into; it
# may end without one.
writes() {
    grep -q -m 1 -- "$2" < <(tail -n +1 -f --pid="$3" "$1")
}
start() {
    : >"$work/piotd"
    PIOT_METRICS_LISTEN='' "$PIOT_BUILD/piotd" --data "$work/data" --listen 127.0.0.1:0 \
        --set allow_private_endpoints=yes 2>>"$work/piotd" &
    server=$!
    writes "$work/piotd" ' serves at ' "$server" || { cat "$work/piotd"; exit 1; }
    PIOT_SERVER=http://$(cat "$work/data/listen")
    export PIOT_SERVER PIOT_TOKEN_FILE=$work/data/operator.token
}
stop() {
    kill "$server"
    wait "$server" || { cat "$work/piotd"; exit 1; }
    server=
}

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
ends 0 "a gateway is given" gateway add "box 17/a" --account "$account"
ends 0 "gateways are listed" gateway list --json
jq -e '.[0].gatewayId == "box 17/a"' "$work/out" >/dev/null || broken "the gateway is listed"
ends 0 "a lease is told by options" lease add --gateway "box 17/a" --ipv6-prefix 2001:db8:17::/48
ends 2 "an option's mistake is named" lease add --gateway b --ipv4 192.0.2.1 --ports 9-1
says "with what it has to be" '--ports has to be'
for i in $(seq 5001); do
    echo "{\"gatewayId\":\"box-$i\",\"ipv4\":\"198.51.100.1\",\"from\":\"2026-01-01T00:00:00Z\"}"
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
ends 0 "vendors are parted with" vendor offboard "$vendor"
ends 1 "for ever" vendor resume "$vendor"
says "which is the rules' no" 'VENDOR_STATUS_CONFLICT'

ends 0 "the demo plays" demo --once
says "to its good end" '^Everything was as it should be'
says "telling who did what" '^Anna  .*says yes'
ends 0 "verify is content beside piotd" verify --data "$work/data"
status=0
"$piot" verify --data "$work/data" >/dev/full 2>"$work/errors" || status=$?
[ "$status" = 3 ] || broken "a verdict that cannot be written is none (it ended with $status)"
cp -r "$work/data" "$work/old"
ends 0 "the demo plays again" demo --once
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
[ "$(cut -f 3 "$work/out" | tr '\n' ' ')" = "device-detected device-offered consent-requested \
consent-notified consent-granted device-added device-held " ] || broken "all of the chain, in order"
says "on what evidence" 'resolved by .*exact'
ends 0 "also in JSON" history --data "$work/data" --why "$device" --json
jq -e '.events[0].data.confidence == "exact" and .events[2].follows.by == "causation"' \
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

# Copied, as plain files, and made a data directory again.

key=$work/data/log.key.pub
ends 0 "the log is exported" export --data "$work/data" --to "$work/copy" --ciphertexts --ndjson
says "and read back" 'files written, 0 kept, all of them verified$'
if grep -q kim@example.org "$work/copy/events.ndjson"; then broken "personal fields stay shut"; fi
ends 0 "a second time nothing is written" export --data "$work/data" --to "$work/copy" --ciphertexts
says "for all is there" ' 0 files written'
ends 3 "but not with half of the ciphertexts" export --data "$work/data" --to "$work/copy"
ends 1 "another history is not written over" export --data "$work/old" --to "$work/copy" --json
jq -e '.verdict == "refused" and (.why | test("events already"))' "$work/out" >/dev/null ||
    broken "the report says why"
ends 0 "a report is JSON if asked" export --data "$work/data" --to "$work/copy" --ciphertexts --json
jq -e --arg to "$work/copy" '.verdict == "content" and .to == $to and .filesWritten == 0 and
    .filesKept > 0 and .events == .size and .ciphertexts > 0 and .findings == []' \
    "$work/out" >/dev/null || broken "the report says what was copied, and where"
cp "$work/out" "$work/exported"
ends 0 "lines may be opened" export --data "$work/data" --to "$work/open" --ndjson --personal
grep -q kim@example.org "$work/open/events.ndjson" || broken "personal fields are in the lines"
if grep -rq kim@example.org "$work/copy" "$work/open/tile"; then broken "entries hold no names"; fi
ends 0 "the copy is content" verify --export "$work/copy" --key "$key"
ends 0 "also with a key as text" verify --export "$work/copy" --key "$(cat "$key")" --json
jq -e '.verdict == "content" and .events == .head' "$work/out" >/dev/null ||
    broken "the report says so"
ends 3 "where no copy is nobody can look" verify --export "$work/empty" --key "$key"
ends 3 "nor where nobody answers" verify --url http://127.0.0.1:9 --key "$key"
ends 1 "another's key did not sign it" verify --export "$work/copy" \
    --key PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW
says "which is said" '^checkpoint .*did not sign'

ends 0 "an event is proven" prove --data "$work/data" 7 --json
cp "$work/out" "$work/proof"
ends 0 "to whom has the key" verify --proof "$work/proof" --key "$key"
says "in so many words" '^proven$'
jq '.index = 7' "$work/proof" >"$work/forged"
ends 1 "another event by the same proof is not" verify --proof "$work/forged" --key "$key"
says "which is said" '^not proven: '
jq 'del(.leaf)' "$work/proof" >"$work/forged"
ends 3 "half a proof is none" verify --proof "$work/forged" --key "$key"
says "and says what is missing" 'leaf has to be'
ends 0 "continuation is proven" prove --data "$work/data" --consistency 5 --json
cp "$work/out" "$work/proof"
ends 0 "as well" verify --proof "$work/proof" --key "$key" --json
jq -e '.verdict == "proven"' "$work/out" >/dev/null || broken "the verdict is in JSON"
ends 1 "what is not signed yet cannot be" prove --data "$work/data" 999999999
ends 3 "a directory that was never signed proves nothing" prove --data "$work/empty" 1

ends 2 "import names what it lacks" import --from "$work/copy"
mkdir -m 700 "$work/new"
ends 3 "import wants the log's vault" import --from "$work/copy" --data "$work/new" --key "$key"
cp -r "$work/data/vault" "$work/data/log.key" "$key" "$work/new"
ends 0 "an export is imported" import --from "$work/copy" --data "$work/new"
says "with its root" 'with the root that was signed$'
[ -s "$work/new/anchor" ] || broken "the anchor is there"
ends 0 "and is content" verify --data "$work/new"
ends 1 "a log takes no other" import --from "$work/copy" --data "$work/new"
says "and says so" 'has a log already'
rm -r "$work/new/store"
cp -r "$work/copy" "$work/bent"
bundle=$(find "$work/bent/tile/entries" -type f | sort | head -n 1)
printf 'X' | dd of="$bundle" bs=1 seek=300 conv=notrunc status=none
ends 1 "a changed byte of a copy is found" verify --export "$work/bent" --key "$key"
says "with its place" '^leaf  at position '
ends 1 "and is not imported" import --from "$work/bent" --data "$work/new"
ends 1 "with the findings in JSON" import --from "$work/bent" --data "$work/new" --json
jq -e '.verdict == "findings" and .findings[0].rule == "leaf" and .events == null' \
    "$work/out" >/dev/null || broken "the report names them"
[ ! -e "$work/new/store" ] || broken "nothing is made of it"
ends 0 "the whole one is" import --from "$work/copy" --data "$work/new" --json
jq -es '.[0] as $out | .[1] | .verdict == "content" and .ciphertexts > 0 and
    ([.events, .size, .root, .ciphertexts] == ($out | [.events, .size, .root, .ciphertexts]))' \
    "$work/exported" "$work/out" >/dev/null || broken "the report has what the export's had"
mv "$work/data" "$work/first"
cp "$work/first/operator.token" "$work/new"
mv "$work/new" "$work/data"
start
ends 0 "piotd serves what was imported" vendor list
ends 0 "and goes on with it" token issue --role auditor --name later
ends 0 "a running log is verified by its address" verify --url "$PIOT_SERVER" \
    --token "$PIOT_TOKEN_FILE" --key "$key" --checkpoint "$work/copy/checkpoint"
ends 3 "not without a token" verify --url "$PIOT_SERVER" --key "$key"
says "and says what it wants" "auditor's --token"
ends 0 "and proves what a directory proves" prove --json 7
stop
ends 0 "the export is carried on" export --data "$work/data" --to "$work/copy" --ciphertexts
mv "$work/data" "$work/later"
mkdir -m 700 "$work/data"
for name in vault log.key log.key.pub anchor; do cp -r "$work/later/$name" "$work/data"; done
rm -r "$work/bent"
ends 0 "an older copy is made" export --data "$work/first" --to "$work/bent" --ciphertexts
ends 1 "which does not reach the anchor" import --from "$work/bent" --data "$work/data"
says "so that no fork comes of it" '^checkpoint .*an earlier checkpoint is of'
rm -r "$work/data"
mv "$work/first" "$work/data"

# Backed up, and brought back.

ends 2 "a stopped directory's backup wants a folder" backup --data "$work/data"
says "and says so" '--to FOLDER'
ends 0 "a stopped directory is backed up" backup --data "$work/data" --to "$work/backups" \
    --with-vault "$work/vaults" --json
jq -e 'length == 1 and .[0].backupId == "1" and .[0].status == "done"' "$work/out" >/dev/null ||
    broken "the list has it"
ends 0 "a second one has nothing to copy" backup --data "$work/data" --to "$work/backups"
ends 0 "both are listed" backup --list --to "$work/backups" --json
jq -e 'map(.backupId) == ["1", "2"]' "$work/out" >/dev/null || broken "oldest first"
ends 0 "all but the newest may go" backup --data "$work/data" --to "$work/backups" --keep 1
ends 0 "and are gone" backup --list --to "$work/backups"
[ "$(cut -f 1 "$work/out")" = 3 ] || broken "one is left"
ends 2 "restore names what it lacks" restore --data "$work/back"
mkdir -m 700 "$work/back"
for name in vault log.key log.key.pub anchor; do cp -r "$work/data/$name" "$work/back"; done
ends 0 "a backup is restored" restore --from "$work/backups" --data "$work/back"
says "which is said" '^restored'
ends 0 "and is content" verify --data "$work/back"
ends 3 "it takes no other" restore --from "$work/backups" --data "$work/back"
rm -r "$work/back/store"
cp "$work/later/anchor" "$work/back"
ends 1 "an older one than the anchor knows is refused" restore --from "$work/backups" \
    --data "$work/back"
says "with the reason" 'does not reach its anchor, and serving it would fork'
says "and with what is missing" 'missing  .*[0-9]+ events'
[ ! -e "$work/back/store" ] || broken "nothing is made of it"

# Witnessed.

ends 2 "a witness names what it lacks" witness --listen 127.0.0.1:0 --dir "$work/witness"
says "and says so" '--log'
: >"$work/line"
"$piot" witness --listen 127.0.0.1:0 --dir "$work/witness" --name w1.example \
    --log "$(cat "$work/data/log.key.pub")" >>"$work/line" 2>"$work/witnessed" &
witness=$!
writes "$work/line" '^w1[.]example[+].* http://127' "$witness" || { cat "$work/witnessed"; exit 1; }
seen() { # what its log needs to have happened: its note, shown from nothing
    { printf 'old 0\n\n' && cat "$work/copy/checkpoint"; } |
        curl -fsS --data-binary @- "$(cut -d ' ' -f 2 "$work/line")/add-checkpoint"
}
seen >"$work/cosignature" || broken "what its log signed is cosigned"
cat "$work/cosignature" >>"$work/copy/checkpoint"
kill -TERM "$witness"
wait "$witness" || { cat "$work/witnessed"; exit 1; }
key=$work/data/log.key.pub
of=(verify --export "$work/copy" --key "$key")
ends 0 "an export has its cosignature" "${of[@]}" --witness "$(cut -d ' ' -f 1 "$work/line")"
ends 1 "but not another's" "${of[@]}" --witness "$(cut -d ' ' -f 1 "$work/line")" \
    --witness w1.example+89d3dde6+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c
says "which is said" '^witness  .*by 1 of these witnesses, and 2 are needed'

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
