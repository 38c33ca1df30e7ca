#!/usr/bin/env bash
# Runs every fuzz target there is: .ci/fuzz.sh COUNT [SECONDS]
# on so many inputs each; with SECONDS again and again until they are over, and
# what was found to be of interest is kept in testdata/fuzz, where every test
# run tries it again.
# A count, not a time: when its time is over the fuzzer of Go 1.26 now and then
# reports its own deadline as a failure. Minimising what is merely new would
# take most of a short run.
set -uo pipefail
cd "$(dirname "$0")/.."
GO=${GO:-go}
count=${1:-10000}
least=${2:-0}
failed=0
found=0

# keep copies what the fuzzer found to its target.
keep() {
	local dir=$1 name=$2 from
	from=$($GO env GOCACHE)/fuzz/$($GO list "$dir")/$name
	[[ -d $from ]] || return 0
	mkdir -p "$dir/testdata/fuzz/$name" && cp "$from"/* "$dir/testdata/fuzz/$name/"
}

# fuzz runs one target.
fuzz() {
	local dir=$1 name=$2 start=$SECONDS
	while $GO test -run '^$' -fuzz "^$name\$" -fuzztime "${count}x" -fuzzminimizetime 10x "$dir"; do
		((SECONDS - start < least)) && continue
		((least == 0)) || keep "$dir" "$name"
		return
	done
	return 1
}

# Only packages with a fuzz target: listing compiles a test binary.
while read -r dir; do
	while read -r name; do
		found=$((found + 1))
		echo "fuzz $dir $name"
		fuzz "$dir" "$name" || failed=1
	done < <($GO test -list '^Fuzz' "$dir" | grep '^Fuzz')
done < <(grep -rlE '^func Fuzz' --include='*_test.go' ${FUZZ:-app cmd netcore} | xargs -rn1 dirname | sort -u | sed 's|^|./|')

echo "$found fuzz targets, $count inputs each"
((found > 0)) || { echo "no fuzz target was found" >&2; failed=1; }
exit $failed
