#!/usr/bin/env bash
# Runs the end-to-end tests on the built programs, or with TAG=bench the bench,
# and removes the network namespaces and the files in memory of this run whatever
# happens.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin

tag=${TAG:-e2e}
mkdir -p build/shots
${GO:-go} test -tags "$tag" -c -o "build/$tag.test" ./cmd/lanyard || exit 1

as_root=()
if ((EUID != 0)) && command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
	as_root=(sudo -n)
fi
run=ly$((RANDOM % 10000))

sweep() {
	local space pid
	for space in $(ip netns list 2>/dev/null | awk '{print $1}' | grep "^$run-" || true); do
		for pid in $(ip netns pids "$space"); do "${as_root[@]}" kill -9 "$pid" 2>/dev/null; done
		"${as_root[@]}" ip netns del "$space"
	done
	"${as_root[@]}" rm -rf "/dev/shm/${run}d"*
	((${#as_root[@]})) && "${as_root[@]}" chown -R "$EUID" build
}
trap sweep EXIT
trap 'exit 130' INT TERM

cd cmd/lanyard || exit 1
"${as_root[@]}" env CI="${CI:-}" PATH="$PATH" LANYARD_E2E_RUN=$run LANYARD_BIN="$OLDPWD/bin" LANYARD_BUILD="$OLDPWD/build" \
	"$OLDPWD/build/$tag.test" -test.timeout 15m -test.v "$@"
