# shellcheck shell=bash
# walk.sh -- does a document do what it says, as printed?
#
#     . tests/stories/walk.sh
#     walk docs/walk.md            its sh blocks are run in order, in one bash; what they say
#                                  is kept in $work/said and $work/errors
#     expect "it is so" PATTERN    a line of what was said
#
# They are run in $clone, which is as a fresh clone that has been built: the examples and the
# programs are there, and no var/. Only its ports are exchanged for free ones. The next document
# goes on with the data of the one before. A server that is left running ends with the
# document's bash.
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
export PIOT_METRICS_LISTEN=
clone=$work/clone
mkdir -p "$clone/build"
ln -s "$PIOT_BUILD" "$clone/build/release"
ln -s "$PWD/examples" "$clone/examples"
ln -s "$(type -P true)" "$clone/dev" # it is built

# For each port of the document's blocks one that is free, as sed takes it.
free_ports() { # DOCUMENT
    local ports
    mapfile -t ports < <(grep -oE '127\.0\.0\.1:[1-9][0-9]*' "$1" | cut -d : -f 2 | sort -u)
    # shellcheck disable=SC2016
    node -e 'const ports = process.argv.slice(1);
        const servers = ports.map(() => require("net").createServer().listen(0, "127.0.0.1"));
        setImmediate(() => servers.forEach((server, i) => {
            console.log(`s|127\\.0\\.0\\.1:${ports[i]}\\b|127.0.0.1:${server.address().port}|g`);
            server.close();
        }));' "${ports[@]}"
}

walk() { # DOCUMENT
    free_ports "$1" >"$work/ports"
    # shellcheck disable=SC2016
    { echo 'trap "{ kill \$(jobs -p) 2>/dev/null && wait; } || true" EXIT' &&
        awk '/^```sh$/ { take = 1; next } /^```$/ { take = 0 } take' "$1"; } |
        sed -f "$work/ports" >"$work/walk.sh"
    document=$1
    grep -q piot "$work/walk.sh" || { echo "$document: there is nothing to run"; exit 1; }
    (cd "$clone" && bash -euo pipefail "$work/walk.sh") >"$work/said" 2>"$work/errors" || {
        cat "$work/said" "$work/errors"
        echo "$document broke"
        exit 1
    }
}

expect() { # WHAT PATTERN
    grep -Eq -- "$2" "$work/said" || {
        cat "$work/said" "$work/errors"
        echo "$document: not so: $1"
        exit 1
    }
}
