#!/usr/bin/env bash
# Runs every fuzz target there is for a short time: .ci/fuzz.sh TIME
set -uo pipefail
cd "$(dirname "$0")/.."
time=${1:-5s}
failed=0
found=0

# Only packages with a fuzz target: listing compiles a test binary.
while read -r dir; do
	while read -r name; do
		found=$((found + 1))
		echo "fuzz $dir $name"
		${GO:-go} test -run '^$' -fuzz "^$name\$" -fuzztime "$time" "$dir" || failed=1
	done < <(${GO:-go} test -list '^Fuzz' "$dir" | grep '^Fuzz')
done < <(grep -rlE '^func Fuzz' --include='*_test.go' app cmd netcore | xargs -rn1 dirname | sort -u | sed 's|^|./|')

echo "$found fuzz targets, $time each"
((found > 0)) || { echo "no fuzz target was found" >&2; failed=1; }
exit $failed
