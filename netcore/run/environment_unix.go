//go:build unix

package run

// allowedNames are the variables that every command may see; "*" stands for
// any ending. A variable belongs here if programs misbehave without it and it
// opens nothing that the user's files do not open.
var allowedNames = []string{
	"HOME", "USER", "LOGNAME", "SHELL", "PATH", "TMPDIR", "TZ",
	"LANG", "LANGUAGE", "LC_*", "__CF_USER_TEXT_ENCODING",
	"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS",
	"XDG_RUNTIME_DIR", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "XDG_DATA_DIRS", "XDG_CONFIG_DIRS",
	"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME",
}

const (
	usualPath = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" // without one in our own environment
	usesPWD   = true
)

// sameName reports whether two variables are the same.
func sameName(a, b string) bool { return a == b }
