#!/usr/bin/env bash
# Runs every fuzz target there is on so many inputs: .ci/fuzz.sh COUNT
# A count, not a time: when its time is over the fuzzer of Go 1.26 now and then
# reports its own deadline as a failure. Minimising what is merely new would
# take most of a short run.
set -uo pipefail
cd "$(dirname "$0")/.."
count=${1:-10000}
failed=0
found=0

# Only packages with a fuzz target: listing compiles a test binary.
while read -r dir; do
	while read -r name; do
		found=$((found + 1))
		echo "fuzz $dir $name"
		${GO:-go} test -run '^$' -fuzz "^$name\$" -fuzztime "${count}x" -fuzzminimizetime 10x "$dir" || failed=1
	done < <(${GO:-go} test -list '^Fuzz' "$dir" | grep '^Fuzz')
done < <(grep -rlE '^func Fuzz' --include='*_test.go' app cmd netcore | xargs -rn1 dirname | sort -u | sed 's|^|./|')

echo "$found fuzz targets, $count inputs each"
((found > 0)) || { echo "no fuzz target was found" >&2; failed=1; }
exit $failed
