#!/usr/bin/env bash
# Builds the terminal program and vets the engine with its tests, for each system.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
for system in linux windows darwin; do
	for arch in amd64 arm64; do
		start=$SECONDS
		export GOOS=$system GOARCH=$arch CGO_ENABLED=0
		if ${GO:-go} build -o /dev/null ./cmd/lanyard-cli && ${GO:-go} vet ./netcore/... ./cmd/lanyard-cli; then
			echo "$system/$arch ok, $((SECONDS - start)) s"
		else
			echo "$system/$arch FAILED"
			failed=1
		fi
	done
done
exit $failed
