#!/usr/bin/env bash
# Do piot's copies of a log come back as the log that they were: exported and imported,
# backed up and restored, shown to a witness; and is every other one refused?
#
# Planted bugs that it caught: an import whose report had other figures than the export's, an
# export that wrote over another history.
set -euo pipefail

# shellcheck source=tests/cli/piot.sh
. tests/cli/piot.sh

mkdir "$work/empty"
start
ends 0 "an account is opened" account add --login kim@example.org --name Kim --json
ends 0 "the demo plays" demo --once
cp -r "$work/data" "$work/old"
ends 0 "the demo plays again" demo --once
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

if compgen -G "$work/piot-*" >/dev/null; then broken "no scratch directory is left"; fi
echo "piot's copies come back as they were"
