#!/usr/bin/env bash
# Looks for known mistakes (gosec) and for known vulnerabilities in what is
# linked (govulncheck). A finding that is none is answered in place, with
# `// #nosec RULE -- why`; neither rule nor reason may be left out.
set -uo pipefail
cd "$(dirname "$0")/.."
GO=${GO:-go}

# They are no tools of go.mod: gosec brings 48 modules along, among them the
# clients of three AI services and a cloud, which would be in our go.sum and in
# every update. `go run PACKAGE@VERSION` asks the module proxy each time, so
# they are built once, for each version of theirs and of Go.
gosec=github.com/securego/gosec/v2/cmd/gosec@v2.30.0
govulncheck=golang.org/x/vuln/cmd/govulncheck@v1.9.0
cache=$(dirname "$($GO env GOCACHE)")/lanyard-tools

# program prints the path of a tool, which is built if need be.
program() {
	local package=$1 name=${1%@*} dir
	name=${name##*/}
	local path=$cache/$name-${package##*@}-$($GO env GOVERSION)
	if [[ ! -x $path ]]; then
		echo "building $package, once" >&2
		mkdir -p "$cache" && dir=$(mktemp -d "$cache/build.XXXXXX") || return
		GOBIN=$dir $GO install "$package" && mv "$dir/$name"* "$path"
		rm -rf "$dir"
	fi
	[[ -x $path ]] && echo "$path"
}

# mistakes runs gosec on what is built for this system, then on what only the
# others build.
mistakes() {
	local scan failed=0 system
	scan=$(program $gosec) || { echo "gosec cannot be had" >&2; return 1; }
	local flags=(-quiet -color=false -tags e2e,bench -nosec-require-rules -nosec-require-justification)
	"$scan" "${flags[@]}" ./... || failed=1
	for system in linux windows darwin; do
		[[ $system == "$($GO env GOOS)" ]] && continue
		CGO_ENABLED=0 GOOS=$system "$scan" "${flags[@]}" ./netcore/... ./cmd/lanyard-cli || failed=1
	done
	return $failed
}

# vulnerabilities runs govulncheck. Without its data, which is on the net, there
# is nothing that it could say.
vulnerabilities() {
	local scan said status
	scan=$(program $govulncheck) || { echo "govulncheck cannot be had" >&2; return 1; }
	local limit=()
	command -v timeout >/dev/null && limit=(timeout 300)
	said=$("${limit[@]}" "$scan" -tags e2e,bench ./... 2>&1)
	status=$?
	if ((status == 124)) || [[ $said == *"fetching vulnerabilities"* ]]; then
		echo "govulncheck: left out, https://vuln.go.dev cannot be reached"
		return 0
	fi
	echo "$said"
	return $status
}

failed=0
mistakes || failed=1
vulnerabilities || failed=1
exit $failed
