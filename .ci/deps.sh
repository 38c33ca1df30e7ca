#!/usr/bin/env bash
# Sees to it that this machine has what `make run`, `make test`, `make bench` or
# `make test-windows` needs. On Debian and Ubuntu it installs what is missing,
# elsewhere it names it.
set -euo pipefail

build="cc libc.h pkg-config gl.pc x11.pc xcursor.pc xrandr.pc xinerama.pc xi.pc xxf86vm.pc"
window="Xvfb openbox xdotool import xprop setxkbmap"
windows="wine64 x86_64-w64-mingw32-gcc zh_CN ip"

wanted() {
	case $1 in
	run) echo "$build" ;;
	test) echo "$build $window $windows ip nft python3 setpriv" ;;
	windows) echo "$build $windows" ;;
	bench) echo "$build $window ip tc taskset rsync scp sshd" ;;
	*) echo "usage: .ci/deps.sh run|test|windows|bench" >&2 && return 2 ;;
	esac
}

# package says which Debian package brings a thing.
package() {
	case $1 in
	cc) echo gcc ;;
	libc.h) echo libc6-dev ;;
	gl.pc) echo libgl-dev ;;
	*.pc) echo "lib${1%.pc}-dev" ;;
	Xvfb) echo xvfb ;;
	import) echo imagemagick ;;
	xprop) echo x11-utils ;;
	setxkbmap) echo x11-xkb-utils ;;
	ip | tc) echo iproute2 ;;
	nft) echo nftables ;;
	setpriv | taskset) echo util-linux ;;
	scp) echo openssh-client ;;
	sshd) echo openssh-server ;;
	x86_64-w64-mingw32-gcc) echo gcc-mingw-w64-x86-64-win32 ;;
	zh_CN) echo locales ;;
	*) echo "$1" ;;
	esac
}

PATH=$PATH:/usr/sbin:/sbin

have() {
	case $1 in
	*.pc) command -v pkg-config >/dev/null && pkg-config --exists "${1%.pc}" ;;
	wine64) [[ -x /usr/lib/wine/wine64 ]] ;;
	zh_CN) [[ -e /usr/share/i18n/locales/zh_CN ]] ;;
	libc.h) command -v cc >/dev/null && echo '#include <stdlib.h>' | cc -E -o /dev/null - 2>/dev/null ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

missing() {
	local thing
	for thing in $(wanted "$1"); do
		have "$thing" || package "$thing"
	done | sort -u
}

# A sshd on a real machine is a decision of its owner: the package starts one.
owner_decides() { [[ $1 == openssh-server && -d /run/systemd/system ]]; }

apt_install() {
	local root=()
	if ((EUID != 0)); then
		command -v sudo >/dev/null || return 1
		root=(sudo)
		[[ -t 0 ]] || root=(sudo -n)
	fi
	root+=(env DEBIAN_FRONTEND=noninteractive)
	local install=(apt-get install -y -q --no-install-recommends "$@")
	# Without an update first an old or empty list of packages gives a 404.
	"${root[@]}" apt-get update -q && "${root[@]}" "${install[@]}"
}

tell() {
	echo
	echo "These are missing: $*"
	if [[ -f /etc/debian_version ]]; then
		echo "Install them, then try again:  apt-get install $*"
		return
	fi
	case $(uname -s) in
	Linux)
		echo "Those are their names in Debian. What belongs to building the window is called"
		echo "  Fedora:    gcc pkgconf mesa-libGL-devel libX11-devel libXcursor-devel libXrandr-devel libXinerama-devel libXi-devel libXxf86vm-devel"
		echo "  Arch:      gcc pkgconf libglvnd libx11 libxcursor libxrandr libxinerama libxi libxxf86vm"
		echo "  openSUSE:  gcc pkgconf Mesa-libGL-devel libX11-devel libXcursor-devel libXrandr-devel libXinerama-devel libXi-devel libXxf86vm-devel"
		echo "  Alpine:    build-base pkgconf mesa-dev libx11-dev libxcursor-dev libxrandr-dev libxinerama-dev libxi-dev libxxf86vm-dev"
		;;
	*) echo "Those are their names in Debian." ;;
	esac
} >&2

go_present() {
	command -v "${GO:-go}" >/dev/null && return
	echo "Go is missing: install Go 1.26 or newer from https://go.dev/dl/ and put it on the PATH." >&2
	exit 1
}

# macOS and Windows bring the graphics with the compiler.
desktop_without_x11() {
	[[ $(uname -s) == Linux || $(uname -s) == *BSD ]] && return 1
	have cc || { echo "A C compiler is missing (macOS: xcode-select --install; Windows: MSYS2 with mingw-w64 gcc)." >&2; exit 1; }
}

main() {
	local what=${1:-run} need=() ask=() name
	go_present
	desktop_without_x11 && return
	while read -r name; do
		if owner_decides "$name"; then ask+=("$name"); else need+=("$name"); fi
	done < <(missing "$what")
	if ((${#ask[@]})); then
		echo "Not installed by itself, since it starts a server on this machine: ${ask[*]}. Its part is left out."
	fi
	((${#need[@]})) || return 0
	echo "Installing what is missing: ${need[*]}"
	if command -v apt-get >/dev/null && apt_install "${need[@]}" </dev/null; then
		return
	fi
	tell "${need[@]}"
	exit 1
}

main "$@"
