#!/usr/bin/env bash
# Does the README promise neither more nor less than there is, and does are the
# files there that the documents name?
#
# Planted bugs that it caught: a call that is offered among those that are not yet; a link to,
# and the name of, a file that has another name.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# What it says is not there yet is what is not offered, each call and no other.
awk '/^ROUTE/ { split($0, part, ","); path = part[2]; gsub(/^ *([A-Z] )?"|"$/, "", path) }
    /not_offered, NONE/ { print path }' api/*/routes.def | sort -u >"$work/not_offered"
# shellcheck disable=SC2016
awk '/^These calls answer/ { take = 1 } /^$/ { take = 0 } take' README.md |
    grep -o '`[^`]*`' | tr -d '`' | grep -v '^501 ' | sort -u >"$work/not_yet"
diff "$work/not_offered" "$work/not_yet" ||
    { echo '"Not yet" is not what routes.def says'; exit 1; }

# What the documents link to, and the files they name, are there.
links=0
rooms='(core|projections|replay|api|cli|tests|bench)'
for document in *.md docs/*.md bench/*.md; do
    # shellcheck disable=SC2016
    while read -r target; do
        links=$((links + 1))
        [ -e "$(dirname "$document")/$target" ] || { echo "$document: no $target"; exit 1; }
    done < <(sed 's/`[^`]*`//g' "$document" | grep -o '](\([^):#]*\)[)#]\|src="[^":]*"' |
        sed 's/^](//; s/[)#]$//; s/^src="//; s/"$//' | grep -v '^$')
    while read -r file; do
        links=$((links + 1))
        [ -e "$file" ] || { echo "$document: no $file"; exit 1; }
    done < <(grep -oE "\`$rooms/[a-z0-9_./]*[.][a-z]+\`" "$document" | tr -d '`')
done
[ "$links" -ge 40 ] || { echo "only $links links and names were found"; exit 1; }
echo "the README promises what there is"
