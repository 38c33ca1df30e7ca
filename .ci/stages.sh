#!/usr/bin/env bash
# Runs stages of the Makefile one after the other, goes on after a failure (but
# not without programs to test), and says at the end what each took.
set -uo pipefail
cd "$(dirname "$0")/.."

target() { [[ $1 == build ]] && echo build || echo "test-$1"; }

report=()
failed=0
begin=$SECONDS
for stage in "$@"; do
	echo "=== $stage"
	start=$SECONDS
	if make --no-print-directory "$(target "$stage")"; then
		result=ok
	else
		result=FAILED
		failed=1
	fi
	report+=("$(printf '%-8s %5d s  %s' "$stage" $((SECONDS - start)) "$result")")
	[[ $stage == build && $result == FAILED ]] && break
done
echo "=== in all"
printf '%s\n' "${report[@]}"
printf '%-8s %5d s\n' all $((SECONDS - begin))
exit $failed
