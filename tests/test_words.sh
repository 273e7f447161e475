#!/usr/bin/env bash
# Do the words that docs/words.md calls gone name anything, an identifier or a file?
#
# Each row of "Gone" has patterns, extended regular expressions for one whole identifier, and
# the folders they are about. Test names are sentences and may use any word.
#
# Planted bug that it caught: a struct called picture in replay/.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# Every identifier of the sources, and the name of each, without comments and texts:
# "file:identifier".
# shellcheck disable=SC2016 # the text is perl's
find core projections replay api cli -name '*.[ch]' -o -name '*.def' |
    xargs perl -0777 -ne 's{/\*.*?\*/|"(?:\\.|[^"\\])*"}{ }gs;
    my %names = map { $_ => 1 } /[A-Za-z_]\w*/g; $ARGV =~ m{([^/.]+)[^/]*$} and $names{$1} = 1;
    print "$ARGV:$_\n" for keys %names' >"$work/names"

# "old word <tab> patterns <tab> folders" of each row.
awk -F'|' '/^## / { take = 0 } /^## Gone/ { take = 1 }
    take && /^\| / && $3 ~ /`/ { print $2 "\t" $3 "\t" $4 }' docs/words.md >"$work/rows"
[ "$(wc -l <"$work/rows")" -ge 5 ] || { echo "docs/words.md: the table was not found"; exit 1; }

failed=0
while IFS=$'\t' read -r word patterns folders; do
    # shellcheck disable=SC2016
    pattern=$(grep -oE '`[^`]+`' <<<"$patterns" | tr -d '`' | paste -sd'|')
    # shellcheck disable=SC2016
    folder=$(grep -oE '`[^`]+`' <<<"$folders" | tr -d '`' | sed 's|^\.$|[a-z]+|' | paste -sd'|')
    if grep -E "^($folder)(/[^:]*)?:($pattern)\$" "$work/names"; then
        echo "names something still: $word"
        failed=1
    fi
done <"$work/rows"
[ $failed = 0 ] || exit 1
echo "the words that are gone name nothing"
