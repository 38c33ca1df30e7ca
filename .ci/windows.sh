#!/usr/bin/env bash
# Builds lanyard-cli.exe and what its tests under Wine need, and runs them: with
# a Linux node as the other side, in network namespaces, in a prefix of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
GO=${GO:-go}
into=$PWD/build/wine
rm -rf "$into"
mkdir -p "$into"
trap 'rm -rf "$into/prefix"' EXIT

windows=(env CGO_ENABLED=0 GOOS=windows GOARCH=amd64 "$GO")
"${windows[@]}" build -o bin/lanyard-cli.exe ./cmd/lanyard-cli
CGO_ENABLED=0 $GO build -o bin/lanyard-cli ./cmd/lanyard-cli
for package in run charset; do
	"${windows[@]}" test -c -o "$into/$package.test.exe" "./netcore/$package"
done
x86_64-w64-mingw32-gcc -shared -O2 -o "$into/bcryptprimitives.dll" cmd/lanyard/testdata/bcryptprimitives.c -ladvapi32
# Wine reads what it is started with in the system's locale, which has to be there.
mkdir "$into/locale"
localedef -i zh_CN -f UTF-8 "$into/locale/zh_CN.UTF-8"

.ci/e2e.sh -test.run '^TestWine' "$@"
