# piot.sh -- for the tests of piot, the program: running it, saying what has to be so, and a
# piotd beside it. Whoever includes this has `set -euo pipefail`.
#
# shellcheck shell=bash

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

# writes FILE PATTERN PID -- waits for a line in the file that the process writes into; it
# may end without one.
writes() {
    grep -q -m 1 -- "$2" < <(tail -n +1 -f --pid="$3" "$1")
}
start() {
    : >"$work/piotd"
    PIOT_METRICS_LISTEN='' "$PIOT_BUILD/piotd" --data "$work/data" --listen 127.0.0.1:0 \
        --set allow_private_endpoints=yes --set trust_forwarded=yes 2>>"$work/piotd" &
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
