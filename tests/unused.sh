#!/usr/bin/env bash
# unused.sh -- no function of the rooms is there for nobody.
#
# Every function that a room exports has to be named by the code of a room or of the two
# programs: in their object files, built without the optimiser, which would call some
# without naming them. What only tests and benchmarks use has a row here that says why.
set -euo pipefail
cd "${PIOT_BUILD:?where the build is}"

# NAME or the pattern of several, and why.
allowed='
clock_fake            time that stands still until a test moves it
policy_default        what the settings make of nothing, without settings
courier_under_way     until the courier is at rest, a test waits
request_gone          what a handler of a server without a service asks
request_refuse        what such a handler says no with
view_get_[a-z_]+      the tests of the folds look at every row
view_erase_vendor     a test takes away what must not be read again
'

mapfile -t objects < <(ls lib*.a CMakeFiles/piot{,d}.dir/*/main.c.o)
nm -g --defined-only "${objects[@]}" | awk '$2 == "T" && $3 != "main" { print $3 }' |
    sort -u >unused.defined
objdump -r "${objects[@]}" | awk 'NF == 3 { sub(/[-+]0x.*/, "", $3); print $3 }' |
    sort -u >unused.named
[ -s unused.defined ] && [ -s unused.named ] # or it would find nothing wrong
comm -23 unused.defined unused.named >unused.found

status=0
awk 'NF { print $1 }' <<<"$allowed" >unused.allowed
while read -r name; do
    echo "$name: no room and no program uses it"
    status=1
done < <(grep -vxEf unused.allowed unused.found)
while read -r pattern; do
    grep -qxE "$pattern" unused.found && continue
    echo "$pattern: has a row in tests/unused.sh, but is used, or gone"
    status=1
done <unused.allowed
exit $status
